/** Quantities of one dimension that must not be mixed: gauge and absolute pressure, gas at a reference state and as it is, fractions. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { convert, isGreyboxError } from "../../../src/core/index.ts";
import { bind } from "../../../src/historian/index.ts";
import { checkDefinition, describeProblem, modelFromDefinition } from "../../../src/models/index.ts";

/** What is told about an output made of some inputs; nothing where all is well. */
function told(inputs: Readonly<Record<string, string>>, is: string, unit: string): string {
  const raw = { name: "m", time: "s", inputs, states: {}, derivatives: {}, outputs: { y: { unit, is } } };
  return checkDefinition(raw).problems.map(describeProblem).join("\n");
}

test("gauge pressure behaves as a scale with its own zero", () => {
  const pressures = { p: "barg", q: "barg", patm: "bar", dp: "bar" };
  for (const [is, unit] of [
    ["p - q", "bar"],
    ["p - dp", "barg"],
    ["dp + p", "barg"],
    ["max(p, q)", "barg"],
    ["p - 2 barg", "bar"],
    ["toAbsolute(p, patm)", "bar"],
    ["toAbsolute(p, patm)*2", "bara"],
    ["toGauge(patm, patm)", "barg"],
    ["toGauge(toAbsolute(p, patm), patm) - q", "bar"],
  ] as const) {
    assert.equal(told(pressures, is, unit), "", `${is} in ${unit}`);
  }
  assert.match(
    told(pressures, "2*p", "barg"),
    /p is in barg, gauge pressure.*Write toAbsolute\(p, patm\) with the pressure of the air in bar/,
  );
  assert.match(told(pressures, "p + q", "barg"), /a sum of two gauge pressures/);
  assert.match(told(pressures, "if(p > patm, 1, 2)", "1"), /p is in barg, gauge pressure/);
  assert.match(told(pressures, "p", "bar"), /One is gauge pressure, the other absolute/);
  assert.match(told(pressures, "patm", "barg"), /One is gauge pressure, the other absolute/);
  assert.match(told(pressures, "toAbsolute(patm, patm)", "bar"), /"toAbsolute" needs gauge pressure, such as barg; patm is in bar/);
  assert.match(
    told({ ...pressures, patm: "kPa" }, "toAbsolute(p, patm)", "bar"),
    /The pressure of the air is in bar.*Divide patm by 100 kPa\/bar/,
  );
});

test("gas at a reference state is not gas as it is; conversions are those of an ideal gas", () => {
  const gas = { n: "Nm^3/h", v: "m³/h", T: "K", p: "bar", s: "Sm3/h" };
  assert.equal(told(gas, "toActual(n, T, p)", "m^3/h"), "");
  assert.equal(told(gas, "toNormal(v, T, p) + n + 3 Nm^3/h", "Nm³/h"), "");
  assert.match(told(gas, "n + v", "m^3/h"), /Write toActual\(n, T, p\) with the temperature of the gas in K|Write toNormal\(v, T, p\)/);
  assert.match(told(gas, "n + s", "Nm^3/h"), /Multiply n by 1\.0549\d+ Sm3\/Nm3|Divide s by 1\.0549\d+ Sm3\/Nm3/);
  assert.match(told({ ...gas, p: "kPa" }, "toActual(n, T, p)", "m^3/h"), /Divide p by 100 kPa\/bar/);
  assert.match(told({ ...gas, T: "degC" }, "toActual(n, T, p)", "m^3/h"), /two scales start at different zeros/);
  assert.match(told(gas, "toNormal(n, T, p)", "Nm^3/h"), /"toNormal" needs a volume or flow, such as m\^3\/h/);
  const model = modelFromDefinition({
    name: "gas",
    time: "s",
    inputs: gas,
    states: {},
    derivatives: {},
    outputs: {
      v1: { unit: "m^3/h", is: "toActual(n, T, p)" },
      n1: { unit: "Nm^3/h", is: "toNormal(toActual(n, T, p), T, p)" },
    },
  });
  const system = model.system();
  const out = new Float64Array(2);
  system.observe.evaluate(0, new Float64Array(0), Float64Array.of(100, 0, 546.3, 2.0265, 0), system.p, out);
  // Twice the temperature at twice the pressure: the same volume.
  assert.ok(Math.abs(out[0]! - 100) < 1e-12 && Math.abs(out[1]! - 100) < 1e-12);
  // One mole of an ideal gas at 15 °C and 1.01325 bar takes 0.0236445 m³, at 0 °C 0.0224140 m³ (CODATA).
  assert.ok(Math.abs(convert(0.0236445, "Sm^3", "Nm^3") - 0.022414) < 1e-6);
});

test("fractions of different things do not stand for one another; a fraction of something is that thing", () => {
  const mixture = { x: "mol/mol", z: "mol%", w: "kg/kg", phi: "vol%", F: "mol/s", M: "kg/mol", N: "kg/mol", r: "1" };
  for (const [is, unit] of [
    ["x*F", "mol/s"],
    ["1 - x", "mol/mol"],
    ["0.5*x + r", "mol/mol"],
    ["x*M/N", "kg/kg"],
    ["z/(100 percent)", "mol/mol"],
    ["log(x)", "1"],
    ["x", "1"],
    ["if(x > 0.5, x, 0.2 mol/mol)", "mol/mol"],
  ] as const) {
    assert.equal(told(mixture, is, unit), "", `${is} in ${unit}`);
  }
  assert.match(told(mixture, "x + w", "1"), /It adds x and w: x is a mole fraction, w a mass fraction\. Convert one of them/);
  assert.match(
    told(mixture, "w", "mol/mol"),
    /"y" is in 1 \[mole fraction\]; the equation gives 1 \[mass fraction\]\. One is a mass fraction/,
  );
  assert.match(told(mixture, "0.5*x", "kg/kg"), /One is a mole fraction, the other a mass fraction/);
  assert.match(told(mixture, "z - phi", "1"), /z is a mole fraction, phi a volume fraction/);
  assert.match(told(mixture, "w + 5 molpercent", "1"), /It adds/);
});

test("tags are converted at the border only where a factor can do it", () => {
  const model = modelFromDefinition({
    name: "m",
    time: "s",
    inputs: { p: "bar", pg: "barg", x: "mol/mol", q: "m^3/h" },
    states: { y: { unit: "1", initial: 0 } },
    derivatives: { y: "0" },
  });
  const bound = (units: { p?: string; pg?: string; x?: string; q?: string }) => {
    const { p = "kPaa", pg = "psig", x = "mol%", q = "L/s" } = units;
    return bind(model, { p: { tag: "P", unit: p }, pg: { tag: "PG", unit: pg }, x: { tag: "X", unit: x }, q: { tag: "Q", unit: q } });
  };
  assert.doesNotThrow(() => bound({}));
  assert.doesNotThrow(() => bound({ x: "%" }));
  const refused = (units: Parameters<typeof bound>[0], why: RegExp): void =>
    assert.throws(
      () => bound(units),
      (error) => isGreyboxError(error, "historian/bind-unit") && why.test(error.message),
    );
  refused({ p: "barg" }, /gauge pressure.*absolute pressure/);
  refused({ pg: "psi" }, /absolute pressure.*gauge pressure/);
  refused({ x: "wt%" }, /mass fraction.*mole fraction/);
  refused({ q: "Nm^3/h" }, /Nm\^3/);
  assert.ok(Math.abs(convert(1, "barg", "psig") - 14.503773773) < 1e-6);
  assert.equal(convert(1, "kPag", "Pag"), 1000);
});
