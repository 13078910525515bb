/** A small chain for tests: a plant that loses heat, a mechanism that does not know it, a hybrid that learned it. */
import { calibrate } from "../../src/calibration/index.ts";
import { random, signal } from "../../src/core/index.ts";
import { fuse, residual, ridge } from "../../src/fusion/index.ts";
import { type Window, windowFromTable } from "../../src/historian/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { simulate } from "../../src/solvers/index.ts";

const shared = {
  time: "min",
  inputs: { q: "L/min", Tin: "K", Q: "W" },
  states: { T: { unit: "K", initial: 310 }, Tw: { unit: "K", initial: 310 } },
} as const;

/** Tank and wall, with a loss to the surroundings. */
export const plant = defineModel({
  name: "plant",
  ...shared,
  parameters: {
    V: { value: 100, unit: "L" },
    rhoCp: { value: 4180, unit: "J/L/K" },
    h: { value: 3000, unit: "W/K" },
    Cw: { value: 9e4, unit: "J/K" },
    loss: { value: 30, unit: "W/K" },
    Ta: { value: 290, unit: "K" },
  },
  derivatives: {
    T: "q/V*(Tin - T) + (Q - h*(T - Tw) - loss*(T - Ta))*60 s/min/(V*rhoCp)",
    Tw: "h*(T - Tw)*60 s/min/Cw",
  },
});

/** The same without the loss. */
export const mechanism = defineModel({
  name: "mechanism",
  ...shared,
  parameters: {
    V: { value: 100, unit: "L", bounds: [50, 200] },
    rhoCp: { value: 4180, unit: "J/L/K" },
    h: { value: 3000, unit: "W/K" },
    Cw: { value: 9e4, unit: "J/K" },
  },
  derivatives: {
    T: "q/V*(Tin - T) + (Q - h*(T - Tw))*60 s/min/(V*rhoCp)",
    Tw: "h*(T - Tw)*60 s/min/Cw",
  },
});

/** A stretch of the plant, measured every two minutes; the inputs step every forty. */
export function record(name: string, minutes: number, seed: number): Window {
  const draw = random(seed);
  const steps = Math.ceil(minutes / 40);
  const times = Float64Array.from({ length: steps + 1 }, (_, i) => i * 40);
  const course = (low: number, high: number) =>
    signal(
      times,
      Float64Array.from(times, () => low + (high - low) * draw.uniform()),
      "hold",
    );
  const inputs = { q: course(6, 14), Tin: course(285, 295), Q: course(3e4, 9e4) };
  const time = Float64Array.from({ length: minutes / 2 + 1 }, (_, i) => 2 * i);
  const run = simulate(plant, { span: [0, minutes], inputs, at: time });
  const noisy = (values: Float64Array, sigma: number) => Float64Array.from(values, (value) => value + sigma * draw.normal());
  const table = windowFromTable(mechanism, {
    name,
    time,
    measured: { T: noisy(run.column("T"), 0.2), Tw: noisy(run.column("Tw"), 0.2) },
    sigma: { T: 0.2, Tw: 0.2 },
    from: 0,
  });
  return { ...table, inputs, epoch: 1_700_000_000 };
}

export const training = [record("monday", 1440, 1), record("tuesday", 1440, 2)];
export const heldOut = record("wednesday", 720, 3);

export const fit = await calibrate({ model: mechanism, windows: training, estimate: ["V"], initial: { T: "measured", Tw: "measured" } });
export const hybrid = await fuse(fit, residual({ on: "T", from: ["q", "Tin", "Q", "T"], lags: { Q: [10] }, learner: ridge() }), {
  windows: training,
});
