/** A day in the reactor, simulated: growth that too much substrate slows down, samples every half hour, errors of 0.1 g/L. */
import { simulate, windowFromTable } from "greybox";
import { random, signal } from "greybox/core";
import { substitute } from "greybox/models";
import { laws, reactor } from "./model.ts";

export const truth = { mu: 0.5, K: 1.2, Ki: 6, Y: 0.5 };

const plant = substitute(reactor, { growth: laws.Haldane });
/** Three pulses of an hour each, whenever the substrate is nearly gone. */
export const feed = signal([0, 9, 10, 14, 15, 19, 20, 24], [0, 0.4, 0, 0.5, 0, 0.5, 0, 0], "hold");
const time = Array.from({ length: 48 }, (_, i) => 0.5 * (i + 1));
const run = simulate(plant, { span: [0, 24], at: time, parameters: truth, inputs: { D: feed } });
const draw = random("a day in the reactor");
const noisy = (name: "X" | "S", sigma: number) => Array.from(run.column(name), (value) => value + sigma * draw.normal());

export const day = windowFromTable(plant, {
  name: "day",
  time: [0, ...time],
  inputs: { D: feed },
  measured: { X: [null, ...noisy("X", 0.1)], S: [null, ...noisy("S", 0.1)] },
});

/** The true rate at a state. */
export function growthAt(X: number, S: number): number {
  return ((truth.mu * S) / (truth.K + S + (S * S) / truth.Ki)) * X;
}
