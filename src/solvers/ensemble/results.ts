/** What became of the members of an ensemble, in arrays: one entry a member, so that a million of them is a few large pieces of memory. */
import type { Outcome, System } from "../../core/index.ts";

/** Kinds of outcome, by the numbers that arrays hold. */
export const outcomeKinds = [
  "success",
  "terminated",
  "max-steps",
  "max-time",
  "step-too-small",
  "non-finite",
  "inconsistent",
  "chatter",
  "cancelled",
] as const satisfies readonly Outcome["kind"][];

/** How a member was solved, by the numbers that arrays hold. */
export const ways = [
  "tsit5 in lanes",
  "rodas5p in lanes",
  "one by one",
  "tsit5 on the GPU",
  "rodas3 on the GPU",
  "rodas5p on the GPU",
] as const;

/** Arrays of some members. m: samples, o: observed, q: sensitivities. */
export interface Results {
  /** Shape (members, m, o). Rows that a member did not reach are NaN, and not counted in `reached`. */
  readonly values: Float64Array;
  /** Shape (members, m, o, q); empty where no derivatives were asked for. */
  readonly derivatives: Float64Array;
  /** Samples that were reached. */
  readonly reached: Uint32Array;
  /** Index into {@link outcomeKinds}; when; the state, equation or event to blame; and the one number more that some outcomes have. */
  readonly kinds: Uint8Array;
  readonly times: Float64Array;
  readonly blamed: Int32Array;
  readonly details: Float64Array;
  /** Steps accepted, and tries in all. */
  readonly steps: Uint32Array;
  readonly tries: Uint32Array;
  /** Index into {@link ways}. */
  readonly ways: Uint8Array;
  /** 1 where a state went below its lower limit by more than its tolerance. */
  readonly below: Uint8Array;
}

/** @param shared  in memory that threads share */
export function emptyResults(members: number, rows: number, directions: number, shared: boolean): Results {
  const room = (bytes: number): ArrayBuffer | SharedArrayBuffer => (shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  const doubles = (length: number): Float64Array => new Float64Array(room(8 * length));
  return {
    values: doubles(members * rows),
    derivatives: doubles(members * rows * directions),
    reached: new Uint32Array(room(4 * members)),
    kinds: new Uint8Array(room(members)),
    times: doubles(members),
    blamed: new Int32Array(room(4 * members)),
    details: doubles(members),
    steps: new Uint32Array(room(4 * members)),
    tries: new Uint32Array(room(4 * members)),
    ways: new Uint8Array(room(members)),
    below: new Uint8Array(room(members)),
  };
}

/** What can be named by an outcome: states, then events, then conditions inside equations. */
export interface Blameable {
  readonly states: readonly string[];
  readonly events: readonly string[];
}

export const blameable = (system: System): Blameable => ({
  states: system.states,
  events: [...(system.events?.names ?? []), ...(system.switches?.names ?? [])],
});

export function writeOutcome(results: Results, member: number, outcome: Outcome, { states, events }: Blameable, end: number): void {
  results.kinds[member] = outcomeKinds.indexOf(outcome.kind);
  results.times[member] = outcome.kind === "success" ? end : outcome.at;
  results.blamed[member] = "state" in outcome ? states.indexOf(outcome.state) : -1;
  switch (outcome.kind) {
    case "success":
    case "cancelled":
    case "non-finite":
      return;
    case "terminated":
      results.blamed[member] = events.indexOf(outcome.event);
      return;
    case "max-steps":
      results.details[member] = outcome.steps;
      return;
    case "max-time":
      results.details[member] = outcome.seconds;
      return;
    case "step-too-small":
      results.details[member] = outcome.step;
      return;
    case "inconsistent":
      results.blamed[member] = states.indexOf(outcome.equation);
      results.details[member] = outcome.residual;
      return;
    case "chatter":
      results.blamed[member] = events.indexOf(outcome.event);
      results.details[member] = outcome.count;
      return;
    default:
      outcome satisfies never;
  }
}

export function readOutcome(results: Results, member: number, { states, events }: Blameable): Outcome {
  const kind = outcomeKinds[results.kinds[member]!]!;
  const [at, blamed, detail] = [results.times[member]!, results.blamed[member]!, results.details[member]!];
  switch (kind) {
    case "success":
      return { kind };
    case "cancelled":
      return { kind, at };
    case "non-finite":
      return { kind, at, state: states[blamed] ?? "" };
    case "terminated":
      return { kind, at, event: events[blamed] ?? "" };
    case "max-steps":
      return { kind, at, steps: detail };
    case "max-time":
      return { kind, at, seconds: detail };
    case "step-too-small":
      return { kind, at, step: detail, state: states[blamed] ?? "" };
    case "inconsistent":
      return { kind, at, equation: states[blamed] ?? "", residual: detail };
    case "chatter":
      return { kind, at, event: events[blamed] ?? "", count: detail };
    default:
      return kind satisfies never;
  }
}

/** The part of the results that belongs to some members in a row: the same memory. */
export function partOf(results: Results, first: number, count: number): Results {
  const members = Math.max(results.kinds.length, 1);
  const part = <A extends { readonly length: number; subarray(from: number, to: number): A }>(array: A): A => {
    const width = array.length / members;
    return array.subarray(first * width, (first + count) * width);
  };
  return {
    values: part(results.values),
    derivatives: part(results.derivatives),
    reached: part(results.reached),
    kinds: part(results.kinds),
    times: part(results.times),
    blamed: part(results.blamed),
    details: part(results.details),
    steps: part(results.steps),
    tries: part(results.tries),
    ways: part(results.ways),
    below: part(results.below),
  };
}

/** Copies the results of some members, in a row, to the places that they have among all. */
export function scatterResults(from: Results, places: readonly number[], into: Results): void {
  const rows = places.length;
  for (const key of Object.keys(into) as (keyof Results)[]) {
    const [source, target] = [from[key], into[key]];
    const width = source.length / Math.max(rows, 1);
    for (const [row, place] of places.entries()) target.set(source.subarray(row * width, (row + 1) * width), place * width);
  }
}
