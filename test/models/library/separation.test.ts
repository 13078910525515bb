/** Flash, tray, column and absorber against published figures, closed solutions and balances. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { absorber, antoine, distillationColumn, distillationTray, flashDrum } from "../../../src/models/library/index.ts";
import { simulate, steadyState } from "../../../src/solvers/index.ts";
import { close } from "./close.ts";

test("flash: every component is found again in vapour and liquid, both sum to 1 and are in equilibrium", () => {
  const { values: at } = steadyState(flashDrum, { inputs: { F: 10, z1: 0.4, z2: 0.35, T: 375, P: 101325 } }).orThrow();
  assert.ok(at.vapour > 0 && at.vapour < 1, `${at.vapour}`);
  close(at.V * at.y1 + at.L * at.x1, 4, 1e-12);
  close(at.V * at.y2 + at.L * at.x2, 3.5, 1e-12);
  close(at.V * at.y3 + at.L * at.x3, 2.5, 1e-12);
  close(at.x1 + at.x2 + at.x3, 1, 1e-9);
  close(at.y1 + at.y2 + at.y3, 1, 1e-9);
  for (const [substance, ratio] of [
    ["benzene", at.y1 / at.x1],
    ["toluene", at.y2 / at.x2],
    ["ethylbenzene", at.y3 / at.x3],
  ] as const) {
    close(ratio, steadyState(antoine(substance), { inputs: { T: 375 } }).orThrow().values.p / 101325, 1e-12);
  }
});

test("flash of benzene and toluene: x = (P − p2)/(p1 − p2) by Raoult, whatever the feed", () => {
  const [p1, p2] = (["benzene", "toluene"] as const).map((name) => steadyState(antoine(name), { inputs: { T: 368.15 } }).values.p) as [
    number,
    number,
  ];
  const { values } = steadyState(flashDrum, { inputs: { F: 1, z1: 0.5, z2: 0.5, T: 368.15, P: 101325 } }).orThrow();
  close(values.x1, (101325 - p2) / (p1 - p2), 1e-9);
  // At 95 °C and 1 atm the tables of benzene–toluene have about 0.41 in the liquid and 0.63 in the vapour.
  close(values.x1, 0.41, 0.02);
  close(values.y1, 0.63, 0.02);
});

test("flash: sub-cooled feed has a vapour fraction below 0, superheated feed one above 1", () => {
  const vapour = (T: number): number => {
    const { values } = steadyState(flashDrum, { inputs: { F: 1, z1: 0.5, z2: 0.3, T, P: 101325 } }).orThrow();
    return values.vapour;
  };
  assert.ok(vapour(360) < 0 && vapour(385) > 1, `${vapour(360)} ${vapour(385)}`);
});

test("tray: at rest what comes in goes out, and vapour and liquid are in equilibrium", () => {
  const inputs = { LIn: 45, xIn: 0.6, VIn: 53, yIn: 0.5 };
  const { values } = steadyState(distillationTray, { inputs }).orThrow();
  close(values.L, 45, 1e-12);
  close(values.L * values.x + values.V * values.y, 45 * 0.6 + 53 * 0.5, 1e-9);
  close(values.y / (1 - values.y), (1.5 * values.x) / (1 - values.x), 1e-12);
});

const kilomolePerMinute = 1000 / 60;
const columnA = {
  LT: 2.70629 * kilomolePerMinute,
  VB: 3.20629 * kilomolePerMinute,
  F: kilomolePerMinute,
  zF: 0.5,
  qF: 1,
};

test("column: Skogestad's column A makes 99 % overhead and 1 % at the bottom, and its balances close", () => {
  const { values } = steadyState(distillationColumn(), { inputs: columnA }).orThrow();
  close(values.xD, 0.99, 1e-6);
  close(values.xB, 0.01, 1e-5);
  close(values.D + values.B, columnA.F, 1e-9);
  close(values.D * values.xD + values.B * values.xB, columnA.F * 0.5, 1e-9);
});

test("column: with partly vaporised feed the balances close, too", () => {
  const { values } = steadyState(distillationColumn({ stages: 12, feed: 6 }), {
    inputs: { LT: 45, VB: 45, F: 16, zF: 0.4, qF: 0.6 },
  }).orThrow();
  close(values.VT, 45 + 0.4 * 16, 1e-12);
  close(values.D + values.B, 16, 1e-9);
  close(values.D * values.xD + values.B * values.xB, 16 * 0.4, 1e-9);
});

test("column: at total reflux it needs the stages of Fenske's equation", () => {
  const stages = 6;
  const V = 53;
  // No feed and no products: as much light component stays in the column as was charged, so the course is followed until it rests.
  const run = simulate(distillationColumn({ stages, feed: 3 }), {
    span: [0, 2e5],
    parameters: { DNominal: 0, BNominal: 0, LAbove: V, LBelow: V },
    inputs: { LT: V, VB: V, F: 0, zF: 0.5, qF: 1 },
    rtol: 1e-10,
  }).orThrow();
  const { xD, xB } = run.at(2e5);
  // Equilibrium on the reboiler and the trays, but not in the total condenser.
  close((xD / (1 - xD)) * ((1 - xB) / xB), 1.5 ** (stages - 1), 1e-7);
});

test("absorber: Kremser's equation at rest, and the solute that leaves the gas is in the liquid", () => {
  for (const [stages, L] of [
    [1, 10],
    [6, 10],
    [6, 5],
  ] as const) {
    const { values } = steadyState(absorber({ stages }), { inputs: { L, xIn: 0.001, G: 9, yIn: 0.03 } }).orThrow();
    const A = L / (0.8 * 9);
    close((0.03 - values.yOut) / (0.03 - 0.8 * 0.001), (A ** (stages + 1) - A) / (A ** (stages + 1) - 1), 1e-10);
    close(9 * (0.03 - values.yOut), L * (values.xOut - 0.001), 1e-9);
  }
});
