/** Controllers: relays, dead bands, limits, sampled control, interlocks. */
import { signal } from "greybox/core";
import { type HybridCase, hybrid } from "./hybrid-case.ts";

export const controllers: readonly HybridCase[] = [
  hybrid({
    name: "relay with hysteresis on a first-order process",
    parameters: { heat: 30, loss: 0.7, low: 18, high: 22, outside: 5, T0: 17 },
    states: { T: "T0", on: 1, used: 0 },
    nominal: { T: 20 },
    rates: { T: "on*heat - loss*(T - outside)", on: "0", used: "on*heat" },
    happenings: {
      off: { when: "T - high", direction: "rising", then: { on: "0" } },
      on: { when: "T - low", direction: "falling", then: { on: "1" } },
    },
    span: [0, 3],
    samples: [0.1, 0.5, 0.9, 1.4, 2.2, 3],
    times({ heat, loss, low, high, outside, T0 }) {
      const hot = outside! + heat! / loss!;
      const rise = (from: number) => Math.log((hot - from) / (hot - high!)) / loss!;
      const fall = Math.log((high! - outside!) / (low! - outside!)) / loss!;
      const times = [rise(T0!)];
      while (times.length < 10) times.push(times.at(-1)! + (times.length % 2 === 1 ? fall : rise(low!)));
      return times;
    },
  }),
  hybrid({
    name: "controller with a dead band, integrating outside of it",
    parameters: { k: 0.9, ki: 1.4, band: 0.15, set: 1 },
    states: { y: 0, i: 0.4 },
    algebraic: { e: "set - y" },
    rates: { y: "k*(i - 0.8*y)", i: "if(abs(e) > band, ki*e, 0)" },
    span: [0, 10],
    samples: [0.5, 1.5, 3, 5, 7, 10],
  }),
  hybrid({
    name: "PI controller with limits and anti-windup",
    parameters: { kc: 3, Ti: 0.8, top: 2, set: 1.5, tau: 1.3 },
    states: { y: 0, i: 0 },
    algebraic: { e: "set - y", wanted: "kc*e + i", u: "max(min(wanted, top), 0)" },
    rates: { y: "(u - y)/tau", i: "if(wanted > top and e > 0 or wanted < 0 and e < 0, 0, kc*e/Ti)" },
    span: [0, 6],
    samples: [0.3, 0.8, 1.5, 2.5, 4, 6],
  }),
  hybrid({
    name: "PID controller in series with a stiff actuator",
    rtol: 1e-13,
    parameters: { kc: 2, Ti: 1, Td: 0.2, fast: 200, gain: 1.5 },
    inputNames: ["set"],
    states: { y: 0, i: 0, d: 0, v: 0 },
    algebraic: { e: "set - y", u: "kc*(e + i/Ti + Td*(e - d)/0.1)", limited: "max(min(u, 3), -1)" },
    rates: { y: "gain*v - y", i: "if(u < 3 and u > -1, e, 0)", d: "(e - d)/0.1", v: "fast*(limited - v)" },
    span: [0, 4],
    inputs: [signal([0, 1.5, 4], [1, 0.4, 0.4])],
    samples: [0.5, 1, 1.4, 2, 3, 4],
  }),
  hybrid({
    name: "digital controller: sampled, held, and late by one sample",
    parameters: { a: 0.8, b: 1.1, k: 0.9, every: 0.25, set: 1 },
    states: { y: 0, u: 0, memory: 0, next: "every" },
    rates: { y: "-a*y + b*u", u: "0", memory: "0", next: "0" },
    happenings: {
      sample: { when: "t - next", direction: "rising", then: { u: "u + k*memory", memory: "0.5*(set - y)", next: "next + every" } },
    },
    span: [0, 3.1],
    samples: [0.2, 0.6, 1.1, 1.9, 2.6, 3.1],
  }),
  hybrid({
    name: "pulse-width modulated heater",
    parameters: { period: 0.5, duty: 0.3, power: 4, loss: 0.9 },
    states: { T: 0, on: 1, flip: "duty*period", start: 0 },
    rates: { T: "on*power - loss*T", on: "0", flip: "0", start: "0" },
    happenings: {
      off: { when: "t - flip", direction: "rising", then: { on: "0", flip: "flip + period" } },
      on: { when: "t - start - period", direction: "rising", then: { on: "1", start: "start + period" } },
    },
    span: [0, 1.9],
    samples: [0.1, 0.3, 0.6, 0.9, 1.3, 1.9],
    events: ["off", "on", "off", "on", "off", "on", "off"],
    truth({ period, duty, power, loss }, t) {
      const whole = Math.floor(t / period!);
      const rest = t - whole * period!;
      const on = rest < duty! * period!;
      let T = 0;
      for (let i = 0; i <= whole; i++) {
        const from = i * period!;
        const to = i === whole && on ? t : from + duty! * period!;
        T += (power! / loss!) * (Math.exp(-loss! * (t - to)) - Math.exp(-loss! * (t - from)));
      }
      return [T, on ? 1 : 0, (whole + (on ? 0 : 1) + duty!) * period!, whole * period!];
    },
  }),
  hybrid({
    name: "interlock that trips by itself and is reset by hand",
    parameters: { k: 1.2, limit: 1.4, cool: 0.5 },
    inputNames: ["reset"],
    states: { T: 0.5, tripped: 0 },
    rates: { T: "(1 - tripped)*k*T - tripped*cool*T", tripped: "0" },
    happenings: {
      trip: { when: "T - limit", direction: "rising", then: { tripped: "1" } },
      reset: { when: "reset - 0.5", direction: "rising", then: { tripped: "0" } },
    },
    span: [0, 4],
    inputs: [signal([0, 2, 2.1, 4], [0, 1, 0, 0])],
    samples: [0.5, 1.5, 1.9, 2.2, 3.5, 4],
    events: ["trip", "reset", "trip"],
    times({ k, limit, cool }) {
      const first = Math.log(limit! / 0.5) / k!;
      return [first, 2, 2 + (cool! * (2 - first)) / k!];
    },
  }),
  hybrid({
    name: "two set points by time, one after the other",
    parameters: { t1: 0.9, t2: 2.1, r1: 1, r2: 0.4, tau: 0.5 },
    states: { y: 0 },
    algebraic: { set: "if(t < t1, 0, if(t < t2, r1, r2))" },
    rates: { y: "(set - y)/tau" },
    span: [0, 4],
    samples: [0.5, 1.5, 2, 3, 4],
    truth({ t1, t2, r1, r2, tau }, t) {
      const rise = (from: number, to: number, y: number, target: number) => target + (y - target) * Math.exp(-(to - from) / tau!);
      if (t < t1!) return [0];
      return [t < t2! ? rise(t1!, t, 0, r1!) : rise(t2!, t, rise(t1!, t2!, 0, r1!), r2!)];
    },
  }),
  hybrid({
    name: "split range: one of two valves, by the sign of what is wanted",
    rtol: 1e-12,
    parameters: { kc: 2, gainHeat: 1.3, gainCool: 0.7, w: 1.7 },
    states: { T: 0.4 },
    algebraic: { u: "kc*(sin(w*t) - T)" },
    rates: { T: "if(u > 0, gainHeat*u + 0.1, gainCool*u - 0.1)" },
    span: [0, 6],
    samples: [0.5, 1, 2, 3, 4.5, 6],
  }),
  hybrid({
    name: "limits by min and max",
    rtol: 1e-13,
    step: 2e-3,
    parameters: { gain: 3, top: 0.8, bottom: 0.5, w: 2 },
    states: { x: 0, y: 0 },
    rates: { x: "max(min(gain*sin(w*t), top), -bottom)", y: "x - y" },
    span: [0, 3],
    samples: [0.5, 1, 1.8, 2.4, 3],
  }),
];
