/**
 * How far generated JavaScript and WebAssembly are from the evaluator, and the exp, log and pow of the latter from the truth.
 *
 * Models: 10⁴ random points each, the end of the model's run with every state within a fifth and every parameter within a tenth of it. Right-hand sides are compared with the
 * evaluation of the equations as parsed, Jacobians with the interpreted kernel. Functions: 10⁷ arguments each, against arithmetic with 30 digits.
 */
import { type Random, random } from "greybox/core";
import { instantiate, interpret, type Kernel, linkWebAssembly, type Value } from "greybox/kernel";
import { evaluateExpression, type Model, modelKernels, modelWebAssembly } from "greybox/models";
import { simulate } from "greybox/solvers";
import { type Bench, type Contestant, interleave, type Result, type Row } from "./harness.ts";
import { exp, log, type Pair, pair, pow, unitsInLastPlace } from "./problems/double-double.ts";
import { type Exhibit, gallery } from "./problems/gallery/index.ts";
import { worstOfReference } from "./problems/known-values.ts";

const points = 10_000;
const drawn = 10_000_000;
const block = 100_000;

export const generatedCode: Bench = {
  name: "generated-code",
  about: `Generated code against the evaluator (${points} points a model), and exp, log, pow of generated WebAssembly (10^7 arguments each).`,
  async run(): Promise<Result> {
    const reference = worstOfReference();
    if (!(reference < 1e-28)) throw new Error(`The reference arithmetic is off by ${reference} from published digits.`);
    const rows: Row[] = [];
    for (const [name, exhibit] of Object.entries(gallery)) rows.push(...(await once(comparisons(name, exhibit))));
    rows.push(...(await once(functions.map(ofFunction))));
    return {
      about: this.about,
      error: "models: worst relative difference of a result; functions: worst error in units in the last place",
      rows,
      ratios: {},
      remarks: [
        "Two lanes are compared with one lane: every member has to have the same bits.",
        `The reference of the functions is within ${reference.toExponential(1)} of published digits.`,
      ],
    };
  },
};

/** Nothing here is timed for its own sake: one round. */
async function once(contestants: readonly Contestant[]): Promise<readonly Row[]> {
  return (await interleave(contestants, { rounds: 1, warmup: 0 })).rows;
}

interface Point {
  readonly t: number;
  readonly x: Float64Array;
  readonly u: Float64Array;
  readonly p: Float64Array;
}

function comparisons(name: string, { model, inputs, end }: Exhibit): readonly Contestant[] {
  const system = model.system();
  const last: Readonly<Record<string, number>> = simulate(model, { span: [0, end], inputs }).at(end);
  const { rhs, jacobian } = modelKernels(model);
  const wasm = modelWebAssembly(model);
  const pairs = modelWebAssembly(model, { lanes: 2 });
  const n = system.states.length;
  const point = (draw: Random): Point => {
    const near = (value: number, by: number): number => value * (1 + by * (2 * draw.uniform() - 1));
    return {
      t: near(end, 0.2),
      x: Float64Array.from(system.states, (state, i) => near(last[state] === 0 ? system.nominal[i]! : last[state]!, 0.2)),
      u: Float64Array.from(system.inputs, (input) => near(inputs[input]!, 0.1)),
      p: system.p.map((value) => near(value, 0.1)),
    };
  };
  const compare = (what: string, size: number, expected: Fill, made: Fill): Contestant => ({
    name: `${name}, ${what}`,
    run() {
      const draw = random(name);
      const [right, out] = [new Float64Array(size), new Float64Array(size)];
      const start = performance.now();
      let [worst, different] = [0, 0];
      for (let i = 0; i < points; i++) {
        const at = point(draw);
        expected(at, right);
        made(at, out);
        for (let k = 0; k < size; k++) {
          if (Object.is(out[k], right[k]) || out[k] === right[k]) continue;
          different++;
          worst = Math.max(worst, Math.abs(out[k]! - right[k]!) / Math.abs(right[k]!));
        }
      }
      return { milliseconds: performance.now() - start, error: worst, counts: { "results that differ": different, of: points * size } };
    },
  });
  const called =
    (kernel: Kernel, make: typeof instantiate): Fill =>
    ({ t, x, u, p }, out) =>
      remake(kernel, make)(t, x, u, p, out);
  const inWasm =
    (which: "rhs" | "jacobian"): Fill =>
    ({ t, x, u, p }, out) => {
      wasm.x.set(x);
      wasm.u.set(u);
      wasm.p.set(p);
      wasm[which](t);
      out.set(which === "rhs" ? wasm.dxdt : wasm.entries);
    };
  /** The point is the second member; the first is a neighbour of it. */
  const inPairs: Fill = ({ t, x, u, p }, out) => {
    for (const [from, to] of [
      [x, pairs.x],
      [u, pairs.u],
      [p, pairs.p],
    ] as const) {
      for (let i = 0; i < from.length; i++) {
        to[2 * i] = from[i]! * 1.01;
        to[2 * i + 1] = from[i]!;
      }
    }
    pairs.rhs(t);
    for (let i = 0; i < n; i++) out[i] = pairs.dxdt[2 * i + 1]!;
  };
  const entries = wasm.entries.length;
  return [
    compare("JavaScript, right-hand side", n, evaluator(model), called(rhs, instantiate)),
    compare("JavaScript, Jacobian", entries, called(jacobian, interpret), called(jacobian, instantiate)),
    compare("WebAssembly, right-hand side", n, evaluator(model), inWasm("rhs")),
    compare("WebAssembly, Jacobian", entries, called(jacobian, interpret), inWasm("jacobian")),
    compare("WebAssembly, two lanes", n, inWasm("rhs"), inPairs),
  ];
}

