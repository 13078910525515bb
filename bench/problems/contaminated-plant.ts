/**
 * A plant of eight instruments in pairs, with nearly a third of its points spoilt by all kinds of faults at once, and how well cleaning finds
 * them.
 */
import { type Random, type Reason, random, reason, severity, status } from "greybox/core";
import {
  type Cleaned,
  clean,
  compareWithReference,
  doubt,
  groupFreezeLayers,
  handlingOf,
  type Rules,
  ruleDefaults,
  type Series,
  seriesOf,
  type View,
  withLayer,
  zeroLayer,
} from "greybox/historian";
import {
  bias,
  drift,
  duplicates,
  type Faulted,
  failureCurrent,
  freeze,
  markBad,
  noisy,
  rescale,
  sentinels,
  spikes,
  zeroOnFailure,
} from "greybox/historian/faults";

/** Kinds of faults, and the reasons by which each is rightly doubted. */
export const kinds = {
  spike: ["spike"],
  frozen: ["frozen"],
  "frozen together": ["groupStale"],
  "failure current": ["outOfRange"],
  sentinel: ["sentinel"],
  "zero on failure": ["sentinel"],
  "marked Bad": ["sourceBad"],
  duplicate: ["duplicate"],
  conflict: ["conflict"],
  noisy: ["noisy"],
  "bias step": ["biased"],
  drift: ["biased"],
  "other unit": ["scaleSuspect"],
  "other gain": ["scaleSuspect"],
} as const satisfies Readonly<Record<string, readonly Reason[]>>;
export type Kind = keyof typeof kinds;
const names = Object.keys(kinds) as Kind[];

export interface Contaminated {
  readonly series: Series;
  /** Of each point: 0 for sound, else one more than the place of its kind in `kinds`. */
  readonly truth: Uint8Array;
  /** The other instrument of the pair, by place. */
  readonly partner: number;
}

const step = 10;

/** White noise through two lags of ten minutes: a disturbed process under control. Standard deviation 6 around 80. */
function wander(stream: Random, points: number): Float64Array {
  const a = Math.exp(-step / 600);
  const scale = 6 / Math.sqrt((1 - a) ** 4 * ((1 + a * a) / (1 - a * a) ** 3));
  let [first, second] = [0, 0];
  const next = (): number => {
    first = a * first + (1 - a) * stream.normal();
    second = a * second + (1 - a) * first;
    return 80 + scale * second;
  };
  for (let i = 0; i < 600; i++) next();
  return Float64Array.from({ length: points }, next);
}

/** The plant of one seed. @param points  of each instrument */
export function contaminatedPlant(seed: number, points = 4000): Contaminated[] {
  const stream = random(`contaminated plant/${seed}`);
  const time = Float64Array.from({ length: points }, (_, i) => i * step);
  const together = 0.45 + 0.05 * stream.uniform();
  return Array.from({ length: 4 }, () => wander(stream, points)).flatMap((course, pair) =>
    ["A", "B"].map((letter, side): Contaminated => {
      const value = course.map((x) => x + 0.3 * stream.normal());
      const sound = seriesOf(`TI${pair}${letter}`, { time, value, status: time.map(() => status.good) }, { unit: "degC", range: [0, 200] });
      const { series, truth } = spoilt(sound, stream, seed, together, side === 0 ? pair : undefined);
      return { series, truth, partner: 2 * pair + (1 - side) };
    }),
  );
}

/** Faults in stretches that do not overlap, then single points between them, then doubled points. */
function spoilt(sound: Series, stream: Random, seed: number, together: number, relation: number | undefined) {
  const span = sound.time.length * step;
  let series = sound;
  const truth = new Uint8Array(sound.time.length);
  const put = (kind: Kind, { series: changed, affected }: Faulted): void => {
    // What is spoilt already stays as it is.
    const [value, codes, reasons] = [changed.value.slice(), changed.status.slice(), changed.reasons.slice()];
    for (let i = 0; i < truth.length; i++) {
      if (truth[i] !== 0) [value[i], codes[i], reasons[i]] = [series.value[i]!, series.status[i]!, series.reasons[i]!];
      else if (affected[i] === 1) truth[i] = names.indexOf(kind) + 1;
    }
    series = { ...changed, value, status: codes, reasons };
  };
  const stretch = (from: number, share: number) => ({ from: from * span, to: (from + share) * span });
  const size = (share: number): number => share * (0.7 + 0.6 * stream.uniform());
  // Two instruments of a pair do not fail alike at one time, but for what they have in common.
  const [a, b, c, d, e] = relation === undefined ? [0.3, 0.17, 0.05, 0.12, 0.22] : [0.05, 0.15, 0.22, 0.31, 0.38];
  put("noisy", noisy(series, { sigma: 2, seed, ...stretch(a, size(0.04)) }));
  const side = stream.uniform() < 0.5 ? "low" : "high";
  put("failure current", failureCurrent(series, { range: [0, 200], side, ...stretch(b, size(0.015)) }));
  put("frozen", freeze(series, stretch(c, size(0.03))));
  put("zero on failure", zeroOnFailure(series, stretch(d, size(0.015))));
  put("marked Bad", markBad(series, stretch(e, size(0.02))));
  put("frozen together", freeze(series, stretch(together, 0.025)));
  if (relation !== undefined) {
    const from = (0.72 + 0.1 * stream.uniform()) * span;
    if (relation === 0) put("bias step", bias(series, { size: stream.uniform() < 0.5 ? 2.5 : -2.5, from }));
    if (relation === 1) put("drift", drift(series, { perDay: 60, from }));
    if (relation === 2) put("other unit", rescale(series, { factor: 1.8, shift: 32, from }));
    if (relation === 3) put("other gain", rescale(series, { factor: 1.2, from }));
  }
  put("spike", spikes(series, { share: 0.01, size: 3, seed }));
  put("sentinel", sentinels(series, { share: 0.01, value: -9999, seed }));
  return doubled(doubled({ series, truth }, "duplicate", { share: 0.015, seed }), "conflict", {
    share: 0.005,
    seed: seed + 1,
    differing: 5,
  });
}

