/** The plant: the model with other parameters, and noise. */
import { type Signal, signal, simulate, type Window, windowFromTable } from "greybox";
import { random } from "greybox/core";
import { reactor } from "./model.ts";

export const truth = { k350: 1, E: 8750, UA: 5e4, dH: -2e4 };
const sigma = { cA: 0.01, T: 0.3 };
export const horizon = 12;
export const usual = { q: 100, cF: 1, TF: 350, Tc: 300 };
/** What the plant would show: temperature at all times, composition at the times of samples. */
export function experiment(
  name: string,
  inputs: Readonly<Record<"q" | "cF" | "TF" | "Tc", number | Signal>>,
  samples: readonly number[],
): Window {
  const run = simulate(reactor.with({ parameters: truth }), { span: [0, horizon], inputs });
  const noise = random(`next-experiment/${name}`);
  const time = Array.from({ length: 24 }, (_, i) => ((i + 1) * horizon) / 24);
  const rows = [...new Set([...time, ...samples])].sort((a, b) => a - b);
  return windowFromTable(reactor, {
    name,
    time: rows,
    from: 0,
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([key, value]) => [key, typeof value === "number" ? signal([0, horizon], [value, value]) : value]),
    ),
    measured: {
      T: rows.map((t) => (time.includes(t) ? run.at(t).T + sigma.T * noise.normal() : null)),
      cA: rows.map((t) => (samples.includes(t) ? run.at(t).cA + sigma.cA * noise.normal() : null)),
    },
    sigma,
  });
}
