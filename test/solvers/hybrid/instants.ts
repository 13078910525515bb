/** Where and when: events at the ends, close together, in a row, of vanishing functions, by the thousand. */
import { signal } from "greybox/core";
import { type HybridCase, hybrid } from "./hybrid-case.ts";

export const instants: readonly HybridCase[] = [
  hybrid({
    name: "event that stands at zero at the start",
    parameters: { b: 1.5, x0: 0.4 },
    states: { x: "x0", count: 0 },
    rates: { x: "b*cos(3*t)", count: "0" },
    happenings: { back: { when: "x - x0", direction: "falling", then: { count: "count + t" } } },
    span: [0, 2],
    samples: [0.5, 1.5, 2],
    events: ["back"],
    truth: ({ b, x0 }, t) => [x0! + (b! * Math.sin(3 * t)) / 3, t > Math.PI / 3 ? Math.PI / 3 : 0],
    times: () => [Math.PI / 3],
  }),
  hybrid({
    name: "event function that leaves zero at the start with a horizontal tangent",
    parameters: { a: 1.2, b: 0.9 },
    states: { x: 0, hit: 0 },
    rates: { x: "2*a*t - 3*b*t^2", hit: "0" },
    happenings: { zero: { when: "x", then: { hit: "hit + 1 + t" } } },
    span: [0, 2],
    samples: [0.5, 1.2, 1.6, 2],
    initialValues: false,
    events: ["zero"],
    truth: ({ a, b }, t) => [a! * t * t - b! * t ** 3, t > a! / b! ? 1 + a! / b! : 0],
    times: ({ a, b }) => [a! / b!],
  }),
  hybrid({
    name: "two events within one step",
    parameters: { r: 1, first: 0.3, gap: 0.004, jump: 0.5 },
    states: { x: 0, y: 0 },
    rates: { x: "r", y: "x - y" },
    happenings: {
      one: { when: "x - first", direction: "rising", then: { y: "y + jump" } },
      two: { when: "x - first - gap", direction: "rising", then: { y: "2*y" } },
    },
    span: [0, 1],
    samples: [0.2, 0.5, 1],
    events: ["one", "two"],
    truth({ r, first, gap, jump }, t) {
      const grow = (y: number, from: number, to: number) => r! * (to - 1) + (y - r! * (from - 1)) * Math.exp(-(to - from));
      const [t1, t2] = [first! / r!, (first! + gap!) / r!];
      if (t < t1) return [r! * t, grow(0, 0, t)];
      return [r! * t, grow(2 * grow(grow(0, 0, t1) + jump!, t1, t2), t2, t)];
    },
    times: ({ r, first, gap }) => [first! / r!, (first! + gap!) / r!],
  }),
  hybrid({
    name: "three events, each set off by the one before, in one instant",
    parameters: { k: 1.1, a: 0.7, b: 1.3 },
    states: { x: 0, y: 0, z: 0 },
    rates: { x: "k", y: "-0.2*y", z: "x - z" },
    happenings: {
      third: { when: "z - 1", direction: "rising", then: { x: "x*0.1", z: "z - b*t" } },
      second: { when: "y - 0.5", direction: "rising", then: { z: "z + 2*y", y: "y - 1" } },
      first: { when: "x - a", direction: "rising", then: { y: "y + k + x" } },
    },
    span: [0, 1.2],
    samples: [0.3, 0.8, 1.2],
    events: ["first", "second", "third"],
    times: ({ k, a }) => [a! / k!, a! / k!, a! / k!],
  }),
  hybrid({
    name: "events by direction: up, down and both",
    parameters: { w: 2.1, level: 0.3 },
    states: { x: 1, v: 0, ups: 0, downs: 0, all: 0 },
    rates: { x: "w*v", v: "-w*x", ups: "0", downs: "0", all: "0" },
    happenings: {
      up: { when: "x - level", direction: "rising", then: { ups: "ups + t" } },
      down: { when: "x - level", direction: "falling", then: { downs: "downs + t" } },
      both: { when: "x - level", direction: "both", then: { all: "all + t" } },
    },
    span: [0, 4],
    samples: [0.3, 1, 2.6, 3.2, 4],
    events: ["down", "both", "up", "both", "down", "both"],
    times({ w, level }) {
      const [down, up] = [Math.acos(level!) / w!, (2 * Math.PI - Math.acos(level!)) / w!];
      const again = down + (2 * Math.PI) / w!;
      return [down, down, up, up, again, again];
    },
  }),
  hybrid({
    name: "event function that dies away at once, on a long span",
    parameters: { fast: 400, level: 0.01, slow: 0.02 },
    states: { f: 1, s: 1, seen: 0 },
    rates: { f: "-fast*f", s: "-slow*s", seen: "0" },
    happenings: { gone: { when: "f - level", direction: "falling", then: { s: "s + t*fast", seen: "t" } } },
    span: [0, 50],
    samples: [0.001, 0.1, 10, 50],
    events: ["gone"],
    truth({ fast, level, slow }, t) {
      const gone = -Math.log(level!) / fast!;
      const s = Math.exp(-slow! * t) + (t > gone ? gone * fast! * Math.exp(-slow! * (t - gone)) : 0);
      return [Math.exp(-fast! * t), s, t > gone ? gone : 0];
    },
    times: ({ fast, level }) => [-Math.log(level!) / fast!],
  }),
  hybrid({
    name: "a thousand resets",
    initialValues: false,
    parameters: { a: 1.001, L: 0.0999 },
    states: { x: 0, y: 0 },
    rates: { x: "a", y: "x - 0.1*y" },
    happenings: { reset: { when: "x - L", direction: "rising", then: { x: "0" } } },
    span: [0, 100],
    samples: [1.04, 50.33, 99.97],
    step: 2e-6,
    truth({ a, L }, t) {
      const T = L! / a!;
      const whole = Math.floor(t / T);
      // y after one tooth from 0, then the geometric sum over all of them.
      const tooth = (length: number) => (a! / 0.1) * (length - -Math.expm1(-0.1 * length) / 0.1);
      const rest = t - whole * T;
      const y = (tooth(T) * -Math.expm1(-0.1 * T * whole)) / -Math.expm1(-0.1 * T);
      return [a! * rest, y * Math.exp(-0.1 * rest) + tooth(rest)];
    },
  }),
  hybrid({
    name: "pulses of an input, an event between two of them",
    parameters: { k: 1.3, gain: 2, limit: 0.9 },
    inputNames: ["u"],
    states: { x: 0, n: 0 },
    rates: { x: "gain*u - k*x", n: "x" },
    happenings: { drop: { when: "x - limit", direction: "rising", then: { x: "0.3*x" } } },
    span: [0, 4],
    inputs: [signal([0, 0.5, 1, 1.2, 2, 2.6, 4], [0, 1, 0, 2, 0, 1.5, 1.5])],
    samples: [0.4, 1.1, 1.8, 2.4, 3, 4],
  }),
  hybrid({
    name: "ramp of an input across a condition and an event",
    parameters: { k: 0.8, knee: 0.7, limit: 1.3 },
    inputNames: ["u"],
    states: { x: 0.1, n: 0 },
    rates: { x: "if(u > knee, 2, 0.5)*u - k*x", n: "0" },
    happenings: { high: { when: "u*x - limit", direction: "rising", then: { x: "x - knee*u", n: "n + u" } } },
    span: [0, 4],
    inputs: [signal([0, 1, 2, 4], [0, 0.9, 0.4, 2], "linear")],
    samples: [0.5, 0.9, 1.5, 2.4, 3.1, 4],
  }),
  hybrid({
    name: "steps of a rounded clock",
    initialValues: false,
    parameters: { rate: 2.3, k: 0.7, off: 0.15 },
    states: { x: 0, y: 0 },
    rates: { x: "rate", y: "k*floor(x + off) - 0.5*ceil(0.7*x)" },
    span: [0, 2],
    samples: [0.2, 0.7, 1.1, 1.55, 2],
    truth({ rate, k, off }, t) {
      let y = 0;
      for (let i = 1; i <= Math.floor(rate! * t + off!); i++) y += k! * (t - (i - off!) / rate!);
      for (let i = 0; i <= Math.ceil(0.7 * rate! * t) - 1; i++) y -= 0.5 * (t - i / (0.7 * rate!));
      return [rate! * t, y];
    },
  }),
  hybrid({
    name: "distance by its absolute value, and its sign",
    parameters: { c: 0.6, r: 1.2, k: 2 },
    states: { x: 0, d: 0, s: 0 },
    rates: { x: "r", d: "abs(x - c)", s: "k*sign(x - c)" },
    span: [0, 1],
    samples: [0.2, 0.7, 1],
    truth({ c, r, k }, t) {
      const x = r! * t;
      const to = (x: number) => (x < c! ? c! * x - x ** 2 / 2 : c! ** 2 / 2 + (x - c!) ** 2 / 2) / r!;
      return [x, to(x), x < c! ? -k! * t : k! * (t - (2 * c!) / r!)];
    },
  }),
  hybrid({
    name: "table with corners",
    rtol: 1e-13,
    step: 2e-3,
    parameters: { k: 0.9, stretch: 1.1 },
    tables: { valve: { x: [0, 0.5, 1, 2], values: [0, 0.1, 0.8, 1] } },
    states: { x: 0.1, y: 0 },
    rates: { x: "k", y: "lookup(valve, stretch*x) - 0.3*y" },
    span: [0, 2.4],
    samples: [0.2, 0.6, 1.2, 1.9, 2.4],
  }),
  hybrid({
    name: "conditions within conditions",
    parameters: { a: 0.6, b: 1.1, k: 0.8 },
    states: { x: 0, y: 1 },
    rates: { x: "k", y: "if(x < a or x > b and y > 0.2, -y, if(not (y < 0.4), 0.3*y, 0.1)) + 0.05*t" },
    span: [0, 3],
    samples: [0.5, 1, 1.3, 1.8, 2.4, 3],
  }),
  hybrid({
    name: "event whose jump has a condition inside",
    parameters: { k: 1.2, limit: 0.8, share: 0.4 },
    states: { x: 0, n: 0 },
    rates: { x: "k - 0.2*n", n: "0" },
    happenings: { reset: { when: "x - limit", direction: "rising", then: { x: "if(n > 0.5, share*x*t, share*x/2)", n: "n + 1" } } },
    span: [0, 2],
    samples: [0.4, 0.9, 1.5, 2],
  }),
  hybrid({
    name: "condition that an event makes change, as one threshold serves both",
    parameters: { k: 0.9, limit: 0.7, back: 0.3 },
    states: { x: 0, y: 0 },
    rates: { x: "if(x > limit, 2*k, k)", y: "if(x > 0.5*limit, 1, x)" },
    happenings: { reset: { when: "x - limit", direction: "rising", then: { x: "back*x", y: "y + x" } } },
    span: [0, 2],
    samples: [0.3, 0.6, 1, 1.6, 2],
  }),
  hybrid({
    name: "autocatalysis that is quenched, stiff",
    parameters: { k1: 0.04, k2: 300, k3: 30, quench: 0.08 },
    states: { a: 1, b: 0, c: 0, off: 0 },
    nominal: { b: 1e-2 },
    rates: {
      a: "(1 - off)*(-k1*a + k3*b*c)",
      b: "(1 - off)*(k1*a - k3*b*c) - k2*b^2",
      c: "k2*b^2",
      off: "0",
    },
    happenings: { quench: { when: "c - quench", direction: "rising", then: { off: "1", b: "b/2" } } },
    span: [0, 5],
    samples: [0.5, 1.5, 2.8, 3.5, 5],
    events: ["quench"],
  }),
  hybrid({
    name: "van de Vusse reactor that trips on temperature",
    parameters: { k1: 1.2, k2: 0.9, hot: 6, UA: 1.5, trip: 1.35 },
    inputNames: ["q"],
    states: { a: 2, b: 0.5, T: 1, Tj: 1, trips: 0 },
    algebraic: { r1: "k1*a*exp(5 - 5/T)", r3: "0.3*a^2*exp(4 - 4/T)" },
    rates: {
      a: "q*(3 - a) - r1 - r3",
      b: "-q*b + r1 - k2*b*exp(5 - 5/T)",
      T: "q*(1 - T) + 0.05*hot*(r1 + r3) - UA*(T - Tj)",
      Tj: "8*(T - Tj) - 20*(Tj - 0.95)*(1 + trips)",
      trips: "0",
    },
    happenings: { trip: { when: "T - trip", direction: "rising", then: { a: "0.6*a", trips: "trips + 1" } } },
    span: [0, 3],
    inputs: [signal([0, 1, 2, 3], [0.5, 1.4, 1.4, 0.6], "linear")],
    samples: [0.2, 0.6, 1.2, 2, 3],
    step: 1e-4,
  }),
];
