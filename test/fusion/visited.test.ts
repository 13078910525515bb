/** The guard knows where the plant was between measured values, and does not mistake that for evidence. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { signal } from "../../src/core/index.ts";
import { visitedDefaults, visitedTimes } from "../../src/fusion/features/visited.ts";
import { fuse, residual, ridge } from "../../src/fusion/index.ts";
import type { Window } from "../../src/historian/window.ts";
import { exactFit, plantWindow } from "./synthetic.ts";

const missing = { extra: (_u: number, v: number) => 0.8 * v, points: 1200 };
const question = residual({ on: "x", from: ["u", "v"], learner: ridge() });

/** The same window as a laboratory would see it: one value in forty. */
function sparse(window: Window, every = 40): Window {
  const { x } = window.measured;
  const chosen = Array.from(x!.time.keys()).filter((i) => i % every === every - 1);
  const pick = <T extends Float64Array | Uint32Array>(column: T): T => column.filter((_, i) => chosen.includes(i)) as T; // filter keeps the kind of array
  const { time, value, status, reasons, weight } = x!;
  return {
    ...window,
    measured: {
      x: { ...x!, time: pick(time), value: pick(value), status: pick(status), reasons: pick(reasons), weight: pick(weight) },
    },
  };
}

test("a plant that goes on as in training stays inside the domain, however rarely the laboratory looked", async () => {
  const hybrid = await fuse(exactFit(), question, { windows: [sparse(plantWindow(missing))] });
  assert.equal(hybrid.validation.overall.hybrid.points, 29);
  const fresh = plantWindow({ ...missing, seed: 7 });
  const { domain } = hybrid.predict(fresh);
  const inside = domain.filter(({ verdict }) => verdict === "inside").length / domain.length;
  assert.ok(inside > 0.97, `${(100 * inside).toFixed(1)} % of the answers are inside`);
});

test("where the plant went without a measured value far and wide, nothing was learned, and nothing is added", async () => {
  const window = sparse(plantWindow(missing));
  const { v } = window.inputs;
  // From minute 400 to 480 the input is 30 times what it was at any measured value; those in between were lost.
  const away = (t: number) => t >= 400 && t < 480;
  const x = window.measured["x"]!;
  const kept = { ...x, weight: x.weight.map((weight, i) => (x.time[i]! >= 400 && x.time[i]! < 500 ? 0 : weight)) };
  const strayed: Window = {
    ...window,
    inputs: {
      ...window.inputs,
      v: signal(
        v!.times,
        v!.values.map((value, i) => (away(v!.times[i]!) ? 30 : value)),
      ),
    },
    measured: { x: kept },
  };
  const hybrid = await fuse(exactFit(), question, { windows: [strayed] });
  assert.ok(hybrid.guard.upper[1]! < 1.5, `v up to ${hybrid.guard.upper[1]}`);
  assert.ok(hybrid.validation.notes.some((note) => /ran far from every measured value/.test(note)));
  const { learned, domain } = hybrid.predict(strayed, { at: Float64Array.of(440) });
  assert.equal(domain[0]!.verdict, "outside");
  assert.equal(learned[0], 0);
});

test("the times looked at are those of the archive, up to the last measured value, thinned to a budget over all windows", () => {
  const times = Float64Array.from({ length: 5001 }, (_, i) => i / 5);
  const long: Window = {
    ...plantWindow({ points: 900 }),
    inputs: { u: signal(times, new Float64Array(5001)), v: signal(times, new Float64Array(5001)) },
  };
  const [a, b, none] = visitedTimes("x", [long, { ...long, name: "again" }, { ...long, name: "unmeasured", measured: {} }]);
  assert.ok(a!.length + b!.length <= visitedDefaults.points && a!.length + b!.length > 0.8 * visitedDefaults.points);
  assert.ok(a!.at(-1)! <= 899 && a!.at(-1)! > 890);
  assert.equal(none!.length, 0);
});

test("over many plants an interval from 29 laboratory values is neither too narrow nor as wide as a guard of 29 rows makes it", async () => {
  let [covered, inside, points, halfWidth] = [0, 0, 0, 0];
  for (let seed = 1; seed <= 40; seed++) {
    const hybrid = await fuse(exactFit(), question, { windows: [sparse(plantWindow({ ...missing, seed }))] });
    const fresh = plantWindow({ ...missing, points: 300, seed: 1000 + seed });
    const { lo, hi, domain } = hybrid.predict(fresh);
    for (const [i, value] of fresh.measured["x"]!.value.entries()) {
      points++;
      if (value >= lo[i]! && value <= hi[i]!) covered++;
      if (domain[i]!.verdict === "inside") inside++;
      halfWidth += (hi[i]! - lo[i]!) / 2;
    }
  }
  // The rank ⌈30·0.9⌉ of 29 errors covers 27/30; over 40 plants its own scatter is 0.055/√40 = 0.009.
  assert.ok(Math.abs(covered / points - 0.9) < 0.026, `covers ${covered / points}`);
  assert.ok(inside / points > 0.94, `inside ${inside / points}`);
  // Noise of 0.05 alone needs 0.082.
  assert.ok(halfWidth / points < 0.105, `half width ${halfWidth / points}`);
});
