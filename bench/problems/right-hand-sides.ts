/** Three right-hand sides, in the language of models and written by hand: 3, 20 and 400 equations. */
import { type Model, modelFromDefinition } from "greybox/models";

export interface HandWritten {
  readonly model: Model;
  /** The same equations as a careful person writes them in TypeScript; `bench/peers/right-hand-side.c` has them in C. */
  readonly byHand: (t: number, x: Float64Array, u: Float64Array, p: Float64Array, out: Float64Array) => void;
  /** Calls in one round. */
  readonly calls: number;
}

const pure = (values: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, unit: "1" }]));
const states = (values: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(values).map(([name, initial]) => [name, { unit: "1", initial }]));
const explicit = (texts: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(texts).map(([name, is]) => [name, { unit: "1", is }]));

const rober: HandWritten = {
  model: modelFromDefinition({
    name: "rober",
    time: "1",
    parameters: pure({ k1: 0.04, k2: 3e7, k3: 1e4 }),
    states: states({ y1: 1, y2: 1e-5, y3: 0.1 }),
    derivatives: { y1: "-k1*y1 + k3*y2*y3", y2: "k1*y1 - k2*y2^2 - k3*y2*y3", y3: "k2*y2^2" },
  }),
  byHand(_t, x, _u, p, out) {
    const y1 = x[0]!;
    const y2 = x[1]!;
    const y3 = x[2]!;
    const forward = p[0]! * y1;
    const square = p[1]! * y2 * y2;
    const back = p[2]! * y2 * y3;
    out[0] = back - forward;
    out[1] = forward - square - back;
    out[2] = square;
  },
  calls: 400_000,
};

/** Rate constants of Verwer's air pollution problem (1994). */
export const polluConstants = [
  0.35, 26.6, 12300, 0.00086, 0.00082, 15000, 0.00013, 24000, 16500, 9000, 0.022, 12000, 1.88, 16300, 4.8e6, 0.00035, 0.0175, 1e8, 4.44e11,
  1240, 2.1, 5.78, 0.0474, 1780, 3.12,
];
const reactants =
  "y1 y2*y4 y5*y2 y7 y7 y7*y6 y9 y9*y6 y11*y2 y11*y1 y13 y10*y2 y14 y1*y6 y3 y4 y4 y16 y16 y17*y6 y19 y19 y1*y4 y19*y1 y20".split(" ");
const balances =
  `-r1-r10-r14-r23-r24+r2+r3+r9+r11+r12+r22+r25, -r2-r3-r9-r12+r1+r21, -r15+r1+r17+r19+r22, -r2-r16-r17-r23+r15, -r3+r4+r4+r6+r7+r13+r20,
  -r6-r8-r14-r20+r3+r18+r18, -r4-r5-r6+r13, r4+r5+r6+r7, -r7-r8, -r12+r7+r9, -r9-r10+r8+r11, r9, -r11+r10, -r13+r12, r14, -r18-r19+r16, -r20,
  r20, -r21-r22-r24+r23+r25, -r25+r24`.split(/,\s*/);

