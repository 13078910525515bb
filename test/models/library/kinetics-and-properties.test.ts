/** Kinetics and properties against measured and tabulated values, and against laws that tie them together. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { antoine, antoineConstants, arrhenius, langmuirHinshelwood, shomate, shomateConstants } from "../../../src/models/library/index.ts";
import { steadyState } from "../../../src/solvers/index.ts";
import { close } from "./close.ts";

test("Arrhenius: the decomposition of N2O5 between the temperatures its constants come from", () => {
  const k = (celsius: number): number => steadyState(arrhenius, { inputs: { T: celsius + 273.15 } }).values.k;
  close(k(25), 3.46e-5, 1e-12);
  close(k(35), 1.35e-4, 0.04);
  close(k(45), 4.98e-4, 0.04);
  close(k(55), 1.5e-3, 0.06);
  close(k(65), 4.87e-3, 0.01);
});

test("Arrhenius: about a reference temperature or with a pre-exponential factor, it is one law", () => {
  const { values } = steadyState(arrhenius, { inputs: { T: 320 } });
  close(values.k, values.k0 * Math.exp(-103670 / (8.314462618 * 320)), 1e-11);
  close(values.halfLife * values.k, Math.LN2, 1e-14);
});

test("Langmuir–Hinshelwood: sites add up, and the rate in A is highest where KA·pA = 1 + KB·pB", () => {
  const at = (pA: number) => steadyState(langmuirHinshelwood, { inputs: { pA, pB: 1e5 } }).values;
  const best = (1 + 0.5) / 1e-5;
  close(at(best).thetaA + at(best).thetaB + at(best).free, 1, 1e-14);
  assert.ok(at(best).r > at(0.98 * best).r && at(best).r > at(1.02 * best).r);
  close(at(best).r, (1e-2 * 0.5) / (4 * 1.5), 1e-12); // k·KB·pB/(4·(1 + KB·pB))
  close(at(1e-3).r / at(5e-4).r, 2, 1e-7);
});

/** Normal boiling points as the WebBook gives them, K. */
const boiling = { water: 373.15, methanol: 337.8, ethanol: 351.5, benzene: 353.3, toluene: 383.8, ethylbenzene: 409.3 };

for (const substance of Object.keys(antoineConstants) as (keyof typeof antoineConstants)[]) {
  test(`Antoine: ${substance} has a vapour pressure of 1 atm at its normal boiling point`, () => {
    const T = boiling[substance];
    const { values } = steadyState(antoine(substance), { inputs: { T } }).orThrow();
    // A tenth of a kelvin or two is what the boiling points are known to.
    assert.ok(Math.abs(values.p - 101325) < 0.15 * values.slope, `${values.p} Pa`);
    assert.equal(values.inside, 1 - Number(T > antoineConstants[substance].range[1]));
    assert.equal(steadyState(antoine(substance), { inputs: { T: 600 } }).values.inside, 0);
  });
}

/** Standard entropy and heat capacity at 298.15 K of the JANAF tables, J/mol/K. */
const standard = {
  nitrogen: [191.61, 29.12],
  oxygen: [205.15, 29.38],
  hydrogen: [130.68, 28.84],
  carbonDioxide: [213.79, 37.13],
  carbonMonoxide: [197.66, 29.14],
  methane: [186.25, 35.64],
  ammonia: [192.77, 35.65],
} as const;

for (const [substance, [entropy, heatCapacity]] of Object.entries(standard)) {
  test(`Shomate: ${substance} has its standard entropy and heat capacity at 298.15 K, and no enthalpy above itself`, () => {
    const { values } = steadyState(shomate(substance as keyof typeof standard), { inputs: { T: 298.15 } }).orThrow();
    close(values.s, entropy, 5e-4);
    close(values.cp, heatCapacity, 2e-3);
    assert.ok(Math.abs(values.h) < 10, `${values.h} J/mol`);
  });
}

for (const [substance, { range }] of Object.entries(shomateConstants)) {
  test(`Shomate: heat capacity of ${substance} is the slope of its enthalpy, and that of its entropy times T`, () => {
    const at = (T: number) => steadyState(shomate(substance as keyof typeof shomateConstants), { inputs: { T } }).values;
    const T = (range[0] + range[1]) / 2;
    const slope = (of: "h" | "s"): number => (8 * (at(T + 1)[of] - at(T - 1)[of]) - (at(T + 2)[of] - at(T - 2)[of])) / 12;
    close(slope("h"), at(T).cp, 1e-8);
    close(slope("s") * T, at(T).cp, 1e-8);
  });
}

test("Shomate: steam at 1000 K has the enthalpy and entropy of the JANAF tables", () => {
  const { values } = steadyState(shomate("steam"), { inputs: { T: 1000 } });
  close(values.h, 26_000, 2e-3);
  close(values.s, 232.74, 5e-4);
});

test("Shomate: combustion of methane at 298.15 K gives off 802.3 kJ/mol with water as vapour", () => {
  const hf = (substance: keyof typeof shomateConstants): number => 1000 * shomateConstants[substance].H;
  close(hf("carbonDioxide") + 2 * hf("steam") - hf("methane"), -802_300, 1e-4);
});
