/** Stability of a steady state, from the eigenvalues of the differential part of its Jacobian. */
import { type Eigenvalues, eigenvalues, factorLU, type Sparsity, solveLU } from "../../core/index.ts";

export interface Stability extends Eigenvalues {
  /** True where all disturbances die out, false where one grows; undefined where round-off hides which. */
  readonly stable: boolean | undefined;
}

/** Real parts within this share of the Jacobian's size are not told from zero. */
const rounding = 1e-14;

/**
 * Eigenvalues of ∂f/∂x; with algebraic states z, of ∂f/∂x − ∂f/∂z·(∂g/∂z)⁻¹·∂g/∂x.
 *
 * @param values  of the Jacobian, at the places of `sparsity`; row-major where that is undefined
 * @returns undefined where the algebraic equations cannot be solved for their states, or the eigenvalues cannot be found
 *
 * @see P. Kunkel, V. Mehrmann, *Differential-Algebraic Equations*, EMS 2006, §2.4: eigenvalues of a pencil of index 1.
 */
export function stabilityOf(
  values: Float64Array,
  sparsity: Sparsity | undefined,
  mass: Uint8Array | undefined,
  n: number,
): Stability | undefined {
  const isState = (i: number): boolean => mass?.[i] !== 0;
  const differential = Array.from({ length: n }, (_, i) => i).filter(isState);
  const algebraic = Array.from({ length: n }, (_, i) => i).filter((i) => !isState(i));
  const [d, a] = [differential.length, algebraic.length];
  const place = new Int32Array(n);
  for (const [k, i] of differential.entries()) place[i] = k;
  for (const [k, i] of algebraic.entries()) place[i] = k;
  const reduced = new Float64Array(d * d);
  const across = new Float64Array(d * a);
  const block = new Float64Array(a * a);
  // Column by column, as right-hand sides.
  const driven = new Float64Array(d * a);
  let most = 0;
  for (let z = 0; z < values.length; z++) {
    const [row, column] = sparsity ? [sparsity.rows[z]!, sparsity.columns[z]!] : [Math.floor(z / n), z % n];
    const [i, j, value] = [place[row]!, place[column]!, values[z]!];
    if (isState(row)) {
      if (isState(column)) reduced[i * d + j] = value;
      else across[i * a + j] = value;
    } else if (isState(column)) driven[j * a + i] = value;
    else block[i * a + j] = value;
  }
  if (a > 0) {
    const pivots = new Int32Array(a);
    if (!factorLU(block, a, pivots)) return undefined;
    for (let j = 0; j < d; j++) {
      solveLU(block, a, pivots, driven, j * a);
      for (let i = 0; i < d; i++) for (let k = 0; k < a; k++) reduced[i * d + j]! -= across[i * a + k]! * driven[j * a + k]!;
    }
  }
  for (const value of reduced) most = Math.max(most, Math.abs(value));
  const found = eigenvalues(reduced, d);
  if (!found) return undefined;
  const first = found.real[0] ?? -Infinity;
  return { ...found, stable: Math.abs(first) <= rounding * d * most ? undefined : first < 0 };
}