const pollu: HandWritten = {
  model: modelFromDefinition({
    name: "pollu",
    time: "1",
    parameters: pure(Object.fromEntries(polluConstants.map((value, i) => [`k${i + 1}`, value]))),
    states: states(Object.fromEntries(balances.map((_, i) => [`y${i + 1}`, 0.01 * (i + 1)]))),
    algebraic: explicit(Object.fromEntries(reactants.map((product, i) => [`r${i + 1}`, `k${i + 1}*${product}`]))),
    derivatives: Object.fromEntries(balances.map((balance, i) => [`y${i + 1}`, balance])),
  }),
  byHand(_t, y, _u, k, out) {
    const r1 = k[0]! * y[0]!;
    const r2 = k[1]! * y[1]! * y[3]!;
    const r3 = k[2]! * y[4]! * y[1]!;
    const r4 = k[3]! * y[6]!;
    const r5 = k[4]! * y[6]!;
    const r6 = k[5]! * y[6]! * y[5]!;
    const r7 = k[6]! * y[8]!;
    const r8 = k[7]! * y[8]! * y[5]!;
    const r9 = k[8]! * y[10]! * y[1]!;
    const r10 = k[9]! * y[10]! * y[0]!;
    const r11 = k[10]! * y[12]!;
    const r12 = k[11]! * y[9]! * y[1]!;
    const r13 = k[12]! * y[13]!;
    const r14 = k[13]! * y[0]! * y[5]!;
    const r15 = k[14]! * y[2]!;
    const r16 = k[15]! * y[3]!;
    const r17 = k[16]! * y[3]!;
    const r18 = k[17]! * y[15]!;
    const r19 = k[18]! * y[15]!;
    const r20 = k[19]! * y[16]! * y[5]!;
    const r21 = k[20]! * y[18]!;
    const r22 = k[21]! * y[18]!;
    const r23 = k[22]! * y[0]! * y[3]!;
    const r24 = k[23]! * y[18]! * y[0]!;
    const r25 = k[24]! * y[19]!;
    out[0] = -r1 - r10 - r14 - r23 - r24 + r2 + r3 + r9 + r11 + r12 + r22 + r25;
    out[1] = -r2 - r3 - r9 - r12 + r1 + r21;
    out[2] = -r15 + r1 + r17 + r19 + r22;
    out[3] = -r2 - r16 - r17 - r23 + r15;
    out[4] = -r3 + r4 + r4 + r6 + r7 + r13 + r20;
    out[5] = -r6 - r8 - r14 - r20 + r3 + r18 + r18;
    out[6] = -r4 - r5 - r6 + r13;
    out[7] = r4 + r5 + r6 + r7;
    out[8] = -r7 - r8;
    out[9] = -r12 + r7 + r9;
    out[10] = -r9 - r10 + r8 + r11;
    out[11] = r9;
    out[12] = -r11 + r10;
    out[13] = -r13 + r12;
    out[14] = r14;
    out[15] = -r18 - r19 + r16;
    out[16] = -r20;
    out[17] = r20;
    out[18] = -r21 - r22 - r24 + r23 + r25;
    out[19] = -r25 + r24;
  },
  calls: 200_000,
};

/** A tubular reactor with axial dispersion in 200 cells: 400 states, an exponential a cell. */
const cells = 200;
const tubular: HandWritten = {
  model: (() => {
    const start: Record<string, number> = {};
    const algebraic: Record<string, string> = {};
    const derivatives: Record<string, string> = {};
    for (let i = 0; i < cells; i++) {
      start[`c${i}`] = 0.5;
      start[`T${i}`] = 320 + 0.1 * i;
      const [cm, Tm] = i > 0 ? [`c${i - 1}`, `T${i - 1}`] : ["cin", "Tin"];
      const [cp, Tp] = i < cells - 1 ? [`c${i + 1}`, `T${i + 1}`] : [`c${i}`, `T${i}`];
      algebraic[`r${i}`] = `k0*exp(-E/T${i})*c${i}`;
      derivatives[`c${i}`] = `-v*${cells}*(c${i} - ${cm}) + D*${cells * cells}*(${cp} - 2*c${i} + ${cm}) - r${i}`;
      derivatives[`T${i}`] = `-v*${cells}*(T${i} - ${Tm}) + L*${cells * cells}*(${Tp} - 2*T${i} + ${Tm}) + dT*r${i} - h*(T${i} - Tw)`;
    }
    return modelFromDefinition({
      name: "tubular",
      time: "1",
      parameters: pure({ v: 1, D: 0.005, L: 0.02, k0: 1e8, E: 6000, dT: 120, h: 3, Tw: 320, cin: 1, Tin: 330 }),
      states: states(start),
      algebraic: explicit(algebraic),
      derivatives,
    });
  })(),
  byHand(_t, x, _u, p, out) {
    const v = p[0]!;
    const D = p[1]!;
    const L = p[2]!;
    const k0 = p[3]!;
    const E = p[4]!;
    const dT = p[5]!;
    const h = p[6]!;
    const Tw = p[7]!;
    const cin = p[8]!;
    const Tin = p[9]!;
    for (let i = 0; i < cells; i++) {
      const c = x[2 * i]!;
      const T = x[2 * i + 1]!;
      const cm = i > 0 ? x[2 * i - 2]! : cin;
      const Tm = i > 0 ? x[2 * i - 1]! : Tin;
      const cp = i < cells - 1 ? x[2 * i + 2]! : c;
      const Tp = i < cells - 1 ? x[2 * i + 3]! : T;
      const r = k0 * Math.exp(-E / T) * c;
      out[2 * i] = -v * cells * (c - cm) + D * (cells * cells) * (cp - 2 * c + cm) - r;
      out[2 * i + 1] = -v * cells * (T - Tm) + L * (cells * cells) * (Tp - 2 * T + Tm) + dT * r - h * (T - Tw);
    }
  },
  calls: 10_000,
};

export const rightHandSides: readonly HandWritten[] = [rober, pollu, tubular];
