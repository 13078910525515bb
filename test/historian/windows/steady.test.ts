import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../../../src/core/index.ts";
import { type SteadyOptions, seriesOf, steadyState, steadyTogether } from "../../../src/historian/index.ts";
import { failsWith } from "../scratch.ts";

const n = 6000;

/** Noise of standard deviation 1 with a correlation ρ from point to point. */
function noise(seed: number, rho: number): Float64Array {
  const dice = random(seed);
  const x = new Float64Array(n);
  let v = dice.normal();
  for (let i = 0; i < n; i++) {
    v = rho * v + Math.sqrt(1 - rho * rho) * dice.normal();
    x[i] = v;
  }
  return x;
}

const tag = (value: Float64Array) =>
  seriesOf("TI", { time: Float64Array.from(value.keys()), value, status: new Uint32Array(value.length) });

/** Share of samples in a part of the record that are called steady. */
function share(
  of: (seed: number) => Float64Array,
  options: SteadyOptions,
  [from, to]: readonly [number, number] = [0, n],
  seeds = 8,
): number {
  let [steady, all] = [0, 0];
  for (let seed = 0; seed < seeds; seed++) {
    const result = steadyState(tag(of(seed)), options);
    result.time.forEach((t, i) => {
      if (t < from || t >= to) return;
      all++;
      steady += result.steady[i]!;
    });
  }
  return steady / all;
}

const methods = ["ratio", "means", "slope"] as const;

for (const method of methods) {
  test(`${method}: as many samples of a steady record are called transient as was asked for`, () => {
    for (const significance of [0.02, 0.05, 0.2]) {
      for (const sides of ["past", "both"] as const) {
        const wrong = 1 - share((seed) => noise(seed, 0), { method, significance, sides }, [100, n - 100]);
        assert.ok(wrong > 0.4 * significance && wrong < 1.6 * significance, `${wrong} for ${significance}, ${sides}`);
      }
    }
  });

  test(`${method}: noise with a memory is not taken for transients, because the record is thinned out`, () => {
    const wrong = (rho: number, spacing?: number) =>
      1 - share((seed) => noise(seed, rho), { method, sides: "past", ...(spacing ? { spacing } : {}) }, [2500, n]);
    assert.ok(wrong(0.8) < 0.12, `${wrong(0.8)} with ρ = 0.8`);
    assert.ok(wrong(0.8, 1) > 0.3, `${wrong(0.8, 1)} without thinning`);
  });

  test(`${method}: a first-order approach of 20 σ is transient until it is within the noise`, () => {
    const step = (seed: number) => noise(seed, 0).map((v, i) => v + (i < 3000 ? 0 : 20 * (1 - Math.exp(-(i - 3000) / 60))));
    const missed = share(step, { method }, [3005, 3120]);
    assert.ok(missed < 0.25, `${missed} of the transient is called steady`);
    const rest = share(step, { method }, [3600, n - 100]);
    assert.ok(rest > 0.9, `${rest} of the rest is called steady`);
  });

  test(`${method}: scale and level of a tag do not matter, and a line without noise is at rest`, () => {
    const x = noise(3, 0);
    const [plain, other] = [x, x.map((v) => 1e6 + 1e-3 * v)].map((value) => steadyState(tag(value), { method, spacing: 1 }));
    const differ = plain!.steady.reduce((sum, one, i) => sum + (one === other!.steady[i] ? 0 : 1), 0);
    assert.ok(differ < 5);
    assert.deepEqual(steadyState(tag(new Float64Array(200).fill(7)), { method }).spans.length, 1);
  });

  test(`${method}: a tag without noise rests again some time after a step`, () => {
    const { time, steady } = steadyState(tag(Float64Array.from({ length: 600 }, (_, i) => (i < 300 ? 0 : 50))), { method });
    const moving = Array.from(time).filter((_, i) => steady[i] === 0);
    assert.ok(moving.length > 0 && moving.every((t) => t > 240 && t < 360), `${moving[0]} to ${moving.at(-1)}`);
  });
}

test("a ramp of one σ in ten samples is found by windows, and one of half of that by two of them", () => {
  const ramp = (slope: number) => (seed: number) => noise(seed, 0).map((v, i) => v + slope * Math.max(0, Math.min(1000, i - 2500)));
  const missed = (method: "ratio" | "means" | "slope", slope: number) => share(ramp(slope), { method }, [2550, 3450]);
  assert.ok(missed("means", 0.1) < 0.02 && missed("slope", 0.1) < 0.1);
  assert.ok(missed("means", 0.05) < 0.25);
});

test("spans are cut at gaps, and several tags are steady where each of them is", () => {
  const x = noise(1, 0).subarray(0, 1000);
  const gap = seriesOf("TI", {
    time: Float64Array.from(x.keys(), (i) => (i < 500 ? i : i + 300)),
    value: x,
    status: new Uint32Array(1000),
  });
  const result = steadyState(gap, { method: "means", significance: 0.001 });
  assert.equal(
    result.spans.some(({ from, to }) => from < 500 && to > 800),
    false,
  );
  const moved = steadyState(tag(noise(2, 0).map((v, i) => v + (i >= 3000 && i < 3300 ? (i - 3000) * 0.2 : i >= 3300 ? 60 : 0))), {
    method: "means",
    significance: 0.001,
  });
  const still = steadyState(tag(noise(4, 0)), { method: "means", significance: 0.001 });
  const together = steadyTogether([still, moved], "10 min");
  assert.ok(together.length >= 2 && together.every(({ from, to }) => to <= 3020 || from >= 3280));
});

test("options that make no sense are refused", () => {
  assert.throws(() => steadyState(tag(noise(0, 0)), { significance: 0.7 }), failsWith("historian/option", "significance"));
  assert.throws(() => steadyState(tag(noise(0, 0)), { window: 2 }), failsWith("historian/option", "window"));
  assert.throws(() => steadyState(tag(noise(0, 0)), { method: "mean" as "means" }), failsWith("historian/option", "method"));
});
