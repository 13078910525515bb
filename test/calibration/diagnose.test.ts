/** Diagnosis of a fit: silent where all is well, plain where it is not, and right about what would happen without some data. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate, diagnose } from "../../src/calibration/index.ts";
import { random, signal } from "../../src/core/index.ts";
import { windowFromTable } from "../../src/historian/index.ts";
import { defineModel } from "../../src/models/index.ts";

const tank = defineModel({
  name: "tank",
  time: "min",
  parameters: {
    k: { value: 0.3, unit: "1/min", bounds: [0.01, 5], scale: "log" },
    g: { value: 1.8, unit: "1", bounds: [0.1, 10] },
  },
  inputs: { u: "1", v: "1" },
  states: { x: { unit: "1", initial: 0.5 } },
  derivatives: { x: "k*(g*u - x)" },
});

const sigma = 0.05;
const [steps, every, n] = [8, 2.5, 40];

/** Disturbs what was measured at a time, given what it would be and the inputs. */
type Disturb = (x: number, error: number, at: { readonly u: number; readonly v: number; readonly w: number; readonly i: number }) => number;

/** Windows of the tank with k = 0.25, g = 2, solved exactly between the steps of its inputs. */
function windows(seed: number, disturb: Disturb = (x, error) => x + error, given = false) {
  return Array.from({ length: 3 }, (_, w) => {
    const rng = random(`tank/${seed}/${w}`);
    const times = Array.from({ length: steps + 1 }, (_, i) => i * every);
    const [u, v] = [0, 1].map(() => times.map(() => Math.floor(rng.uniform() * 5) / 2)) as [number[], number[]];
    const time = Array.from({ length: n }, (_, i) => ((i + 1) * steps * every) / n);
    const x = time.map((at, i) => {
      let [now, from] = [0.5, 0];
      for (let s = 0; from < at; s++) {
        const until = Math.min(at, (s + 1) * every);
        now = 2 * u[s]! + (now - 2 * u[s]!) * Math.exp(-0.25 * (until - from));
        from = until;
      }
      const s = Math.min(steps, Math.floor(at / every + 1e-9));
      return disturb(now, sigma * rng.normal(), { u: u[s]!, v: v[s]!, w, i });
    });
    const inputs = { u: signal(times, u), v: signal(times, v) };
    return windowFromTable(tank, { name: `w${w}`, time, inputs, measured: { x }, ...(given ? { sigma: { x: sigma } } : {}) });
  });
}

async function diagnosed(data: ReturnType<typeof windows>) {
  const question = { model: tank, windows: data, estimate: ["k", "g"] } as const;
  return diagnose(question, await calibrate(question));
}

test("a fit that is well is left alone: of 40 at most a few have a finding", async () => {
  let found = 0;
  for (let seed = 0; seed < 40; seed++) found += (await diagnosed(windows(seed, undefined, seed % 2 === 0))).findings.length > 0 ? 1 : 0;
  // Some ten kinds of tests, each with one false alarm in a hundred.
  assert.ok(found <= 8, `${found} of 40`);
});

const troubles: readonly [string, string, Disturb, boolean][] = [
  ["σ given too small", "lack-of-fit", (x, e) => x + 1.6 * e, true],
  ["σ given too large", "smaller-than-given", (x, e) => x + 0.6 * e, true],
  ["gross errors", "not-normal", (x, e, { i }) => x + (i % 13 === 5 ? 8 : 1) * e, false],
  ["errors that grow with the value", "spread", (x, e) => x + e * x, false],
  ["an input that the model does not have", "input", (x, e, { v }) => x + e + 0.06 * v, false],
  ["an instrument that was shifted in one window", "offset", (x, e, { w }) => x + e + (w === 1 ? 0.06 : 0), false],
];

for (const [what, kind, disturb, given] of troubles) {
  test(`${what} is found, and said with tag and remedy`, async () => {
    const { findings, verdict } = await diagnosed(windows(7, disturb, given));
    const one = findings.find((finding) => finding.kind === kind);
    assert.ok(one, `found ${findings.map((finding) => finding.kind).join(", ") || "nothing"}`);
    assert.equal(one.tag, "x");
    assert.match(one.meaning, /x/);
    assert.ok(verdict.includes(one.meaning), "the verdict has the sentence");
  });
}

