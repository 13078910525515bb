/** Data whose errors are known to be of some kind, fitted with likelihoods that say so or do not. */
import { type Calibrated, calibrate, type Likelihood, type Question } from "greybox/calibration";
import { task } from "greybox/compute";
import { type AnySource, type Random, random, reason } from "greybox/core";
import { type Window, windowFromTable } from "greybox/historian";
import { defineModel } from "greybox/models";

/** A model with its truth in closed form or computed once. */
interface System {
  readonly model: AnySource;
  readonly truth: Readonly<Record<string, number>>;
  readonly times: Float64Array;
  /** True course of each tag. */
  readonly course: Readonly<Record<string, (t: number) => number>>;
}

const spaced = (count: number, step: number): Float64Array => Float64Array.from({ length: count }, (_, i) => (i + 1) * step);

const line: System = {
  model: defineModel({
    name: "line",
    time: "h",
    parameters: { a: { value: 1, unit: "1" }, b: { value: 1, unit: "1/h" } },
    states: { y: { unit: "1", initial: "a" } },
    derivatives: { y: "b" },
  }),
  truth: { a: 3, b: 2 },
  times: spaced(30, 0.2),
  course: { y: (t) => 3 + 2 * t },
};

const decay: System = {
  model: defineModel({
    name: "decay",
    time: "h",
    parameters: { k: { value: 0.5, unit: "1/h", bounds: [0.01, 10], scale: "log" }, c0: { value: 4, unit: "mol/L", bounds: [0.1, 100] } },
    states: { c: { unit: "mol/L", initial: "c0" } },
    derivatives: { c: "-k*c" },
  }),
  truth: { k: 0.4, c0: 5 },
  times: spaced(30, 0.2),
  course: { c: (t) => 5 * Math.exp(-0.4 * t) },
};

/** Growth that saturates: Verhulst. Three parameters, strongly nonlinear in two of them. */
const growth: System = {
  model: defineModel({
    name: "growth",
    time: "h",
    parameters: {
      mu: { value: 0.8, unit: "1/h", bounds: [0.01, 10], scale: "log" },
      X: { value: 8, unit: "g/L", bounds: [0.1, 100], scale: "log" },
      x0: { value: 0.3, unit: "g/L", bounds: [0.001, 10], scale: "log" },
    },
    states: { x: { unit: "g/L", initial: "x0" } },
    derivatives: { x: "mu*x*(1 - x/X)" },
  }),
  truth: { mu: 1, X: 10, x0: 0.2 },
  times: spaced(40, 0.2),
  course: { x: (t) => 10 / (1 + 49 * Math.exp(-t)) },
};

/** A → B → C, both measured. */
const chain: System = {
  model: defineModel({
    name: "chain",
    time: "h",
    parameters: {
      k1: { value: 0.7, unit: "1/h", bounds: [0.01, 10], scale: "log" },
      k2: { value: 0.7, unit: "1/h", bounds: [0.01, 10], scale: "log" },
    },
    states: { a: { unit: "mol/L", initial: 1 }, b: { unit: "mol/L", initial: 0 } },
    derivatives: { a: "-k1*a", b: "k1*a - k2*b" },
  }),
  truth: { k1: 1, k2: 0.5 },
  times: spaced(20, 0.25),
  course: { a: (t) => Math.exp(-t), b: (t) => 2 * (Math.exp(-0.5 * t) - Math.exp(-t)) },
};

const dense = (system: System, count: number): System => ({ ...system, times: spaced(count, system.times.at(-1)! / count) });

/** Measured values and their reasons, drawn about a course. */
type Errors = (course: Float64Array, times: Float64Array, draw: Random) => { value: Float64Array; reasons?: Uint32Array };

const gaussian =
  (sigma: number): Errors =>
  (course, _, draw) => ({ value: course.map((y) => y + sigma * draw.normal()) });

const student =
  (sigma: number): Errors =>
  (course, _, draw) => ({
    value: course.map((y) => {
      const squares = draw.normal() ** 2 + draw.normal() ** 2 + draw.normal() ** 2 + draw.normal() ** 2;
      return y + (sigma * draw.normal()) / Math.sqrt(squares / 4);
    }),
  });

const alike =
  (sigma: number, memory: number): Errors =>
  (course, times, draw) => {
    let error = sigma * draw.normal();
    return {
      value: course.map((y, i) => {
        const kept = i > 0 ? Math.exp(-(times[i]! - times[i - 1]!) / memory) : 1;
        error = kept * error + Math.sqrt(1 - kept * kept) * sigma * draw.normal();
        return y + error;
      }),
    };
  };

const proportional =
  (sigma: number, share: number): Errors =>
  (course, _, draw) => ({ value: course.map((y) => y + Math.hypot(sigma, share * y) * draw.normal()) });

const logNormal =
  (share: number): Errors =>
  (course, _, draw) => ({ value: course.map((y) => y * Math.exp(share * draw.normal())) });

const limited =
  (sigma: number, limit: number): Errors =>
  (course, _, draw) => {
    const value = course.map((y) => Math.max(y + sigma * draw.normal(), limit));
    return { value, reasons: Uint32Array.from(value, (one) => (one === limit ? reason.censored : 0)) };
  };

