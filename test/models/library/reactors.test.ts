/** Reactors and bioreactors against closed solutions, published steady states and balances. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  batchReactor,
  exothermicCstr,
  fedBatchFermenter,
  fedBatchReactor,
  haldaneChemostat,
  isothermalCstr,
  monodChemostat,
  plugFlowReactor,
} from "../../../src/models/library/index.ts";
import { simulate, steadyState } from "../../../src/solvers/index.ts";
import { close } from "./close.ts";

const tight = { rtol: 1e-11 } as const;

test("isothermal stirred tank: at rest the conversion is kτ/(1 + kτ), and A and B make up the feed", () => {
  const { values } = steadyState(isothermalCstr, { inputs: { q: 2e-3, cAF: 800 } }).orThrow();
  const kTau = 0.01 * (0.1 / 2e-3);
  close(values.conversion, kTau / (1 + kTau), 1e-12);
  close(values.cA + values.cB, 800, 1e-12);
});

test("exothermic stirred tank: the unstable middle state of Seborg's example, 0.5 mol/L at 350 K", () => {
  const { values } = steadyState(exothermicCstr, { inputs: { q: 0.1 / 60, cAF: 1000, TF: 350, Tc: 300 } }).orThrow();
  close(values.cA, 500, 2e-3);
  close(values.T, 350, 2e-4);
  // Balances: what is converted has released its heat to the coolant and the stream.
  const rate = (0.1 / 60) * (1000 - values.cA);
  close(5e4 * rate, values.cooling + 2.39e5 * (0.1 / 60) * (values.T - 350), 1e-9);
});

test("exothermic stirred tank: three steady states for one coolant temperature, each with closed balances", () => {
  const inputs = { q: 0.1 / 60, cAF: 1000, TF: 350, Tc: 300 };
  const found = [310, 350, 390].map((T) => steadyState(exothermicCstr, { inputs, near: { T, cA: T < 330 ? 950 : T < 360 ? 500 : 100 } }));
  const temperatures = found.map((one) => one.orThrow().values.T);
  assert.ok(temperatures[0]! < 330 && temperatures[2]! > 360, temperatures.join());
  for (const { values } of found) {
    close(5e4 * (0.1 / 60) * (1000 - values.cA), values.cooling + 2.39e5 * (0.1 / 60) * (values.T - 350), 1e-9);
  }
});

const isothermal = { dH: 0, UA: 0, EoverR: 0 } as const;
const tube = { q: 1e-3, cAF: 1000, TF: 350, Tc: 340 } as const;

test("plug flow at one temperature: the outlet tends to cAF·exp(−kτ) with the order of the scheme", () => {
  for (const [scheme, order] of [
    ["upwind-1", 1],
    ["upwind-2", 2],
  ] as const) {
    const error = (cells: number): number => {
      const rest = steadyState(plugFlowReactor({ cells, scheme }), { inputs: tube, parameters: isothermal });
      return rest.orThrow().values.cAOut / 1000 - Math.exp(-1);
    };
    const observed = Math.log2(error(40) / error(80));
    assert.ok(Math.abs(observed - order) < 0.1, `${scheme}: observed order ${observed}`);
    if (scheme === "upwind-2") assert.ok(Math.abs(error(40)) < 1e-4, `${error(40)}`);
  }
});

test("plug flow with upwind-1 is a row of stirred tanks: cAF/(1 + kτ/n)^n", () => {
  const rest = steadyState(plugFlowReactor({ cells: 7, scheme: "upwind-1" }), { inputs: tube, parameters: isothermal });
  close(rest.orThrow().values.cAOut, 1000 / (1 + 1 / 7) ** 7, 1e-10);
});

test("plug flow without cooling: temperature rises by −ΔH/ρcp for what has reacted, everywhere along the tube", () => {
  const { values } = steadyState(plugFlowReactor(), { inputs: tube, parameters: { UA: 0 } }).orThrow();
  for (const i of [1, 10, 40]) {
    close(values[`T[${i}]`]! - 350, (5e4 / 4e6) * (1000 - values[`cA[${i}]`]!), 1e-9);
  }
});

test("plug flow with cooling: A that enters is converted or leaves, and its heat goes to stream and coolant", () => {
  const { values } = steadyState(plugFlowReactor(), { inputs: tube }).orThrow();
  close(values.reacted, 1e-3 * (1000 - values.cAOut), 1e-9);
  close(5e4 * values.reacted, 4e6 * 1e-3 * (values.TOut - 350) + values.cooling, 1e-9);
});

test("batch A → B → C: B is highest at ln(k2/k1)/(k2 − k1) with (k1/k2)^(k2/(k2 − k1))", () => {
  const [k1, k2] = [1e-3, 5e-4];
  const top = Math.log(k2 / k1) / (k2 - k1);
  const run = simulate(batchReactor, { span: [0, 2 * top], inputs: { T: 350 }, at: [0, top, 2 * top], ...tight }).orThrow();
  close(run.at(top).yield, (k1 / k2) ** (k2 / (k2 - k1)), 1e-8);
  assert.ok(Math.abs(run.at(top).r1 - run.at(top).r2) < 1e-6 * run.at(top).r1, "as much B is made as is lost");
  for (const t of [top, 2 * top]) close(run.at(t).cA + run.at(t).cB + run.at(t).cC, 1000, 1e-9);
});

test("fed-batch without feed: second order with equal charges, 1/c = 1/c0 + kt", () => {
  const run = simulate(fedBatchReactor, {
    span: [0, 500],
    parameters: { cB0: 1000 },
    inputs: { q: 0, cBF: 0 },
    ...tight,
  }).orThrow();
  close(run.at(500).cA, 1 / (1 / 1000 + 1e-5 * 500), 1e-8);
});

test("fed-batch: A and C make up the charge, B and C the feed, and the volume is what went in", () => {
  const { at } = simulate(fedBatchReactor, { span: [0, 3000], inputs: { q: 2e-4, cBF: 3000 }, ...tight }).orThrow();
  close(at(3000).nA + at(3000).nC, 1000, 1e-9);
  close(at(3000).nB + at(3000).nC, 2e-4 * 3000 * 3000, 1e-9);
  close(at(3000).V, 1.6, 1e-9);
});

test("Monod chemostat: S = KS·D/(µmax − D) and X = Y·(SF − S), Herbert's example", () => {
  const { values } = steadyState(monodChemostat, { inputs: { D: 0.8, SF: 10 }, near: { S: 0.8, X: 4.6 } }).orThrow();
  close(values.S, (0.2 * 0.8) / (1 - 0.8), 1e-10);
  close(values.X, 0.5 * (10 - 0.8), 1e-10);
});

test("Monod chemostat: most biomass for time at D = µmax·(1 − √(KS/(KS + SF))) = 0.860, washed out above 0.980", () => {
  const productivity = (D: number): number =>
    steadyState(monodChemostat, { inputs: { D, SF: 10 }, near: { S: (0.2 * D) / (1 - D), X: 4 } }).orThrow().values.productivity;
  const best = 1 - Math.sqrt(0.2 / 10.2);
  assert.equal(best.toFixed(3), "0.860");
  assert.ok(productivity(best) > productivity(best - 0.01) && productivity(best) > productivity(best + 0.01));
  const washedOut = simulate(monodChemostat, { span: [0, 2000], inputs: { D: 1, SF: 10 } }).orThrow();
  assert.ok(washedOut.at(2000).X < 1e-3, `${washedOut.at(2000).X}`);
});

test("Haldane chemostat: Bequette's two states with biomass, 1.5302 and 0.9951 g/L at D = 0.3 1/h", () => {
  const inputs = { D: 0.3, SF: 4 };
  const stable = steadyState(haldaneChemostat, { inputs, near: { X: 1.5, S: 0.2 } }).orThrow().values;
  const unstable = steadyState(haldaneChemostat, { inputs, near: { X: 1, S: 1.5 } }).orThrow().values;
  assert.deepEqual([stable.X.toFixed(4), stable.S.toFixed(4)], ["1.5302", "0.1746"]);
  assert.deepEqual([unstable.X.toFixed(4), unstable.S.toFixed(4)], ["0.9951", "1.5122"]);
});

test("Haldane kinetics: growth is fastest at S = √(KS·KI), with µmax/(1 + 2√(KS/KI))", () => {
  const [KS, KI] = [0.12, 1 / 0.4545];
  const S = Math.sqrt(KS * KI);
  const { mu } = simulate(haldaneChemostat, { span: [0, 1], inputs: { D: 0, SF: 4 }, initial: { S } }).at(0);
  close(mu, 0.53 / (1 + 2 * Math.sqrt(KS / KI)), 1e-12);
});

test("fed-batch fermenter without maintenance: X + Y·S is diluted like an inert, whatever the growth", () => {
  const settings = { span: [0, 20], parameters: { m: 0 }, inputs: { F: 0.2, SF: 100 }, ...tight } as const;
  const { at } = simulate(fedBatchFermenter, settings).orThrow();
  const end = at(20);
  close((end.X + 0.5 * end.S) * end.V, (1 + 0.5 * 5) * 5 + 0.5 * 100 * 0.2 * 20, 1e-9);
});

test("fed-batch fermenter in batch with plenty of substrate: biomass doubles in ln 2/µmax", () => {
  const doubling = Math.log(2) / 0.4;
  const settings = { span: [0, doubling], parameters: { m: 0 }, initial: { S: 1e7 }, inputs: { F: 0, SF: 0 }, ...tight } as const;
  close(simulate(fedBatchFermenter, settings).orThrow().at(doubling).X, 2, 1e-7);
});
