/**
 * One try of a step for every lane of an ensemble, as a kernel that goes on until some lane needs attention.
 *
 * Every lane has its own time, step length and member; there are no branches, so that members are computed side by side: what a rejected
 * step would have changed is kept by selections. A lane's numbers depend on nothing but its member.
 */
import type { ArrayDeclaration, Kernel, Statement, Test, Value } from "../../core/index.ts";
import { cutKernel } from "../../kernel/index.ts";
import { inOneArray, type Part, program } from "../generated/program.ts";
import { controlDefaults } from "../step-control.ts";
import { compare, either, larger, load, minus, number, over, plus, root, size, smaller, store, times } from "./values.ts";

/** What steers a lane: places in its array `control`. */
export const control = {
  t: 0,
  /** Length of the next try, and length and start of the last. */
  h: 1,
  length: 2,
  from: 3,
  /** End of the piece of inputs, and its start. */
  stop: 4,
  begin: 5,
  /** Time at which somebody must look: the next sample or the stop. */
  due: 6,
  /** Error of the accepted step before, to the power of 1/32. */
  memory: 7,
  /** 1 where the last try was rejected. */
  rejected: 8,
  /** Steps at or below this, beside some units in the last place of t, are none; −1 for a lane without a member. */
  least: 9,
  /** Tries so far, and their number at which somebody must look. */
  tries: 10,
  limit: 11,
  /** Steps accepted so far. */
  steps: 12,
  /** 1 where somebody must look. */
  attention: 13,
  /** How often the step in hand was halved for a lower limit; 1 where a state went below one. */
  halved: 14,
  below: 15,
  rtol: 16,
  maxStep: 17,
} as const;

const controls = 18;

/** Sizes: states, inputs, parameters; whether inputs change within a piece; whether steps are kept for samples between their ends. */
export interface LaneShape {
  readonly n: number;
  readonly r: number;
  readonly p: number;
  readonly moving: boolean;
  readonly sampled: boolean;
  /** States with a lower limit. */
  readonly bounded: readonly number[];
}

export type LaneRegion = "control" | "x" | "rates" | "p" | "u" | "slope" | "atol" | "floor" | "before" | "stages" | "witness" | "kept";

/** The kernels of a bank of lanes. Called with `count` (of tries at most) and one array, which holds everything. */
export interface LaneProgram {
  /** What depends on parameters and held inputs only. */
  readonly prepare: Kernel;
  /** Tries steps until a lane needs attention. */
  readonly advance: Kernel;
  readonly places: Readonly<Record<LaneRegion, number>>;
  /** Numbers of one lane. */
  readonly length: number;
  /** Numbers that a step keeps of its stages: the multiple of n in `stages`. */
  readonly stages: number;
}

/** What a method adds: the end of the step, its error, what is carried on, and what is kept of it. */
export interface LaneStep {
  readonly next: readonly Value[];
  readonly error: readonly Value[];
  /** What becomes of `rates` when the step is accepted. */
  readonly rates: readonly Value[];
  /** The stages that dense output is made of, shape (stages, n). */
  readonly stages: readonly Value[];
  /** State and rate to see stiffness by. */
  readonly witness: readonly Value[];
  /** False where the step means nothing. */
  readonly regular?: Test | undefined;
  /** Writes the end of the step less its start, for sums that keep what rounding takes. */
  increment(): readonly Value[];
}

export interface LaneMethod {
  /** Length of `rates`, `stages` and `witness`. */
  readonly sizes: { readonly rates: number; readonly stages: number; readonly witness: number };
  write(into: Part, t: Value, h: Value, x: readonly Value[]): LaneStep;
}

/** Steps below this many units in the last place of t are not steps, as in `march.ts`. */
const leastUlps = 8;
/** Most halvings of a step for a lower limit, as in `limits.ts`. */
const halvings = 3;

