/**
 * Two tanks one above the other: a pump fills the upper one, which drains into the lower one, which drains into the reservoir.
 *
 * Levels are in volts of the level sensor. That of the upper tank is not measured; its unit is fixed by saying that it overflows at 10.
 * Part of what overflows falls into the lower tank, the rest beside it. The lower tank overflows too, and the sensor ends at 10 V.
 *
 * @see M. Schoukens, P. Mattsson, T. Wigren & J.-P. Noël, "Cascaded tanks benchmark combining soft and hard nonlinearities", Workshop on
 *   Nonlinear System Identification Benchmarks, Brussels 2016; nonlinearbenchmark.org.
 */
import { defineModel } from "greybox";

const pump = {
  value: 0.05,
  unit: "1/s",
  bounds: [1e-3, 0.5],
  scale: "log",
  description: "rise of the upper level per volt at the pump",
} as const;
const outlet = { value: 0.05, unit: "V/s", bounds: [1e-4, 1], scale: "log", description: "outflow at a level of 1 V" } as const;
const ratio = {
  value: 1,
  unit: "1",
  bounds: [0.1, 20],
  scale: "log",
  description: "rise of the lower level per fall of the upper one",
} as const;

/** Torricelli's law for both outlets; the tanks have no brim. The unit of the upper level is fixed by a ratio of 1. */
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

/**
 * Both tanks overflow over a sharp brim at 10 V, where the sensor ends, too; the unit of the upper level is fixed by its brim. The upper
 * outlet is a long hose with a flow in proportion to the level; the lower one has an exponent of its own.
 */
export const overflowing = defineModel({
  name: "cascaded-tanks-overflow",
  time: "s",
  parameters: {
    pump,
    out1: { ...outlet, value: 0.01 },
    out2: outlet,
    ratio,
    volt: { value: 1, unit: "V" },
    n2: { value: 0.5, unit: "1", bounds: [0.1, 1.5], physical: [0, 1], description: "exponent of the lower outlet" },
    brim: { value: 10, unit: "V" },
    weir: { value: 0.5, unit: "1/s", description: "overflow per volt above the brim: steep, so that the level hardly exceeds it" },
    caught: {
      value: 0.5,
      unit: "1",
      bounds: [0, 1],
      physical: [0, 1],
      description: "share of the overflow that falls into the lower tank",
    },
  },
  inputs: { u: "V" },
  states: {
    x1: { unit: "V", initial: 6, min: 0 },
    x2: { unit: "V", initial: 5, min: 0 },
  },
  algebraic: {
    flow1: { unit: "V/s", is: "out1*x1/volt" },
    flow2: { unit: "V/s", is: "out2*(max(x2, 1e-6*volt)/volt)^n2" },
    over1: { unit: "V/s", is: "weir*max(x1 - brim, 0*volt)" },
    over2: { unit: "V/s", is: "weir*max(x2 - brim, 0*volt)" },
  },
  derivatives: {
    x1: "pump*u - flow1 - over1",
    x2: "ratio*(flow1 + caught*over1) - flow2 - over2",
  },
  outputs: { y: { unit: "V", is: "min(x2, brim)" } },
});
