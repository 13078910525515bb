/** Where the values that a repetition reads are computed: in one place for all, or in the repetitions of a run. */
import { defaults } from "./defaults.ts";
import { type Leaf, leavesOf, type Run } from "./runs.ts";

/** Repetitions before the first and after the last of a loop whose values may lie beside those of the loop. */
export const margin = 4;

/** Where the values of a leaf come from. */
export type Origin =
  /** One local for all repetitions. */
  | { readonly local: number }
  /** Statement `position` of the body of a run; `repetition` is the one that the first repetition of the reader reads. */
  | { readonly run: Run; readonly position: number; readonly repetition: number };

export function originOf(leaf: Leaf, reader: Run, homes: readonly Run[], home: ReadonlyMap<number, number>): Origin | undefined {
  const [first, second] = [home.get(leaf.at[0]!)!, home.get(leaf.at[1]!)!];
  if (first === second) return { local: leaf.at[0]! };
  const within = (run: Run, at: number): boolean => at >= run.start && at < run.start + run.count * run.period;
  const middle = home.get(leaf.at[Math.floor(reader.count / 2)]!)!;
  const run = homes.find((one) => one.period === second - first && within(one, middle));
  if (!run) return undefined;
  const position = (((first - run.start) % run.period) + run.period) % run.period;
  const repetition = (first - run.start - position) / run.period;
  if (repetition < -margin || repetition + reader.count > run.count + margin) return undefined;
  // What lies beside the run must be written out, to be put beside its values.
  const stray = leaf.at.some((local) => homes.some((other) => other !== run && within(other, home.get(local)!)));
  return stray ? undefined : { run, position, repetition };
}

/** Parts of a run in each of which every leaf reads from one run: repetitions that read across a border stay written out. */
export function splitByOrigin(run: Run, homes: readonly Run[], home: ReadonlyMap<number, number>): Run[] {
  if (run.count < defaults.repetitions) return [];
  const moving = leavesOf(run).flatMap((leaf) => {
    const places = leaf.at.map((local) => home.get(local)!);
    const step = places[1]! - places[0]!;
    return leaf.kind === "local" && step !== 0
      ? [
          originsAlong(
            places,
            homes.filter(({ period }) => period === step),
          ),
        ]
      : [];
  });
  const parts: Run[] = [];
  for (let from = 0; from < run.count; ) {
    let to = from + 1;
    const known = moving.every((origins) => origins[from] !== undefined);
    while (known && to < run.count && moving.every((origins) => origins[to] === origins[from])) to++;
    if (known) parts.push({ ...run, start: run.start + from * run.period, count: to - from });
    from = to;
  }
  return parts.length === 1 && parts[0]!.count === run.count ? [run] : parts;
}

/** The run that each value is computed in; that of its neighbour where it lies a little before or after it. */
function originsAlong(places: readonly number[], homes: readonly Run[]): (Run | undefined)[] {
  const own = places.map((at) => homes.find((run) => at >= run.start && at < run.start + run.count * run.period));
  const near = (run: Run | undefined, at: number): boolean =>
    run !== undefined && at >= run.start - margin * run.period && at < run.start + (run.count + margin) * run.period;
  const found = [...own];
  for (let r = found.length - 2; r >= 0; r--) if (!found[r] && near(found[r + 1], places[r]!)) found[r] = found[r + 1];
  for (let r = 1; r < found.length; r++) if (!found[r] && near(found[r - 1], places[r]!)) found[r] = found[r - 1];
  return found;
}
