/** The models of the gallery: published end points, physical balances, and runs that succeed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnySource, random, type System } from "greybox/core";
import { distillationColumn } from "greybox/models/library";
import { simulate, solve, steadyState } from "greybox/solvers";
import { column, kmolPerMinute } from "../../../bench/problems/gallery/column.ts";
import { hires } from "../../../bench/problems/gallery/hires.ts";
import { gallery } from "../../../bench/problems/gallery/index.ts";
import { orego } from "../../../bench/problems/gallery/orego.ts";
import { plant } from "../../../bench/problems/gallery/plant.ts";
import { pollu } from "../../../bench/problems/gallery/pollu.ts";
import { rober } from "../../../bench/problems/gallery/rober.ts";
import { tubularReactor } from "../../../bench/problems/gallery/tubular-reactor.ts";
import { vdpol } from "../../../bench/problems/gallery/vdpol.ts";

for (const [name, { model, inputs, end }] of Object.entries(gallery)) {
  test(`${name} runs from its start to ${end} ${model.definition.time === "1" ? "units of time" : model.definition.time}`, () => {
    const run = simulate(model, { span: [0, end], inputs, dense: false });
    assert.equal(run.outcome.kind, "success");
  });
}

/** dx/dt by name at a point. */
function slopes({ names, rhs, p }: { names: readonly string[]; rhs: System["rhs"]; p: Float64Array }, x: Float64Array) {
  const out = new Float64Array(names.length);
  rhs.evaluate(0, x, new Float64Array(0), p, out);
  return (name: string): number => out[names.indexOf(name)]!;
}

/** A weighted sum of derivatives that has to vanish wherever the states are, beside the size of its terms. */
function conserves(model: AnySource, weights: Readonly<Record<string, number>>): void {
  const { states: names, rhs, p } = model.system();
  const draw = random("balances");
  for (let i = 0; i < 100; i++) {
    const x = Float64Array.from(names, () => draw.uniform());
    const at = slopes({ names, rhs, p }, x);
    const terms = Object.entries(weights).map(([name, weight]) => weight * at(name));
    const size = Math.max(...names.map((name) => Math.abs(at(name))));
    assert.ok(Math.abs(terms.reduce((sum, term) => sum + term, 0)) <= 1e-14 * size, `${terms} of ${size}`);
  }
}

test("Robertson's reaction loses nothing; HIRES keeps bound and free form together", () => {
  conserves(rober, { A: 1, B: 1, C: 1 });
  conserves(hires, { y7: 1, y8: 1 });
});

test("air pollution conserves nitrogen and sulphur", () => {
  conserves(pollu, { NO2: 1, NO: 1, PAN: 1, HNO3: 1, NO3: 1, N2O5: 2 });
  conserves(pollu, { SO2: 1, SO4: 1 });
});

test("Van der Pol's oscillator gains energy inside |y1| < 1 and loses it outside", () => {
  const { states: names, rhs, p } = vdpol.system();
  for (const [y1, y2, sign] of [
    [0.5, 1.5, 1],
    [-0.9, -0.1, 1],
    [1.5, 0.3, -1],
    [-2, 1, -1],
  ] as const) {
    const at = slopes({ names, rhs, p }, Float64Array.of(y1, y2));
    const power = y1 * at("y1") + y2 * at("y2");
    assert.ok(Math.abs(power - 1000 * (1 - y1 * y1) * y2 * y2) < 1e-9);
    assert.equal(Math.sign(power), sign);
  }
});

test("the Oregonator rests where q·y² + q·y = 2, and does not stay there", () => {
  const { states: names, rhs, p } = orego.system();
  const y1 = (Math.sqrt(1 + 8 / 8.375e-6) - 1) / 2;
  const at = slopes({ names, rhs, p }, Float64Array.of(y1, y1 / (1 + y1), y1));
  for (const name of names) assert.ok(Math.abs(at(name)) < 1e-9 * y1, `${name}: ${at(name)}`);
});

