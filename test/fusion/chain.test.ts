/** The real chain: equations → windows → calibration → hybrid, on a tank whose wall loses heat in a way that the model does not know. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate, evaluate, fitFromState, fitToState } from "../../src/calibration/index.ts";
import { threads } from "../../src/compute/index.ts";
import { random, type Signal, signal } from "../../src/core/index.ts";
import {
  ekf,
  fuse,
  gaussianProcess,
  type HybridState,
  hybridFromState,
  network,
  residual,
  ridge,
  ukf,
  validate,
} from "../../src/fusion/index.ts";
import { mechanismOf } from "../../src/fusion/mechanism/solved.ts";
import type { Window } from "../../src/historian/window.ts";
import { defineModel } from "../../src/models/index.ts";
import { measured } from "./synthetic.ts";

const tank = defineModel({
  name: "heated-tank",
  time: "min",
  parameters: {
    UA: { value: 8, unit: "kJ/min/K", bounds: [1, 50], physical: [0, 100] },
    C: { value: 400, unit: "kJ/K" },
  },
  inputs: { Q: "kJ/min", Ta: "K" },
  states: { T: { unit: "K", initial: 300, nominal: 300 } },
  derivatives: { T: "(Q - UA*(T - Ta))/C" },
  outputs: { loss: { unit: "kJ/min", is: "UA*(T - Ta)" } },
});

/** The plant: its heat loss bends with the temperature difference. Runge–Kutta of order 4, minute by minute; inputs change on whole minutes. */
function plantDay(seed: number, minutes = 720): Window {
  const source = random(`tank ${seed}`);
  const steps = Float64Array.from({ length: minutes / 20 + 1 }, (_, i) => 20 * i);
  const Q = signal(
    steps,
    steps.map(() => 400 * source.uniform()),
  );
  const Ta = signal(
    steps,
    steps.map((t) => 293 + 4 * Math.sin(t / 200 + seed) + source.normal()),
  );
  const slope = (T: number, i: number) =>
    (Q.values[i]! - 10 * (T - Ta.values[i]!) - 0.25 * (T - Ta.values[i]!) * Math.abs(T - Ta.values[i]!)) / 400;
  const [time, value] = [new Float64Array(minutes - 1), new Float64Array(minutes - 1)];
  let T = 300;
  for (let minute = 1; minute < minutes; minute++) {
    const i = Math.floor((minute - 1) / 20);
    const [a, b] = [slope(T, i), slope(T + slope(T, i) / 2, i)];
    const c = slope(T + b / 2, i);
    T += (a + 2 * b + 2 * c + slope(T + c, i)) / 6;
    time[minute - 1] = minute;
    value[minute - 1] = T + 0.1 * source.normal();
  }
  const inputs: Record<string, Signal> = { Q, Ta };
  return {
    name: `day ${seed}`,
    time: "min",
    epoch: 86400 * seed,
    duration: minutes,
    inputs,
    inputStatus: {},
    measured: { T: measured(time, value, 0.1) },
    excluded: {},
  };
}

const days = [1, 2, 3].map((seed) => plantDay(seed));
const kept = [4, 5].map((seed) => plantDay(seed));
const fit = await calibrate({ model: tank, windows: days, estimate: ["UA"], initial: { T: "measured" } });
const question = residual({ on: "T", from: ["Q", "Ta", "T"], lags: { Q: [20, 40], Ta: [20] }, learner: ridge() });

test("the hybrid of a calibrated tank beats the mechanism, data-only and persistence on days kept apart", async () => {
  const hybrid = await fuse(fit, question, { windows: days });
  const apart = validate(hybrid, kept);
  assert.ok(apart.hybrid.rmse < 0.75 * apart.mechanism.rmse, `${apart.hybrid.rmse} against ${apart.mechanism.rmse}`);
  assert.ok(apart.hybrid.rmse < apart.dataOnly!.rmse && apart.hybrid.rmse < apart.persistence.rmse);
  assert.ok(Math.abs(apart.coverage - 0.9) < 0.1, `covers ${apart.coverage}`);
  assert.ok(hybrid.validation.notes.some((note) => note.includes("calibrated on these windows")));
  assert.equal(hybrid.unit, "K");
  assert.ok(hybrid.confounding!.index < 0.5, `confounded by ${hybrid.confounding!.index}`);
});

