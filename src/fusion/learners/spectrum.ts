/** A weighted least-squares problem, turned so that each direction is alone: what ridge and the confounding index are computed from. */

export interface Spectrum {
  /** Singular values, per square root of the number of rows; largest first. */
  readonly singular: readonly number[];
  /** Target along each left singular vector, per square root of the number of rows. */
  readonly along: readonly number[];
  /** Right singular vectors as columns; `right[c][i]`. */
  readonly right: readonly (readonly number[])[];
  /** Mean square of the target that no direction reaches. */
  readonly rest: number;
}

/**
 * @param x  row-major, shape (rows, columns)
 * @param y  shape (rows)
 * @param weight  > 0 with mean 1, shape (rows)
 */
export async function spectrumOf(x: Float64Array, y: Float64Array, weight: Float64Array): Promise<Spectrum> {
  const { Matrix, QrDecomposition, SingularValueDecomposition } = await import("ml-matrix");
  const rows = y.length;
  const columns = x.length / rows;
  // Triangularising [X y] gives R and Qᵀy at once, without forming Q; rows of zeros make short tables tall enough.
  const tall = Matrix.zeros(Math.max(rows, columns + 1), columns + 1);
  for (let row = 0; row < rows; row++) {
    const factor = Math.sqrt(weight[row]! / rows);
    for (let c = 0; c < columns; c++) tall.set(row, c, factor * x[row * columns + c]!);
    tall.set(row, columns, factor * y[row]!);
  }
  const triangle = new QrDecomposition(tall).upperTriangularMatrix;
  const { diagonal, leftSingularVectors, rightSingularVectors } = new SingularValueDecomposition(
    triangle.subMatrix(0, columns - 1, 0, columns - 1),
  );
  const rotated = triangle.subMatrix(0, columns - 1, columns, columns).to1DArray();
  return {
    singular: diagonal,
    along: diagonal.map((_, i) => rotated.reduce((sum, value, row) => sum + value * leftSingularVectors.get(row, i), 0)),
    right: rightSingularVectors.to2DArray(),
    rest: triangle.get(columns, columns) ** 2,
  };
}

/** Directions weaker than rounding carry no information and get none of the solution, whatever the penalty. */
export function strength(singular: number, largest: number): number {
  return singular > 1e-13 * largest ? singular * singular : 0;
}

/** The coefficients that minimise mean weighted squared error + lambda · ‖coefficients‖², and the trace of the hat matrix. */
export function shrunk({ singular, along, right }: Spectrum, lambda: number): { coefficients: number[]; freedom: number } {
  const largest = Math.max(...singular);
  const shares = singular.map((s) => (strength(s, largest) === 0 ? 0 : (s * s) / (s * s + lambda)));
  const coefficients = right.map((row) =>
    row.reduce((sum, v, i) => sum + (shares[i] === 0 ? 0 : (v * shares[i]! * along[i]!) / singular[i]!), 0),
  );
  return { coefficients, freedom: shares.reduce((sum, share) => sum + share, 0) };
}