/** Published end points: Test Set for Initial Value Problem Solvers, release 2.4, Univ. Bari 2008. */
const published: readonly (readonly [AnySource, number, Readonly<Record<string, number>>])[] = [
  [rober, 1e11, { A: 2.083340149701255e-8, B: 8.333360770334713e-14, C: 0.999999979166505 }],
  [hires, 321.8122, { y1: 0.0007371312573325668, y4: 0.001175651343283149, y6: 0.006238968252742796, y8: 0.002850001604814231 }],
  [orego, 360, { y1: 1.000814870318523, y2: 1228.178521549917, y3: 132.0554942846706 }],
  [vdpol, 2000, { y1: 1.706167732170469, y2: -0.0008928097010248125 }],
  [pollu, 60, { NO2: 0.05646255480022769, OH: 1.464541863493966e-7, O1D: 4.352846369330103e-18, N2O5: 5.682943292316392e-5 }],
];
for (const [model, end, expected] of published) {
  test(`${model.name} meets the published end point to 6 digits`, () => {
    const system = model.system();
    const { outcome, states } = solve(
      system,
      { span: [0, end], samples: Float64Array.of(end) },
      { method: "rodas5p", rtol: 1e-9, atol: 1e-24 },
    );
    assert.equal(outcome.kind, "success");
    for (const [name, value] of Object.entries(expected)) {
      const got = states[system.states.indexOf(name)]!;
      assert.ok(Math.abs(got / value - 1) < 1e-6, `${name}: ${got}, not ${value}`);
    }
  });
}

/** Reflux and boil-up of Skogestad's column A. */
const flows = { LT: 2.70629 * kmolPerMinute, VB: 3.20629 * kmolPerMinute, F: kmolPerMinute, zF: 0.5 };

test("the column composed of trays rests where the library's column of 42 stages does, and what goes in comes out", () => {
  const at = steadyState(column, { inputs: flows });
  const whole = steadyState(distillationColumn({ stages: 42, feed: 22 }), { inputs: { ...flows, qF: 1 } });
  assert.equal(at.outcome.kind, "success");
  assert.equal(whole.outcome.kind, "success");
  const values = at.values as Readonly<Record<string, number>>;
  const other = whole.values as Readonly<Record<string, number>>;
  assert.ok(Math.abs(values["xD"]! - other["xD"]!) < 1e-9, `${values["xD"]} ${other["xD"]}`);
  assert.ok(Math.abs(values["xB"]! - other["xB"]!) < 1e-9);
  for (let i = 1; i <= 21; i++) assert.ok(Math.abs(values[`lower[${i}].x`]! - other[`x[${i + 1}]`]!) < 1e-9, `tray ${i}`);
  const leaves = values["condenser.D"]! * values["xD"]! + values["reboiler.B"]! * values["xB"]!;
  assert.ok(Math.abs(leaves / (flows.F * flows.zF) - 1) < 1e-9);
});

test("in the tubular reactor at rest, what disappears has reacted, and without cooling the heat of reaction is all in the stream", () => {
  const { outcome, values } = steadyState(tubularReactor, {
    inputs: { cIn: 1000, TIn: 340, Tw: 330 },
    parameters: { cooling: 0, length: 0.5 },
  });
  assert.equal(outcome.kind, "success");
  const at = values as Readonly<Record<string, number>>;
  const disappeared = 0.02 * (1000 - at["outlet"]!);
  assert.ok(disappeared > 1 && disappeared < 19);
  assert.ok(Math.abs(at["reacted"]! / disappeared - 1) < 1e-8, `${at["reacted"]} ${disappeared}`);
  assert.ok(Math.abs(at["outletT"]! - 340 - 0.04 * (1000 - at["outlet"]!)) < 1e-6);
});

test("the plant settles at both setpoints, with heat of reaction and heating power in coolant and product", () => {
  const inputs = { q: 1 / 600, cIn: 1000, TIn: 330, TcIn: 290, feedSetpoint: 350, reactorSetpoint: 350 };
  const run = simulate(plant, { span: [0, 1200], rtol: 1e-9, inputs });
  assert.equal(run.outcome.kind, "success");
  const last: Readonly<Record<string, number>> = run.at(1200);
  const value = (name: string): number => last[name]!;
  assert.ok(Math.abs(value("heater.T") - 350) < 1e-4);
  assert.ok(Math.abs(value("reactor.T") - 350) < 1e-4);
  const capacity = inputs.q * 2.39e5;
  const gained = value("heater.Q") + 5e4 * value("reactor.r") * 0.1;
  const carried = capacity * (value("reactor.T") - 330) + value("jacket.q") * 4.18e6 * (value("jacket.Tj") - 290);
  assert.ok(Math.abs(gained / carried - 1) < 1e-5, `${gained} W in, ${carried} W out`);
});