test("the mechanism runs as calibration's `evaluate` runs it, bit for bit, and its sensitivities agree with differences", () => {
  const [day] = days;
  const at = day!.measured["T"]!.time;
  const mechanism = mechanismOf(fit);
  const run = mechanism.run(day!, at, "T");
  const plain = mechanism.run(day!, at);
  const theirs = evaluate(fit.model, day!, { initial: fit.initial[day!.name]!, at });
  for (const row of at.keys()) {
    assert.equal(plain.values[2 * row], theirs.columns.T[row]);
    assert.equal(plain.values[2 * row + 1], theirs.columns.loss[row]);
  }
  const { value } = fit.parameters.UA;
  const moved = (factor: number) => {
    const definition = {
      ...tank.definition,
      parameters: { ...tank.definition.parameters, UA: { ...tank.definition.parameters.UA, value: value * factor } },
    };
    return evaluate(defineModel(definition as Parameters<typeof defineModel>[0]) as typeof tank, day!, {
      initial: fit.initial[day!.name]!,
      at,
      solver: { rtol: 1e-10 },
    });
  };
  const [up, down] = [moved(1.0001).columns.T, moved(0.9999).columns.T];
  for (const row of [100, 400, 700]) {
    const difference = (up[row]! - down[row]!) / (0.0002 * value);
    assert.ok(
      Math.abs(run.sensitivity![row]! - difference) < 1e-4 * Math.abs(difference) + 1e-7,
      `${run.sensitivity![row]} against ${difference}`,
    );
  }
});

test("folds on threads give the same bits as here, for a learner of each family", async () => {
  await using pool = threads({ workers: 2 });
  for (const learner of [ridge(), gaussianProcess({ points: 80, search: 40 }), network({ epochs: 3, backend: "wasm" })]) {
    const asked = residual({ on: "T", from: ["Q", "T"], learner });
    const options = { windows: days.slice(0, 1), validation: { folds: 3 } };
    const [here, there] = [await fuse(fit, asked, options), await fuse(fit, asked, { ...options, compute: pool })];
    assert.deepEqual(there.toState(), here.toState());
  }
});

test("fit and hybrid come back from JSON and predict the same bits", async () => {
  const hybrid = await fuse(fit, question, { windows: days });
  const stored = JSON.parse(JSON.stringify({ fit: fitToState(fit), hybrid: hybrid.toState() })) as {
    fit: ReturnType<typeof fitToState>;
    hybrid: HybridState;
  };
  const restored = hybridFromState(stored.hybrid, fitFromState(stored.fit));
  assert.deepEqual(restored.predict(kept[0]!), hybrid.predict(kept[0]!));
});

test("names are checked by the compiler", () => {
  const options = { windows: days };
  // Never run: only the compiler reads these.
  const typed = () => [
    fuse(fit, residual({ on: "loss", from: ["Q"], learner: ridge() }), options),
    // @ts-expect-error: "TT" cannot be observed
    fuse(fit, residual({ on: "TT", from: ["Q"], learner: ridge() }), options),
    // @ts-expect-error: "q" is neither an input nor observable
    fuse(fit, residual({ on: "T", from: ["q"], learner: ridge() }), options),
    // @ts-expect-error: only what is in `from` has lags
    residual({ on: "T", from: ["Q"], lags: { Ta: [1] }, learner: ridge() }),
  ];
  assert.equal(typeof typed, "function");
});

test("both filters follow the plant closer than the mechanism alone does", () => {
  const day = kept[0]!;
  const { time, value } = day.measured["T"]!;
  const alone = evaluate(fit.model, day, { initial: { T: "measured" } }).columns.T;
  for (const make of [ekf, ukf]) {
    const filter = make({ noise: { T: 0.2 } }).start(fit.model.system(), Float64Array.of(value[0]!), { time: time[0]! });
    let [own, open] = [0, 0];
    for (let k = 10; k < time.length; k += 10) {
      assert.equal(filter.advance(time[k]!, [day.inputs["Q"]!, day.inputs["Ta"]!]).kind, "success");
      own += (filter.observe("T").value - value[k]!) ** 2;
      open += (alone[k]! - value[k]!) ** 2;
      filter.update("T", value[k]!, 0.1);
    }
    assert.ok(own < 0.2 * open, `${own} against ${open}`);
  }
});
