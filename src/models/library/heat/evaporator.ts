/**
 * Forced-circulation evaporator: a solution is concentrated by boiling off solvent, with steam chest and condenser.
 *
 * Assumes: well-mixed liquor, dynamics of level, composition and pressure only; heat balances are steady; linear correlations for boiling
 * and condensing temperatures.
 * Valid: near the published operating point (product 25 %, 50.5 kPa): the correlations are fits.
 *
 * @see R. B. Newell & P. L. Lee, *Applied Process Control: A Case Study*, Prentice Hall 1989, whose numbers these are: F2 … F5 are
 *   product, circulation, vapour and condensate there; the equations are those of its tables, °C being replaced by K.
 */
import { defineModel } from "../../define/define-model.ts";

const source = "Newell & Lee 1989";

/** Evaporator; flows in kg/min, pressures in kPa, compositions in percent by mass, time in min. */
export const evaporator = defineModel({
  name: "evaporator",
  time: "min",
  description: "Forced-circulation evaporator of Newell and Lee",
  parameters: {
    rhoA: { value: 20, unit: "kg/m", bounds: [1, 1e4], physical: [0, 1e6], description: "liquor for each metre of level", source },
    M: { value: 20, unit: "kg", bounds: [1, 1e4], physical: [0, 1e6], description: "liquor in the evaporator", source },
    C: { value: 4, unit: "kg/kPa", bounds: [0.1, 100], physical: [0, 1e4], description: "vapour for each kPa", source },
    Cp: {
      value: 0.07,
      unit: "kW*min/kg/K",
      bounds: [0.02, 0.1],
      physical: [0, 1],
      description: "heat capacity of liquor and water",
      source,
    },
    lambda: {
      value: 38.5,
      unit: "kW*min/kg",
      bounds: [30, 45],
      physical: [0, 100],
      description: "heat of evaporation of the solvent",
      source,
    },
    lambdaS: {
      value: 36.6,
      unit: "kW*min/kg",
      bounds: [30, 45],
      physical: [0, 100],
      description: "heat of condensation of the steam",
      source,
    },
    boilP: { value: 0.5616, unit: "K/kPa", bounds: [0, 2], physical: [0, 10], description: "boiling temperature by pressure", source },
    boilX: { value: 0.3126, unit: "K/%", bounds: [0, 2], physical: [0, 10], description: "boiling temperature by composition", source },
    boil0: { value: 321.58, unit: "K", physical: [200, 500], description: "boiling temperature, constant part (48.43 °C)", source },
    condenseP: {
      value: 0.507,
      unit: "K/kPa",
      bounds: [0, 2],
      physical: [0, 10],
      description: "condensing temperature by pressure",
      source,
    },
    condense0: { value: 328.15, unit: "K", physical: [200, 500], description: "condensing temperature, constant part (55 °C)", source },
    steamP: { value: 0.1538, unit: "K/kPa", bounds: [0, 2], physical: [0, 10], description: "steam temperature by pressure", source },
    steam0: { value: 363.15, unit: "K", physical: [200, 500], description: "steam temperature, constant part (90 °C)", source },
    UAperFlow: {
      value: 0.16,
      unit: "kW*min/kg/K",
      bounds: [0.01, 1],
      physical: [0, 10],
      description: "UA of the steam chest for feed and circulation",
      source,
    },
    UA2: { value: 6.84, unit: "kW/K", bounds: [0.1, 100], physical: [0, 1e4], description: "UA of the condenser", source },
  },
  inputs: {
    F1: "kg/min",
    X1: "%",
    T1: "K",
    F2: "kg/min",
    F3: "kg/min",
    P100: "kPa",
    F200: "kg/min",
    T200: "K",
  },
  states: {
    L2: { unit: "m", initial: 1, min: 0 },
    X2: { unit: "%", initial: 25, min: 0, max: 100 },
    P2: { unit: "kPa", initial: 50.5, min: 0 },
  },
  algebraic: {
    T2: { unit: "K", is: "boilP*P2 + boilX*X2 + boil0", description: "liquor" },
    T3: { unit: "K", is: "condenseP*P2 + condense0", description: "vapour in the condenser" },
    T100: { unit: "K", is: "steamP*P100 + steam0", description: "steam" },
    Q100: { unit: "kW", is: "UAperFlow*(F1 + F3)*(T100 - T2)", description: "heat from the steam" },
    F4: { unit: "kg/min", is: "(Q100 - F1*Cp*(T2 - T1))/lambda", description: "vapour" },
    Q200: { unit: "kW", is: "UA2*(T3 - T200)/(1 + UA2/(2*Cp*F200))", description: "heat to the cooling water" },
    F5: { unit: "kg/min", is: "Q200/lambda", description: "condensate" },
  },
  derivatives: {
    L2: "(F1 - F4 - F2)/rhoA",
    X2: "(F1*X1 - F2*X2)/M",
    P2: "(F4 - F5)/C",
  },
  outputs: {
    F100: { unit: "kg/min", is: "Q100/lambdaS", description: "steam" },
    T201: { unit: "K", is: "T200 + Q200/(F200*Cp)", description: "cooling water, outlet" },
  },
});
