/** Models as plain definitions, and their equations parsed without any checking: for tests of code generation. */
import type { ModelDefinition } from "../../src/core/index.ts";
import type { ParsedEquations } from "../../src/models/language/equations.ts";
import type { Expression } from "../../src/models/language/expression.ts";
import { parseExpression } from "../../src/models/language/parse.ts";

interface Sketch {
  readonly parameters?: Readonly<Record<string, number>>;
  readonly inputs?: readonly string[];
  readonly states: Readonly<Record<string, number | string>>;
  /** Explicit. In dependency order. */
  readonly algebraic?: Readonly<Record<string, string>>;
  /** Implicit: guess and residual. */
  readonly implicit?: Readonly<Record<string, readonly [number, string]>>;
  readonly derivatives: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly events?: ModelDefinition["events"];
}

/** A definition without units (all "1"). */
export function sketch(name: string, parts: Sketch): ModelDefinition {
  const each = <V, R>(record: Readonly<Record<string, V>> | undefined, make: (value: V) => R): Record<string, R> =>
    Object.fromEntries(Object.entries(record ?? {}).map(([key, value]) => [key, make(value)]));
  return {
    name,
    time: "1",
    parameters: each(parts.parameters, (value) => ({ value, unit: "1" })),
    inputs: Object.fromEntries((parts.inputs ?? []).map((input) => [input, "1"])),
    states: each(parts.states, (initial) => ({ unit: "1", initial })),
    algebraic: {
      ...each(parts.algebraic, (is) => ({ unit: "1", is })),
      ...each(parts.implicit, ([guess, zero]) => ({ unit: "1", guess, zero })),
    },
    derivatives: parts.derivatives,
    events: parts.events ?? {},
    outputs: each(parts.outputs, (is) => ({ unit: "1", is })),
  };
}

/** Parses every equation of a definition. Explicit algebraic quantities must stand in dependency order. */
export function equationsOf(definition: ModelDefinition): ParsedEquations {
  const declared = new Set([
    "t",
    ...["parameters", "inputs", "states", "algebraic"].flatMap((part) => Object.keys(definition[part as "states"])),
  ]);
  const read = (text: string): Expression => parseExpression(text, { names: declared });
  const algebraic = new Map<string, Expression>();
  const implicit = new Map<string, Expression>();
  for (const [name, one] of Object.entries(definition.algebraic)) {
    if ("is" in one) algebraic.set(name, read(one.is));
    else implicit.set(name, read(one.zero));
  }
  const all = (texts: Readonly<Record<string, string>>): Map<string, Expression> =>
    new Map(Object.entries(texts).map(([name, text]) => [name, read(text)]));
  return {
    algebraic,
    implicit,
    derivatives: new Map(Object.keys(definition.states).map((name) => [name, read(definition.derivatives[name]!)])),
    outputs: new Map(Object.entries(definition.outputs).map(([name, { is }]) => [name, read(is)])),
    initial: new Map(
      Object.entries(definition.states).map(([name, { initial }]) => [name, typeof initial === "number" ? number(initial) : read(initial)]),
    ),
    events: new Map(Object.entries(definition.events).map(([name, { when, then = {} }]) => [name, { when: read(when), then: all(then) }])),
  };
}

const number = (value: number): Expression => ({ op: "number", value });

/** Cooled exothermic stirred tank with a trip. */
export const reactor = sketch("reactor", {
  parameters: { k0: 7.2e10, EoverR: 8750, V: 100, dH: -5e4, rhoCp: 239, UA: 5e4 },
  inputs: ["q", "cF", "TF", "Tc"],
  states: { cA: 0.5, T: 350 },
  algebraic: { k: "k0 * exp(-EoverR/T)" },
  derivatives: { cA: "q/V*(cF - cA) - k*cA", T: "q/V*(TF - T) - dH/rhoCp*k*cA + UA/(V*rhoCp)*(Tc - T)" },
  events: { trip: { when: "T - 420", direction: "rising", then: { T: "T - 5" } } },
  outputs: { conversion: "1 - cA/cF" },
});