export function laneProgram(method: LaneMethod, shape: LaneShape): LaneProgram {
  const { n, r, p, moving, sampled, bounded } = shape;
  const { part } = program();
  const prepare = part();
  const body = part({ part: prepare, constant: (array) => array === "p" || (array === "u" && !moving) });
  writeTry(body, method, shape);
  const loop: Statement = {
    do: "loop",
    loop: "i",
    count: "count",
    while: { test: compare("eq", load("control", control.attention), number(0)), in: "every" },
    body: body.statements,
  };
  const { rates, stages, witness } = method.sizes;
  const lengths: Readonly<Record<Exclude<LaneRegion, "kept">, number>> = {
    control: controls,
    x: n,
    rates,
    p,
    u: r,
    slope: r,
    atol: n,
    floor: bounded.length > 0 ? n : 0,
    before: sampled ? n : 0,
    stages: sampled ? stages : 0,
    witness,
  };
  const base: Kernel = {
    name: "lanes",
    scalars: [{ name: "count", type: "integer" }],
    arrays: Object.keys(lengths).map((name): ArrayDeclaration => ({ name, role: name === "p" || name === "u" ? "in" : "out" })),
    body: [],
  };
  const { kernels, carried } = cutKernel(base, [prepare.statements, [loop]], "kept");
  const places: Record<string, number> = {};
  let length = 0;
  for (const [name, own] of Object.entries({ ...lengths, kept: carried })) {
    places[name] = length;
    length += own;
  }
  const finished = (name: string, statements: readonly Statement[]): Kernel =>
    inOneArray({ ...base, name, body: statements }, "memory", (array) => places[array]!);
  return {
    prepare: finished("prepare", kernels[0]!.body),
    advance: finished("advance", kernels[1]!.body),
    places: places as Record<LaneRegion, number>, // One for each of `lengths`, and `kept`.
    length,
    stages: sampled ? stages / n : 0,
  };
}

/** A try: the step, its error, what is made of it, and whether somebody must look. */
function writeTry(into: Part, method: LaneMethod, { n, sampled, bounded }: LaneShape): void {
  const name = (value: Value, hint?: string): Value => into.name(value, hint);
  const read = (place: keyof typeof control): Value => name(load("control", control[place]), place);
  const [t, h, stop] = [read("t"), read("h"), read("stop")];
  const left = name(minus(stop, t), "left");
  const hits = compare("ge", h, left);
  // Two equal steps rather than a long one and a tiny one.
  const length = name(either(hits, left, name(smaller(h, name(times(left, number(0.5)))))), "length");
  const x = Array.from({ length: n }, (_, j) => name(load("x", j), `x${j}`));
  const { next, error, rates, stages, witness, regular } = method.write(into, t, length, x);

  let sum: Value | undefined;
  const rtol = read("rtol");
  for (let j = 0; j < n; j++) {
    const scale = name(plus(load("atol", j), times(rtol, name(larger(name(size(x[j]!)), name(size(next[j]!)))))));
    const ratio = name(over(error[j]!, scale));
    const square = times(ratio, ratio);
    sum = name(sum === undefined ? square : plus(sum, square));
  }
  const square = name(times(sum!, number(1 / n)), "square");
  const small = compare("le", square, number(1));
  const passed: Test = regular ? { op: "and", left: small, right: regular } : small;
  const tooLow = bounded.map(
    (j): Test => ({
      op: "and",
      left: compare("lt", next[j]!, name(load("floor", j))),
      right: compare("ge", x[j]!, name(load("floor", j))),
    }),
  );
  const low: Test | undefined =
    tooLow.length === 0
      ? undefined
      : {
          op: "and",
          left: tooLow.reduce((left, right): Test => ({ op: "or", left, right })),
          right: compare("lt", read("halved"), number(halvings)),
        };
  // Truth values have no names: as a number, it is computed once.
  const accepted = name(
    either(low ? { op: "and", left: passed, right: { op: "not", of: low } } : passed, number(1), number(0)),
    "accepted",
  );
  const ok = compare("gt", accepted, number(0));

  const after = name(either(hits, stop, name(plus(t, length))));
  const tNext = name(either(ok, after, t), "t");
  const hNext = writeControl(into, { ok, passed, square, regular, h, length });
  const tries = name(plus(read("tries"), number(1)));
  const floor = name(plus(load("control", control.least), times(number(leastUlps * Number.EPSILON), name(size(t)))));
  const stuck: Test = { op: "and", left: { op: "not", of: ok }, right: compare("le", hNext, floor) };
  const out: Test = { op: "or", left: compare("ge", tries, read("limit")), right: stuck };
  const look: Test = { op: "or", left: compare("ge", tNext, read("due")), right: out };
  const write = (place: keyof typeof control, value: Value): void => {
    into.statements.push(store("control", control[place], name(value)));
  };
  if (low) {
    const first = compare("lt", next[bounded[0]!]!, name(load("floor", bounded[0]!)));
    const any = bounded
      .slice(1)
      .reduce<Test>((left, j) => ({ op: "or", left, right: compare("lt", next[j]!, name(load("floor", j))) }), first);
    write("below", either({ op: "and", left: ok, right: any }, number(1), read("below")));
    const halved = read("halved");
    write("halved", either(ok, number(0), either({ op: "and", left: passed, right: low }, name(plus(halved, number(1))), halved)));
  }
  // Everything is read before anything is stored: the names above stand for what was there before.
  const steps = name(plus(read("steps"), accepted));
  const kept = rates.map((value, j) => name(either(ok, value, name(load("rates", j)))));
  const states = next.map((value, j) => name(either(ok, value, x[j]!)));
  write("t", tNext);
  write("h", hNext);
  write("length", length);
  write("from", t);
  write("tries", tries);
  write("steps", steps);
  write("rejected", minus(number(1), accepted));
  write("attention", either(look, number(1), number(0)));
  for (const [j, value] of witness.entries()) into.statements.push(store("witness", j, value));
  if (sampled) {
    for (const [j, value] of x.entries()) into.statements.push(store("before", j, value));
    for (const [j, value] of stages.entries()) into.statements.push(store("stages", j, value));
  }
  for (const [j, value] of kept.entries()) into.statements.push(store("rates", j, value));
  for (const [j, value] of states.entries()) into.statements.push(store("x", j, value));
}

