/**
 * Van de Vusse's reactions A → B → C, 2 A → D in a cooled tank: concentrations in mol/L, temperatures in °C, time in h, all as pure numbers.
 *
 * @see K.-U. Klatt, S. Engell, "Gain-scheduling trajectory control of a continuous stirred tank reactor", Comput. Chem. Eng. 22 (1998) 491–502.
 */
import { defineModel } from "greybox/models";

const pure = (value: number) => ({ value, unit: "1" });

export const vanDeVusse = defineModel({
  name: "van-de-vusse",
  time: "1",
  parameters: {
    k10: pure(1.287e12),
    k30: pure(9.043e9),
    E1: pure(9758.3),
    E3: pure(8560),
    kw: pure(4032),
    dHab: pure(4.2),
    dHbc: pure(-11),
    dHad: pure(-41.85),
    rho: pure(0.9342),
    Cp: pure(3.01),
    AR: pure(0.215),
    VR: pure(10),
    mK: pure(5),
    CpK: pure(2),
    cA0: pure(5.1),
    T0: pure(104.9),
    u: pure(14.19),
    Qk: pure(-1113.5),
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
