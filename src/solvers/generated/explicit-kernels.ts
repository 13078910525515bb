/**
 * One step of an explicit Runge–Kutta method as straight-line kernels, with the right-hand side of a model written into every stage.
 *
 * Operations have the order that `explicit-runge-kutta.ts` gives them, so the results have the same bits wherever the functions in the
 * right-hand side do.
 */
import type { ArrayDeclaration, Kernel, Place, Statement, SystemKernels, Value } from "../../core/index.ts";
import { cutKernel, sizeOfKernel } from "../../kernel/index.ts";
import type { ExplicitMethod } from "../methods/method.ts";
import { denseDegree } from "../stepper.ts";
import { type Bindings, inline, inOneArray, type Part, program } from "./program.ts";

export const generatedDefaults = {
  /** Operations in one right-hand side, and in one tangent, above which the written form serves as well: calls cost little there. */
  operations: 600,
  tangentOperations: 1500,
} as const;

/** Sizes of a step: states, inputs, parameters, active parameters, directions; and whether inputs change within a piece. */
export interface StepShape {
  readonly n: number;
  readonly r: number;
  readonly p: number;
  readonly a: number;
  readonly q: number;
  readonly moving: boolean;
}

/** Kernels of a step. All are called with t, h, begin (of the piece of inputs), and one array, which holds everything. */
export interface StepKernels {
  /** What depends on parameters and held inputs only. */
  readonly prepare: Kernel;
  /** From x and the first rates: states and rates of all stages, and the error. */
  readonly attempt: Kernel;
  /** After `attempt`, from s and the first tangent rates: tangents of all stages, sNext, and its error. */
  readonly differentiate: Kernel;
  /** Coefficients of 1, θ … θ⁴ of the interpolants, shapes (5, n) and (5, q·n). */
  readonly polynomial: Kernel;
  readonly tangentPolynomial: Kernel;
  /** Where in the array things are, and how long it is. */
  readonly places: Readonly<Record<Region, { readonly offset: number; readonly length: number }>>;
  readonly length: number;
}

const number = (value: number): Value => ({ op: "number", value });
const scalar = (name: string): Value => ({ op: "scalar", name });
const plus = (left: Value, right: Value): Value => ({ op: "add", left, right });
const times = (left: Value, right: Value): Value => ({ op: "mul", left, right });
const place = (offset: number, by?: number): Place => (by === undefined ? { offset } : { offset, strides: [{ loop: "k", by }] });
const load = (array: string, offset: number, by?: number): Value => ({ op: "load", array, at: place(offset, by) });
const store = (array: string, offset: number, value: Value, by?: number): Statement => ({
  do: "store",
  array,
  at: place(offset, by),
  value,
});

/** Terms added as `combine` of `stepper.ts` adds them. */
function sum(terms: readonly Value[]): Value {
  const [a, b, c, d, e, f, g] = terms as readonly [Value, Value?, Value?, Value?, Value?, Value?, Value?];
  if (b === undefined) return a;
  if (c === undefined) return plus(a, b);
  if (d === undefined) return plus(plus(a, b), c);
  const four = plus(plus(a, b), plus(c, d));
  if (e === undefined) return four;
  if (f === undefined) return plus(four, e);
  return plus(four, g === undefined ? plus(e, f) : plus(plus(e, f), g));
}

