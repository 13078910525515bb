/** Published stiff problems, with parameters where the literature has numbers worth differentiating by. */
import { type Hyper, type Vector, type Written, written } from "./hyperdual.ts";

/** Sum of signed rates: `+ 3` for reaction 3 forming, `- 3` for consuming. */
const sum = (rates: readonly Hyper[], signed: readonly number[]): Hyper =>
  signed
    .slice(1)
    .reduce(
      (total, k) => (k > 0 ? total.plus(rates[k]!) : total.minus(rates[-k]!)),
      rates[Math.abs(signed[0]!)]!.times(Math.sign(signed[0]!)),
    );

/** H. H. Robertson, "The solution of a set of reaction rate equations", in: Numerical Analysis, Academic Press 1966, 178–182. */
const roberDefinition: Written = {
  name: "rober",
  states: ["y1", "y2", "y3"],
  parameters: { k1: 0.04, k2: 3e7, k3: 1e4 },
  nominal: [1, 1e-5, 1],
  autonomous: true,
  initial: () => [1, 0, 0],
  rhs: (_t, [a, b, c], _u, [k1, k2, k3]) => {
    const [slow, fast, back] = [k1!.times(a!), k2!.times(b!).times(b!), k3!.times(b!).times(c!)];
    return [back.minus(slow), slow.minus(fast).minus(back), fast];
  },
};
export const rober = () => written(roberDefinition);
/** The same with the conservation law in place of the third equation. */
export const roberAlgebraic = () =>
  written({
    ...roberDefinition,
    name: "rober, algebraic",
    mass: [1, 1, 0],
    rhs: (t, x, u, p) => {
      const [first, second] = roberDefinition.rhs(t, x, u, p);
      return [first!, second!, x[0]!.plus(x[1]!).plus(x[2]!).minus(1)];
    },
  });

/** E. Schäfer, "A new approach to explain the high irradiance responses …", J. Math. Biol. 2 (1975) 41–56. */
export const hires = () =>
  written({
    name: "hires",
    states: ["y1", "y2", "y3", "y4", "y5", "y6", "y7", "y8"],
    parameters: { k1: 1.71, k2: 280, k3: 8.32, k4: 0.69, k5: 0.43, k6: 1.81 },
    nominal: [1, 1e-3, 1e-4, 1e-3, 1e-3, 1e-2, 1e-3, 1e-3],
    autonomous: true,
    initial: () => [1, 0, 0, 0, 0, 0, 0, 0.0057],
    rhs: (_t, [y1, y2, y3, y4, y5, y6, y7, y8], _u, [k1, k2, k3, k4, k5, k6]) => {
      const exchange = k2!.times(y6!).times(y8!).minus(k6!.times(y7!));
      return [
        k1!.times(y1!).times(-1).plus(k5!.times(y2!)).plus(k3!.times(y3!)).plus(0.0007),
        k1!.times(y1!).minus(y2!.times(8.75)),
        y3!.times(-10.03).plus(k5!.times(y4!)).plus(y5!.times(0.035)),
        k3!.times(y2!).plus(k1!.times(y3!)).minus(y4!.times(1.12)),
        y5!.times(-1.745).plus(k5!.times(y6!)).plus(k5!.times(y7!)),
        k2!.times(y6!).times(y8!).times(-1).plus(k4!.times(y4!)).plus(k1!.times(y5!)).minus(k5!.times(y6!)).plus(k4!.times(y7!)),
        exchange,
        exchange.times(-1),
      ];
    },
  });

/** R. J. Field, R. M. Noyes, "Oscillations in chemical systems. IV", J. Chem. Phys. 60 (1974) 1877–1884. */
export const orego = () =>
  written({
    name: "orego",
    states: ["y1", "y2", "y3"],
    parameters: { s: 77.27, w: 0.161, q: 8.375e-6 },
    nominal: [1, 1, 1],
    autonomous: true,
    initial: () => [1, 2, 3],
    rhs: (_t, [y1, y2, y3], _u, [s, w, q]) => [
      s!.times(y2!.minus(y1!.times(y2!)).plus(y1!).minus(q!.times(y1!).times(y1!))),
      y3!.minus(y2!).minus(y1!.times(y2!)).over(s!),
      w!.times(y1!.minus(y3!)),
    ],
  });

export const vanDerPol = (mu = 1000) =>
  written({
    name: "vdpol",
    states: ["y1", "y2"],
    parameters: { mu },
    nominal: [1, 1],
    autonomous: true,
    initial: () => [2, 0],
    rhs: (_t, [y1, y2], _u, [m]) => [y2!, m!.times(y2!).times(y1!.times(y1!).times(-1).plus(1)).minus(y1!)],
  });

const rateConstants = [
  0.35, 26.6, 12300, 0.00086, 0.00082, 15000, 0.00013, 24000, 16500, 9000, 0.022, 12000, 1.88, 16300, 4.8e6, 0.00035, 0.0175, 1e8, 4.44e11,
  1240, 2.1, 5.78, 0.0474, 1780, 3.12,
];
/** Species that react, reaction by reaction. */
const reactants = [
  [1],
  [2, 4],
  [5, 2],
  [7],
  [7],
  [7, 6],
  [9],
  [9, 6],
  [11, 2],
  [11, 1],
  [13],
  [10, 2],
  [14],
  [1, 6],
  [3],
  [4],
  [4],
  [16],
  [16],
  [17, 6],
  [19],
  [19],
  [1, 4],
  [19, 1],
  [20],
];
/** Reactions that form (+) and consume (−) each species. */
const balance = [
  [-1, -10, -14, -23, -24, 2, 3, 9, 11, 12, 22, 25],
  [-2, -3, -9, -12, 1, 21],
  [-15, 1, 17, 19, 22],
  [-2, -16, -17, -23, 15],
  [-3, 4, 4, 6, 7, 13, 20],
  [-6, -8, -14, -20, 3, 18, 18],
  [-4, -5, -6, 13],
  [4, 5, 6, 7],
  [-7, -8],
  [-12, 7, 9],
  [-9, -10, 8, 11],
  [9],
  [-11, 10],
  [-13, 12],
  [14],
  [-18, -19, 16],
  [-20],
  [20],
  [-21, -22, -24, 23, 25],
  [-25, 24],
];

/** J. G. Verwer, "Gauss–Seidel iteration for stiff ODEs from chemical kinetics", SIAM J. Sci. Comput. 15 (1994) 1243–1250. */
export const pollution = () =>
  written({
    name: "pollution",
    states: balance.map((_, i) => `y${i + 1}`),
    parameters: Object.fromEntries(rateConstants.map((k, i) => [`k${i + 1}`, k])),
    nominal: balance.map(() => 1e-3),
    autonomous: true,
    initial: () => balance.map((_, i) => ({ 1: 0.2, 3: 0.04, 6: 0.1, 7: 0.3, 8: 0.01, 16: 0.007 })[i] ?? 0),
    rhs: (_t, y, _u, k) => {
      const species = (i: number): Hyper => (y as Vector)[i - 1]!;
      const rates = [y[0]!, ...reactants.map((pair, i) => pair.reduce((rate, s) => rate.times(species(s)), k[i]!))];
      return balance.map((signed) => sum(rates, signed));
    },
  });