test("errors that stay alike for a while are found in the window where they do", async () => {
  let memory = 0;
  const data = windows(3, (x, e, { w, i }) => {
    memory = i === 0 ? e : w === 2 ? 0.8 * memory + 0.6 * e : e;
    return x + memory;
  });
  const { findings } = await diagnosed(data);
  const one = findings.find(({ kind }) => kind === "not-white");
  assert.equal(one?.window, "w2");
});

test("estimates without a window are predicted as a fit without it finds them", async () => {
  const data = windows(11, (x, e, { w }) => x + e + (w === 0 ? 0.1 * x : 0));
  const question = { model: tank, windows: data, estimate: ["k", "g"] } as const;
  const fit = await calibrate(question);
  const { influence, findings } = diagnose(question, fit);
  for (const { window, without, shift } of influence) {
    const again = await calibrate({ ...question, windows: data.filter(({ name }) => name !== window) });
    for (const name of ["k", "g"] as const) {
      const moved = (again.parameters[name].value - fit.parameters[name].value) / fit.parameters[name].standardError!;
      assert.ok(Math.abs(shift[name]! - moved) < 0.1 + 0.1 * Math.abs(moved), `${name} without ${window}: ${shift[name]} for ${moved}`);
      assert.ok(Math.abs(without[name]! / again.parameters[name].value - 1) < 0.01, `${name} without ${window}`);
    }
  }
  assert.ok(
    findings.some(({ kind, window }) => kind === "window" && window === "w0"),
    "the window that disagrees is named",
  );
});

test("a point that is wrong is found by its distance, and leaving it out is predicted", async () => {
  const line = defineModel({
    name: "line",
    time: "1",
    parameters: { a: { value: 1, unit: "1" }, b: { value: 1, unit: "1" } },
    inputs: { z: "1" },
    states: {},
    derivatives: {},
    outputs: { y: { unit: "1", is: "a + b*z" } },
  });
  const z = [0, 1, 2, 3, 4, 20];
  const y = [1.1, 2.9, 5.1, 6.9, 9.1, 30];
  const ask = (keep: readonly number[]) => ({
    model: line,
    estimate: ["a", "b"] as const,
    windows: [
      windowFromTable(line, {
        time: keep.map((_, i) => i),
        inputs: { z: keep.map((i) => z[i]!) },
        measured: { y: keep.map((i) => y[i]!) },
        sigma: { y: 0.1 },
      }),
    ],
  });
  const question = ask([0, 1, 2, 3, 4, 5]);
  const { series, findings } = diagnose(question, await calibrate(question));
  const { leverage, cook } = series[0]!;
  // The hat matrix of a straight line: 1/n + (z − z̄)²/Σ(z − z̄)², and Cook's distance from it.
  const residuals = await calibrate(question);
  for (const [i, at] of z.entries()) {
    const h = 1 / 6 + (at - 5) ** 2 / 280;
    assert.ok(Math.abs(leverage[i]! - h) < 1e-9, `leverage ${i}: ${leverage[i]} for ${h}`);
    const e = (y[i]! - residuals.residuals[0]!.computed[i]!) / 0.1;
    const distance = (e * e * h) / (2 * (1 - h) ** 2);
    assert.ok(Math.abs(cook[i]! - distance) < 1e-6 * distance + 1e-9, `distance ${i}: ${cook[i]} for ${distance}`);
  }
  assert.ok(
    findings.some(({ kind, meaning }) => kind === "point" && meaning.includes("at 5 ")),
    "the far point is named",
  );
});

test("repeated measurements tell a wrong model from noise where σ is not known", async () => {
  const line = defineModel({
    name: "line",
    time: "1",
    parameters: { a: { value: 1, unit: "1" }, b: { value: 1, unit: "1" } },
    inputs: { z: "1" },
    states: {},
    derivatives: {},
    outputs: { y: { unit: "1", is: "a + b*z" } },
  });
  const rng = random("replicates");
  const z = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4];
  const tested = async (bend: number) => {
    const y = z.map((at) => 1 + 2 * at + bend * (at - 2.5) ** 2 + 0.1 * rng.normal());
    const record = windowFromTable(line, { time: z.map((_, i) => i), inputs: { z }, measured: { y } });
    const question = { model: line, windows: [record], estimate: ["a", "b"] } as const;
    return diagnose(question, await calibrate(question)).tags.y!.lackOfFit!;
  };
  const [straight, bent] = [await tested(0), await tested(0.5)];
  assert.deepEqual([straight.kind, straight.freedom.toFixed(6)], ["replicates", "2.000000"]);
  assert.ok(straight.p > 0.01, `a straight line: ${straight.p}`);
  assert.ok(bent.p < 1e-4, `a bent one: ${bent.p}`);
});

