/** The step of a Rosenbrock method for a lane: right-hand side and Jacobian of a model, and its elimination, as straight-line code. */
import type { Statement, System, Test, Value } from "../../core/index.ts";
import { sizeOfKernel } from "../../kernel/index.ts";
import { type Bindings, inline, type Part } from "../generated/program.ts";
import { type Elimination, eliminate } from "../linear/elimination.ts";
import { straightLineDefaults } from "../linear/straight-line.ts";
import type { RosenbrockMethod } from "../methods/method.ts";
import { inputsAt } from "./input-values.ts";
import type { LaneMethod, LaneShape } from "./lane-program.ts";
import { compare, larger, minus, number, over, plus, size, times, weighted } from "./values.ts";

export const rosenbrockLaneDefaults = {
  /** Operations of Jacobian and elimination above which members are solved one after the other. */
  operations: 4000,
  /** Spacing, as a fraction of the step, of the three-point difference that gives ∂f/∂t where the right-hand side depends on time. */
  timeIncrement: 1e-3,
  /** Sum of squares of the multipliers above which a step is not trusted. */
  growth: straightLineDefaults.growth,
  /** Share of the numbers it was made of below which a pivot is not trusted. 0: not looked at. */
  pivotShare: 0,
} as const;

export type RosenbrockLaneOptions = { readonly [K in keyof typeof rosenbrockLaneDefaults]: number };

/** Undefined where there is no Jacobian, no order of elimination, or too much of either. */
export function rosenbrockLanes(
  method: Omit<RosenbrockMethod, "name">,
  system: System,
  rhs: readonly Statement[],
  { n, moving, sampled }: LaneShape,
  options: RosenbrockLaneOptions = rosenbrockLaneDefaults,
): LaneMethod | undefined {
  const { operations, timeIncrement } = options;
  const kernel = system.kernels?.jacobian();
  const sparsity = system.jacobian?.sparsity;
  if (!kernel || !sparsity || system.mass?.includes(0) || sizeOfKernel(kernel) > operations) return undefined;
  if (kernel.body.some((statement) => statement.do === "loop")) return undefined;
  const elimination = eliminate(n, sparsity, undefined, operations);
  if (!elimination) return undefined;
  const stages = method.c.length;
  const timeDependent = moving || system.autonomous !== true;

  return {
    sizes: { rates: 0, stages: stages * n, witness: 0 },
    write(into, t, h, x) {
      const name = (value: Value, hint?: string): Value => into.name(value, hint);
      const evaluate = (statements: readonly Statement[], length: number, time: Value, state: readonly Value[]): Value[] => {
        const result: Value[] = Array.from({ length }, () => number(0));
        const bindings: Bindings = {
          scalar: () => time,
          load: (array, at) => (array === "x" ? state[at.offset]! : inputsAt(array, at.offset, time, moving)),
          store(_array, at, value) {
            result[at.offset] = name(value);
          },
        };
        inline(into, statements, bindings, new Map());
        return result;
      };
      const f = evaluate(rhs, n, t, x);
      const jacobian = evaluate(kernel.body, sparsity.rows.length, t, x);
      const reciprocal = name(over(number(1), h));
      const factors = factorise(into, elimination, jacobian, name(times(reciprocal, number(1 / method.gamma))), options);
      let slope: Value[] | undefined;
      if (timeDependent) {
        const step = name(times(number(timeIncrement), h));
        const [near, far] = [1, 2].map((k) => evaluate(rhs, n, name(plus(t, times(number(k), step))), x)) as [Value[], Value[]];
        // h·∂f/∂t
        slope = f.map((here, j) =>
          name(times(number(1 / (2 * timeIncrement)), minus(minus(times(number(4), near[j]!), times(number(3), here)), far[j]!))),
        );
      }
      const k: Value[][] = [];
      let state: readonly Value[] = x;
      for (let i = 0; i < stages; i++) {
        const combined = (weights: readonly number[], j: number): Value =>
          weighted(
            weights,
            k.map((row) => row[j]!),
          );
        let right: Value[];
        if (i === 0) right = f;
        else {
          const before = state;
          const still = method.a[i]!.every((weight) => weight === 0);
          state = x.map((base, j) =>
            still
              ? base
              : name(i < method.cumulativeFrom ? plus(base, combined(method.a[i]!, j)) : plus(before[j]!, k[i - 1]![j]!), `x${j}`),
          );
          const rates = evaluate(rhs, n, method.c[i] === 0 ? t : name(plus(t, times(number(method.c[i]!), h))), state);
          right = rates.map((rate, j) => name(plus(rate, times(reciprocal, combined(method.C[i]!, j)))));
        }
        const d = method.d[i]!;
        if (slope && d !== 0) right = right.map((value, j) => name(plus(value, times(number(d), slope[j]!))));
        k.push(substitute(into, elimination, factors.at, right));
      }
      const last = k[stages - 1]!;
      return {
        next: state.map((value, j) => name(plus(value, last[j]!))),
        error: last,
        rates: [],
        stages: sampled ? k.flat() : [],
        witness: [],
        regular: factors.regular,
        increment: () =>
          x.map((_, j) =>
            name(
              plus(
                weighted(
                  method.a[stages - 1]!,
                  k.map((row) => row[j]!),
                ),
                last[j]!,
              ),
            ),
          ),
      };
    },
  };
}

