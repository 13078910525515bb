/**
 * Searches to choose from, from the same random starts: how many come to the least cost known, and what each success costs. And a network of
 * 205 weights within a model: gradients alone against a trust region. `GREYBOX_STARTS` (12), `GREYBOX_PROBLEMS` (all, by comma).
 */
import { type Calibrated, calibrate, type Question, type SearchOptions } from "greybox/calibration";
import { random } from "greybox/core";
import { windowFromTable } from "greybox/historian";
import { defineOpenModel, mlp, substitute } from "greybox/models";
import { simulate } from "greybox/solvers";
import type { Bench, Result, Row } from "./harness.ts";
import { estimate, reactor, window } from "./problems/cstr.ts";
import { lotkaVolterra } from "./problems/lotka-volterra.ts";
import { type PetabName, pathOf, randomPoints, read } from "./problems/petab.ts";
import { cases, names, predation } from "./problems/predation.ts";

const starts = Number(process.env["GREYBOX_STARTS"] ?? 12);
const chosen = process.env["GREYBOX_PROBLEMS"]?.split(",");
/** A start has come to the least cost when its own is so near. */
const near = 0.1;

const ways: readonly { readonly name: string; readonly search: Partial<SearchOptions> }[] = [
  { name: "trust region", search: { method: "trust-region", again: "never" } },
  { name: "trust region, second looks", search: { method: "trust-region", again: "every" } },
  { name: "L-BFGS", search: { method: "lbfgs", again: "never", maxIterations: 300 } },
  { name: "CMA-ES", search: { method: "cma-es", budget: 400 } },
  { name: "scatter search", search: { method: "scatter", budget: 400 } },
];

export const searches: Bench = {
  name: "searches",
  about: `Searches from ${starts} random starts: share that comes to the least cost known, evaluations of each success; and 205 weights.`,
  async run(): Promise<Result> {
    const rows: Row[] = [];
    const ratios: Record<string, number> = {};
    const remarks: string[] = [];
    for (const name of ["Lotka–Volterra, ten cycles", "stirred tank", "Boehm", "Bruno", "Perelson"] as const) {
      if (chosen && !chosen.includes(name)) continue;
      const question = await questionOf(name);
      if (!question) {
        remarks.push(`${name}: the data is not here; name its folder in GREYBOX_DATA.`);
        continue;
      }
      const fits = [];
      for (const { name: way, search } of ways) {
        const from = performance.now();
        const fit = await calibrate({ ...question, giveUp: false, search });
        fits.push({ way, fit, milliseconds: performance.now() - from });
      }
      const least = Math.min(...fits.map(({ fit }) => -(fit.logLikelihood ?? -Infinity)));
      for (const { way, fit, milliseconds } of fits) rows.push(rowOf(`${name}: ${way}`, fit, least, milliseconds));
    }
    if (!chosen || chosen.includes("weights")) rows.push(...(await weightRows(ratios)));
    return { about: this.about, error: "minus log-likelihood above the least known", rows, ratios, remarks };
  },
};

async function questionOf(name: "Lotka–Volterra, ten cycles" | "stirred tank" | PetabName): Promise<Question | undefined> {
  if (name === "stirred tank") return { model: reactor, windows: [window], estimate, starts, seed: 1 };
  if (name === "Lotka–Volterra, ten cycles") return { model: predation, windows: [cases[1]!.window], estimate: names, starts, seed: 1 };
  const path = pathOf(name);
  if (path === undefined) return undefined;
  const question = await read(path);
  const guesses = randomPoints(question, starts);
  return { ...question, guesses, starts: starts + 1 };
}

function rowOf(name: string, fit: Calibrated, least: number, milliseconds: number): Row {
  // The first start is the given one: what is published as best, in some.
  const drawn = fit.starts.filter(({ start }) => start > 0);
  const above = -(fit.logLikelihood ?? -Infinity) - least;
  const found = drawn.filter(({ cost }) => cost !== undefined && cost - fit.cost + above < near).length;
  const evaluations = drawn.reduce((sum, start) => sum + start.evaluations, 0);
  const each = milliseconds / fit.starts.length;
  return {
    name,
    rounds: drawn.length,
    milliseconds: each,
    quartiles: [each, each],
    error: above,
    counts: {
      found,
      "evaluations each": Math.round(evaluations / drawn.length),
      ...(found > 0 ? { "evaluations a success": Math.round(evaluations / found) } : {}),
    },
  };
}

/** One run each: a start is a start, and both take long. */
async function weightRows(ratios: Record<string, number>): Promise<Row[]> {
  const open = defineOpenModel({
    name: "learnt interaction",
    time: "1",
    states: { x: { unit: "1", initial: 1, min: 0, max: 10 }, y: { unit: "1", initial: 1, min: 0, max: 10 } },
    unknown: { r: { unit: "1", of: ["x", "y"], sign: "positive", nominal: 1 } },
    derivatives: { x: "1.5*x - r", y: "r - 3*y" },
  });
  const model = substitute(open, { r: mlp([12, 12], { seed: 3 }) });
  const weights = model.system().parameters.filter((name) => /\.[Wb]\d/.test(name));
  const time = Array.from({ length: 60 }, (_, i) => 0.1 * (i + 1));
  const exact = simulate(lotkaVolterra, { span: [0, 6], at: time, rtol: 1e-10 });
  const draw = random("weights");
  const sigma = { x: 0.05, y: 0.05 };
  const noisy = (name: "x" | "y") => Array.from(exact.column(name), (value) => value + sigma[name] * draw.normal());
  const data = windowFromTable(model, { time, measured: { x: noisy("x"), y: noisy("y") }, sigma });
  const priors = Object.fromEntries(weights.map((name) => [name, { normal: [0, 3] as const }]));
  const rows: Row[] = [];
  for (const [method, maxIterations] of [
    ["lbfgs", 1500],
    ["trust-region", 15],
  ] as const) {
    const from = performance.now();
    const question: Question = { model, windows: [data], estimate: weights, priors, search: { method, maxIterations } };
    const fit = await calibrate(question);
    const milliseconds = performance.now() - from;
    const { iterations = 0, evaluations = 0 } = fit.starts[0] ?? {};
    rows.push({
      name: `205 weights: ${method}`,
      rounds: 1,
      milliseconds,
      quartiles: [milliseconds, milliseconds],
      error: fit.cost,
      counts: { iterations, evaluations },
    });
  }
  ratios["205 weights: time of an iteration, trust region over L-BFGS"] =
    rows[1]!.milliseconds / rows[1]!.counts["iterations"]! / (rows[0]!.milliseconds / rows[0]!.counts["iterations"]!);
  return rows;
}
