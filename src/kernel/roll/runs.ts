/** Repetitions of statements that differ only in places and locals. */
import type { Place, Statement, Test, Value } from "../kernel.ts";
import { mapLeaves } from "../leaves.ts";
import { defaults } from "./defaults.ts";

export type Simple = Exclude<Statement, { readonly do: "loop" }>;

/** Statements in a row, within the same loops. */
export interface Sequence {
  readonly statements: readonly (Simple | undefined)[];
}

/** Repetitions of a body of `period` statements, the first at `start`. */
export interface Run {
  readonly sequence: Sequence;
  start: number;
  readonly period: number;
  count: number;
}

/** Runs of statements that are alike but for places and locals, each the longest from where it starts. */
export function findRuns(sequence: Sequence): Run[] {
  const { statements } = sequence;
  const ids = new Map<string, number>();
  const signatures = statements.map((statement, i) => {
    if (!statement) return -1 - i;
    const text = signatureOf(statement);
    const id = ids.get(text) ?? ids.size;
    ids.set(text, id);
    return id;
  });
  const next = new Int32Array(signatures.length).fill(-1);
  const last = new Map<number, number>();
  for (let i = signatures.length - 1; i >= 0; i--) {
    next[i] = last.get(signatures[i]!) ?? -1;
    last.set(signatures[i]!, i);
  }
  const runs: Run[] = [];
  for (let i = 0; i < signatures.length; ) {
    let best: Run | undefined;
    for (let j = next[i]!, tries = 0; j >= 0 && j - i <= defaults.period && tries < 40; j = next[j]!, tries++) {
      const period = j - i;
      let length = 0;
      while (i + period + length < signatures.length && signatures[i + length] === signatures[i + period + length]) length++;
      const count = Math.floor(length / period) + 1;
      if (count >= defaults.repetitions && (!best || count * period > best.count * best.period))
        best = { sequence, start: i, period, count };
    }
    if (best) runs.push(best);
    i += best ? best.count * best.period : 1;
  }
  return runs;
}

/** A place or a local in a body, with what it is in every repetition. */
export type Leaf = { readonly kind: "place"; readonly at: readonly number[] } | { readonly kind: "local"; readonly at: readonly number[] };

/** Leaves of all repetitions side by side: offsets of places, numbers of locals. */
export function leavesOf({ sequence, start, period, count }: Run): Leaf[] {
  const all = Array.from({ length: count }, (_, r) => {
    const found: { kind: "place" | "local"; at: number }[] = [];
    for (let j = 0; j < period; j++) {
      // Runs are made of statements that are there.
      const statement = sequence.statements[start + r * period + j]!;
      mapLeaves(statement.value, (leaf) => {
        if (leaf.op === "local") found.push({ kind: "local", at: leaf.local });
        if (leaf.op === "load") found.push({ kind: "place", at: leaf.at.offset });
        return leaf;
      });
      if (statement.do === "store") found.push({ kind: "place", at: statement.at.offset });
    }
    return found;
  });
  return all[0]!.map(({ kind }, k) => ({ kind, at: all.map((leaves) => leaves[k]!.at) }));
}

/** Shortens a run to the repetitions about its middle in which every leaf moves on evenly. */
export function trim(run: Run, home: ReadonlyMap<number, number>): void {
  const middle = Math.floor(run.count / 2);
  let [from, to] = [0, run.count];
  for (const { kind, at } of leavesOf(run)) {
    const places = kind === "place" ? at : at.map((local) => home.get(local) ?? -1);
    const step = places[middle]! - places[middle - 1]!;
    if (step < 0 || places.includes(-1)) {
      run.count = 0;
      return;
    }
    let low = middle;
    while (low > from && places[low]! - places[low - 1]! === step) low--;
    let high = middle;
    while (high + 1 < to && places[high + 1]! - places[high]! === step) high++;
    from = Math.max(from, low);
    to = Math.min(to, high + 1);
  }
  run.start += from * run.period;
  run.count = to - from;
}

/** What a statement is but for offsets and locals. */
function signatureOf(statement: Simple): string {
  const own = statement.do === "let" ? "let" : `${statement.array}${stridesOf(statement.at)}`;
  return `${own}=${textOf(statement.value)}`;
}

const stridesOf = ({ strides = [] }: Place): string => strides.map(({ loop, by }) => `+${by}${loop}`).join("");

function textOf(value: Value | Test): string {
  if (value.op === "number") return Object.is(value.value, -0) ? "-0" : String(value.value);
  if (value.op === "local") return "_";
  if (value.op === "scalar") return value.name;
  if (value.op === "load") return `${value.array}[${stridesOf(value.at)}]`;
  if (value.op === "select") return `select(${textOf(value.test)},${textOf(value.yes)},${textOf(value.no)})`;
  return "of" in value ? `${value.op}(${textOf(value.of)})` : `${value.op}(${textOf(value.left)},${textOf(value.right)})`;
}
