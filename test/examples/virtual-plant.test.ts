/** The virtual plant must itself be right: its balances close, its step has order 4, its seeds repeat, its archive keeps its promise. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { archive } from "../../examples/virtual-plant/archive.ts";
import { instruments } from "../../examples/virtual-plant/instruments.ts";
import { laboratory } from "../../examples/virtual-plant/laboratory.ts";
import { rateConstant, rungeKutta, runPlant } from "../../examples/virtual-plant/plant.ts";
import { truth } from "../../examples/virtual-plant/truth.ts";

const twoDays = runPlant({ days: 2, scanSeconds: 60, seed: 7 });

test("moles in minus out minus reacted are the moles stored", () => {
  const { in: fed, out, reacted, stored } = twoDays.balance.moles;
  assert.ok(Math.abs(fed - out - reacted - stored) < 1e-12 * fed, `${fed - out - reacted - stored} mol missing of ${fed}`);
  assert.ok(reacted > 0.7 * fed, "most of the feed reacts");
});

test("heat brought by flow and reaction minus heat to the jacket is the heat stored", () => {
  const { flow, reaction, jacket, stored } = twoDays.balance.heat;
  assert.ok(Math.abs(flow + reaction - jacket - stored) < 1e-11 * reaction);
});

test("the heat of reaction is that of the moles reacted", () => {
  const { balance } = twoDays;
  assert.ok(Math.abs(balance.heat.reaction / balance.moles.reacted + truth.dH) < 1e-6 * -truth.dH);
});

test("halving the step of the plant's Runge–Kutta divides its error by 2^4", () => {
  const decay = rungeKutta((x, _u, out) => (out[0] = -x[0]! * x[0]!), 1);
  const errorWith = (steps: number) => {
    const x = Float64Array.of(1);
    for (let i = 0; i < steps; i++) decay(x, new Float64Array(0), 2 / steps);
    return Math.abs(x[0]! - 1 / 3);
  };
  const order = Math.log2(errorWith(20) / errorWith(40));
  assert.ok(Math.abs(order - 4) < 0.15, `observed order ${order.toFixed(3)}`);
});

test("the same seed gives the same bits, another seed another plant", () => {
  const again = runPlant({ days: 2, scanSeconds: 60, seed: 7 });
  assert.deepEqual(again, twoDays);
  assert.deepEqual(instruments(again, 0, 7), instruments(twoDays, 0, 7));
  assert.notDeepEqual(runPlant({ days: 2, scanSeconds: 60, seed: 8 }).T, twoDays.T);
});

test("the controller keeps the tank near its set-point", () => {
  const squares = twoDays.T.map((T, i) => (T - twoDays.setPoint[i]!) ** 2);
  const rms = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
  assert.ok(rms < 1.5, `rms deviation ${rms.toFixed(2)} K`);
});

test("below the design throughput the outlet is what the tank holds, above it feed comes through", () => {
  for (const [i, q] of twoDays.q.entries()) {
    if (q <= truth.designFlow) assert.equal(twoDays.cOut[i], twoDays.cTank[i]);
    else assert.ok(twoDays.cOut[i]! > twoDays.cTank[i]!);
  }
  assert.equal(rateConstant(truth.Tref), truth.kRef);
});

test("lines between archived points pass within twice the door of every point the historian was sent", () => {
  const scanned = {
    time: Float64Array.from({ length: 500 }, (_, i) => 60 * i),
    value: Float64Array.from({ length: 500 }, (_, i) => 20 * Math.sin(i / 40) + (i % 7) / 10),
    status: new Uint32Array(500),
  };
  const rule = { exception: 0, deviation: 0.8, maxInterval: 7200 };
  const kept = archive(scanned, rule);
  assert.ok(kept.time.length < 100, `${kept.time.length} points kept`);
  let segment = 0;
  for (const [i, t] of scanned.time.entries()) {
    while (segment < kept.time.length - 2 && t > kept.time[segment + 1]!) segment++;
    const [t0, t1, v0, v1] = [kept.time[segment]!, kept.time[segment + 1]!, kept.value[segment]!, kept.value[segment + 1]!];
    const line = v0 + ((t - t0) / (t1 - t0)) * (v1 - v0);
    assert.ok(Math.abs(line - scanned.value[i]!) <= 2 * rule.deviation, `point ${i} is off by ${line - scanned.value[i]!}`);
  }
});

test("a change of status is archived with the point before it", () => {
  const status = Uint32Array.from({ length: 100 }, (_, i) => (i >= 40 && i < 60 ? 0x80310000 : 0));
  const scanned = { time: Float64Array.from(status.keys(), (i) => 60 * i), value: new Float64Array(100), status };
  const kept = archive(scanned, { exception: 1, deviation: 1, maxInterval: 1e9 });
  assert.deepEqual(
    [...kept.time].map((t) => t / 60),
    [0, 39, 40, 59, 60, 99],
  );
});

test("laboratory results come one to three hours after their sample", () => {
  const results = laboratory(twoDays, 0, 7);
  assert.ok(results.value.length >= 4);
  for (const [i, sampled] of results.sampled.entries()) {
    const delay = results.reported[i]! - sampled;
    assert.ok(delay >= 3600 && delay <= 3 * 3600);
  }
});
