/**
 * Many steps in one kernel: attempts, error norms, control of the step, and values at samples, until the end of a stretch, of the budget, or
 * until something happens that `march.ts` decides.
 *
 * Written once for all methods; operations have the order of `march.ts` and `step-control.ts`.
 */
import type { ArrayDeclaration, Kernel, Statement, Test, Value } from "../../core/index.ts";
import { controlDefaults } from "../step-control.ts";
import { denseDegree } from "../stepper.ts";
import type { AttemptWriter, RunShape } from "./attempt.ts";
import { inOneArray, type Part, program } from "./program.ts";
import {
  atMost,
  below,
  both,
  choose,
  either,
  equal,
  least,
  load,
  minus,
  most,
  not,
  number,
  over,
  plus,
  scalar,
  size as sizeOf,
  store,
  times,
  when,
} from "./values.ts";

/** Numbers that control a run, in and out. */
export const controls = [
  /** Start, end and length of the last accepted step; the run goes on from `end`. */
  "start",
  "end",
  "length",
  /** Length meant for the next step. */
  "h",
  "stop",
  "maxStep",
  /** Least length of a step: this many units in the last place of t, and this. */
  "leastShare",
  "leastLength",
  "rtol",
  /** Errors of derivatives are divided by this. */
  "slack",
  "logMemory",
  "rejectedBefore",
  /** Attempts that may still be made, accepted ones and rejected ones so far. */
  "budget",
  "steps",
  "rejected",
  /** 0 while all goes well; 1: the attempt in hand is for somebody else to make; 2: the system is stiff. */
  "status",
  /** Rows written. */
  "rows",
  /** 1 where rows are the steps themselves. */
  "own",
  /** See `marchDefaults`: counts of steps at the edge of stability, and after them. */
  "edgeSteps",
  "quietSteps",
  "watchesStiffness",
  /** Attempts whose derivatives were computed. */
  "differentiated",
  "error",
  "most",
] as const;

export type Control = (typeof controls)[number];

export const status = { fine: 0, declined: 1, stiff: 2 } as const;

export interface CruiseShape extends RunShape {
  /** States with a lower limit. */
  readonly bounded: readonly number[];
  /** Whether errors of derivatives count. */
  readonly controlled: boolean;
  /** Rows that fit. */
  readonly rows: number;
}

export interface CruiseKernel {
  /** Called with begin (of the piece of inputs), the number of rows wanted, and one array. */
  readonly kernel: Kernel;
  readonly places: Readonly<Record<Region, { readonly offset: number; readonly length: number }>>;
  readonly length: number;
  /** What stands in the array from the beginning, and what has to be zero at the start of a stretch. */
  readonly tables: readonly { readonly offset: number; readonly values: Float64Array }[];
  readonly blank: readonly { readonly offset: number; readonly length: number }[];
}

export type Region =
  | "control"
  | "x"
  | "before"
  | "p"
  | "u"
  | "slope"
  | "first"
  | "atol"
  | "floor"
  | "nominal"
  | "polynomial"
  | "s"
  | "sBefore"
  | "sNext"
  | "dp"
  | "scale"
  | "firstTangents"
  | "tangentStages"
  | "tangentPolynomial"
  | "samples"
  | "states"
  | "tangents";

/** Settings of the method that `march.ts` keeps for all. */
export interface StiffnessRule {
  readonly edge: number;
  readonly stiffSteps: number;
  readonly quietSteps: number;
}

const at = (name: Control): number => controls.indexOf(name);
const control = (name: Control): Value => load("control", at(name));
const set = (name: Control, value: Value): Statement => store("control", at(name), value);
const is = (name: Control, value: number): Test => equal(control(name), number(value));
const many = 2 ** 30;

