/**
 * Tabulated inputs as an integrator sees them: pieces on which every input is a straight line, between stops where one of them
 * changes its course. No step crosses a stop.
 */
import { GreyboxError, type Signal, type System } from "../core/index.ts";

export interface InputTrack {
  /** Values at the time of the last {@link InputTrack.at}. Shape (r), or (r + d) where there are delayed values. */
  readonly u: Float64Array;
  /** Values at the start of the piece that is entered. Shape (r). */
  readonly origin: Float64Array;
  /** When that piece starts. */
  begin(): number;
  /** Rates of change in the piece that is entered. Shape (r). */
  readonly slope: Float64Array;
  /** True when an input changes within the piece that is entered. */
  moving(): boolean;
  /** True when an input changes within some piece of the run. */
  everMoving(): boolean;
  /** Lays out the pieces of a run. Signals are immutable, so the same array and span are laid out once. */
  layOut(signals: readonly Signal[], from: number, to: number): void;
  /** Number of pieces. */
  pieces(): number;
  /** Where piece i ends. */
  end(piece: number): number;
  enter(piece: number): void;
  /** Sets `u` to the values at t, by the line of the piece that is entered. */
  at(t: number): void;
  /** Reads the inputs of this lay-out at any time, also after the track has been laid out anew. */
  reader(): (piece: number, t: number, out: Float64Array) => void;
}

export function inputTrack(system: System): InputTrack {
  const r = system.inputs.length;
  const u = new Float64Array(r);
  const slope = new Float64Array(r);
  const origin = new Float64Array(r);
  const laidOut = new WeakMap<readonly Signal[], LayOut>();
  let { bounds, values, slopes }: LayOut = { from: 0, to: 0, bounds: nothing, values: nothing, slopes: nothing };
  let anySlope = false;
  const start = new Float64Array(1);

  return {
    u,
    origin,
    begin: () => start[0]!,
    slope,
    moving: () => anySlope,
    everMoving: () => slopes.some((slope) => slope !== 0),
    pieces: () => bounds.length - 1,
    end: (piece) => bounds[piece + 1]!,

    layOut(signals, from, to) {
      let layOut = laidOut.get(signals);
      if (layOut?.from !== from || layOut.to !== to) {
        checkSignals(system, signals, from, to);
        layOut = layOutOf(signals, from, to);
        laidOut.set(signals, layOut);
      }
      ({ bounds, values, slopes } = layOut);
    },

    enter(piece) {
      start[0] = bounds[piece]!;
      anySlope = false;
      for (let i = 0; i < r; i++) {
        u[i] = origin[i] = values[piece * r + i]!;
        const rate = slopes[piece * r + i]!;
        slope[i] = rate;
        if (rate !== 0) anySlope = true;
      }
    },

    at(t) {
      if (!anySlope) return;
      const elapsed = t - start[0]!;
      for (let i = 0; i < r; i++) u[i] = origin[i]! + slope[i]! * elapsed;
    },

    reader() {
      const [starts, origins, rates] = [bounds, values, slopes];
      return (piece, t, out) => {
        const elapsed = t - starts[piece]!;
        for (let i = 0; i < r; i++) out[i] = origins[piece * r + i]! + rates[piece * r + i]! * elapsed;
      };
    },
  };
}

const nothing = new Float64Array(0);

/** The pieces of a run: bounds, and values and slopes of every input at the start of each, shape (pieces, r). */
export interface LayOut {
  readonly from: number;
  readonly to: number;
  readonly bounds: Float64Array;
  readonly values: Float64Array;
  readonly slopes: Float64Array;
}

export function layOutOf(signals: readonly Signal[], from: number, to: number): LayOut {
  const bounds = Float64Array.from(stopsOf(signals, from, to));
  const r = signals.length;
  const [values, slopes] = [new Float64Array((bounds.length - 1) * r), new Float64Array((bounds.length - 1) * r)];
  for (const [i, signal] of signals.entries()) lineUp(signal, bounds, values, slopes, r, i);
  return { from, to, bounds, values, slopes };
}

/** Rounding of window times must not refuse a signal that ends where the span does. */
const slack = 1e-12;

export function checkSignals(system: System, signals: readonly Signal[], from: number, to: number): void {
  if (signals.length !== system.inputs.length) {
    throw new GreyboxError("solver/shape", {
      argument: "inputs",
      expected: system.inputs.length,
      actual: signals.length,
      per: "one signal for each input",
    });
  }
  const room = slack * Math.max(Math.abs(from), Math.abs(to));
  for (const [i, { times }] of signals.entries()) {
    const [first, last] = [times[0]!, times[times.length - 1]!];
    if (first > from + room || last < to - room) {
      throw new GreyboxError("solver/input-span", { input: system.inputs[i]!, first, last, from, to });
    }
  }
}

/** Start, end, and every time between at which an input jumps or its slope changes; increasing. */
function stopsOf(signals: readonly Signal[], from: number, to: number): number[] {
  const stops = new Set([from, to]);
  for (const { times, values, interpolation } of signals) {
    for (let i = 1; i < times.length; i++) {
      const t = times[i]!;
      if (t <= from) continue;
      if (t >= to) break;
      if (interpolation === "hold" ? values[i] !== values[i - 1] : rateAfter(times, values, i) !== rateAfter(times, values, i - 1))
        stops.add(t);
    }
  }
  return [...stops].sort((a, b) => a - b);
}

function rateAfter(times: Float64Array, values: Float64Array, i: number): number {
  if (i + 1 >= times.length) return 0;
  return (values[i + 1]! - values[i]!) / (times[i + 1]! - times[i]!);
}

/** Writes value and slope of one signal at the start of each piece. */
function lineUp(signal: Signal, bounds: Float64Array, values: Float64Array, slopes: Float64Array, r: number, column: number): void {
  const { times, interpolation } = signal;
  let i = 0;
  for (let piece = 0; piece < bounds.length - 1; piece++) {
    const t = bounds[piece]!;
    while (i + 1 < times.length && times[i + 1]! <= t) i++;
    const rate = interpolation === "hold" ? 0 : rateAfter(times, signal.values, i);
    values[piece * r + column] = signal.values[i]! + (rate === 0 ? 0 : rate * (t - times[i]!));
    slopes[piece * r + column] = rate;
  }
}
