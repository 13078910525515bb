/** Takes out of a residual what a change of the calibrated parameters would explain. */

/**
 * The part of a residual that is orthogonal, in the weighted sense, to the sensitivities of its rows.
 *
 * @param sensitivity  row-major, shape (rows, parameters)
 * @param weight  ≥ 0, shape (rows)
 * @returns a new column; the residual itself where there are no parameters
 *
 * @see Modified Gram–Schmidt, run twice so that nearly dependent columns leave nothing behind: G. H. Golub & C. F. Van Loan,
 *   *Matrix Computations*, 4th ed., Johns Hopkins 2013, §5.2.8.
 */
export function withoutParameters(residual: Float64Array, sensitivity: Float64Array, weight: Float64Array): Float64Array {
  const rows = residual.length;
  const count = sensitivity.length / rows;
  const along = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, row) => sum + weight[row]! * value * b[row]!, 0);
  const basis: Float64Array[] = [];
  for (let c = 0; c < count; c++) {
    const column = Float64Array.from({ length: rows }, (_, row) => sensitivity[row * count + c]!);
    const size = Math.sqrt(along(column, column));
    for (let turn = 0; turn < 2; turn++) for (const direction of basis) subtract(column, along(column, direction), direction);
    const left = Math.sqrt(along(column, column));
    if (left > 1e-8 * size) basis.push(column.map((value) => value / left));
  }
  const rest = Float64Array.from(residual);
  for (let turn = 0; turn < 2; turn++) for (const direction of basis) subtract(rest, along(rest, direction), direction);
  return rest;
}

function subtract(from: Float64Array, factor: number, direction: Float64Array): void {
  for (let row = 0; row < from.length; row++) from[row]! -= factor * direction[row]!;
}