export function cruiseKernel(writer: AttemptWriter, shape: CruiseShape, rule: StiffnessRule): CruiseKernel {
  const { n, r, p, a, q, bounded, rows } = shape;
  const size = q * n;
  const lengths: Readonly<Record<Region, number>> = {
    control: controls.length,
    x: n,
    before: n,
    p,
    u: r,
    slope: r,
    first: n,
    atol: n,
    floor: n,
    nominal: n,
    polynomial: (denseDegree + 1) * n,
    s: size,
    sBefore: size,
    sNext: size,
    dp: q * a,
    scale: q,
    firstTangents: size,
    tangentStages: q > 0 ? writer.stages * size : 0,
    tangentPolynomial: (denseDegree + 1) * size,
    samples: rows,
    states: rows * n,
    tangents: rows * size,
  };

  const tables = writer.tables ?? {};
  const more = { ...writer.regions, ...Object.fromEntries(Object.entries(tables).map(([name, values]) => [name, values.length])) };

  const outer = program().part();
  const early = { part: outer, constant: (array: string) => array === "p" || (array === "u" && !shape.moving) };
  const sample = load("samples", 0, { row: 1 });
  /** A step is needed for the row in hand. */
  const needs = either(
    both(is("own", 0), below(control("end"), sample)),
    both(is("own", 1), both(below(control("end"), control("stop")), equal(control("end"), sample))),
  );

  const attempt = outer.inside(early);
  writeAttempt(attempt, writer, shape, rule);

  const rowPart = outer.inside(early);
  // In a row of the run's own steps, `samples` says where it starts from; afterwards, where it came to.
  rowPart.statements.push(store("samples", 0, choose(is("own", 1), control("end"), sample), { row: 1 }));
  rowPart.statements.push({
    do: "loop",
    loop: "attempt",
    count: many,
    while: { test: both(both(is("status", 0), below(number(0), control("budget"))), needs), in: "some" },
    body: attempt.statements,
  });
  const finished = outer.inside(early);
  writeRow(finished, shape);
  rowPart.statements.push(when("emit", not(needs), finished.statements));

  const going = both(is("status", 0), either(is("own", 0), below(control("end"), control("stop"))));
  const base: Kernel = {
    name: "cruise",
    scalars: [
      { name: "begin", type: "number" },
      { name: "rows", type: "integer" },
    ],
    arrays: Object.keys({ ...lengths, ...more }).map((name): ArrayDeclaration => ({ name, role: "out" })),
    body: [...outer.statements, { do: "loop", loop: "row", count: "rows", while: { test: going, in: "some" }, body: rowPart.statements }],
  };
  const places: Record<string, { offset: number; length: number }> = {};
  let length = 0;
  for (const [name, own] of Object.entries({ ...lengths, ...more })) {
    places[name] = { offset: length, length: own };
    length += own;
  }
  return {
    kernel: inOneArray(base, "memory", (array) => places[array]!.offset),
    places: places as CruiseKernel["places"], // One for each of `lengths`.
    length,
    tables: Object.entries(tables).map(([name, values]) => ({ offset: places[name]!.offset, values })),
    blank: Object.keys(writer.regions ?? {}).map((name) => places[name]!),
  };

  /** Where a state may not fall without `limits.ts` looking at it. */
  function leaves(xNext: readonly Value[]): Test | undefined {
    const tests = bounded.map((i) => below(xNext[i]!, load("floor", i)));
    return tests.length > 0 ? tests.reduce(either) : undefined;
  }

  function writeAttempt(into: Part, { order, attempt, stability }: AttemptWriter, shape: CruiseShape, rule: StiffnessRule): void {
    const name = into.name;
    const push = (...statements: readonly Statement[]): void => void into.statements.push(...statements);
    const t = name(control("end"), "t");
    const intended = name(control("h"), "h");
    const stop = name(control("stop"), "stop");
    const left = name(minus(stop, t), "left");
    const hits: Test = atMost(left, intended);
    const h = name(choose(hits, left, least(intended, times(left, number(0.5)))), "length");
    const x = Array.from({ length: n }, (_, j) => name(load("x", j), `x${j}`));
    const made = attempt(into, { t, h, x });
    const { xNext, error, trusted } = made;
    const rtol = name(control("rtol"));
    let squares: Value = number(0);
    for (let j = 0; j < n; j++) {
      const scale = plus(load("atol", j), times(rtol, most(sizeOf(x[j]!), sizeOf(xNext[j]!))));
      const share = name(over(error[j]!, scale));
      squares = name(plus(squares, times(share, share)));
    }
    const norm = name({ op: "sqrt", of: over(squares, number(Math.max(n, 1))) }, "norm");
    push(set("error", trusted ? choose(trusted, norm, number(Number.NaN)) : norm));
    if (q > 0 && shape.controlled) push(when("judge", atMost(control("error"), number(1)), tangents(into.inside(), made, t, h, true)));
    // Not named by what it is made of: it has changed since.
    const errorNow = into.inside();
    const failed = errorNow.name(control("error"), "error");
    into.statements.push(...errorNow.statements);

    const fallen = leaves(xNext);
    const accepted: Test = fallen ? both(atMost(failed, number(1)), not(fallen)) : atMost(failed, number(1));
    const rejected: Test = both(not(atMost(failed, number(1))), below(failed, number(Infinity)));
    const shrunk = name(
      times(
        h,
        most(
          times(number(controlDefaults.safety), { op: "exp", of: over(negated({ op: "log", of: failed }), number(order)) }),
          number(controlDefaults.leastFactor),
        ),
      ),
    );
    const enough: Test = below(plus(times(control("leastShare"), sizeOf(t)), control("leastLength")), shrunk);
    const again: Test = both(rejected, enough);

    const done = into.inside();
    writeAccepted(done);
    const retry: Statement[] = [
      set("h", shrunk),
      set("rejectedBefore", number(1)),
      set("rejected", plus(control("rejected"), number(1))),
      set("budget", minus(control("budget"), number(1))),
    ];
    push(
      when("accept", accepted, done.statements),
      when("retry", again, retry),
      when("decline", not(either(accepted, again)), [set("status", number(status.declined))]),
    );

    function writeAccepted(inner: Part): void {
      const save = (...statements: readonly Statement[]): void => void inner.statements.push(...statements);
      if (q > 0 && !shape.controlled) save(...tangents(inner.inside(), made, t, h, false));
      const logError = inner.name({ op: "log", of: most(failed, number(controlDefaults.leastError)) }, "logError");
      const { proportional, integral, safety, mostFactor, leastFactor, leastMemory } = controlDefaults;
      const power = over(minus(times(number(proportional), control("logMemory")), times(number(integral), logError)), number(order));
      const factor = inner.name(times(number(safety), { op: "exp", of: power }));
      const limited = inner.name(choose(below(number(mostFactor), factor), number(mostFactor), most(factor, number(leastFactor))));
      const grown = inner.name(choose(both(is("rejectedBefore", 1), below(number(1), limited)), number(1), limited), "factor");
      const next = inner.name(
        least(choose(atMost(number(1), grown), most(intended, times(h, grown)), times(h, grown)), control("maxStep")),
      );
      const newEnd = inner.name(choose(hits, stop, plus(t, h)), "end");
      const stiffness = made.stiffness && stability !== undefined ? stiffRule(inner, made.stiffness(inner), stability) : [];
      save(
        set("start", t),
        set("length", h),
        set("end", newEnd),
        set("h", next),
        set("logMemory", choose(below(number(leastMemory), failed), logError, number(Math.log(leastMemory)))),
        set("rejectedBefore", number(0)),
        set("steps", plus(control("steps"), number(1))),
        set("budget", minus(control("budget"), number(1))),
        ...stiffness,
        ...xNext.flatMap((value, j) => [store("before", j, x[j]!), store("x", j, value)]),
        ...(made.accept?.() ?? []),
      );
      if (size > 0) {
        const from = load("sNext", 0, { element: 1 });
        save({
          do: "loop",
          loop: "element",
          count: size,
          body: [
            store("sBefore", 0, load("s", 0, { element: 1 }), { element: 1 }),
            store("s", 0, from, { element: 1 }),
            ...(writer.keepsLast
              ? [store("firstTangents", 0, load("tangentStages", (writer.stages - 1) * size, { element: 1 }), { element: 1 })]
              : []),
          ],
        });
      }
      const coefficients = inner.inside();
      if (made.polynomialStatements) coefficients.statements.push(made.polynomialStatements(coefficients.inside()));
      for (const [power, line] of made.polynomial?.(coefficients).entries() ?? []) {
        for (const [j, value] of line.entries()) coefficients.statements.push(store("polynomial", power * n + j, value));
      }
      if (size > 0) coefficients.statements.push(tangentPolynomial(coefficients.inside(), h));
      save(when("inside", both(is("own", 0), below(sample, newEnd)), coefficients.statements));
    }

    function stiffRule(inner: Part, value: Value, stability: number): Statement[] {
      const atEdge: Test = below(number(rule.edge * stability), inner.name(value));
      const [edge, quiet] = [inner.name(control("edgeSteps")), inner.name(control("quietSteps"))];
      const quieter = inner.name(plus(quiet, number(1)));
      const watched = both(is("watchesStiffness", 1), atEdge);
      const suspected = both(not(atEdge), below(number(0), edge));
      const cleared = both(suspected, equal(quieter, number(rule.quietSteps)));
      const newEdge = inner.name(choose(watched, plus(edge, number(1)), choose(cleared, number(0), edge)));
      return [
        set("edgeSteps", newEdge),
        set("quietSteps", choose(atEdge, number(0), choose(suspected, quieter, quiet))),
        set("status", choose(atMost(number(rule.stiffSteps), newEdge), number(status.stiff), number(status.fine))),
      ];
    }
  }

  /** The loop over directions. Where errors count, `error` becomes the larger one of states and derivatives. */
  function tangents(into: Part, made: ReturnType<AttemptWriter["attempt"]>, _t: Value, _h: Value, judged: boolean): Statement[] {
    made.tangents!.prepare(into);
    const inner = into.inside();
    const s = Array.from({ length: n }, (_, j) => inner.name(load("s", j, { k: n }), `s${j}`));
    const dp = Array.from({ length: a }, (_, j) => inner.name(load("dp", j, { k: a }), `dp${j}`));
    const counted = set("differentiated", plus(control("differentiated"), number(1)));
    const { sNext, error, stages } = made.tangents!.along(inner, s, dp);
    for (const [j, value] of sNext.entries()) inner.statements.push(store("sNext", j, value, { k: n }));
    for (const [i, stage] of stages.entries()) {
      for (const [j, value] of stage.entries()) inner.statements.push(store("tangentStages", i * size + j, value, { k: n }));
    }
    if (!judged) return [...into.statements, counted, { do: "loop", loop: "k", count: q, body: inner.statements }];
    const rtol = into.name(control("rtol"));
    const scale = inner.name(load("scale", 0, { k: 1 }));
    let squares: Value = number(0);
    for (let j = 0; j < n; j++) {
      const allowed = plus(times(load("atol", j), scale), times(rtol, most(sizeOf(s[j]!), sizeOf(sNext[j]!))));
      const share = inner.name(over(error[j]!, allowed));
      squares = inner.name(plus(squares, times(share, share)));
    }
    const before = inner.name(control("most"));
    const counts = both(not(equal(scale, number(0))), not(atMost(squares, before)));
    inner.statements.push(set("most", choose(counts, squares, before)));
    const norm: Value = { op: "sqrt", of: over(control("most"), number(Math.max(n, 1))) };
    return [
      ...into.statements,
      counted,
      set("most", number(0)),
      { do: "loop", loop: "k", count: q, body: inner.statements },
      set("error", most(control("error"), over(norm, control("slack")))),
    ];
  }

  function tangentPolynomial(into: Part, h: Value): Statement {
    const stages = Array.from({ length: writer.stages }, (_, i) => into.name(load("tangentStages", i * size, { element: 1 })));
    const [start, end] = [into.name(load("sBefore", 0, { element: 1 })), into.name(load("s", 0, { element: 1 }))];
    for (const [power, value] of writer.polynomialOf(into, h, start, end, stages).entries()) {
      into.statements.push(store("tangentPolynomial", power * size, value, { element: 1 }));
    }
    return { do: "loop", loop: "element", count: size, body: into.statements };
  }
}

