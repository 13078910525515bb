/** Profiles of the likelihood: the rise along each unknown, beside the parabola that intervals of the fit take it for. */
import type { Calibrated } from "../calibrated.ts";
import type { Profile } from "../profile/profile.ts";
import { gallery, sentenceList, unitText } from "./html.ts";
import { dots, drawing, type Frame, logTicks, pixel, polyline, rangeOf } from "./svg.ts";

const size = { width: 385, height: 230 } as const;
const drawn = { open: 12, most: 48 } as const;
/** From such a ratio of its ends on an axis is logarithmic, if the parameter is. */
const wide = 5;

export function profileSection(fit: Calibrated, profiles: readonly Profile[] | undefined): string {
  if (!profiles || profiles.length === 0) return "";
  const better = profiles.filter((one) => one.better !== undefined).map(({ name }) => name);
  const found =
    better.length > 0 ? [`The profile of ${better.join(", ")} came upon a better point than the fit: fit again from there.`] : [];
  const open = profiles.filter(({ ends }) => ends.some((end) => end !== "limit")).map(({ meaning }) => meaning);
  return (
    `<h2>Profiles</h2><p>How much −ln L rises when one quantity is held and all others follow, and (dashed) the parabola of the fit; ` +
    `the interval ends where the rise comes to the line.</p>${found.length + open.length > 0 ? sentenceList([...found, ...open], "notes") : ""}` +
    gallery(
      profiles.map((one) => profileChart(one, fit)),
      "profiles",
      drawn,
    )
  );
}

function profileChart(profile: Profile, { parameters, model }: Calibrated): string {
  const { name, unit, values, rise, limit, best } = profile;
  const [first = best, last = best] = [values[0], values.at(-1)];
  const logarithmic = model.definition.parameters[name]?.scale === "log";
  const onLog = logarithmic && first > 0 && last / first > wide;
  const place = (value: number): number => (onLog ? Math.log10(value) : value);
  const x = values.map(place);
  const [low, high] = rangeOf(x);
  const top = 1.6 * limit;
  const frame: Frame = {
    title: name,
    x: { low, high, label: `${name}${unitText(unit)}`, ticks: onLog ? logTicks(low, high) : undefined },
    y: { low: -0.04 * top, high: top, label: "rise of −ln L" },
    ...size,
  };
  const error = parameters[name]?.standardError;
  return drawing(frame, (scales) => {
    const line = (y: number): string => polyline([low, high], [y, y], scales, "reference");
    const inside = [...values.keys()].filter((i) => rise[i]! <= top);
    const kept = (column: Float64Array): number[] => inside.map((i) => column[i]!);
    const course = between(kept(x), kept(rise), place(best));
    const centre = `<line class="line reference" x1="${pixel(scales.x(place(best)))}" x2="${pixel(scales.x(place(best)))}" y1="${pixel(scales.y(0))}" y2="${pixel(scales.y(top))}"/>`;
    return (
      line(limit) +
      centre +
      (error === undefined ? "" : parabola(best, error, logarithmic, place, [low, high], top, scales)) +
      polyline(course.xs, course.ys, scales, "computed") +
      dots(kept(x), kept(rise), scales, "computed")
    );
  });
}

/** Between the points the root of the rise is nearly straight, falling to 0 at the best and rising behind it. */
function between(xs: readonly number[], rises: readonly number[], best: number): { readonly xs: number[]; readonly ys: number[] } {
  const parts = 8;
  const roots = xs.map((x, i) => Math.sign(x - best) * Math.sqrt(Math.max(rises[i]!, 0)));
  const course = { xs: [] as number[], ys: [] as number[] };
  for (const [i, x] of xs.entries()) {
    const last = i === xs.length - 1;
    for (let part = 0; part < (last ? 1 : parts); part++) {
      const share = part / parts;
      course.xs.push(x + share * ((xs[i + 1] ?? x) - x));
      course.ys.push((roots[i]! + share * ((roots[i + 1] ?? 0) - roots[i]!)) ** 2);
    }
  }
  return course;
}

/** On the scale that the search has: for parameters on a log scale it is one in the logarithm. */
function parabola(
  best: number,
  error: number,
  logarithmic: boolean,
  place: (value: number) => number,
  [low, high]: readonly [number, number],
  top: number,
  scales: Parameters<Parameters<typeof drawing>[1]>[0],
): string {
  const points = 60;
  const reach = Math.sqrt(2 * top);
  const [xs, ys]: [number[], number[]] = [[], []];
  for (let i = 0; i <= points; i++) {
    const z = -reach + (2 * reach * i) / points;
    const value = logarithmic ? best * Math.exp((z * error) / best) : best + z * error;
    const x = value > 0 || !logarithmic ? place(value) : Number.NaN;
    if (x >= low && x <= high) {
      xs.push(x);
      ys.push((z * z) / 2);
    }
  }
  return polyline(xs, ys, scales, "reference");
}
