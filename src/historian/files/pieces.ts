/** How a file is read piece by piece, so that memory does not grow with it. */
export interface Pieces {
  /** Rows from which on a piece is given. */
  readonly rows: number;
  /** False where the next row belongs to the same piece, by the time of the last one as it was written [s]. */
  readonly mayCut: (local: number) => boolean;
}
