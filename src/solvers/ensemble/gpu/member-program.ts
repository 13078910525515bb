/**
 * The course of one member over one segment of time, as a kernel of single-precision arithmetic for a GPU.
 *
 * Time counts from the start of the segment and, like the states, is a sum that keeps what rounding takes away (Kahan), so that many small
 * steps add up. The kernel tries at most `count` steps and goes on where it stopped when it is called again: results do not depend on how
 * the work is cut into calls.
 */
import type { Kernel, Statement, System, Test, Value } from "../../../core/index.ts";
import { type Bindings, inline, type Part, program } from "../../generated/program.ts";
import { marchDefaults } from "../../march.ts";
import { controlDefaults } from "../../step-control.ts";
import { inputsAt } from "../input-values.ts";
import { control, type LaneMethod } from "../lane-program.ts";
import { compare, either, larger, load, minus, number, over, plus, root, size, smaller, store, times } from "../values.ts";

/** How a member stands. */
export const status = { running: 0, reached: 1, stuck: 2, exhausted: 3, stiff: 4 } as const;

/** Numbers that steer a member: places after its n states. The first six are read back. */
export const steering = {
  status: 0,
  time: 1,
  tries: 2,
  steps: 3,
  below: 4,
  h: 5,
  timeLost: 6,
  logMemory: 7,
  rejected: 8,
  halved: 9,
  /** At the edge of stability, or without a trustworthy elimination, lately. */
  edgy: 10,
} as const;
export const steeringRead = 6;
const steered = Object.keys(steering).length;

/** Where inputs and parameters stand: each member's own, in the order of these lists; the others are scalars. */
export interface MemberShape {
  readonly p: readonly number[];
  readonly u: readonly number[];
  /** Inputs change within a segment. */
  readonly moving: boolean;
}

export interface MemberMethod {
  readonly order: number;
  /** Length of the stability interval where steps are watched for stiffness. */
  readonly stability: number | undefined;
  /** Steps of the length that is given; none is rejected for its error. */
  readonly fixed: boolean;
  readonly step: LaneMethod;
}

export const memberDefaults = {
  /** Errors above this many tolerances count as no number. */
  largest: 1e15,
  /** Steps below this share of the time since the start of the segment are none; single precision alone ends at 6e-8. */
  leastShare: 1e-9,
  leastStep: 1e-34,
  /** A step may be longer by this share to end where the segment does. */
  stretch: 1e-2,
  /** What a step that is not at the edge of stability takes off the count of those that are; `marchDefaults.stiffSteps` make a member stiff. */
  quiet: 1 / 4,
  /** Tries without a trustworthy elimination, each counted `irregularWeight` times, less those with one, that hand a member to the processor. */
  irregularTries: 100,
  irregularWeight: 4,
} as const;

/**
 * Scalars: `count` of tries, `begin` and `length` of the segment, `rtol`, `most` (longest step), `limit` of tries in all, `fresh` (1 in the first call of a
 * segment), `step` (first step of a segment; 0: chosen here, or as before), then `p0` …, `u0` …, `slope0` …, `atol0` …, `floor0` … by index.
 *
 * Arrays: `own`, parameters and inputs of the member; `saved`, the states, what steers, what rounding took from the states, rates.
 */
