/** The answer to an ensemble: arrays of all members, and ways to read one of them. */
import type { Outcome, System } from "../../core/index.ts";
import { indexOfName } from "../index-of-name.ts";
import type { EnsembleQuestion } from "./block.ts";
import type { OnGpu } from "./gpu/solve-on-gpu.ts";
import { blameable, outcomeKinds, type Results, readOutcome, ways } from "./results.ts";

/** Results are equal, to the last bit, for any order of the members, any block size and any number of workers. */
export interface Ensemble<O extends string = string, Q extends string = string> {
  readonly members: number;
  /** Number of the first member, where these are some of many. */
  readonly first: number;
  /** Samples, shape (m). */
  readonly times: Float64Array;
  readonly observed: readonly O[];
  /** What derivatives were taken by. */
  readonly sensitivities: readonly Q[];
  /** Shape (members, m, observed). Rows that a member did not reach are NaN; `reached` counts those it did. */
  readonly values: Float64Array;
  /** Shape (members, m, observed, sensitivities). Absent where none were asked for. */
  readonly derivatives?: Float64Array | undefined;
  /** Samples that each member reached. */
  readonly reached: Uint32Array;
  /** Steps accepted, and tries in all, of each member. */
  readonly steps: Uint32Array;
  readonly tries: Uint32Array;
  /** 1 where a state of the member went below its declared limit by more than its tolerance. */
  readonly below: Uint8Array;
  /** How members were solved and why, as a sentence. */
  readonly reason: string;
  /** How a GPU did it; absent where none did. */
  readonly gpu?: OnGpu | undefined;
  /** Members by the kind of their outcome. */
  readonly counts: Readonly<Partial<Record<Outcome["kind"], number>>>;
  outcome(member: number): Outcome;
  /** How a member was solved. */
  way(member: number): (typeof ways)[number];
  /** A value; undefined where the member did not come that far. */
  value(member: number, name: O, sample?: number): number | undefined;
  /** One quantity of all members at one sample (default: the last), shape (members). NaN where it was not reached. */
  column(name: O, sample?: number): Float64Array;
  /** Derivative of a quantity at a sample (default: the last); undefined where the member did not come that far. */
  sensitivity(member: number, name: O, by: Q, sample?: number): number | undefined;
}

export function ensembleOf<O extends string, Q extends string>(
  system: System,
  question: EnsembleQuestion,
  names: { readonly observed: readonly O[]; readonly sensitivities: readonly Q[] },
  results: Results,
  { first, why, device }: { readonly first: number; readonly why: string | undefined; readonly device?: OnGpu | undefined },
): Ensemble<O, Q> {
  const { observed, sensitivities } = names;
  const [m, o, q] = [question.samples.length, observed.length, sensitivities.length];
  const members = results.kinds.length;
  const blamed = blameable(system);
  const place = (name: string): number => {
    indexOfName("observed quantity", name, observed, system.name);
    return observed.indexOf(name as O);
  };
  const counts: Partial<Record<Outcome["kind"], number>> = {};
  for (const kind of results.kinds) counts[outcomeKinds[kind]!] = (counts[outcomeKinds[kind]!] ?? 0) + 1;
  return {
    members,
    first,
    times: question.samples,
    observed,
    sensitivities,
    values: results.values,
    derivatives: q > 0 ? results.derivatives : undefined,
    reached: results.reached,
    steps: results.steps,
    tries: results.tries,
    below: results.below,
    reason: device ? `${reasonOf(results.ways, undefined)}; ${manner(device)}` : reasonOf(results.ways, why),
    gpu: device,
    counts,
    outcome: (member) => readOutcome(results, member, blamed),
    way: (member) => ways[results.ways[member]!]!,
    value(member, name, sample = m - 1) {
      const column = place(name);
      return sample < results.reached[member]! ? results.values[(member * m + sample) * o + column] : undefined;
    },
    column(name, sample = m - 1) {
      const column = place(name);
      return Float64Array.from({ length: members }, (_, member) => results.values[(member * m + sample) * o + column]!);
    },
    sensitivity(member, name, by, sample = m - 1) {
      const column = place(name);
      indexOfName("sensitivity", by, sensitivities, system.name);
      const at = ((member * m + sample) * o + column) * q + sensitivities.indexOf(by);
      return sample < results.reached[member]! ? results.derivatives[at] : undefined;
    },
  };
}

/** Such as "single precision, rtol 0.0001, on …; 8 members checked: within 2.1e-4 of the processor". */
function manner({ adapter, rtol, step, checked }: OnGpu): string {
  const steps = step === undefined ? `rtol ${rtol}` : `steps of ${step}`;
  const seen = checked.members > 0 ? `; ${checked.members} members checked: within ${checked.largest.toPrecision(2)} of the processor` : "";
  return `single precision, ${steps}, ${adapter}${seen}`;
}

/** Such as "990 tsit5 in lanes, 10 rodas5p in lanes". */
function reasonOf(used: Uint8Array, why: string | undefined): string {
  const counts = ways.map((_, way) => used.reduce((sum, each) => sum + (each === way ? 1 : 0), 0));
  const parts = ways.flatMap((way, i) => (counts[i]! > 0 ? [`${counts[i]} ${way}`] : []));
  const alone = counts[ways.indexOf("one by one")]!;
  const because =
    why ??
    (alone === 0
      ? undefined
      : alone === used.length
        ? "its equations are too long for lanes, or no member got through"
        : "got stuck in lanes");
  return `${parts.join(", ")}${because === undefined ? "" : `: ${because}`}`;
}