function doubled({ series, truth }: { series: Series; truth: Uint8Array }, kind: Kind, options: Parameters<typeof duplicates>[1]) {
  const { series: longer, affected } = duplicates(series, options);
  const labels = new Uint8Array(affected.length);
  const label = names.indexOf(kind) + 1;
  for (let i = 0, k = 0; i < labels.length; i++) {
    labels[i] = affected[i] === 1 ? label : truth[k++]!;
    // Of two values for one time neither can be believed.
    if (affected[i] === 1 && kind === "conflict") labels[i - 1] = label;
  }
  return { series: longer, truth: labels };
}

const rules: Rules = { ...ruleDefaults, sentinels: [-9999], noise: { points: 12, ratio: 2.5 } };

/** Cleans each tag, holds tags against each other, and takes every suspicion as approved. */
export function cleanedPlant(plant: readonly Contaminated[]): View[] {
  const cleaned = plant.map(({ series }) => clean(series, rules));
  const together = groupFreezeLayers(cleaned);
  const doubted = cleaned.map((one, k): Cleaned => ({ ...one, view: withLayer(one.view, together[k]!) }));
  const alone = plant.map(({ partner }, k) => withLayer(doubted[k]!.view, zeroLayer(doubted[k]!, [doubted[partner]!])));
  // The second of each pair is believed.
  return plant.map(({ partner }, k) =>
    k % 2 === 1 ? alone[k]! : compareWithReference(alone[k]!, alone[partner]!).reduce((seen, one) => doubt(seen, one), alone[k]!),
  );
}

export interface Score {
  readonly kind: Kind | "all";
  readonly points: number;
  /** Share of its points that are doubted for any reason, and for the right one. */
  readonly recall: number;
  readonly named: number;
  /** Share of the points doubted for its reasons that are spoilt in some way. */
  readonly precision: number;
}

/** How well the doubts of some plants agree with the truth. */
export function scored(plants: readonly (readonly Contaminated[])[], views: readonly (readonly View[])[]): Score[] {
  const tally = [...names, "all" as const].map((kind) => ({ kind, points: 0, found: 0, named: 0, claimed: 0, right: 0 }));
  const all = tally.at(-1)!;
  plants.forEach((plant, p) => {
    plant.forEach(({ truth }, k) => {
      const view = views[p]![k]!;
      for (let i = 0; i < truth.length; i++) {
        const { weight } = handlingOf(view, i);
        const isDoubted =
          weight < 0.99 || view.omitted[i] === 1 || severity(view.status[i]!) !== "good" || (view.reasons[i]! & reason.conflict) !== 0;
        const isSpoilt = truth[i] !== 0;
        if (isSpoilt) all.points++;
        if (isDoubted) all.claimed++;
        if (isSpoilt && isDoubted) {
          all.found++;
          all.right++;
        }
        names.forEach((kind, n) => {
          const one = tally[n]!;
          const claims = kinds[kind].some((why) => (view.reasons[i]! & reason[why]) !== 0);
          if (claims) one.claimed++;
          if (claims && isSpoilt) one.right++;
          if (truth[i] !== n + 1) return;
          one.points++;
          if (isDoubted) one.found++;
          if (claims) {
            one.named++;
            all.named++;
          }
        });
      }
    });
  });
  return tally.map(({ kind, points, found, named, claimed, right }) => ({
    kind,
    points,
    recall: points === 0 ? 1 : found / points,
    named: points === 0 ? 1 : named / points,
    precision: claimed === 0 ? 1 : right / claimed,
  }));
}

/** Share of the points that are spoilt. */
export function contamination(plant: readonly Contaminated[]): number {
  let [spoiltPoints, points] = [0, 0];
  for (const { truth } of plant) {
    points += truth.length;
    for (const label of truth) if (label !== 0) spoiltPoints++;
  }
  return spoiltPoints / points;
}
