/** What is fixed of unknowns that are not: products, quotients, sums and differences, found by trying them. */
import { convolve, divide, multiply, subtract } from "./prime-field.ts";
import { rowSpace } from "./row-space.ts";

/** An unknown of a block, at the point. */
export interface Member {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
}

export interface Combination {
  /** Such as `k1*c0`, `a/b^2`, `a + b`. */
  readonly text: string;
  readonly gradient: Float64Array;
}

/** Most members of a block whose combinations are tried. */
const most = 14;

/**
 * Independent combinations, simplest first, that do not change along any of the given directions.
 *
 * @param loose  directions in the space of the members along which nothing measured changes
 */
export function fixedCombinations(members: readonly Member[], loose: readonly Float64Array[]): Combination[] {
  const n = members.length;
  const wanted = n - loose.length;
  const found: Combination[] = [];
  if (n > most || wanted <= 0) return found;
  const space = rowSpace(n);
  for (const candidate of candidates(members)) {
    const still = loose.every((direction) => convolve(candidate.gradient, 0, direction.slice().reverse(), n - 1, n) === 0);
    if (still && space.add(candidate.gradient.slice())) found.push(candidate);
    if (found.length === wanted) break;
  }
  return found;
}

function* candidates(members: readonly Member[]): Generator<Combination> {
  for (const size of [2, 3, 4]) {
    for (const chosen of subsets(members.length, size)) {
      yield* monomials(members, chosen, size === 2 ? [1, -1, 2, -2] : [1, -1]);
      if (chosen.every((j) => members[j]!.unit === members[chosen[0]!]!.unit)) yield* sums(members, chosen);
    }
  }
  for (const size of [5, 6]) {
    for (const chosen of subsets(members.length, size)) {
      if (chosen.every((j) => members[j]!.unit === members[chosen[0]!]!.unit)) yield* sums(members, chosen);
    }
  }
  yield* pairsOfProducts(members);
}

function* monomials(members: readonly Member[], chosen: readonly number[], exponents: readonly number[]): Generator<Combination> {
  for (const powers of choices(chosen.length, exponents)) {
    if (powers[0]! < 0 || powers.every((power) => Math.abs(power) > 1)) continue;
    // The gradient of the logarithm has the direction of that of the product.
    const gradient = new Float64Array(members.length);
    for (const [i, j] of chosen.entries()) gradient[j] = signed(powers[i]!, divide(1, members[j]!.value));
    const factors = (sign: number): string[] =>
      chosen.flatMap((j, i) => {
        const power = sign * powers[i]!;
        return power > 0 ? [power === 1 ? members[j]!.name : `${members[j]!.name}^${power}`] : [];
      });
    const [over, under] = [factors(1), factors(-1)];
    const below = under.length === 0 ? "" : under.length === 1 ? `/${under[0]}` : `/(${under.join("*")})`;
    yield { text: `${over.join("*")}${below}`, gradient };
  }
}

function* sums(members: readonly Member[], chosen: readonly number[]): Generator<Combination> {
  for (const signs of choices(chosen.length, [1, -1])) {
    if (signs[0]! < 0) continue;
    const gradient = new Float64Array(members.length);
    for (const [i, j] of chosen.entries()) gradient[j] = signed(signs[i]!, 1);
    yield { text: chosen.map((j, i) => `${i === 0 ? "" : signs[i]! > 0 ? " + " : " - "}${members[j]!.name}`).join(""), gradient };
  }
}

/** a·b ± c·d, as in the determinant of two by two coefficients. */
function* pairsOfProducts(members: readonly Member[]): Generator<Combination> {
  const pairs = [...subsets(members.length, 2)];
  for (const [i, [a, b]] of pairs.entries()) {
    for (const [c, d] of pairs.slice(i + 1)) {
      for (const sign of [1, -1]) {
        const gradient = new Float64Array(members.length);
        const add = (j: number, value: number): void => {
          gradient[j] = subtract(gradient[j]!, subtract(0, value));
        };
        add(a!, members[b!]!.value);
        add(b!, members[a!]!.value);
        add(c!, signed(sign, members[d!]!.value));
        add(d!, signed(sign, members[c!]!.value));
        const [p, q, r, s] = [a, b, c, d].map((j) => members[j!]!.name);
        yield { text: `${p}*${q} ${sign > 0 ? "+" : "-"} ${r}*${s}`, gradient };
      }
    }
  }
}

function signed(factor: number, value: number): number {
  const size = multiply(Math.abs(factor), value);
  return factor < 0 ? subtract(0, size) : size;
}

function* subsets(n: number, size: number, from = 0): Generator<number[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let first = from; first <= n - size; first++) for (const rest of subsets(n, size - 1, first + 1)) yield [first, ...rest];
}

function* choices(length: number, of: readonly number[]): Generator<number[]> {
  if (length === 0) {
    yield [];
    return;
  }
  for (const first of of) for (const rest of choices(length - 1, of)) yield [first, ...rest];
}
