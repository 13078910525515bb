/** Tanks, vessels and batches: overflow, siphon, check and relief valves, recipes. */
import { signal } from "greybox/core";
import { type HybridCase, hybrid, relax } from "./hybrid-case.ts";

export const tanks: readonly HybridCase[] = [
  hybrid({
    name: "overflow as a condition inside the equation",
    parameters: { q: 0.4, area: 1.3, weir: 2, rim: 1, h0: 0.2 },
    states: { h: "h0", spilt: 0 },
    algebraic: { spill: "if(h > rim, weir*(h - rim) + 0.05, 0)" },
    rates: { h: "(q - spill)/area", spilt: "spill" },
    span: [0, 8],
    samples: [1, 2, 4, 5, 8],
    truth({ q, area, weir, rim, h0 }, t) {
      const full = ((rim! - h0!) * area!) / q!;
      if (t < full) return [h0! + (q! * t) / area!, 0];
      const h = relax(rim!, rim! + (q! - 0.05) / weir!, weir! / area!, t - full);
      return [h, q! * (t - full) - area! * (h - rim!)];
    },
  }),
  hybrid({
    name: "draining tank that ends the run when it is nearly empty",
    parameters: { k: 0.5, h0: 1.44, low: 0.04 },
    states: { h: "h0" },
    rates: { h: "-k*sqrt(h)" },
    happenings: { empty: { when: "h - low", direction: "falling", terminal: true } },
    span: [0, 10],
    samples: [0.5, 1, 2, 3.5],
    events: ["empty"],
    truth: ({ k, h0 }, t) => [(Math.sqrt(h0!) - (k! * t) / 2) ** 2],
    times: ({ k, h0, low }) => [(2 * (Math.sqrt(h0!) - Math.sqrt(low!))) / k!],
  }),
  hybrid({
    name: "siphon that starts at one level and breaks at another",
    parameters: { q: 0.3, k: 0.9, high: 1.2, low: 0.4, area: 0.8 },
    states: { h: 0.6, on: 0 },
    rates: { h: "(q - on*k*sqrt(h))/area", on: "0" },
    happenings: {
      starts: { when: "h - high", direction: "rising", then: { on: "1" } },
      breaks: { when: "h - low", direction: "falling", then: { on: "0" } },
    },
    span: [0, 9],
    samples: [1, 2, 3, 5, 7, 9],
    events: ["starts", "breaks", "starts", "breaks", "starts"],
  }),
  hybrid({
    name: "check valve between two tanks, one of which is filled in turns",
    parameters: { k: 0.8, out: 0.3, a1: 1, a2: 0.6 },
    inputNames: ["q1", "q2"],
    states: { h1: 1, h2: 0.5 },
    algebraic: { flow: "if(h1 > h2, k*(h1 - h2) + 0.02, 0)" },
    rates: { h1: "(q1 - flow - out*h1)/a1", h2: "(q2 + flow - out*h2)/a2" },
    span: [0, 6],
    inputs: [signal([0, 2, 4, 6], [0.1, 0, 1.4, 1.4]), signal([0, 1, 3, 6], [0, 0.9, 0.1, 0.1])],
    samples: [0.5, 1.5, 2.5, 3.5, 4.5, 6],
  }),
  hybrid({
    name: "relief valve with blow-down",
    parameters: { feed: 1.1, c: 0.6, open: 2, close: 1.4, leak: 0.1 },
    states: { p: 1, lift: 0, vented: 0 },
    rates: { p: "feed - leak*p - lift*c*p^1.5", lift: "0", vented: "lift*c*p^1.5" },
    happenings: {
      opens: { when: "p - open", direction: "rising", then: { lift: "1" } },
      closes: { when: "p - close", direction: "falling", then: { lift: "0" } },
    },
    span: [0, 5],
    samples: [0.5, 1.2, 2, 3, 4, 5],
  }),
  hybrid({
    name: "pump that trips at low level and coasts down",
    parameters: { q: 0.4, k: 1.1, trip: 0.5, tau: 0.3 },
    states: { h: 1, speed: 1, runs: 1 },
    rates: { h: "q - k*speed*sqrt(h)", speed: "(runs - speed)/tau", runs: "0" },
    happenings: {
      trip: { when: "h - trip", direction: "falling", then: { runs: "0" } },
      restart: { when: "h - 2*trip", direction: "rising", then: { runs: "1" } },
    },
    span: [0, 7],
    samples: [0.5, 1.5, 2.5, 4, 5.5, 7],
  }),
  hybrid({
    name: "batch recipe: fill, react, drain",
    rtol: 1e-12,
    parameters: { feed: 0.8, k: 0.9, full: 1.5, done: 0.3, valve: 0.7, c0: 2 },
    states: { V: 0.1, nA: 0.05, phase: 1 },
    rates: {
      V: "if(phase < 1.5, feed, 0) - if(phase > 2.5, valve*sqrt(V), 0)",
      nA: "if(phase < 1.5, feed*c0, 0) - k*nA - if(phase > 2.5, valve*nA/sqrt(V), 0)",
      phase: "0",
    },
    happenings: {
      filled: { when: "if(phase < 1.5, V - full, -1)", direction: "rising", then: { phase: "2" } },
      reacted: { when: "if(phase > 1.5 and phase < 2.5, nA/V - done, 1)", direction: "falling", then: { phase: "3" } },
      drained: { when: "if(phase > 2.5, V - 0.1, 1)", direction: "falling", then: { phase: "1" } },
    },
    span: [0, 7.5],
    samples: [1, 2.5, 3.5, 4.5, 6, 7.5],
  }),
  hybrid({
    name: "feeds one after another, each a while after the last",
    parameters: { k: 0.7, dose: 1.2, wait: 0.8, first: 0.5 },
    states: { c: 0.3, next: "first", given: 0 },
    rates: { c: "-k*c", next: "0", given: "0" },
    happenings: { feed: { when: "t - next", direction: "rising", then: { c: "c + dose", next: "next + wait", given: "given + dose" } } },
    span: [0, 4],
    samples: [0.4, 1, 1.7, 2.5, 3.1, 4],
    events: ["feed", "feed", "feed", "feed", "feed"],
    truth({ k, dose, wait, first }, t) {
      let c = 0.3 * Math.exp(-k! * t);
      let count = 0;
      for (let at = first!; at < t; at += wait!, count++) c += dose! * Math.exp(-k! * (t - at));
      return [c, first! + count * wait!, count * dose!];
    },
    times: ({ wait, first }) => [0, 1, 2, 3, 4].map((i) => first! + i * wait!),
  }),
  hybrid({
    name: "reaction of order zero that stops when its reactant is used up",
    parameters: { k: 0.7, c0: 1.1, heat: 3, loss: 0.4 },
    states: { c: "c0", T: 0 },
    algebraic: { r: "if(c > 0, k, 0)" },
    rates: { c: "-r", T: "heat*r - loss*T" },
    span: [0, 4],
    samples: [0.5, 1.2, 2, 4],
    truth({ k, c0, heat, loss }, t) {
      const end = c0! / k!;
      const hot = (heat! * k!) / loss!;
      return t < end ? [c0! - k! * t, relax(0, hot, loss!, t)] : [0, relax(relax(0, hot, loss!, end), 0, loss!, t - end)];
    },
  }),
  hybrid({
    name: "fill and draw: every batch starts from what the last one left",
    parameters: { q: 0.6, full: 1, left: 0.25, k: 0.5 },
    states: { V: 0.3, made: 0 },
    rates: { V: "q", made: "k*V" },
    happenings: { draw: { when: "V - full", direction: "rising", then: { V: "left*V" } } },
    span: [0, 5],
    samples: [0.6, 1.5, 3, 4.4, 5],
    events: ["draw", "draw", "draw", "draw"],
    times: ({ q, full, left }) => [0, 1, 2, 3].map((i) => (full! - 0.3 + i * full! * (1 - left!)) / q!),
  }),
];