/** Robertson's kinetics. */
export const rober = sketch("rober", {
  parameters: { k1: 0.04, k2: 3e7, k3: 1e4 },
  states: { y1: 1, y2: 0, y3: 0 },
  derivatives: { y1: "-k1*y1 + k3*y2*y3", y2: "k1*y1 - k2*y2^2 - k3*y2*y3", y3: "k2*y2^2" },
});

/** Robertson's kinetics with the third equation replaced by the balance: index 1. */
export const roberDae = sketch("rober-dae", {
  parameters: { k1: 0.04, k2: 3e7, k3: 1e4 },
  states: { y1: 1, y2: 0 },
  implicit: { y3: [0, "y1 + y2 + y3 - 1"] },
  derivatives: { y1: "-k1*y1 + k3*y2*y3", y2: "k1*y1 - k2*y2^2 - k3*y2*y3" },
});

/** Oregonator. */
export const orego = sketch("orego", {
  parameters: { s: 77.27, w: 0.161, q: 8.375e-6 },
  states: { y1: 1, y2: 2, y3: 3 },
  derivatives: { y1: "s*(y2 - y1*y2 + y1 - q*y1^2)", y2: "(-y2 - y1*y2 + y3)/s", y3: "w*(y1 - y3)" },
});

/** Van der Pol's oscillator, stiff. */
export const vdpol = sketch("vdpol", {
  parameters: { mu: 1000 },
  states: { y1: 2, y2: 0 },
  derivatives: { y1: "y2", y2: "mu*(1 - y1^2)*y2 - y1" },
});

/** High irradiance response: eight reactants. */
export const hires = sketch("hires", {
  parameters: { k1: 1.71, k2: 280, k3: 8.32, k4: 0.69, k5: 0.43, k6: 1.81, a: 8.75, b: 10.03, c: 0.035, d: 1.12, h: 1.745, f: 0.0007 },
  states: { y1: 1, y2: 0, y3: 0, y4: 0, y5: 0, y6: 0, y7: 0, y8: 0.0057 },
  derivatives: {
    y1: "-k1*y1 + k5*y2 + k3*y3 + f",
    y2: "k1*y1 - a*y2",
    y3: "-b*y3 + k5*y4 + c*y5",
    y4: "k3*y2 + k1*y3 - d*y4",
    y5: "-h*y5 + k5*y6 + k5*y7",
    y6: "-k2*y6*y8 + k4*y4 + k1*y5 - k5*y6 + k4*y7",
    y7: "k2*y6*y8 - k6*y7",
    y8: "-k2*y6*y8 + k6*y7",
  },
});

/** Air pollution: 25 reactions of 20 species (Verwer 1994). */
export const pollu = ((): ModelDefinition => {
  const constants = [
    0.35, 26.6, 12300, 0.00086, 0.00082, 15000, 0.00013, 24000, 16500, 9000, 0.022, 12000, 1.88, 16300, 4.8e6, 0.00035, 0.0175, 1e8,
    4.44e11, 1240, 2.1, 5.78, 0.0474, 1780, 3.12,
  ];
  const reactants =
    "y1 y2*y4 y5*y2 y7 y7 y7*y6 y9 y9*y6 y11*y2 y11*y1 y13 y10*y2 y14 y1*y6 y3 y4 y4 y16 y16 y17*y6 y19 y19 y1*y4 y19*y1 y20".split(" ");
  const balances = [
    "-r1-r10-r14-r23-r24+r2+r3+r9+r11+r12+r22+r25",
    "-r2-r3-r9-r12+r1+r21",
    "-r15+r1+r17+r19+r22",
    "-r2-r16-r17-r23+r15",
    "-r3+r4+r4+r6+r7+r13+r20",
    "-r6-r8-r14-r20+r3+r18+r18",
    "-r4-r5-r6+r13",
    "r4+r5+r6+r7",
    "-r7-r8",
    "-r12+r7+r9",
    "-r9-r10+r8+r11",
    "r9",
    "-r11+r10",
    "-r13+r12",
    "r14",
    "-r18-r19+r16",
    "-r20",
    "r20",
    "-r21-r22-r24+r23+r25",
    "-r25+r24",
  ];
  const start: Readonly<Record<number, number>> = { 2: 0.2, 4: 0.04, 7: 0.1, 8: 0.3, 9: 0.01, 17: 0.007 };
  const species = balances.map((_, i) => `y${i + 1}`);
  return sketch("pollu", {
    parameters: Object.fromEntries(constants.map((value, i) => [`k${i + 1}`, value])),
    states: Object.fromEntries(species.map((name, i) => [name, start[i + 1] ?? 0])),
    algebraic: Object.fromEntries(reactants.map((product, i) => [`r${i + 1}`, `k${i + 1}*${product}`])),
    derivatives: Object.fromEntries(species.map((name, i) => [name, balances[i]!])),
  });
})();