export function memberProgram(system: System, method: MemberMethod, shape: MemberShape): Kernel {
  const n = system.states.length;
  const { part } = program();
  const before = part();
  const body = part({ part: before, constant: (array) => array === "p" || (array === "u" && !shape.moving) });
  const width = { p: system.parameters.length, u: system.inputs.length, rates: method.step.sizes.rates };
  const bounded = Array.from(system.lower.keys()).filter((j) => system.lower[j]! > -Infinity);
  const saved = savedPlaces(n);

  const head = fill(system, shape);
  const begun = writeStart(before, system, method, shape);
  writeTry(body, system, method, bounded);
  const loop: Statement = {
    do: "loop",
    loop: "i",
    count: "count",
    while: { test: compare("eq", load("control", place.status), number(status.running)), in: "every" },
    body: body.statements,
  };
  const copies = (names: readonly (readonly [array: string, at: number, length: number])[]): Statement[] =>
    names.flatMap(([array, at, length]) => Array.from({ length }, (_, j) => store("saved", at + j, load(array, j))));
  const tail = [
    ...copies([
      ["x", 0, n],
      ["lost", saved.lost, n],
      ["rates", saved.rates, width.rates],
    ]),
    ...Object.entries(steering).map(([name, at]) => store("saved", n + at, load("control", place[name as keyof typeof steering]))),
  ];
  const scalars = ["begin", "length", "rtol", "most", "limit", "fresh", "step", ...sharedScalars(system, shape)];
  const work = {
    control: Math.max(...Object.values(place)) + 1,
    x: n,
    lost: n,
    rates: width.rates,
    p: width.p,
    u: width.u,
    slope: width.u,
  };
  return {
    name: "members",
    scalars: [{ name: "count", type: "integer" }, ...scalars.map((name) => ({ name, type: "number" as const }))],
    arrays: [
      { name: "own", role: "in" },
      { name: "saved", role: "out" },
      ...Object.entries(work).map(([name, length]) => ({ name, role: "work" as const, length })),
    ],
    body: [...head, ...before.statements, ...begun, loop, ...tail],
  };
}

/** Places in `saved` beyond states and steering, and its length. */
export const savedPlaces = (n: number, rates = n) =>
  ({ lost: n + steered, rates: 2 * n + steered, length: 2 * n + steered + rates }) as const;

/** Names of the scalars that hold what members share, in the order of the call. */
export function sharedScalars(system: System, { p, u }: MemberShape): string[] {
  const named = (prefix: string, length: number, skip: readonly number[] = []): string[] =>
    Array.from({ length }, (_, i) => i).flatMap((i) => (skip.includes(i) ? [] : [`${prefix}${i}`]));
  const r = system.inputs.length;
  const n = system.states.length;
  return [
    ...named("p", system.parameters.length, p),
    ...named("u", r, u),
    ...named("slope", r, u),
    ...named("atol", n),
    ...named("floor", n).filter((_, j) => system.lower[j]! > -Infinity),
  ];
}

/** Places in the work array `control`. `begin` is where `inputsAt` reads it. */
const place = {
  begin: control.begin,
  ...Object.fromEntries(Object.entries(steering).map(([name, at]) => [name, control.begin + 1 + at])),
} as {
  readonly [K in keyof typeof steering | "begin"]: number;
};

const scalar = (name: string): Value => ({ op: "scalar", name });
const both = (left: Test, right: Test): Test => ({ op: "and", left, right });
const isFresh = compare("gt", scalar("fresh"), number(0.5));

/** From what is shared and what is saved to the work arrays. */
function fill(system: System, { p, u }: MemberShape): Statement[] {
  const n = system.states.length;
  const own = (list: readonly number[], i: number, from: number): Value | undefined =>
    list.includes(i) ? load("own", from + list.indexOf(i)) : undefined;
  const places = savedPlaces(n);
  return [
    ...system.parameters.map((_, i) => store("p", i, own(p, i, 0) ?? scalar(`p${i}`))),
    ...system.inputs.map((_, i) => store("u", i, own(u, i, p.length) ?? scalar(`u${i}`))),
    ...system.inputs.map((_, i) => store("slope", i, u.includes(i) ? number(0) : scalar(`slope${i}`))),
    ...system.states.flatMap((_, j) => [store("x", j, load("saved", j)), store("lost", j, load("saved", places.lost + j))]),
    ...Object.entries(steering).map(([name, at]) => store("control", place[name as keyof typeof steering], load("saved", n + at))),
    store("control", place.begin, system.autonomous === true ? number(0) : scalar("begin")),
  ];
}

