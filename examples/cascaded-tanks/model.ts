/**
 * Two tanks one above the other: a pump fills the upper one, which drains into the lower one, which drains into the reservoir.
 *
 * Levels are in volts of the level sensor. That of the upper tank is not measured; its unit is fixed by saying that it overflows at 10.
 * Part of what overflows falls into the lower tank, the rest beside it. The lower tank overflows too, and the sensor ends at 10 V.
 *
 * @see M. Schoukens, P. Mattsson, T. Wigren & J.-P. Noël, "Cascaded tanks benchmark combining soft and hard nonlinearities", Workshop on
 *   Nonlinear System Identification Benchmarks, Brussels 2016; nonlinearbenchmark.org.
 */
import { defineModel } from "greybox/models";

const pump = {
  value: 0.05,
  unit: "1/s",
  bounds: [1e-3, 0.5],
  scale: "log",
  description: "rise of the upper level per volt at the pump",
} as const;
const outlet = { value: 0.05, unit: "V/s", bounds: [1e-3, 1], scale: "log", description: "outflow at a level of 1 V" } as const;
const ratio = {
  value: 1,
  unit: "1",
  bounds: [0.1, 20],
  scale: "log",
  description: "rise of the lower level per fall of the upper one",
} as const;

/** Torricelli's law for both outlets; the tanks have no brim. */
export const plain = defineModel({
  name: "cascaded-tanks",
  time: "s",
  parameters: { pump, out1: outlet, out2: outlet, ratio, volt: { value: 1, unit: "V" } },
  inputs: { u: "V" },
  states: {
    x1: { unit: "V", initial: 6, min: 0 },
    x2: { unit: "V", initial: 5, min: 0 },
  },
  algebraic: {
    flow1: { unit: "V/s", is: "out1*sqrt(max(x1, 1e-6*volt)/volt)" },
    flow2: { unit: "V/s", is: "out2*sqrt(max(x2, 1e-6*volt)/volt)" },
  },
  derivatives: {
    x1: "pump*u - flow1",
    x2: "ratio*flow1 - flow2",
  },
  outputs: { y: { unit: "V", is: "x2" } },
});

/** Both tanks overflow over a weir; outlets have an exponent of their own, since a hose is not an orifice. */
export const overflowing = defineModel({
  name: "cascaded-tanks-overflow",
  time: "s",
  parameters: {
    pump,
    out1: outlet,
    out2: outlet,
    ratio,
    volt: { value: 1, unit: "V" },
    n1: { value: 0.5, unit: "1", bounds: [0.2, 1.2], description: "exponent of the upper outlet" },
    n2: { value: 0.5, unit: "1", bounds: [0.2, 1.2], description: "exponent of the lower outlet" },
    brim1: { value: 10, unit: "V" },
    weir1: { value: 0.3, unit: "1/s", bounds: [0.01, 5], scale: "log", description: "overflow of the upper tank per volt above the brim" },
    caught: {
      value: 0.5,
      unit: "1",
      bounds: [0, 1],
      physical: [0, 1],
      description: "share of the overflow that falls into the lower tank",
    },
    brim2: { value: 9, unit: "V", bounds: [7, 12] },
    weir2: { value: 0.1, unit: "1/s", bounds: [1e-3, 5], scale: "log", description: "overflow of the lower tank per volt above the brim" },
    rail: { value: 10, unit: "V", description: "end of the sensor's range" },
  },
  inputs: { u: "V" },
  states: {
    x1: { unit: "V", initial: 6, min: 0 },
    x2: { unit: "V", initial: 5, min: 0 },
  },
  algebraic: {
    flow1: { unit: "V/s", is: "out1*(max(x1, 1e-6*volt)/volt)^n1" },
    flow2: { unit: "V/s", is: "out2*(max(x2, 1e-6*volt)/volt)^n2" },
    over1: { unit: "V/s", is: "weir1*max(x1 - brim1, 0*volt)" },
    over2: { unit: "V/s", is: "weir2*max(x2 - brim2, 0*volt)" },
  },
  derivatives: {
    x1: "pump*u - flow1 - over1",
    x2: "ratio*(flow1 + caught*over1) - flow2 - over2",
  },
  outputs: { y: { unit: "V", is: "min(x2, rail)" } },
});
