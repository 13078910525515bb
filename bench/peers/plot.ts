/** A work–precision plot as SVG: error from left to right falling, time upwards, both by decades; readable on light and on dark ground. */

export interface Curve {
  readonly name: string;
  /** Which colour and mark: curves of one tool share them. */
  readonly family: number;
  readonly dashed: boolean;
  readonly points: readonly { readonly error: number; readonly milliseconds: number }[];
}

const colours = ["#0a84c6", "#d1495b", "#8a6d1b", "#5f8f3a", "#8257b5", "#7a7a7a"];
const grey = "#808080";
const size = { width: 720, height: 420, left: 56, right: 190, top: 34, bottom: 44 };

/** Curves beyond `errors` are cut off: noise of the reference on one side, nonsense on the other. */
export function plot(title: string, curves: readonly Curve[], errors: readonly [number, number] = [1e-10, 1e-1]): string {
  const shown = curves.map((curve) => ({
    ...curve,
    points: curve.points.filter(({ error }) => error >= errors[0] && error <= errors[1]),
  }));
  const times = shown.flatMap(({ points }) => points.map(({ milliseconds }) => milliseconds));
  const right = size.width - size.right;
  const bottom = size.height - size.bottom;
  const [low, high] = [Math.floor(Math.log10(Math.min(...times))), Math.ceil(Math.log10(Math.max(...times)))];
  const [loose, tight] = [Math.log10(errors[1]), Math.log10(errors[0])];
  const x = (error: number): number => size.left + ((Math.log10(error) - loose) / (tight - loose)) * (right - size.left);
  const y = (time: number): number => bottom - ((Math.log10(time) - low) / Math.max(1, high - low)) * (bottom - size.top);
  const at = (value: number): string => value.toFixed(1);
  const lines: string[] = [];
  for (let decade = loose; decade >= tight; decade--) {
    const place = at(x(10 ** decade));
    lines.push(
      `<line x1="${place}" y1="${size.top}" x2="${place}" y2="${bottom}"/>`,
      text(x(10 ** decade), bottom + 16, `10${raised(decade)}`, "middle"),
    );
  }
  for (let decade = low; decade <= high; decade++) {
    const place = at(y(10 ** decade));
    lines.push(
      `<line x1="${size.left}" y1="${place}" x2="${right}" y2="${place}"/>`,
      text(size.left - 6, y(10 ** decade) + 4, timeText(decade), "end"),
    );
  }
  const drawn = shown.filter(({ points }) => points.length > 0);
  const paths = drawn.map(({ family, dashed, points }) => {
    const colour = colours[family % colours.length]!;
    const corners = points.map(({ error, milliseconds }) => `${at(x(error))},${at(y(milliseconds))}`);
    const width = family === 0 ? 2.4 : 1.4;
    return [
      `<polyline fill="none" stroke="${colour}" stroke-width="${width}"${dashed ? ' stroke-dasharray="5 3"' : ""} points="${corners.join(" ")}"/>`,
      ...corners.map((corner) => {
        const [cx, cy] = corner.split(",");
        return `<circle cx="${cx}" cy="${cy}" r="${family === 0 ? 3 : 2}" fill="${colour}"/>`;
      }),
    ].join("");
  });
  const labels = labelPlaces(
    drawn.map((curve) => y(curve.points.at(-1)!.milliseconds)),
    12,
    size.top,
    bottom,
  );
  const names = drawn.map(({ name, family, points }, i) => {
    const colour = colours[family % colours.length]!;
    const { error, milliseconds } = points.at(-1)!;
    const from = `${at(x(error))}" y1="${at(y(milliseconds))}`;
    return `<line x1="${from}" x2="${right + 8}" y2="${at(labels[i]!)}" stroke="${colour}" stroke-width="0.5" opacity="0.6"/>${text(right + 12, labels[i]! + 4, name, "start", colour)}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="11">`,
    `<title>${escaped(title)}: time against error</title>`,
    text(size.left, 18, title, "start", grey, 14),
    `<g stroke="${grey}" stroke-width="0.5" stroke-opacity="0.35">${lines.filter((line) => line.startsWith("<line")).join("")}</g>`,
    ...lines.filter((line) => line.startsWith("<text")),
    text((size.left + right) / 2, size.height - 8, "error (root mean square, scaled)", "middle"),
    ...paths,
    ...names,
    "</svg>",
    "",
  ].join("\n");
}

function text(x: number, y: number, what: string, anchor: string, colour = grey, height?: number): string {
  const font = height === undefined ? "" : ` font-size="${height}"`;
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${colour}"${font}>${escaped(what)}</text>`;
}

const escaped = (what: string): string => what.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const raised = (power: number): string =>
  String(power)
    .replaceAll("-", "⁻")
    .replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]!);

/** A power of ten of a millisecond. */
function timeText(decade: number): string {
  if (decade >= 3) return `${10 ** (decade - 3)} s`;
  return decade >= 0 ? `${10 ** decade} ms` : `${10 ** (decade + 3)} µs`;
}

/** Places of labels as near as can be to where they should be, `apart` from one another. */
function labelPlaces(wanted: readonly number[], apart: number, top: number, bottom: number): number[] {
  const order = wanted.map((_, i) => i).toSorted((a, b) => wanted[a]! - wanted[b]!);
  const places = [...wanted];
  let least = top;
  for (const i of order) {
    places[i] = Math.max(wanted[i]!, least);
    least = places[i]! + apart;
  }
  let most = bottom;
  for (const i of order.toReversed()) {
    places[i] = Math.min(places[i]!, most);
    most = places[i]! - apart;
  }
  return places;
}
