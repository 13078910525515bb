/** The past of a run: the interpolants of its last steps in one ring of numbers, so that a step kept is no object. */

export interface History {
  /** Number of steps ever added; the number of the next one. */
  next(): number;
  /**
   * Adds the step from `start`, of length h, valid up to `end`. Coefficients of 1, θ, θ² …: of the state, shape (degree + 1, n), and of its
   * derivatives, shape (degree + 1, q·n). Forgets steps that ended before `needed`.
   */
  push(start: number, h: number, end: number, state: Float64Array, tangents: Float64Array, needed: number): void;
  /** Where a step begins, and where it ends. */
  start(step: number): number;
  end(step: number): number;
  /** The step among those from `low` to `high` that t lies in; at a joint the later one. Beyond their ends: the first or the last. */
  at(t: number, low: number, high: number): number;
  /** Writes state and rate at t, by a step. Both shape (n). */
  state(step: number, t: number, x: Float64Array, rate: Float64Array): void;
  /** Writes the derivatives of the state at t, shape (q, n). */
  tangents(step: number, t: number, out: Float64Array): void;
}

const firstRoom = 32;

/** @param size  q·n */
export function history(n: number, size: number): History {
  let room = firstRoom;
  let width = 0;
  let data = new Float64Array(0);
  let [starts, lengths, ends, degrees] = [new Float64Array(room), new Float64Array(room), new Float64Array(room), new Float64Array(room)];
  /** Numbers of the first step kept, and of the next one to come; step i has place i modulo `room`. */
  let [first, next] = [0, 0];

  /** Lays the ring out anew for more steps, or for polynomials of a higher degree. */
  function grow(wantedRoom: number, wantedWidth: number): void {
    const old = { data, starts, lengths, ends, degrees, room, width };
    data = new Float64Array(wantedRoom * wantedWidth);
    [starts, lengths, ends, degrees] = [1, 1, 1, 1].map(() => new Float64Array(wantedRoom)) as [
      Float64Array<ArrayBuffer>,
      Float64Array<ArrayBuffer>,
      Float64Array<ArrayBuffer>,
      Float64Array<ArrayBuffer>,
    ];
    for (let i = first; i < next; i++) {
      const [from, to] = [i % old.room, i % wantedRoom];
      starts[to] = old.starts[from]!;
      lengths[to] = old.lengths[from]!;
      ends[to] = old.ends[from]!;
      degrees[to] = old.degrees[from]!;
      data.set(old.data.subarray(from * old.width, (from + 1) * old.width), to * wantedWidth);
    }
    [room, width] = [wantedRoom, wantedWidth];
  }

  const place = (step: number): number => Math.max(first, Math.min(step, next - 1)) % room;
  const share = (at: number, t: number): number => Math.max(0, (Math.min(t, ends[at]!) - starts[at]!) / lengths[at]!);

  /** Value and, where wanted, slope over θ of the coefficients at an offset. */
  function horner(from: number, length: number, degree: number, theta: number, out: Float64Array, slope: Float64Array | undefined): void {
    for (let i = 0; i < length; i++) {
      let value = data[from + degree * length + i]!;
      let rate = 0;
      for (let power = degree - 1; power >= 0; power--) {
        rate = rate * theta + value;
        value = value * theta + data[from + power * length + i]!;
      }
      out[i] = value;
      if (slope) slope[i] = rate;
    }
  }

  return {
    next: () => next,

    push(start, h, end, state, tangents, needed) {
      while (first < next && ends[first % room]! < needed) first++;
      const wanted = state.length + tangents.length;
      if (next - first === room || wanted > width) grow(next - first === room ? 2 * room : room, Math.max(wanted, width));
      const at = next % room;
      starts[at] = start;
      lengths[at] = h;
      ends[at] = end;
      degrees[at] = state.length / n - 1;
      data.set(state, at * width);
      data.set(tangents, at * width + state.length);
      next++;
    },

    start: (step) => starts[place(step)]!,
    end: (step) => ends[place(step)]!,

    at(t, low, high) {
      let [from, to] = [Math.max(low, first), Math.min(high, next - 1)];
      while (from < to) {
        const middle = (from + to + 1) >>> 1;
        if (starts[middle % room]! <= t) from = middle;
        else to = middle - 1;
      }
      return from;
    },

    state(step, t, x, rate) {
      const at = place(step);
      horner(at * width, n, degrees[at]!, share(at, t), x, rate);
      for (let i = 0; i < n; i++) rate[i]! /= lengths[at]!;
    },

    tangents(step, t, out) {
      const at = place(step);
      const degree = degrees[at]!;
      horner(at * width + (degree + 1) * n, size, degree, share(at, t), out, undefined);
    },
  };
}
