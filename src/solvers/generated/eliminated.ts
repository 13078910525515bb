/** Elimination in a fixed order as values of the kernel language: the operations of `linear/straight-line.ts`, written into another kernel. */
import type { Sparsity, Value } from "../../core/index.ts";
import type { Elimination } from "../linear/elimination.ts";
import type { Part } from "./program.ts";
import { minus, negative, number, over, plus, times } from "./values.ts";

export interface Eliminated {
  /** Sum of squares of the multipliers; not a number where a pivot is none. */
  readonly growth: Value;
  /** Value at each place of the filled pattern: multipliers, reciprocals of pivots, and what is to their right. */
  readonly factors: ReadonlyMap<number, Value>;
}

/** The part of it that substitution needs. */
export interface Factors {
  readonly factors: { get(place: number): Value | undefined };
}

/** Factors shift·M − J. */
export function factored(into: Part, { ofJacobian, ofDiagonal, steps }: Elimination, jacobian: readonly Value[], shift: Value): Eliminated {
  const at = new Map<number, Value>();
  const shifted = new Set(ofDiagonal.filter((place) => place >= 0));
  for (const [z, place] of ofJacobian.entries()) {
    at.set(place, into.name(shifted.has(place) ? minus(shift, jacobian[z]!) : negative(jacobian[z]!)));
  }
  for (const place of shifted) if (!at.has(place)) at.set(place, shift);
  let growth: Value = number(0);
  const watch = (value: Value): void => {
    growth = into.name(plus(growth, value));
  };
  for (const { pivot, below, right } of steps) {
    const reciprocal = into.name(over(number(1), at.get(pivot)!));
    at.set(pivot, reciprocal);
    if (below.length === 0) watch(times(number(0), reciprocal));
    for (const { place, updates } of below) {
      const multiplier = into.name(times(at.get(place)!, reciprocal));
      at.set(place, multiplier);
      watch(times(multiplier, multiplier));
      for (const { target, by } of updates) {
        const product = times(multiplier, at.get(by)!);
        const before = at.get(target);
        at.set(target, into.name(before === undefined ? negative(product) : minus(before, product)));
      }
    }
    for (const { place } of right) if (!at.has(place)) at.set(place, number(0));
  }
  return { growth, factors: at };
}

/** Solves for one right-hand side. */
export function solved(into: Part, { n, steps }: Elimination, { factors }: Factors, b: readonly Value[]): Value[] {
  const right = [...b];
  for (const { row, below } of steps) {
    for (const { row: i, place } of below) right[i] = into.name(minus(right[i]!, times(factors.get(place)!, right[row]!)));
  }
  const solution: Value[] = new Array(n);
  for (const { row, column, pivot, right: later } of steps.toReversed()) {
    let sum = right[row]!;
    for (const { column: j, place } of later) sum = into.name(minus(sum, times(factors.get(place)!, solution[j]!)));
    solution[column] = into.name(times(sum, factors.get(pivot)!));
  }
  return solution;
}

/** b + (dJ)·v. Changes that are zero wherever they are looked at leave no trace. */
export function changed(into: Part, { rows, columns }: Sparsity, b: readonly Value[], dJ: readonly Value[], v: readonly Value[]): Value[] {
  const right = [...b];
  for (const [z, i] of rows.entries()) {
    const change = dJ[z]!;
    if (change.op === "number" && change.value === 0) continue;
    right[i] = into.name(plus(right[i]!, times(change, v[columns[z]!]!)));
  }
  return right;
}