interface Tried {
  readonly ok: Test;
  readonly passed: Test;
  readonly regular: Test | undefined;
  /** Mean square of the weighted error. */
  readonly square: Value;
  readonly h: Value;
  readonly length: Value;
}

/**
 * Length of the next try, by proportional–integral control with exponents that square roots give: 3/16 and 1/32, where `step-control.ts`
 * has 0.18 and 0.04 for methods of order 5.
 */
function writeControl(into: Part, { ok, passed, regular, square, h, length }: Tried): Value {
  const { safety, leastFactor, mostFactor, blindFactor, leastError, leastMemory } = controlDefaults;
  const name = (value: Value): Value => into.name(value);
  const error = name(root(name(larger(square, number(leastError ** 2)))));
  const quarter = name(root(name(root(error))));
  const eighth = name(root(quarter));
  const sixteenth = name(root(eighth));
  const thirtySecond = name(root(sixteenth));
  const plain = name(over(number(safety), name(times(eighth, sixteenth))));
  const memory = name(load("control", control.memory));
  const grown = name(times(plain, memory));
  const capped = name(either(compare("gt", grown, number(mostFactor)), number(mostFactor), name(larger(grown, number(leastFactor)))));
  const rejected = compare("gt", name(load("control", control.rejected)), number(0));
  const held: Test = { op: "and", left: rejected, right: compare("gt", capped, number(1)) };
  const factor = name(either(held, number(1), capped));
  const product = name(times(length, factor));
  // A step cut short by a stop says little against the length that was meant.
  const wanted = name(either(compare("ge", factor, number(1)), name(larger(h, product)), product));
  const longer = name(smaller(wanted, name(load("control", control.maxStep))));
  const finite = compare("lt", square, number(Infinity));
  const sane: Test = regular ? { op: "and", left: finite, right: regular } : finite;
  const less = name(either(sane, name(larger(plain, number(leastFactor))), number(blindFactor)));
  // A step that passed and is not taken went below a limit.
  const shorter = name(times(length, name(either(passed, number(0.5), less))));
  const remembered = name(larger(thirtySecond, number(leastMemory ** (1 / 32))));
  into.statements.push(store("control", control.memory, name(either(ok, remembered, memory))));
  return name(either(ok, longer, shorter));
}

/** The memory of a controller before its first step. */
export const forgotten = controlDefaults.leastMemory ** (1 / 32);
