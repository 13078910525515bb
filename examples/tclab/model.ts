/**
 * The two-heater temperature laboratory (TCLab): two transistors that heat, two sensors, air around them.
 *
 * Each heater is one lump at uniform temperature that loses heat to the air and exchanges heat with its neighbour, by convection and by
 * radiation. The first model takes the sensors for the heaters; the second gives the sensors a lag, as they are glued on.
 *
 * @see J. D. Hedengren, "Temperature Control Lab", apmonitor.com/pdc: energy balance, and the values of the constants.
 */
import { defineModel } from "greybox";

const constants = {
  m: { value: 0.004, unit: "kg", description: "mass of a heater with its fin" },
  cp: { value: 500, unit: "J/kg/K" },
  A: { value: 1e-3, unit: "m^2", description: "area to the air" },
  As: { value: 2e-4, unit: "m^2", description: "area that faces the other heater" },
  eps: { value: 0.9, unit: "1", description: "emissivity" },
  sigma: { value: 5.67e-8, unit: "W/m^2/K^4", description: "Stefan–Boltzmann" },
} as const;

const unknowns = {
  U: { value: 5, unit: "W/m^2/K", bounds: [0.1, 50], physical: [0, 100], description: "heat transfer to the air" },
  Us: { value: 5, unit: "W/m^2/K", bounds: [-50, 100], physical: [0, 200], description: "heat transfer between the heaters" },
  alpha1: { value: 0.006, unit: "W/%", bounds: [1e-4, 0.05], physical: [0, 0.1], description: "power of heater 1" },
  alpha2: { value: 0.003, unit: "W/%", bounds: [1e-4, 0.05], physical: [0, 0.1], description: "power of heater 2" },
  Ta: { value: 296, unit: "K", bounds: [280, 315], description: "temperature of the air" },
} as const;

const balance = {
  across: { unit: "W", is: "Us*As*(T2 - T1) + eps*sigma*As*(T2^4 - T1^4)" },
  loss1: { unit: "W", is: "U*A*(T1 - Ta) + eps*sigma*A*(T1^4 - Ta^4)" },
  loss2: { unit: "W", is: "U*A*(T2 - Ta) + eps*sigma*A*(T2^4 - Ta^4)" },
} as const;

const heaters = {
  T1: "(alpha1*Q1 - loss1 + across)/(m*cp)",
  T2: "(alpha2*Q2 - loss2 - across)/(m*cp)",
} as const;

/** Sensors show the heaters' temperature at once. */
export const direct = defineModel({
  name: "tclab",
  time: "s",
  parameters: { ...constants, ...unknowns },
  inputs: { Q1: "%", Q2: "%" },
  states: { T1: { unit: "K", initial: 294 }, T2: { unit: "K", initial: 294 } },
  algebraic: balance,
  derivatives: heaters,
});

/** Sensors follow the heaters with one time constant. */
export const lagged = defineModel({
  name: "tclab-lag",
  time: "s",
  parameters: {
    ...constants,
    ...unknowns,
    tau: { value: 15, unit: "s", bounds: [0.5, 120], physical: [0, 120], description: "lag of the sensors" },
  },
  inputs: { Q1: "%", Q2: "%" },
  states: {
    T1: { unit: "K", initial: 294 },
    T2: { unit: "K", initial: 294 },
    S1: { unit: "K", initial: 294, description: "sensor on heater 1" },
    S2: { unit: "K", initial: 294, description: "sensor on heater 2" },
  },
  algebraic: balance,
  derivatives: { ...heaters, S1: "(T1 - S1)/tau", S2: "(T2 - S2)/tau" },
});