/** The state of affairs at the start of a call: a new segment begins, or the one before goes on. Loads are from `saved`: names outlive stores. */
function writeStart(into: Part, system: System, { step, fixed }: MemberMethod, { moving }: MemberShape): Statement[] {
  const n = system.states.length;
  const name = (value: Value): Value => into.name(value);
  const old = (which: keyof typeof steering): Value => name(load("saved", n + steering[which]));
  const opens = both(isFresh, compare("le", old("status"), number(status.reached)));
  const opened = (value: number, which: keyof typeof steering): Value => name(either(opens, number(value), old(which)));
  const elapsed = opened(0, "time");
  const now = timeAt(into, system, elapsed);
  const x = Array.from({ length: n }, (_, j) => name(load("saved", j)));
  const f: Value[] = x.map(() => number(0));
  const bindings: Bindings = {
    scalar: () => now,
    load: (array, at) => (array === "x" ? x[at.offset]! : inputsAt(array, at.offset, now, moving)),
    store(_array, at, value) {
      f[at.offset] = name(value);
    },
  };
  inline(into, system.kernels!.rhs().body, bindings, new Map());
  const norm = (values: readonly Value[]): Value => {
    const squares = values.map((value, j) => {
      const scale = plus(scalar(`atol${j}`), times(scalar("rtol"), size(x[j]!)));
      const ratio = name(smaller(name(size(over(value, scale))), number(memberDefaults.largest)));
      return times(ratio, ratio);
    });
    return name(root(name(times(squares.reduce(plus), number(1 / n)))));
  };
  const [large, quick] = [norm(x), norm(f)];
  const nothing = name(times(number(1e-6), scalar("length")));
  const slow: Test = { op: "or", left: compare("lt", large, number(1e-5)), right: compare("lt", quick, number(1e-5)) };
  const guess = name(either(slow, nothing, name(smaller(over(times(number(0.01), large), quick), scalar("length")))));
  const previous = name(
    either(compare("gt", old("h"), number(0)), old("h"), name(either(compare("gt", guess, number(0)), guess, nothing))),
  );
  const given = both(isFresh, compare("gt", scalar("step"), number(0)));
  const h = fixed ? either(given, scalar("step"), old("h")) : smaller(name(either(given, scalar("step"), previous)), scalar("most"));
  const first = savedPlaces(n).rates;
  const set = (which: keyof typeof steering, value: Value): Statement => store("control", place[which], value);
  return [
    set("status", opened(status.running, "status")),
    set("time", elapsed),
    set("timeLost", opened(0, "timeLost")),
    set("logMemory", opened(Math.log(controlDefaults.leastMemory), "logMemory")),
    set("rejected", opened(0, "rejected")),
    set("h", h),
    ...Array.from({ length: step.sizes.rates }, (_, j) => store("rates", j, either(opens, f[j]!, load("saved", first + j)))),
  ];
}

/** What the equations call t. Where they do not, the time since the start of the segment, which is the more exact. */
function timeAt(into: Part, system: System, elapsed: Value): Value {
  return system.autonomous === true ? elapsed : into.name(plus(scalar("begin"), elapsed));
}

