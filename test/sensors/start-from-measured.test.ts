/** A fit whose states started from what another observable showed, further along the chain: sensors and mechanism runs start so too. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate } from "../../src/calibration/index.ts";
import { mechanismOf } from "../../src/fusion/mechanism/solved.ts";
import { windowFromTable } from "../../src/historian/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { softSensor } from "../../src/sensors/index.ts";

/** A vessel that drains, and a gauge in mm. */
const vessel = defineModel({
  name: "vessel",
  time: "s",
  parameters: { k: { value: 0.5, unit: "1/s", bounds: [0.01, 10] } },
  states: { L: { unit: "m", initial: 1 } },
  derivatives: { L: "-k*L" },
  outputs: { shown: { unit: "mm", is: "L*(1000 mm/m)" } },
});
const time = [0, 1, 2, 3];
const data = windowFromTable(vessel, { time, measured: { shown: time.map((t) => 3000 * Math.exp(-0.4 * t)) }, sigma: { shown: 1 } });
const fit = await calibrate({ model: vessel, windows: [data], estimate: ["k"], initial: { L: { measured: "shown" } } });

test("a soft sensor reads the tag that its state starts from, and says that the start is not sure", () => {
  const sensor = softSensor(fit, { estimate: "L" });
  const prediction = sensor.predict({ time: 0, shown: 2000 });
  assert.ok(sensor.tags.some(({ name, role }) => name === "shown" && role === "measured"));
  assert.equal(prediction.value, 2);
  assert.notEqual(prediction.status.name, "Good");
});

test("the mechanism of a hybrid starts a new window from the other observable", () => {
  const later = { ...windowFromTable(vessel, { time: [0, 1], measured: { shown: [5000, 3300] } }), name: "later" };
  const { values } = mechanismOf(fit).run(later, Float64Array.of(0, 1));
  assert.deepEqual(Object.keys(fit.start), ["L"]);
  assert.ok(Math.abs(values[0]! - 5) < 1e-9, String(values[0]));
});