interface Factors {
  /** The value at each place: multipliers, remaining entries, reciprocals of pivots. */
  readonly at: ReadonlyMap<number, Value>;
  /** That the multipliers are not too large, and no pivot is zero; as in `straight-line.ts`. */
  readonly regular: Test;
}

function factorise(
  into: Part,
  { ofJacobian, ofDiagonal, steps }: Elimination,
  jacobian: readonly Value[],
  shift: Value,
  { growth: most, pivotShare }: RosenbrockLaneOptions,
): Factors {
  const name = (value: Value): Value => into.name(value);
  const at = new Map<number, Value>();
  const shifted = new Set(ofDiagonal.filter((place) => place >= 0));
  for (const [z, place] of ofJacobian.entries()) {
    at.set(place, name(shifted.has(place) ? minus(shift, jacobian[z]!) : { op: "neg", of: jacobian[z]! }));
  }
  for (const place of shifted) if (!at.has(place)) at.set(place, shift);
  // What pivots are made of, by size, where that is looked at.
  const sizes = new Map<number, Value>();
  if (pivotShare > 0) {
    for (const { pivot } of steps) sizes.set(pivot, name(size(shifted.has(pivot) ? shift : number(0))));
    for (const [z, place] of ofJacobian.entries()) {
      if (sizes.has(place)) sizes.set(place, name(plus(sizes.get(place)!, name(size(jacobian[z]!)))));
    }
  }
  let lost: Value = number(0);
  let growth: Value = number(0);
  for (const { pivot, below, right } of steps) {
    const made = sizes.get(pivot);
    if (made) lost = name(larger(lost, name(minus(times(number(pivotShare), made), name(size(at.get(pivot)!))))));
    const inverse = name(over(number(1), at.get(pivot)!));
    at.set(pivot, inverse);
    // Zero times what is not a finite number is NaN, which no bound lets pass.
    if (below.length === 0) growth = name(plus(growth, times(number(0), inverse)));
    for (const { place, updates } of below) {
      const multiplier = name(times(at.get(place)!, inverse));
      at.set(place, multiplier);
      growth = name(plus(growth, times(multiplier, multiplier)));
      for (const { target, by } of updates) {
        const product = times(multiplier, at.get(by)!);
        const before = at.get(target);
        at.set(target, name(before === undefined ? { op: "neg", of: product } : minus(before, product)));
        if (sizes.has(target)) sizes.set(target, name(plus(sizes.get(target)!, name(size(product)))));
      }
    }
    for (const { place } of right) if (!at.has(place)) at.set(place, number(0));
  }
  const tame = compare("le", growth, number(most));
  return { at, regular: pivotShare > 0 ? { op: "and", left: tame, right: compare("le", lost, number(0)) } : tame };
}

function substitute(into: Part, { n, steps }: Elimination, at: ReadonlyMap<number, Value>, b: readonly Value[]): Value[] {
  const name = (value: Value): Value => into.name(value);
  const right = [...b];
  for (const { row, below } of steps) {
    for (const { row: i, place } of below) right[i] = name(minus(right[i]!, times(at.get(place)!, right[row]!)));
  }
  const solution: Value[] = new Array(n);
  for (const { row, column, pivot, right: later } of steps.toReversed()) {
    let sum = right[row]!;
    for (const { column: j, place } of later) sum = name(minus(sum, times(at.get(place)!, solution[j]!)));
    solution[column] = name(times(sum, at.get(pivot)!));
  }
  return solution;
}
