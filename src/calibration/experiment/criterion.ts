/** How good an information matrix is: one number, smaller is better, of the covariance of the unknowns that matter. */
import { svd } from "../../core/index.ts";
import type { Criterion } from "./design.ts";

/** Information that is always there: a standard error of ten thousand times the value. Nothing is known, but matrices are regular. */
export const vague = 1e-8;

export interface Judge {
  /** ln of the typical relative variance, by the criterion. Infinity where the matrix is not positive definite. */
  of(information: Float64Array): number;
}

/**
 * @param size  number q of all unknowns
 * @param matters  places of those that matter
 */
export function judge(criterion: Criterion, size: number, matters: readonly number[]): Judge {
  const q = size;
  const m = matters.length;
  // Those that matter come last: the end of the triangle is then the information on them when all others are estimated.
  const order = [...Array.from({ length: q }, (_, j) => j).filter((j) => !matters.includes(j)), ...matters];
  const triangle = new Float64Array(q * q);
  const inverse = new Float64Array(m * m);
  return {
    of(information) {
      for (let i = 0; i < q; i++) {
        for (let j = 0; j <= i; j++) {
          let sum = information[order[i]! * q + order[j]!]! + (i === j ? vague : 0);
          for (let k = 0; k < j; k++) sum -= triangle[i * q + k]! * triangle[j * q + k]!;
          if (i > j) triangle[i * q + j] = sum / triangle[j * q + j]!;
          else if (sum > 0) triangle[i * q + i] = Math.sqrt(sum);
          else return Infinity;
        }
      }
      const first = q - m;
      if (criterion === "D") {
        let log = 0;
        for (let i = first; i < q; i++) log -= 2 * Math.log(triangle[i * q + i]!);
        return log / m;
      }
      // Inverse of the last block of the triangle; its columns' squares make the covariance.
      inverse.fill(0);
      for (let j = 0; j < m; j++) {
        for (let i = j; i < m; i++) {
          let sum = i === j ? 1 : 0;
          for (let k = j; k < i; k++) sum -= triangle[(first + i) * q + first + k]! * inverse[k * m + j]!;
          inverse[i * m + j] = sum / triangle[(first + i) * q + first + i]!;
        }
      }
      if (criterion === "A") return Math.log(inverse.reduce((sum, value) => sum + value * value, 0) / m);
      return 2 * Math.log(svd(inverse, m, m).values[0]!);
    },
  };
}

/** The mean over several sets of parameter values, each with its own matrix: shape (draws, q, q). */
export function averaged(one: Judge, size: number): Judge {
  const length = size * size;
  return {
    of(information) {
      let sum = 0;
      for (let at = 0; at < information.length; at += length) sum += one.of(information.subarray(at, at + length));
      return (sum * length) / information.length;
    },
  };
}

/** Variances of all unknowns. */
export function variances(information: Float64Array, q: number): Float64Array {
  return Float64Array.from({ length: q }, (_, j) => Math.exp(judge("D", q, [j]).of(information)));
}
