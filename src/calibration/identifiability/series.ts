/**
 * Power series in time of everything a model computes, with their derivatives along unknowns, term by term, in exact arithmetic.
 *
 * @see A. Sedoglavic, "A probabilistic algorithm to test local algebraic observability in polynomial time", J. Symbolic Comput. 33 (2002)
 *   735–755; A. Griewank, A. Walther, *Evaluating Derivatives*, 2nd ed., SIAM 2008, chapter 13 (recurrences of series).
 */
import { add, convolve, divide, exactly, type Generic, multiply, prime, subtract } from "./prime-field.ts";
import type { Operation, Place } from "./program.ts";

/** The series of one symbol: coefficients (orders) and, for each direction, those of its derivative (directions × orders). */
export interface Series {
  readonly value: Float64Array;
  /** Undefined: it does not depend on any unknown. */
  readonly tangent: Float64Array | undefined;
}

export interface SeriesRun {
  /** Computes coefficient k of every operation; those of all symbols up to k must be there. */
  advance(k: number): void;
  of(place: Place): Series;
}

/**
 * @param symbols  series of symbols, shape (orders) and (directions × orders); read, never written
 */
export function seriesRun(
  operations: readonly Operation[],
  symbols: (name: string) => Series,
  directions: number,
  orders: number,
  functions: Generic,
): SeriesRun {
  const inverses = new Float64Array(orders + 1);
  for (let k = 1; k <= orders; k++) inverses[k] = divide(1, k);
  const all: Series[] = [];
  // What depends on no unknown has no tangents. A function's slope comes after it, and does not decide.
  for (const operation of operations) {
    if (operation.op === "symbol") {
      all.push(symbols(operation.name));
      continue;
    }
    const value = new Float64Array(orders);
    const moves =
      operation.op === "number"
        ? false
        : all[operation.a]!.tangent !== undefined || ("b" in operation && all[operation.b]!.tangent !== undefined);
    if (operation.op === "number") value[0] = exactly(operation.value);
    all.push({ value, tangent: moves ? new Float64Array(directions * orders) : undefined });
  }
  // j·a_j for functions: k·c_k = Σ j·a_j·g_(k−j).
  const weighted = new Map<Place, Float64Array>();
  for (const [place, { op }] of operations.entries()) if (op === "function") weighted.set(place, new Float64Array(orders));

  const values = (k: number): void => {
    for (const [place, operation] of operations.entries()) {
      if (operation.op === "symbol" || operation.op === "number") continue;
      const c = all[place]!.value;
      const a = all[operation.a]!.value;
      switch (operation.op) {
        case "neg":
          c[k] = subtract(0, a[k]!);
          break;
        case "add":
          c[k] = add(a[k]!, all[operation.b]!.value[k]!);
          break;
        case "sub":
          c[k] = subtract(a[k]!, all[operation.b]!.value[k]!);
          break;
        case "mul":
          c[k] = convolve(a, 0, all[operation.b]!.value, k, k + 1);
          break;
        case "div": {
          const b = all[operation.b]!.value;
          c[k] = divide(subtract(a[k]!, convolve(c, 0, b, k, k)), b[0]!);
          break;
        }
        case "function": {
          const steps = weighted.get(place)!;
          steps[k] = multiply(k, a[k]!);
          c[k] =
            k === 0
              ? functions.value(operation.name, a[0]!)
              : multiply(inverses[k]!, convolve(steps, 1, all[operation.slope]!.value, k - 1, k));
          break;
        }
        default:
          operation satisfies never;
      }
    }
  };

  const tangents = (k: number): void => {
    for (const [place, operation] of operations.entries()) {
      const { value: c, tangent: dc } = all[place]!;
      if (dc === undefined || operation.op === "symbol" || operation.op === "number") continue;
      const { value: a, tangent: da } = all[operation.a]!;
      const { value: b, tangent: db } = "b" in operation ? all[operation.b]! : none;
      for (let at = 0; at < directions * orders; at += orders) {
        switch (operation.op) {
          case "neg":
            dc[at + k] = da ? subtract(0, da[at + k]!) : 0;
            break;
          case "add":
            dc[at + k] = add(da ? da[at + k]! : 0, db ? db[at + k]! : 0);
            break;
          case "sub":
            dc[at + k] = subtract(da ? da[at + k]! : 0, db ? db[at + k]! : 0);
            break;
          case "mul":
            dc[at + k] = add(da ? convolve(da, at, b, k, k + 1) : 0, db ? convolve(db, at, a, k, k + 1) : 0);
            break;
          case "div": {
            // dc·b = da − c·db
            const right = subtract(da ? da[at + k]! : 0, db ? convolve(db, at, c, k, k + 1) : 0);
            dc[at + k] = divide(subtract(right, convolve(dc, at, b, k, k)), b[0]!);
            break;
          }
          case "function":
            dc[at + k] = da ? convolve(da, at, all[operation.slope]!.value, k, k + 1) : 0;
            break;
          default:
            operation satisfies never;
        }
      }
    }
  };
  return {
    advance(k) {
      values(k);
      tangents(k);
    },
    of: (place) => all[place]!,
  };
}

const none: Series = { value: new Float64Array(0), tangent: undefined };

/** A series that is one number. */
export function constantSeries(value: number, orders: number): Float64Array {
  const out = new Float64Array(orders);
  out[0] = ((value % prime) + prime) % prime;
  return out;
}
