/**
 * Centrifugal pump: head, efficiency and power by flow and speed.
 *
 * Assumes: head falls with the square of the flow, efficiency is a parabola through nothing and its best point, affinity laws hold.
 * Valid: from shut-off to the end of the curve, speeds within about ±30 % of the nominal one, no cavitation, water-like viscosity.
 *
 * @see I. J. Karassik et al., *Pump Handbook*, 4th ed., McGraw-Hill 2008, ch. 2 (centrifugal pump performance; affinity laws).
 */
import { defineModel } from "../../define/define-model.ts";

/** Pump; `speed` relative to the nominal one, flow in m³/s, head in m, power in W. */
export const centrifugalPump = defineModel({
  name: "centrifugal-pump",
  time: "s",
  description: "Centrifugal pump",
  parameters: {
    H0: { value: 40, unit: "m", bounds: [1, 1e3], physical: [0, 1e4], description: "shut-off head at nominal speed", source: "example" },
    a: {
      value: 4e4,
      unit: "s^2/m^5",
      bounds: [0, 1e8],
      physical: [0, 1e12],
      description: "fall of head with the square of flow",
      source: "example",
    },
    qBest: {
      value: 0.02,
      unit: "m^3/s",
      bounds: [1e-5, 10],
      physical: [0, 1e3],
      description: "flow of best efficiency",
      source: "example",
    },
    etaBest: { value: 0.75, unit: "1", bounds: [0.2, 0.92], physical: [0, 1], description: "best efficiency", source: "example" },
    rho: { value: 998, unit: "kg/m^3", bounds: [500, 2000], physical: [1, 2e4], description: "density", source: "water at 20 °C" },
    g: { value: 9.80665, unit: "m/s^2", physical: [9.7, 9.9], description: "acceleration of free fall", source: "standard gravity" },
  },
  inputs: { q: "m^3/s", speed: "1" },
  states: {},
  algebraic: {
    H: { unit: "m", is: "H0*speed^2 - a*q^2", description: "head" },
    ratio: { unit: "1", is: "q/(qBest*speed)", description: "flow for that of best efficiency at this speed" },
    eta: { unit: "1", is: "etaBest*ratio*(2 - ratio)", description: "efficiency" },
  },
  derivatives: {},
  outputs: {
    dp: { unit: "Pa", is: "rho*g*H", description: "pressure rise" },
    // ρ·g·q·H/η with q/η = qBest·speed/(etaBest·(2 − ratio)), which is finite at no flow.
    power: { unit: "W", is: "rho*g*H*qBest*speed/(etaBest*(2 - ratio))", description: "shaft power" },
  },
});