const negated = (of: Value): Value => ({ op: "neg", of });

/** A row: the state at the end of the step, or the interpolant within it. */
function writeRow(into: Part, { n, q }: CruiseShape): void {
  const size = q * n;
  const sample = load("samples", 0, { row: 1 });
  const end = into.name(control("end"));
  const time = into.name(choose(is("own", 1), end, sample));
  const theta = into.name(over(minus(time, control("start")), control("length")));
  const whole: Test = equal(time, end);
  const value = (array: string, width: number, last: string): Value => {
    const coefficient = (power: number): Value => load(array, power * width, { element: 1 });
    let result: Value = coefficient(denseDegree);
    for (let power = denseDegree - 1; power >= 0; power--) result = plus(coefficient(power), times(theta, result));
    return choose(whole, load(last, 0, { element: 1 }), result);
  };
  const line = (out: string, width: number, value: Value): Statement => ({
    do: "loop",
    loop: "element",
    count: width,
    body: [store(out, 0, value, { row: width, element: 1 })],
  });
  into.statements.push(
    store("samples", 0, time, { row: 1 }),
    line("states", n, value("polynomial", n, "x")),
    ...(size > 0 ? [line("tangents", size, value("tangentPolynomial", size, "s"))] : []),
    set("rows", plus(control("rows"), number(1))),
  );
}

/** The one scalar besides the number of rows. */
export const begin = scalar("begin");
