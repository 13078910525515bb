/** Rows of numbers that grow: samples of known number at once, steps as they come. */

export interface Rows {
  readonly length: number;
  add(row: Float64Array): void;
  /** The rows so far, flat, without spare room. */
  flat(): Float64Array;
}

export function growingRows(size: number, expected: number): Rows {
  let values = new Float64Array(size * Math.max(expected, 1));
  let length = 0;
  return {
    get length() {
      return length;
    },
    add(row) {
      const place = length * size;
      if (place + size > values.length) {
        const larger = new Float64Array(Math.max(2 * values.length, place + size));
        larger.set(values);
        values = larger;
      }
      for (let i = 0; i < size; i++) values[place + i] = row[i]!;
      length++;
    },
    flat: () => (length * size === values.length ? values : values.slice(0, length * size)),
  };
}