/** Undefined where right-hand side or tangent are not straight-line code, or long. */
export function explicitKernels(method: ExplicitMethod, kernels: SystemKernels, shape: StepShape): StepKernels | undefined {
  const { n, r, p, a, q, moving } = shape;
  const { operations, tangentOperations } = generatedDefaults;
  const rhs = partsOf(kernels.rhs(), operations);
  const tangent = q > 0 ? partsOf(kernels.tangent(), tangentOperations) : undefined;
  if (!rhs || rhs.loops.length > 0 || (q > 0 && !tangent) || method.b.length > 7) return undefined;

  const { part } = program();
  const prepare = part();
  const early = { part: prepare, constant: (array: string) => array === "p" || (array === "u" && !moving) };
  const attempt = part(early);
  const bindings = writeAttempt(attempt, method, rhs.straight, shape);
  const differentiate = part(early);
  if (tangent) writeTangents(differentiate, method, tangent, bindings, shape);

  const stages = method.b.length;
  const lengths: Readonly<Record<Exclude<Region, "kept">, number>> = {
    x: n,
    p,
    u: r,
    slope: r,
    stages: stages * n,
    rates: stages * n,
    error: n,
    polynomial: (denseDegree + 1) * n,
    s: q * n,
    dp: q * a,
    tangentRates: stages * q * n,
    sNext: q * n,
    tangentError: q * n,
    tangentPolynomial: (denseDegree + 1) * q * n,
  };
  const base: Kernel = {
    name: "step",
    scalars: ["t", "h", "begin"].map((name) => ({ name, type: "number" })),
    arrays: Object.keys(lengths).map((name): ArrayDeclaration => ({ name, role: inputs.has(name) ? "in" : "out" })),
    body: [],
  };
  const { kernels: cut, carried } = cutKernel(base, [prepare.statements, attempt.statements, differentiate.statements], "kept");
  const places: Record<string, { offset: number; length: number }> = {};
  let length = 0;
  for (const [name, own] of Object.entries({ ...lengths, kept: carried })) {
    places[name] = { offset: length, length: own };
    length += own;
  }
  const finished = (name: string, body: readonly Statement[]): Kernel =>
    inOneArray({ ...base, name, body }, "memory", (array) => places[array]!.offset);
  return {
    prepare: finished("prepare", cut[0]!.body),
    attempt: finished("attempt", cut[1]!.body),
    differentiate: finished("differentiate", cut[2]!.body),
    polynomial: finished("polynomial", [interpolant(method, "x", "rates", "polynomial", n)]),
    tangentPolynomial: finished("tangentPolynomial", [interpolant(method, "s", "tangentRates", "tangentPolynomial", q * n)]),
    places: places as StepKernels["places"], // One for each of `lengths`, and `kept`.
    length,
  };
}

/** Read, never written by the kernels of a step: loaded again wherever they are needed. */
const inputs = new Set(["x", "p", "u", "slope", "s", "dp"]);

export type Region =
  | "x"
  | "p"
  | "u"
  | "slope"
  | "stages"
  | "rates"
  | "error"
  | "polynomial"
  | "s"
  | "dp"
  | "tangentRates"
  | "sNext"
  | "tangentError"
  | "tangentPolynomial"
  | "kept";

/** The statements of a kernel before its loops, and the bodies of those. */
interface Parts {
  readonly straight: readonly Statement[];
  readonly loops: readonly (readonly Statement[])[];
}

/** Undefined where the kernel is of another form, or longer than `most`. */
function partsOf(kernel: Kernel, most: number): Parts | undefined {
  const { body } = kernel;
  if (sizeOfKernel(kernel) > most) return undefined;
  const straight = body.filter((statement) => statement.do !== "loop");
  const loops = body.flatMap((statement) => (statement.do === "loop" ? [statement.body] : []));
  const first = body.findIndex((statement) => statement.do === "loop");
  if (loops.length > 0 && first < straight.length) return undefined;
  return loops.some((inner) => inner.some((statement) => statement.do === "loop")) ? undefined : { straight, loops };
}

type StageBindings = (stage: number, store: Bindings["store"]) => Bindings;

