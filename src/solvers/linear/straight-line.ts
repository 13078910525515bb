/** Sparse linear solver without loops: the elimination of one pattern, written out as generated code. For small systems. */
import type { Sparsity } from "../../core/index.ts";
import { instantiate, type Kernel, type KernelFunction, type Statement, type Value } from "../../kernel/index.ts";
import { denseSolver } from "./dense.ts";
import { type Elimination, eliminate } from "./elimination.ts";
import type { LinearSolver } from "./linear-solver.ts";

export const straightLineDefaults = {
  /** Most multiplications in a factorisation that is written out; beyond, code outgrows what V8 optimises. */
  operations: 600,
  /**
   * Sum of squares of the multipliers above which the fixed order of pivots is not trusted; such a matrix is factored again, dense and
   * with pivoting. Rounding errors grow with the multipliers; 10⁸ leaves them far below the tolerances of an integration.
   */
  growth: 1e8,
} as const;

interface Generated {
  readonly elimination: Elimination;
  /** (shift, jacobian, out factors) */
  readonly factor: KernelFunction;
  /** (count, factors, inout b) */
  readonly solve: KernelFunction;
  /** (count, factors, dJ, v, inout b) */
  readonly solveChanged: KernelFunction;
}

/** Code by pattern: patterns are shared by all systems of a model, and are never changed. */
const generated = new WeakMap<Sparsity, Map<string, Generated | undefined>>();

/** Undefined where the pattern is too large or leaves no fixed order of pivots. */
export function straightLineSolver(n: number, sparsity: Sparsity, mass: Uint8Array | undefined): LinearSolver | undefined {
  const code = codeFor(n, sparsity, mass);
  if (!code) return undefined;
  const { elimination, factor, solve, solveChanged } = code;
  const factors = new Float64Array(elimination.places + 1);
  let pivoting: LinearSolver | undefined;
  let trusted = true;

  return {
    kind: "sparse",
    factor(jacobian, shift) {
      factor(shift, jacobian, factors);
      trusted = factors[elimination.places]! <= straightLineDefaults.growth;
      if (trusted) return true;
      pivoting ??= denseSolver(n, sparsity, mass);
      return pivoting.factor(jacobian, shift);
    },
    solve(b, count) {
      if (trusted) solve(count, factors, b);
      else pivoting!.solve(b, count);
    },
    solveChanged(b, count, dJ, v) {
      if (trusted) solveChanged(count, factors, dJ, v, b);
      else pivoting!.solveChanged(b, count, dJ, v);
    },
  };
}

function codeFor(n: number, sparsity: Sparsity, mass: Uint8Array | undefined): Generated | undefined {
  const key = mass?.join("") ?? "";
  let byMass = generated.get(sparsity);
  if (!byMass) {
    byMass = new Map();
    generated.set(sparsity, byMass);
  }
  if (byMass.has(key)) return byMass.get(key);
  const elimination = eliminate(n, sparsity, mass, straightLineDefaults.operations);
  const code = elimination && generate(elimination, sparsity);
  byMass.set(key, code);
  return code;
}

function generate(elimination: Elimination, sparsity: Sparsity): Generated {
  let changed: KernelFunction | undefined;
  return {
    elimination,
    factor: instantiate(factorKernel(elimination)),
    solve: instantiate(solveKernel(elimination)),
    // Only derivatives need it: made when first asked for.
    solveChanged: (...operands) => {
      changed ??= instantiate(solveKernel(elimination, sparsity));
      changed(...operands);
    },
  };
}

const number = (value: number): Value => ({ op: "number", value });
const local = (id: number): Value => ({ op: "local", local: id });
const times = (left: Value, right: Value): Value => ({ op: "mul", left, right });
const minus = (left: Value, right: Value): Value => ({ op: "sub", left, right });
const load = (array: string, offset: number): Value => ({ op: "load", array, at: { offset } });

