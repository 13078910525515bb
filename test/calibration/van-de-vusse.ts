/** Van de Vusse's reactor: five parameters, four measured states, 200 noisy values. */

import { evaluate } from "../../src/calibration/index.ts";
import { random } from "../../src/core/index.ts";
import type { Window } from "../../src/historian/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { measured, window } from "./windows.ts";

export const vanDeVusse = defineModel({
  name: "van-de-vusse",
  time: "1",
  parameters: {
    k10: { value: 1.287e12, unit: "1", bounds: [2e11, 8e12], scale: "log" },
    k30: { value: 9.043e9, unit: "1", bounds: [1.5e9, 6e10], scale: "log" },
    E1: { value: 9758.3, unit: "1", bounds: [8700, 10800] },
    E3: { value: 8560, unit: "1", bounds: [7700, 9500] },
    kw: { value: 4032, unit: "1", bounds: [800, 20000], scale: "log" },
    dHab: { value: 4.2, unit: "1" },
    dHbc: { value: -11, unit: "1" },
    dHad: { value: -41.85, unit: "1" },
    rho: { value: 0.9342, unit: "1" },
    Cp: { value: 3.01, unit: "1" },
    AR: { value: 0.215, unit: "1" },
    VR: { value: 10, unit: "1" },
    mK: { value: 5, unit: "1" },
    CpK: { value: 2, unit: "1" },
    cA0: { value: 5.1, unit: "1" },
    T0: { value: 104.9, unit: "1" },
    u: { value: 14.19, unit: "1" },
    Qk: { value: -1113.5, unit: "1" },
  },
  states: {
    cA: { unit: "1", initial: 5.1, nominal: 5 },
    cB: { unit: "1", initial: 0, nominal: 1 },
    T: { unit: "1", initial: 104.9, nominal: 100 },
    Tk: { unit: "1", initial: 90, nominal: 100 },
  },
  algebraic: {
    k1: { unit: "1", is: "k10*exp(-E1/(T + 273.15))" },
    k3: { unit: "1", is: "k30*exp(-E3/(T + 273.15))" },
  },
  derivatives: {
    cA: "u*(cA0 - cA) - k1*cA - k3*cA^2",
    cB: "-u*cB + k1*cA - k1*cB",
    T: "u*(T0 - T) - (k1*cA*dHab + k1*cB*dHbc + k3*cA^2*dHad)/(rho*Cp) + kw*AR/(rho*Cp*VR)*(Tk - T)",
    Tk: "(Qk + kw*AR*(T - Tk))/(mK*CpK)",
  },
});

export const vanDeVusseSigma = { cA: 0.02, cB: 0.01, T: 0.2, Tk: 0.2 } as const;

/** 50 times, 4 states each, with noise of known size. */
export function vanDeVusseWindow(seed: number): Window {
  const time = Float64Array.from({ length: 50 }, (_, i) => (0.6 * (i + 1)) / 50);
  const empty = window("empty", "1", { cA: measured(time, time) });
  const { columns } = evaluate(vanDeVusse, empty, { solver: { rtol: 1e-9 } });
  const draw = random(seed);
  const names = ["cA", "cB", "T", "Tk"] as const;
  const noisy = names.map((name) => [
    name,
    measured(
      time,
      columns[name].map((value) => value + vanDeVusseSigma[name] * draw.normal()),
      { sigma: vanDeVusseSigma[name] },
    ),
  ]);
  return window("run", "1", Object.fromEntries(noisy));
}