function writeAttempt(into: Part, method: ExplicitMethod, rhs: readonly Statement[], { n, moving }: StepShape): StageBindings {
  const x = Array.from({ length: n }, (_, j) => into.name(load("x", j), `x${j}`));
  const states: Value[][] = [x];
  const rates: Value[][] = [Array.from({ length: n }, (_, j) => into.name(load("rates", j), `f${j}`))];
  const timeOf = (stage: number): Value => plus(scalar("t"), times(number(method.c[stage]!), scalar("h")));
  const bindings: StageBindings = (stage, store) => ({
    scalar: () => timeOf(stage),
    load(array, at) {
      if (array === "x") return states[stage]![at.offset]!;
      if (array === "p" || !moving) return load(array, at.offset);
      const elapsed: Value = { op: "sub", left: timeOf(stage), right: scalar("begin") };
      return plus(load("u", at.offset), times(load("slope", at.offset), elapsed));
    },
    store,
  });
  for (let i = 1; i < method.b.length; i++) {
    const weights = method.a[i]!.map((weight) => times(scalar("h"), number(weight)));
    states.push(x.map((base, j) => into.name(plus(base, sum(weights.map((weight, m) => times(weight, rates[m]![j]!)))), `x${j}`)));
    for (const [j, value] of states[i]!.entries()) into.statements.push(store("stages", i * n + j, value));
    const result: Value[] = new Array(n);
    const keep: Bindings["store"] = (_array, at, value) => {
      result[at.offset] = into.name(value, `f${at.offset}`);
    };
    inline(into, rhs, bindings(i, keep), new Map());
    for (const [j, value] of result.entries()) into.statements.push(store("rates", i * n + j, value));
    rates.push(result);
  }
  const weights = method.bError.map((weight) => times(scalar("h"), number(weight)));
  for (let j = 0; j < n; j++) {
    into.statements.push(store("error", j, into.name(sum(weights.map((weight, m) => times(weight, rates[m]![j]!))))));
  }
  return bindings;
}

/** The partial derivatives of every stage first, which are the same for all directions; then one direction after the other. */
function writeTangents(into: Part, method: ExplicitMethod, tangent: Parts, bindings: StageBindings, { n, a, q }: StepShape): void {
  const stages = method.b.length;
  const nothing: Bindings["store"] = () => undefined;
  const locals = Array.from({ length: stages }, (_, i) => {
    const known = new Map<number, Value>();
    if (i > 0) inline(into, tangent.straight, bindings(i, nothing), known);
    return known;
  });
  const weightsOf = (line: readonly number[]): Value[] => line.map((weight) => into.name(times(scalar("h"), number(weight))));
  const weights = method.a.map(weightsOf);
  const errors = weightsOf(method.bError);

  const inner = into.inside();
  const s = Array.from({ length: n }, (_, j) => inner.name(load("s", j, n), `s${j}`));
  const dp = Array.from({ length: a }, (_, j) => inner.name(load("dp", j, a), `dp${j}`));
  const rates: Value[][] = [Array.from({ length: n }, (_, j) => inner.name(load("tangentRates", j, n), `k${j}`))];
  for (let i = 1; i < stages; i++) {
    const dx = s.map((base, j) => inner.name(plus(base, sum(weights[i]!.map((weight, m) => times(weight, rates[m]![j]!)))), `dx${j}`));
    if (i === stages - 1) for (const [j, value] of dx.entries()) inner.statements.push(store("sNext", j, value, n));
    const result: Value[] = Array.from({ length: n }, () => number(0));
    const during: Bindings = {
      scalar,
      load: (array, at) => (array === "dx" ? dx : array === "dp" ? dp : result)[at.offset]!,
      store: (_array, at, value) => {
        result[at.offset] = inner.name(value, `k${at.offset}`);
      },
    };
    for (const loop of tangent.loops) inline(inner, loop, during, locals[i]!);
    for (const [j, value] of result.entries()) inner.statements.push(store("tangentRates", i * q * n + j, value, n));
    rates.push(result);
  }
  for (let j = 0; j < n; j++) {
    const terms = errors.map((weight, m) => times(weight, rates[m]![j]!));
    inner.statements.push(store("tangentError", j, inner.name(sum(terms)), n));
  }
  into.statements.push({ do: "loop", loop: "k", count: q, body: inner.statements });
}

/** Added from left to right, as `interpolant` of `explicit-runge-kutta.ts` does; weights that are zero change nothing. */
function interpolant(method: ExplicitMethod, base: string, rates: string, out: string, size: number): Statement {
  const { part } = program();
  const into = part();
  const values = method.b.map((_, i) => into.name(load(rates, i * size, 1)));
  into.statements.push(store(out, 0, load(base, 0, 1), 1));
  for (let power = 0; power < denseDegree; power++) {
    const terms = values.flatMap((value, i) => {
      const weight = method.dense[i]![power]!;
      return weight === 0 ? [] : [weight === 1 ? value : times(number(weight), value)];
    });
    into.statements.push(store(out, (power + 1) * size, times(scalar("h"), terms.reduce(plus)), 1));
  }
  return { do: "loop", loop: "k", count: size, body: into.statements };
}