type Fill = (at: Point, out: Float64Array) => void;

const instances = new Map<typeof instantiate, WeakMap<Kernel, ReturnType<typeof instantiate>>>();

/** One function for each kernel and maker. */
function remake(kernel: Kernel, make: typeof instantiate): ReturnType<typeof instantiate> {
  const known = instances.get(make) ?? new WeakMap<Kernel, ReturnType<typeof instantiate>>();
  instances.set(make, known);
  const made = known.get(kernel) ?? make(kernel);
  known.set(kernel, made);
  return made;
}

/** The right-hand side as its equations were parsed, without graph or kernel. */
function evaluator({ equations, system }: Model): Fill {
  const { states, inputs, parameters } = system();
  const { algebraic, derivatives, implicit } = equations;
  const rows = [...derivatives.values(), ...implicit.values()];
  const values = new Map<string, number>();
  const lookup = (name: string): number => values.get(name)!;
  return ({ t, x, u, p }, out) => {
    values.set("t", t);
    for (const [names, from] of [
      [states, x],
      [inputs, u],
      [parameters, p],
    ] as const) {
      for (let i = 0; i < names.length; i++) values.set(names[i]!, from[i]!);
    }
    for (const [name, expression] of algebraic) values.set(name, evaluateExpression(expression, lookup));
    for (let i = 0; i < rows.length; i++) out[i] = evaluateExpression(rows[i]!, lookup);
  };
}

interface Elementary {
  readonly name: string;
  readonly value: (x: Value, y: Value) => Value;
  readonly exact: (out: Pair, x: number, y: number) => number | undefined;
  readonly x: (uniform: number) => number;
  readonly y?: (uniform: number) => number;
}

const between =
  (low: number, high: number) =>
  (uniform: number): number =>
    low + (high - low) * uniform;
const powerOfE = (low: number, high: number) => (uniform: number) => Math.exp(between(low, high)(uniform));
const toExp = (x: Value): Value => ({ op: "exp", of: x });
const toLog = (x: Value): Value => ({ op: "log", of: x });
const toPow = (left: Value, right: Value): Value => ({ op: "pow", left, right });

/** Each function over two ranges, half of the arguments in each. */
const functions: readonly Elementary[] = [
  { name: "exp, −708 … 709", value: toExp, exact: exp, x: between(-708, 709) },
  { name: "exp, −1 … 1", value: toExp, exact: exp, x: between(-1, 1) },
  { name: "log, e^−700 … e^700", value: toLog, exact: (out, x) => void log(out, x), x: powerOfE(-700, 700) },
  { name: "log, 0.5 … 2", value: toLog, exact: (out, x) => void log(out, x), x: between(0.5, 2) },
  { name: "pow, base e^−20 … e^20, exponent −17 … 17", value: toPow, exact: pow, x: powerOfE(-20, 20), y: between(-17, 17) },
  { name: "pow, base 0.5 … 1.5, exponent −500 … 500", value: toPow, exact: pow, x: between(0.5, 1.5), y: between(-500, 500) },
];

function ofFunction({ name, value, exact, x, y = () => 0 }: Elementary): Contestant {
  const load = (array: string): Value => ({ op: "load", array, at: { offset: 0, strides: [{ loop: "k", by: 1 }] } });
  const kernel: Kernel = {
    name: "apply",
    scalars: [{ name: "count", type: "integer" }],
    arrays: [
      { name: "x", role: "in" },
      { name: "y", role: "in" },
      { name: "out", role: "out" },
    ],
    body: [
      {
        do: "loop",
        loop: "k",
        count: "count",
        body: [{ do: "store", array: "out", at: { offset: 0, strides: [{ loop: "k", by: 1 }] }, value: value(load("x"), load("y")) }],
      },
    ],
  };
  return {
    name,
    run() {
      const { memory, functions: linked } = linkWebAssembly([kernel], 3 * block);
      const [xs, ys, out] = [0, 1, 2].map((i) => new Float64Array(memory.buffer, 8 * block * i, block)) as [
        Float64Array,
        Float64Array,
        Float64Array,
      ];
      const apply = linked.get("apply")!;
      const draw = random(name);
      const right = pair();
      let [worst, host, milliseconds] = [0, 0, 0];
      for (let done = 0; done < drawn / 2; done += block) {
        for (let i = 0; i < block; i++) {
          xs[i] = x(draw.uniform());
          ys[i] = y(draw.uniform());
        }
        const start = performance.now();
        apply(block, xs.byteOffset, ys.byteOffset, out.byteOffset);
        milliseconds += performance.now() - start;
        for (let i = 0; i < block; i++) {
          const k = exact(right, xs[i]!, ys[i]!) ?? 0;
          worst = Math.max(worst, unitsInLastPlace(out[i]!, right, k));
          const byHost = value === toExp ? Math.exp(xs[i]!) : value === toLog ? Math.log(xs[i]!) : xs[i]! ** ys[i]!;
          host = Math.max(host, unitsInLastPlace(byHost, right, k));
        }
      }
      return { milliseconds, error: worst, counts: { arguments: drawn / 2, "of Math": Number(host.toFixed(3)) } };
    },
  };
}