test("Puromycin of Bates and Watts: of a sum of squares of 1195.4 its six pairs explain 697.5, so that lack of fit has F = 1.07 on 4 and 6", async () => {
  const enzyme = defineModel({
    name: "puromycin",
    time: "1",
    parameters: { V: { value: 200, unit: "1", bounds: [1, 1000] }, K: { value: 0.05, unit: "1", bounds: [0.001, 10] } },
    inputs: { S: "1" },
    states: {},
    derivatives: {},
    outputs: { v: { unit: "1", is: "V*S/(K + S)" } },
  });
  const S = [0.02, 0.02, 0.06, 0.06, 0.11, 0.11, 0.22, 0.22, 0.56, 0.56, 1.1, 1.1];
  const v = [76, 47, 97, 107, 123, 139, 159, 152, 191, 201, 207, 200];
  const record = windowFromTable(enzyme, { time: S.map((_, i) => i), inputs: { S }, measured: { v } });
  const question = { model: enzyme, windows: [record], estimate: ["V", "K"] } as const;
  const { lackOfFit } = diagnose(question, await calibrate(question)).tags.v!;
  assert.deepEqual([lackOfFit!.statistic.toFixed(2), lackOfFit!.freedom.toFixed(3)], ["1.07", "4.000"]);
});

test("what one window alone fixes is named", async () => {
  const two = defineModel({
    name: "two",
    time: "h",
    parameters: { a: { value: 1, unit: "1/h", bounds: [0.01, 10] }, b: { value: 1, unit: "1/h", bounds: [0.01, 10] } },
    inputs: { on: "1" },
    states: { x: { unit: "1", initial: 1 } },
    derivatives: { x: "-a*x - on*b*x" },
  });
  const time = [0.2, 0.5, 1, 1.5];
  const record = (name: string, on: number) =>
    windowFromTable(two, {
      name,
      time,
      inputs: { on },
      measured: { x: time.map((t, i) => Math.exp(-(0.8 + 0.5 * on) * t) + 0.01 * (-1) ** i) },
    });
  const question = { model: two, windows: [record("off", 0), record("off again", 0), record("on", 1)], estimate: ["a", "b"] } as const;
  const { influence, findings } = diagnose(question, await calibrate(question));
  assert.deepEqual(influence.find(({ window }) => window === "on")!.fixes, ["b"]);
  assert.ok(
    findings.some(({ kind, window }) => kind === "only-source" && window === "on"),
    "it is said",
  );
});

test("limits are no residuals", async () => {
  const { status, reason } = await import("../../src/core/index.ts");
  const decay = defineModel({
    name: "decay",
    time: "h",
    parameters: { k: { value: 0.5, unit: "1/h", bounds: [0.01, 10] } },
    states: { c: { unit: "1", initial: 1 } },
    derivatives: { c: "-k*c" },
  });
  const plain = windowFromTable(decay, { time: [1, 2, 3, 8], measured: { c: [0.61, 0.36, 0.22, 0.05] }, sigma: { c: 0.01 } });
  const c = plain.measured.c!;
  const reasons = c.reasons.slice();
  reasons[3] = reason.censored;
  const limited = { ...plain, measured: { c: { ...c, reasons, status: c.status.map((one, i) => (i === 3 ? status.uncertain : one)) } } };
  const question = { model: decay, windows: [limited], estimate: ["k"] } as const;
  const { series, tags } = diagnose(question, await calibrate(question));
  assert.equal(series[0]!.residual.length, 3);
  assert.equal(tags.c!.points, 3);
});

test("a computed state beyond what the model declares possible is called out by the fit itself", async () => {
  const drain = defineModel({
    name: "drain",
    time: "h",
    parameters: { q: { value: 1, unit: "m/h", bounds: [0.1, 10] } },
    states: { h: { unit: "m", initial: 2, min: 0 } },
    derivatives: { h: "-q" },
  });
  const record = windowFromTable(drain, { time: [0.5, 1, 1.5, 3], measured: { h: [1.4, 0.9, 0.3, 0] }, sigma: { h: 0.5 } });
  const { verdict } = await calibrate({ model: drain, windows: [record], estimate: ["q"] });
  assert.match(verdict.join(" "), /Computed h comes to -\d\.\d+ m, below the 0 that the model declares possible/);
});