function writeTry(into: Part, system: System, method: MemberMethod, bounded: readonly number[]): void {
  const n = system.states.length;
  const { fixed, step, stability } = method;
  const name = (value: Value, hint?: string): Value => into.name(value, hint);
  const read = (which: keyof typeof steering): Value => name(load("control", place[which]), which);
  const [elapsed, lost, h] = [read("time"), read("timeLost"), read("h")];
  const left = name(plus(name(minus(scalar("length"), elapsed)), lost), "left");
  const hits = compare("ge", name(times(h, number(1 + memberDefaults.stretch))), left);
  const length = name(either(hits, left, fixed ? h : name(smaller(h, name(times(left, number(0.5)))))), "length");
  const x = Array.from({ length: n }, (_, j) => name(load("x", j), `x${j}`));
  const { error, rates, witness, regular, increment } = step.write(into, timeAt(into, system, elapsed), length, x);

  const sums = increment().map((change, j) => {
    const before = name(load("lost", j));
    const whole = name(minus(change, before));
    const next = name(plus(x[j]!, whole), `x${j}`);
    return { before, next, lost: name(minus(name(minus(next, x[j]!)), whole)) };
  });
  const next = sums.map((sum) => sum.next);
  const squares = next.map((after, j) => {
    const scale = name(plus(scalar(`atol${j}`), times(scalar("rtol"), name(larger(name(size(x[j]!)), name(size(after)))))));
    const ratio = name(smaller(name(size(over(error[j]!, scale))), number(memberDefaults.largest)));
    return times(ratio, ratio);
  });
  const square = name(
    times(
      squares.reduce((sum, one) => name(plus(sum, one))),
      number(1 / n),
    ),
    "square",
  );
  const finite = compare("lt", square, number(memberDefaults.largest ** 2 / (2 * n)));
  const fine: Test = regular ? both(finite, regular) : finite;
  const passed: Test = fixed ? fine : both(compare("le", square, number(1)), fine);
  // By sizes, not by truth values: WGSL makes a branch of every "and" and "or".
  const most = (values: readonly Value[]): Test | undefined =>
    values.length > 0
      ? compare(
          "gt",
          values.reduce((one, other) => name(larger(one, other))),
          number(0),
        )
      : undefined;
  const depths = bounded.map((j) => name(minus(scalar(`floor${j}`), next[j]!)));
  const sank = fixed
    ? undefined
    : most(depths.map((depth, i) => name(either(compare("lt", x[bounded[i]!]!, scalar(`floor${bounded[i]}`)), number(0), depth))));
  const low = sank && both(sank, compare("lt", read("halved"), number(3)));
  const accepted = name(either(low ? both(passed, { op: "not", of: low }) : passed, number(1), number(0)), "accepted");
  const ok = compare("gt", accepted, number(0.5));

  const logError = name(times(number(0.5), { op: "log", of: name(larger(square, number(controlDefaults.leastError ** 2))) }));
  const hNext = fixed ? h : writeControl(into, { order: method.order, ok, passed, fine, logError, h, length, read });
  const wholeTime = name(minus(length, lost));
  const later = name(plus(elapsed, wholeTime));
  const lostTime = name(minus(name(minus(later, elapsed)), wholeTime));
  const tries = name(plus(read("tries"), number(1)));
  const least = name(plus(number(memberDefaults.leastStep), times(number(memberDefaults.leastShare), elapsed)));
  const failed: Test = { op: "not", of: ok };
  const stuck = fixed ? failed : both(failed, compare("le", hNext, least));
  const edgy = regular
    ? writeIrregular(into, regular, read)
    : stability === undefined
      ? undefined
      : writeEdge(into, system, { stability, length, ok, next, rates, witness, read });
  const stands = number(status.running);
  const bound = number(regular ? memberDefaults.irregularTries : marchDefaults.stiffSteps);
  const stiff = edgy === undefined ? stands : either(compare("ge", edgy, bound), number(regular ? status.stuck : status.stiff), stands);
  const spent = either(compare("ge", tries, scalar("limit")), number(status.exhausted), stiff);
  const now = either(stuck, number(status.stuck), either(both(ok, hits), number(status.reached), spent));

  const writes: (readonly [keyof typeof steering, Value])[] = [
    ["status", now],
    ["time", either(ok, either(hits, scalar("length"), later), elapsed)],
    ["timeLost", either(ok, either(hits, number(0), lostTime), lost)],
    ["tries", tries],
    ["steps", plus(read("steps"), accepted)],
    ["h", hNext],
    ["rejected", minus(number(1), accepted)],
    ["logMemory", either(ok, name(larger(logError, number(Math.log(controlDefaults.leastMemory)))), read("logMemory"))],
  ];
  if (edgy !== undefined) writes.push(["edgy", edgy]);
  const isLow = most(depths);
  if (isLow) writes.push(["below", either(both(ok, isLow), number(1), read("below"))]);
  if (low) writes.push(["halved", either(ok, number(0), either(both(passed, low), name(plus(read("halved"), number(1))), read("halved")))]);
  // Everything is read before anything is stored: names stand for what was there before.
  const values = writes.map(([which, value]) => store("control", place[which], name(value)));
  const carried = rates.map((value, j) => store("rates", j, name(either(ok, value, name(load("rates", j))))));
  const states = sums.flatMap((sum, j) => [
    store("x", j, name(either(ok, sum.next, x[j]!))),
    store("lost", j, name(either(ok, sum.lost, sum.before))),
  ]);
  into.statements.push(...values, ...carried, ...states);
}

