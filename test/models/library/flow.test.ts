/** Streams, valves, pump, pipes, friction and sensor against balances, standards and closed solutions. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  centrifugalPump,
  colebrookFriction,
  equalPercentageValve,
  firstOrderSensor,
  gasValve,
  haalandFriction,
  laminarFriction,
  linearValve,
  mixer,
  pipeDelay,
  pipePressureDrop,
  quickOpeningValve,
  splitter,
} from "../../../src/models/library/index.ts";
import { simulate, steadyState } from "../../../src/solvers/index.ts";
import { close } from "./close.ts";

test("mixer and splitter: volume, component and heat are kept", () => {
  const streams = { q1: 1e-3, c1: 100, T1: 300, q2: 3e-3, c2: 200, T2: 340 };
  const { values: mixed } = steadyState(mixer, { inputs: streams }).orThrow();
  close(mixed.q, 4e-3, 1e-14);
  close(mixed.q * mixed.c, 0.7, 1e-14);
  close(mixed.q * mixed.T, 1.32, 1e-14);
  const { values: split } = steadyState(splitter, { inputs: { q: mixed.q, c: mixed.c, T: mixed.T, share: 0.3 } }).orThrow();
  close(split.q1, 1.2e-3, 1e-14);
  close(split.q1 * split.c1 + split.q2 * split.c2, 0.7, 1e-14);
  close(split.q1 * split.T1 + split.q2 * split.T2, 1.32, 1e-14);
});

const cubicMetrePerHour = 1 / 3600;

test("valve: N1 of IEC 60534-2-1 for Cv is 0.0865 with m³/h and kPa", () => {
  const { values } = steadyState(linearValve, { inputs: { opening: 1, p1: 5e5, p2: 4e5 } }).orThrow();
  const N1 = values.q / cubicMetrePerHour / (10 * Math.sqrt(100));
  assert.equal(N1.toFixed(4), "0.0865");
});

test("valves: characteristics are l, R^(l − 1) and √l", () => {
  const inputs = { p1: 5e5, p2: 4e5 };
  const share = (valve: typeof linearValve | typeof equalPercentageValve | typeof quickOpeningValve, opening: number): number =>
    steadyState(valve, { inputs: { ...inputs, opening } }).orThrow().values.share;
  for (const l of [0.25, 0.5, 1]) {
    close(share(linearValve, l), l, 1e-14);
    close(share(equalPercentageValve, l), 50 ** (l - 1), 1e-13);
    close(share(quickOpeningValve, l), Math.sqrt(l), 1e-7);
  }
  assert.equal(share(quickOpeningValve, 0), 0);
  close(
    share(equalPercentageValve, 0.6) / share(equalPercentageValve, 0.5),
    share(equalPercentageValve, 0.3) / share(equalPercentageValve, 0.2),
    1e-12,
  );
});

test("valve: flow is odd in the pressure drop where it is not choked, and nothing at balance", () => {
  const q = (p1: number, p2: number): number => steadyState(linearValve, { inputs: { opening: 1, p1, p2 } }).orThrow().values.q;
  close(q(4e5, 5e5), -q(5e5, 4e5), 1e-14);
  assert.equal(q(4e5, 4e5), 0);
  close(q(5e5, 1.04e5) / q(5e5, 4.01e5), 2, 1e-9);
});

test("valve: hot water that flashes is choked at FL²·(p1 − FF·pv)", () => {
  const hot = linearValve.with({ parameters: { pv: 1.2e5 } });
  const q = (p2: number): number => steadyState(hot, { inputs: { opening: 1, p1: 3e5, p2 } }).orThrow().values.q;
  const FF = 0.96 - 0.28 * Math.sqrt(1.2e5 / 2.2064e7);
  const choked = 0.81 * (3e5 - FF * 1.2e5);
  close(q(1e4), q(3e5 - choked), 1e-12);
  assert.ok(q(1e4) > q(3e5 - 0.9 * choked));
});

test("gas valve: N6 of IEC 60534-2-1 for Cv is 2.73 with kg/h, kPa and kg/m³; choked flow has Y = 2/3", () => {
  const at = (p2: number) => steadyState(gasValve, { inputs: { opening: 1, p1: 5e5, p2, T1: 300 } }).orThrow().values;
  const free = at(4e5);
  const N6 = (free.W * 3600) / (10 * free.Y * Math.sqrt(free.x * 500 * free.rho1));
  assert.equal(N6.toFixed(2), "2.73");
  assert.equal(free.choked, 0);
  close(free.Y, 1 - 0.2 / (3 * 0.7), 1e-12);
  const [choked, further] = [at(1.4e5), at(1e4)];
  close(choked.Y, 2 / 3, 1e-12);
  assert.equal(choked.choked, 1);
  assert.equal(further.W, choked.W);
  assert.equal(at(6e5).W, 0);
});

test("pump: affinity laws, q ~ n, H ~ n², P ~ n³", () => {
  const at = (speed: number) => steadyState(centrifugalPump, { inputs: { q: 0.02 * speed, speed } }).orThrow().values;
  const [full, slow] = [at(1), at(0.8)];
  close(slow.H / full.H, 0.8 ** 2, 1e-12);
  close(slow.power / full.power, 0.8 ** 3, 1e-12);
  close(slow.eta, full.eta, 1e-12);
});

test("pump: shaft power times efficiency is what the liquid gets, q·Δp; at shut-off it is finite", () => {
  const { values } = steadyState(centrifugalPump, { inputs: { q: 0.013, speed: 0.95 } }).orThrow();
  close(values.power * values.eta, 0.013 * values.dp, 1e-12);
  const shut = steadyState(centrifugalPump, { inputs: { q: 0, speed: 1 } }).orThrow().values;
  assert.equal(shut.H, 40);
  assert.ok(shut.power > 0 && Number.isFinite(shut.power));
});

test("pipe delay: a step comes out as Erlang's distribution", () => {
  const [cells, tau] = [5, 100];
  const { at } = simulate(pipeDelay({ unit: "K", cells }), {
    span: [0, 400],
    inputs: { q: 1e-3, y0: 301 },
    initial: Object.fromEntries(Array.from({ length: cells }, (_, i) => [`y[${i + 1}]`, 300])),
    rtol: 1e-11,
  }).orThrow();
  for (const t of [50, 100, 300]) {
    const z = (cells * t) / tau;
    let [term, sum] = [1, 1];
    for (let k = 1; k < cells; k++) {
      term *= z / k;
      sum += term;
    }
    close(at(t).yOut - 300, 1 - Math.exp(-z) * sum, 1e-7);
  }
});

test("sensor: after one time constant it shows 63.2 % of a step", () => {
  const run = simulate(firstOrderSensor(), { span: [0, 10], initial: { reading: 300 }, inputs: { actual: 400 }, rtol: 1e-11 }).orThrow();
  close(run.at(10).reading, 300 + 100 * (1 - Math.exp(-1)), 1e-10);
  const biased = firstOrderSensor().with({ parameters: { gain: 1.02, bias: -3 } });
  close(steadyState(biased, { inputs: { actual: 350 } }).orThrow().values.reading, 1.02 * 350 - 3, 1e-12);
});

const colebrook = (Re: number, relative: number): number =>
  steadyState(colebrookFriction, { inputs: { Re }, parameters: { relative } }).orThrow().values.f;

test("Colebrook: the root meets its equation, and is that of an independent fixed-point iteration", () => {
  for (const Re of [4e3, 1e5, 1e8]) {
    for (const relative of [0, 1e-4, 0.05]) {
      let root = 7;
      for (let turn = 0; turn < 200; turn++) root = -2 * Math.log10(relative / 3.7 + (2.51 * root) / Re);
      close(colebrook(Re, relative), 1 / root ** 2, 1e-12);
    }
  }
});

test("Colebrook: points of the Moody chart", () => {
  assert.equal(colebrook(1e5, 0).toFixed(4), "0.0180");
  assert.equal(colebrook(1e5, 1e-4).toFixed(4), "0.0185");
  assert.equal(colebrook(1e8, 0.05).toFixed(4), "0.0716");
});

test("Haaland is within 2 % of Colebrook over its range", () => {
  let worst = 0;
  for (let i = 0; i <= 20; i++) {
    const Re = 4e3 * (1e8 / 4e3) ** (i / 20);
    for (const relative of [0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.05]) {
      const { f } = steadyState(haalandFriction, { inputs: { Re }, parameters: { relative } }).values;
      worst = Math.max(worst, Math.abs(f / colebrook(Re, relative) - 1));
    }
  }
  assert.ok(worst < 0.02, `off by ${worst}`);
});

test("pipe: Hagen–Poiseuille when laminar, either way, and Darcy–Weisbach with Haaland's factor when turbulent", () => {
  const oil = pipePressureDrop.with({ parameters: { mu: 0.1 } });
  const drop = (q: number) => steadyState(oil, { inputs: { q } }).orThrow().values;
  close(drop(1e-3).dp, (128 * 0.1 * 100 * 1e-3) / (Math.PI * 0.1 ** 4), 1e-12);
  close(drop(-1e-3).dp, -drop(1e-3).dp, 1e-14);
  assert.equal(drop(0).dp, 0);
  close(drop(1e-3).f, steadyState(laminarFriction, { inputs: { Re: drop(1e-3).Re } }).values.f, 1e-12);
  const water = steadyState(pipePressureDrop, { inputs: { q: 0.01 } }).orThrow().values;
  const { f } = steadyState(haalandFriction, { inputs: { Re: water.Re }, parameters: { relative: 4.5e-4 } }).values;
  close(water.dp, ((f * 100) / 0.1) * 998 * (water.v ** 2 / 2), 1e-12);
});

test("pipe: pressure drop has no jump where the flow stops being laminar or becomes turbulent", () => {
  const at = (Re: number): number =>
    steadyState(pipePressureDrop, { inputs: { q: (Re * 1.002e-3 * Math.PI * 0.1) / (4 * 998) } }).values.dp;
  for (const Re of [2300, 4000]) close(at(Re * (1 + 1e-9)), at(Re * (1 - 1e-9)), 1e-7);
});
