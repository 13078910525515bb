/** Tanks, exchangers, jacket, evaporator and dryer against closed solutions, published figures and balances. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  closedTank,
  coCurrentExchanger,
  counterCurrentExchanger,
  dryer,
  evaporator,
  jacket,
  openTank,
  overflowTank,
} from "../../../src/models/library/index.ts";
import { simulate, steadyState } from "../../../src/solvers/index.ts";
import { close } from "./close.ts";

const tight = { rtol: 1e-11 } as const;
const g = 9.80665;

test("open tank: emptying follows √h = √h0 − Cd·a·√(g/2)/A·t (Torricelli)", () => {
  const { at } = simulate(openTank, { span: [0, 600], inputs: { qIn: 0 }, ...tight }).orThrow();
  for (const t of [100, 300, 600]) close(at(t).h, (1 - 0.61e-3 * Math.sqrt(g / 2) * t) ** 2, 1e-9);
});

test("open tank: at rest the level is (qIn/(Cd·a))²/2g", () => {
  const { values } = steadyState(openTank, { inputs: { qIn: 2e-3 } }).orThrow();
  close(values.h, (2e-3 / 0.61e-3) ** 2 / (2 * g), 1e-9);
});

test("open tank: it empties without going below nothing", () => {
  const { at, outcome } = simulate(openTank, { span: [0, 2000], inputs: { qIn: 0 } });
  assert.equal(outcome.kind, "success");
  assert.ok(Math.abs(at(2000).h) < 1e-7, `${at(2000).h}`);
});

test("closed tank: the cushion keeps p·V (Boyle), and the level comes to rest where pressures balance", () => {
  const run = simulate(closedTank, { span: [0, 4000], inputs: { qIn: 6e-3, pOut: 1e5 }, ...tight }).orThrow();
  for (const t of [0, 50, 500, 4000]) close(run.at(t).p * (3 - run.at(t).h), 1.5e5 * 2, 1e-12);
  // ρ·g·h + 3e5/(3 − h) − pOut = ρ/2·(q/(Cd·a))² is a quadratic equation of h.
  const [rg, rise] = [1000 * g, 1e5 + 500 * (6e-3 / 0.61e-3) ** 2];
  const [b, c] = [3 * rg + rise, 3 * rise - 3e5];
  const h = (b - Math.sqrt(b ** 2 - 4 * rg * c)) / (2 * rg);
  close(steadyState(closedTank, { inputs: { qIn: 6e-3, pOut: 1e5 } }).orThrow().values.h, h, 1e-8);
});

test("closed tank: with a higher pressure outside the flow turns round", () => {
  const { qOut } = simulate(closedTank, { span: [0, 1], inputs: { qIn: 0, pOut: 3e5 } }).at(0);
  close(qOut, -0.61e-3 * Math.sqrt((2 / 1000) * (3e5 - 1.5e5 - 1000 * g)), 1e-9);
});

test("overflow tank: at rest the weir takes the surplus; its coefficient is Francis's 1.84 √m/s", () => {
  const { values } = steadyState(overflowTank, { inputs: { qIn: 0.1, qDraw: 0.02 }, near: { h: 1.2 } }).orThrow();
  close(values.qOver, 0.08, 1e-12);
  const coefficient = 0.08 / (0.5 * (values.h - 1) ** 1.5);
  assert.equal(coefficient.toFixed(2), "1.83");
  close(coefficient, 1.84, 0.006);
});

test("overflow tank: below the crest it only fills", () => {
  const { at } = simulate(overflowTank, { span: [0, 10], initial: { h: 0.2 }, inputs: { qIn: 0.03, qDraw: 0.01 }, ...tight }).orThrow();
  close(at(10).h, 0.4, 1e-9);
});

const exchange = { qh: 1e-3, ThIn: 360, qc: 2e-3, TcIn: 290 };
const NTU = 1e4 / (4.18e6 * 1e-3);
const C = 0.5;
type Exchanger = typeof coCurrentExchanger | typeof counterCurrentExchanger;
const effectiveness = (exchanger: Exchanger, cells: number): number => {
  const { values } = steadyState(exchanger({ cells }), { inputs: exchange }).orThrow();
  return (360 - values.ThOut) / (360 - 290);
};

for (const [name, exchanger] of Object.entries({ coCurrentExchanger, counterCurrentExchanger })) {
  test(`${name}: what the hot fluid gives off, the cold one takes up`, () => {
    const { values } = steadyState(exchanger({ cells: 9 }), { inputs: exchange }).orThrow();
    close(values.Qh, values.Qc, 1e-9);
    assert.ok(values.Qh > 0);
  });
}

test("exchangers tend to the effectiveness of Incropera's table 11.3 with the second order of 1/cells", () => {
  const e = Math.exp(-NTU * (1 - C));
  const exact = { co: (1 - Math.exp(-NTU * (1 + C))) / (1 + C), counter: (1 - e) / (1 - C * e) };
  for (const [kind, exchanger] of [
    ["co", coCurrentExchanger],
    ["counter", counterCurrentExchanger],
  ] as const) {
    const [coarse, fine] = [40, 80].map((cells) => effectiveness(exchanger, cells) - exact[kind]) as [number, number];
    const order = Math.log2(coarse / fine);
    assert.ok(Math.abs(order - 2) < 0.15, `${kind}-current: observed order ${order}`);
    assert.ok(Math.abs(coarse) < 1e-3, `${kind}-current: off by ${coarse} with 40 cells`);
  }
  assert.ok(exact.counter > exact.co);
});

test("jacket: at rest its temperature is the mean of inlet and vessel, weighted with heat capacity flow and UA", () => {
  const { values } = steadyState(jacket, { inputs: { q: 1e-4, TIn: 290, T: 350 } }).orThrow();
  close(values.Tj, (418 * 290 + 1000 * 350) / (418 + 1000), 1e-12);
  close(values.Q, 418 * (values.Tj - 290), 1e-9);
});

test("evaporator: the operating point published by Newell and Lee is one of rest", () => {
  const inputs = { F1: 10, X1: 5, T1: 313.15, F2: 2, F3: 50, P100: 194.7, F200: 208, T200: 298.15 };
  const at = simulate(evaporator, { span: [0, 1], inputs }).at(0);
  const published: readonly [number, number, number][] = [
    [at.T2 - 273.15, 84.6, 0.05],
    [at.T3 - 273.15, 80.6, 0.05],
    [at.T100 - 273.15, 119.9, 0.05],
    [at.Q100, 339, 0.5],
    [at.F4, 8, 0.01],
    [at.F5, 8, 0.01],
    [at.F100, 9.3, 0.05],
    [at.Q200, 307.9, 0.5],
    [at.T201 - 273.15, 46.1, 0.1],
  ];
  for (const [actual, expected, within] of published) assert.ok(Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);
});

test("evaporator: solute is neither made nor lost", () => {
  const inputs = { F1: 10, X1: 5, T1: 313.15, F2: 2.4, F3: 50, P100: 194.7, F200: 208, T200: 298.15 };
  const { at } = simulate(evaporator, { span: [0, 400], inputs, ...tight }).orThrow();
  close(at(400).X2, (10 * 5) / 2.4, 1e-9);
});

test("dryer: constant and falling rate take the times of the textbook formula", () => {
  const [Xc, Xe, target] = [0.2, 0.02, 0.05];
  const unit = 100 / (5 * 3e-4);
  const run = simulate(dryer, { span: [0, 60_000], ...tight }).orThrow();
  assert.equal(run.events.length, 1);
  close(run.events[0]!.time, unit * (0.4 - Xc), 1e-9);
  const whole = unit * (0.4 - Xc + (Xc - Xe) * Math.log((Xc - Xe) / (target - Xe)));
  close(run.at(whole).X, target, 1e-8);
});