/** How long eliminations have failed: where they do at every length that accuracy asks for, the precision does not do. */
function writeIrregular(into: Part, regular: Test, read: (which: keyof typeof steering) => Value): Value {
  const name = (value: Value): Value => into.name(value);
  const before = read("edgy");
  const fewer = name(larger(name(minus(before, number(1))), number(0)));
  return name(either(regular, fewer, name(plus(before, number(memberDefaults.irregularWeight)))));
}

interface Tried {
  readonly order: number;
  readonly ok: Test;
  readonly passed: Test;
  readonly fine: Test;
  readonly logError: Value;
  readonly h: Value;
  readonly length: Value;
  read(which: keyof typeof steering): Value;
}

/** As `growth` and `shrinkage` in `step-control.ts`. */
function writeControl(into: Part, { order, ok, passed, fine, logError, h, length, read }: Tried): Value {
  const { safety, integral, proportional, leastFactor, mostFactor, blindFactor } = controlDefaults;
  const name = (value: Value): Value => into.name(value);
  const power = (exponent: Value): Value => name(times(number(safety), { op: "exp", of: exponent }));
  const grown = power(name(minus(times(number(proportional / order), read("logMemory")), times(number(integral / order), logError))));
  const capped = name(smaller(name(larger(grown, number(leastFactor))), number(mostFactor)));
  const held = both(compare("gt", read("rejected"), number(0.5)), compare("gt", capped, number(1)));
  const factor = name(either(held, number(1), capped));
  const product = name(times(length, factor));
  // A step cut short by the end of a segment says little against the length that was meant.
  const longer = name(either(compare("ge", factor, number(1)), name(larger(h, product)), product));
  const shrunk = name(larger(power(name(times(number(-1 / order), logError))), number(leastFactor)));
  const less = name(smaller(name(either(fine, shrunk, number(blindFactor))), number(safety)));
  // A step that passed and is not taken went below a limit.
  const shorter = name(times(length, name(either(passed, number(0.5), less))));
  return name(smaller(name(either(ok, longer, shorter)), scalar("most")));
}

interface Edge {
  readonly stability: number;
  readonly length: Value;
  readonly ok: Test;
  readonly next: readonly Value[];
  readonly rates: readonly Value[];
  /** State and rate of the stage before the last, which is at the same time. */
  readonly witness: readonly Value[];
  read(which: keyof typeof steering): Value;
}

/** How long a member has been at the edge of stability, by the estimate of `explicit-runge-kutta.ts`. */
function writeEdge(into: Part, { nominal }: System, { stability, length, ok, next, rates, witness, read }: Edge): Value {
  const n = next.length;
  const name = (value: Value): Value => into.name(value);
  const sum = (left: readonly Value[], right: readonly Value[]): Value =>
    left
      .map((value, j) => {
        const change = name(times(number(1 / nominal[j]!), name(minus(value, right[j]!))));
        return name(times(change, change));
      })
      .reduce((one, other) => name(plus(one, other)));
  const rise = sum(rates, witness.slice(n));
  const run = sum(next, witness.slice(0, n));
  const limit = (marchDefaults.edge * stability) ** 2;
  const edge = both(
    compare("gt", run, number(0)),
    compare("gt", name(times(name(times(length, length)), rise)), name(times(number(limit), run))),
  );
  const before = read("edgy");
  const quiet = name(larger(name(minus(before, number(memberDefaults.quiet))), number(0)));
  return name(either(ok, name(either(edge, name(plus(before, number(1))), quiet)), before));
}