/** A tenth of the values stands five to fifteen σ too high. */
const gross =
  (sigma: number): Errors =>
  (course, _, draw) => ({
    value: course.map((y) => y + sigma * draw.normal() + (draw.uniform() < 0.1 ? sigma * (5 + 10 * draw.uniform()) : 0)),
  });

export interface Case {
  readonly system: System;
  readonly errors: Errors;
  readonly likelihood: Likelihood | undefined;
}

/** Errors are as the likelihood says. */
export const clean: Readonly<Record<string, Case>> = {
  "straight line": { system: line, errors: gaussian(0.3), likelihood: undefined },
  decay: { system: decay, errors: gaussian(0.1), likelihood: undefined },
  growth: { system: growth, errors: gaussian(0.3), likelihood: undefined },
  "A → B → C, two tags": { system: chain, errors: gaussian(0.03), likelihood: undefined },
  "line, Student's t said of Gaussian errors": { system: line, errors: gaussian(0.3), likelihood: { kind: "student" } },
  "growth, Student's t said of Gaussian errors": { system: growth, errors: gaussian(0.3), likelihood: { kind: "student" } },
  "growth, Huber said of Gaussian errors": { system: growth, errors: gaussian(0.3), likelihood: { kind: "huber" } },
  "growth, Student's t": { system: growth, errors: student(0.2), likelihood: { kind: "student" } },
  "decay, proportional": {
    system: dense(decay, 60),
    errors: proportional(0.03, 0.05),
    likelihood: { sigma: { estimate: true }, proportional: { estimate: true } },
  },
  "growth, log-normal": { system: growth, errors: logNormal(0.1), likelihood: { scale: "log" } },
  "line, AR(1)": { system: dense(line, 200), errors: alike(0.3, 0.1), likelihood: { correlationTime: { estimate: true } } },
  "decay, AR(1)": { system: dense(decay, 200), errors: alike(0.1, 0.15), likelihood: { correlationTime: { estimate: true } } },
  "decay, a fifth below a limit": { system: decay, errors: limited(0.1, 0.7), likelihood: undefined },
};

/** A tenth of the errors is gross. */
export const spoiled: Readonly<Record<string, Case>> = Object.fromEntries(
  [
    ["decay", decay, 0.1],
    ["growth", growth, 0.2],
    ["A → B → C, two tags", chain, 0.03],
  ].flatMap(([name, system, sigma]) =>
    (["gaussian", "huber", "student"] as const).map((kind): [string, Case] => [
      `${name as string}, ${kind}`,
      { system: system as System, errors: gross(sigma as number), likelihood: kind === "gaussian" ? undefined : { kind } },
    ]),
  ),
);

export interface LikelihoodInput {
  readonly of: "clean" | "spoiled";
  readonly name: string;
  /** From this seed up to, not with, that one. */
  readonly seeds: readonly [number, number];
}

/** By parameter: relative errors, and how many intervals of 90 % contain the truth. */
export interface LikelihoodRun {
  readonly errors: Readonly<Record<string, readonly number[]>>;
  readonly inside: Readonly<Record<string, number>>;
  readonly milliseconds: number;
}

export async function runLikelihood({ of, name, seeds: [from, to] }: LikelihoodInput): Promise<LikelihoodRun> {
  const { system, errors, likelihood } = (of === "clean" ? clean : spoiled)[name]!;
  const { model, truth } = system;
  const names = Object.keys(truth);
  const off: Record<string, number[]> = Object.fromEntries(names.map((one) => [one, []]));
  const inside: Record<string, number> = Object.fromEntries(names.map((one) => [one, 0]));
  const begin = performance.now();
  for (let seed = from; seed < to; seed++) {
    const window = windowOf(system, errors, random(`${name.split(",")[0]} ${seed}`));
    const tags = Object.keys(system.course);
    const question = {
      model,
      windows: [window],
      estimate: names,
      level: 0.9,
      ...(likelihood ? { likelihood: Object.fromEntries(tags.map((tag) => [tag, likelihood])) } : {}),
    } as unknown as Question;
    const fit = (await calibrate(question)) as Calibrated;
    for (const one of names) {
      const { value, interval } = fit.parameters[one]!;
      off[one]!.push(value / truth[one]! - 1);
      if (interval && interval[0] <= truth[one]! && truth[one]! <= interval[1]) inside[one]!++;
    }
  }
  return { errors: off, inside, milliseconds: (performance.now() - begin) / (to - from) };
}

export const runLikelihoodTask = task<LikelihoodInput, LikelihoodRun>(import.meta.url, "runLikelihood");

function windowOf({ model, times, course }: System, errors: Errors, draw: Random): Window {
  const drawn = Object.entries(course).map(([tag, at]) => [tag, errors(times.map(at), times, draw.fork(tag))] as const);
  const measured = Object.fromEntries(drawn.map(([tag, { value }]) => [tag, value]));
  const window = windowFromTable(model, { time: times, measured: measured as never });
  return {
    ...window,
    measured: Object.fromEntries(drawn.map(([tag, { reasons }]) => [tag, { ...window.measured[tag]!, ...(reasons ? { reasons } : {}) }])),
  };
}