/** Tubular reactor with axial dispersion by finite differences: 2·cells states, neighbours coupled. */
export function tubular(cells: number): ModelDefinition {
  const states: Record<string, number> = {};
  const algebraic: Record<string, string> = {};
  const derivatives: Record<string, string> = {};
  for (let i = 0; i < cells; i++) {
    states[`c${i}`] = 0;
    states[`T${i}`] = 320;
    const last = i === cells - 1;
    const [cm, Tm] = i > 0 ? [`c${i - 1}`, `T${i - 1}`] : ["cin", "Tin"];
    const [cp, Tp] = last ? [`c${i}`, `T${i}`] : [`c${i + 1}`, `T${i + 1}`];
    algebraic[`r${i}`] = `k0*exp(-E/T${i})*c${i}`;
    derivatives[`c${i}`] = `-v*${cells}*(c${i} - ${cm}) + D*${cells * cells}*(${cp} - 2*c${i} + ${cm}) - r${i}`;
    derivatives[`T${i}`] = `-v*${cells}*(T${i} - ${Tm}) + L*${cells * cells}*(${Tp} - 2*T${i} + ${Tm}) + dT*r${i} - h*(T${i} - Tw)`;
  }
  return sketch("tubular", {
    parameters: { v: 1, D: 0.005, L: 0.02, k0: 1e8, E: 6000, dT: 120, h: 3, Tw: 320, cin: 1, Tin: 330 },
    states,
    algebraic,
    derivatives,
  });
}

/** Every operation of the language, conditionals, an implicit quantity, an event and computed initial values. */
export const everything = sketch("everything", {
  parameters: { a: 0.7, b: 1.3, n: 1.7 },
  inputs: ["v", "w"],
  states: { x: 0.4, y: "a*b + v", z: 1.2 },
  algebraic: {
    f1: "exp(x) + log(y^2 + 1)*log10(z^2 + 2) + sqrt(z^2 + a)",
    f2: "sin(x)*cos(y) + tan(0.3*z) - asin(tanh(x))*acos(tanh(y)) + atan(z)",
    f3: "atan2(y, x + 3) + sinh(x)*cosh(y) + abs(z - 1) + sign(x)*floor(y) + ceil(z)",
    f4: "min(x, y, z) + max(x*y, z) + x^5 + y^-3 + (x^2 + 1)^n + b^y + (y^2 + 1)^0.5 + (1 + x^2)^(-1.5)",
    f5: "if(x > y and not (z <= a), x*v, if(x == y or z != w, y^2*t, 3))",
  },
  implicit: { q: [0.5, "q^3 + q - x*w - f5"] },
  derivatives: { x: "f1 - 0.1*f2 + v", y: "f3*w - q", z: "f4 - t*f5/(1 + t^2) - -x" },
  events: {
    low: { when: "x*a - z", direction: "falling", then: { x: "x + b*t", z: "z - f5" }, terminal: true },
    any: { when: "q - v" },
  },
  outputs: { total: "x + y + z + q*t", ratio: "f1/f4" },
});

/** The models that code generation is tested on. */
export const models: readonly ModelDefinition[] = [reactor, rober, roberDae, orego, vdpol, hires, pollu, everything, tubular(6)];