/** Values of s·M − J, eliminated pivot by pivot; the last number written is the sum of squares of the multipliers. */
function factorKernel({ places, ofJacobian, ofDiagonal, steps }: Elimination): Kernel {
  const body: Statement[] = [];
  let locals = 0;
  const name = (value: Value): number => {
    body.push({ do: "let", local: locals, value });
    return locals++;
  };
  const store = (offset: number, id: number): void => {
    body.push({ do: "store", array: "factors", at: { offset }, value: local(id) });
  };

  /** The local that holds each place at the moment; absent: the place is still zero. */
  const at = new Map<number, number>();
  const shifted = new Set(ofDiagonal.filter((place) => place >= 0));
  for (const [z, place] of ofJacobian.entries()) {
    const value = load("jacobian", z);
    at.set(place, name(shifted.has(place) ? minus({ op: "scalar", name: "shift" }, value) : { op: "neg", of: value }));
  }
  for (const place of shifted) if (!at.has(place)) at.set(place, name({ op: "scalar", name: "shift" }));

  let growth = name(number(0));
  const watch = (value: Value): void => {
    growth = name({ op: "add", left: local(growth), right: value });
  };
  for (const { pivot, below, right } of steps) {
    const reciprocal = name({ op: "div", left: number(1), right: local(at.get(pivot)!) });
    store(pivot, reciprocal);
    // Zero times a pivot that is not a finite number is NaN, which no bound lets pass.
    if (below.length === 0) watch(times(number(0), local(reciprocal)));
    for (const { place, updates } of below) {
      const multiplier = name(times(local(at.get(place)!), local(reciprocal)));
      store(place, multiplier);
      watch(times(local(multiplier), local(multiplier)));
      for (const { target, by } of updates) {
        const product = times(local(multiplier), local(at.get(by)!));
        const before = at.get(target);
        at.set(target, name(before === undefined ? { op: "neg", of: product } : minus(local(before), product)));
      }
    }
    for (const { place } of right) store(place, at.get(place)!);
  }
  store(places, growth);
  return {
    name: "factor",
    scalars: [{ name: "shift", type: "number" }],
    arrays: [
      { name: "jacobian", role: "in" },
      { name: "factors", role: "out" },
    ],
    body,
  };
}

/** Forward and back substitution for `count` right-hand sides in a row; with a sparsity, for b + (dJ)·v. */
function solveKernel({ n, steps }: Elimination, change?: Sparsity): Kernel {
  const body: Statement[] = [];
  let locals = 0;
  const name = (value: Value): number => {
    body.push({ do: "let", local: locals, value });
    return locals++;
  };
  const place = (i: number) => ({ offset: i, strides: [{ loop: "k", by: n }] });
  const right = Int32Array.from({ length: n }, (_, i) => name({ op: "load", array: "b", at: place(i) }));
  for (const [z, i] of change?.rows.entries() ?? []) {
    const value: Value = { op: "load", array: "dJ", at: { offset: z, strides: [{ loop: "k", by: change!.rows.length }] } };
    right[i] = name({ op: "add", left: local(right[i]!), right: times(value, load("v", change!.columns[z]!)) });
  }
  for (const { row, below } of steps) {
    for (const { row: i, place: multiplier } of below) {
      right[i] = name(minus(local(right[i]!), times(load("factors", multiplier), local(right[row]!))));
    }
  }
  const solution = new Int32Array(n);
  for (const { row, column, pivot, right: later } of steps.toReversed()) {
    let sum = right[row]!;
    for (const { column: j, place: entry } of later) {
      sum = name(minus(local(sum), times(load("factors", entry), local(solution[j]!))));
    }
    solution[column] = name(times(local(sum), load("factors", pivot)));
  }
  for (let i = 0; i < n; i++) body.push({ do: "store", array: "b", at: place(i), value: local(solution[i]!) });
  return {
    name: change ? "solveChanged" : "solve",
    scalars: [{ name: "count", type: "integer" }],
    arrays: [
      { name: "factors", role: "in" },
      ...(change
        ? ([
            { name: "dJ", role: "in" },
            { name: "v", role: "in" },
          ] as const)
        : []),
      { name: "b", role: "out" },
    ],
    body: [{ do: "loop", loop: "k", count: "count", body }],
  };
}
