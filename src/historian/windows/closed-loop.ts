/**
 * Stretches of a control loop's record from which its process can be identified: where the input was moved from outside, in enough different
 * ways, and the measured value answered.
 *
 * In automatic the controller's own moves follow from the measured value; only changes of the set-point bring in news. In manual it is the
 * output that is moved. After Bittencourt et al.: Laguerre filters of the input, the condition of their information matrix, and a test whether
 * they explain the measured value better than its own past does. They ask for a history without compression.
 *
 * @see A. C. Bittencourt, A. J. Isaksson, D. Peretzki, K. Forsman, "An Algorithm for Finding Process Identification Intervals from Normal
 *   Operating Data", Processes 3(2) (2015) 357–383.
 */
import { GreyboxError, svd } from "../../core/index.ts";
import { goodCurve, medianStep, onGrid } from "../alignment/grid.ts";
import { type Duration, secondsOf } from "../duration.ts";
import type { Series } from "../series.ts";
import { fTail, grangerTest } from "./granger.ts";
import type { Span } from "./spans.ts";

export interface ControlLoop {
  readonly setpoint: Series;
  /** What the controller, or the operator, sets: a valve, a speed. */
  readonly output: Series;
  readonly measured: Series;
  /** Absent: always in the mode that `always` says. */
  readonly mode?: Series | undefined;
}

export interface ControlLoopOptions {
  /** Values of the mode in which the controller acts. Needed with `mode`. */
  readonly automatic?: readonly number[] | undefined;
  /** Without `mode`. */
  readonly always?: "automatic" | "manual" | undefined;
  /** Grid. Default: the longest median step of the tags. */
  readonly every?: Duration | undefined;
  /** Time constant of the process, roughly; the Laguerre filters decay with it. Default: 10 steps of the grid. */
  readonly timeConstant?: Duration | undefined;
  readonly filters?: number | undefined;
  /** Condition numbers of the information matrix above this say that the input was not moved in enough ways. */
  readonly condition?: number | undefined;
  /** Chance that a stretch without any relation passes. */
  readonly significance?: number | undefined;
}

export const loopDefaults = {
  timeConstantSteps: 10,
  filters: 4,
  condition: 1e4,
  significance: 0.001,
  /** The information is forgotten over this many time constants. */
  memory: 5,
  /** An input that moves less than this share of what it moves in the record does not move. */
  movement: 0.05,
} as const;

export interface LoopSegment extends Span {
  readonly mode: "manual" | "automatic";
  /** What was moved from outside. */
  readonly moved: "output" | "setpoint";
  /** Best condition number within the stretch. */
  readonly condition: number;
  /** Chance of an answer as clear as this without any relation. */
  readonly chance: number;
}

export interface LoopSegments {
  readonly informative: readonly LoopSegment[];
  /** Everything else, with the reason. */
  readonly rejected: readonly (Span & { readonly why: string })[];
}

/**
 * Finds the informative stretches of one loop.
 *
 * @throws GreyboxError `historian/option` when it is not said what automatic is, `historian/align` when the tags do not overlap
 *
 * @example
 * const { informative } = loopSegments({ setpoint: series, output: series, measured: series }, { always: "automatic", timeConstant: "2 min" });
 */
export function loopSegments(loop: ControlLoop, options: ControlLoopOptions = {}): LoopSegments {
  if (loop.mode ? options.automatic === undefined : options.always === undefined) {
    const option = loop.mode ? "automatic" : "always";
    throw new GreyboxError("historian/option", {
      option,
      value: "undefined",
      expected: loop.mode ? "the values of the mode that mean automatic" : '"automatic" or "manual"',
    });
  }
  const curves = [loop.setpoint, loop.output, loop.measured].map(goodCurve);
  const step = options.every === undefined ? Math.max(...curves.map(medianStep)) : secondsOf(options.every, "every");
  const from = Math.max(...curves.map(({ x }) => x[0] ?? Infinity));
  const to = Math.min(...curves.map(({ x }) => x.at(-1) ?? -Infinity));
  if (!(to > from && step > 0))
    throw new GreyboxError("historian/align", { argument: "loop", tag: loop.measured.tag, why: "its tags have no time in common" });
  const count = Math.floor((to - from) / step) + 1;
  const held = [loop.setpoint, loop.output, loop.measured].map(({ info }, i) => (i < 2 ? info.stepped !== false : info.stepped === true));
  const gap = (i: number): number => (held[i] ? Infinity : 10 * Math.max(step, medianStep(curves[i]!)));
  const gridded = (i: number): Grid => onGrid(curves[i]!, from, step, count, held[i]!, gap(i));
  const [sp, mv, pv] = [gridded(0), gridded(1), gridded(2)];
  const automatic = automaticAt(loop, options, from, step, count);
  const kindAt = (i: number): "manual" | "automatic" | string => {
    if (sp.valid[i] === 0 || mv.valid[i] === 0 || pv.valid[i] === 0) return "no value";
    if (automatic[i] === 2) return "mode not known";
    const [low, high] = loop.output.info.range ?? [-Infinity, Infinity];
    const margin = 1e-3 * (high - low);
    if (automatic[i] === 1 && (mv.value[i]! <= low + margin || mv.value[i]! >= high - margin)) return "output at its limit";
    return automatic[i] === 1 ? "automatic" : "manual";
  };
  const informative: LoopSegment[] = [];
  const rejected: (Span & { why: string })[] = [];
  const at = (i: number): number => from + i * step;
  for (let start = 0; start < count; ) {
    const kind = kindAt(start);
    let stop = start + 1;
    while (stop < count && kindAt(stop) === kind) stop++;
    const stretch = { from: at(start), to: at(Math.min(stop, count - 1)) };
    if (kind !== "automatic" && kind !== "manual") rejected.push({ ...stretch, why: kind });
    else {
      const input = kind === "automatic" ? sp : mv;
      const parts = informativeParts(input.value, pv.value, start, stop, step, options);
      let done = start;
      for (const part of parts) {
        if (part.first > done)
          rejected.push({
            from: at(done),
            to: at(part.first),
            why: kind === "automatic" ? "set-point hardly moves" : "output hardly moves",
          });
        const span = { from: at(part.first), to: at(Math.min(part.stop, count - 1)) };
        if ("why" in part) rejected.push({ ...span, why: part.why });
        else
          informative.push({
            ...span,
            mode: kind,
            moved: kind === "automatic" ? "setpoint" : "output",
            condition: part.condition,
            chance: part.chance,
          });
        done = part.stop;
      }
      if (done < stop)
        rejected.push({ from: at(done), to: stretch.to, why: kind === "automatic" ? "set-point hardly moves" : "output hardly moves" });
    }
    start = stop;
  }
  return { informative, rejected: rejected.filter((span) => span.to > span.from) };
}

interface Grid {
  readonly value: Float64Array;
  readonly valid: Uint8Array;
}

/** 1 automatic, 0 manual, 2 not known, at each place of the grid. */
function automaticAt(loop: ControlLoop, options: ControlLoopOptions, from: number, step: number, count: number): Uint8Array {
  if (loop.mode === undefined) return new Uint8Array(count).fill(options.always === "automatic" ? 1 : 0);
  const { value, valid } = onGrid(goodCurve(loop.mode), from, step, count, true, Infinity);
  return Uint8Array.from(value, (v, i) => (valid[i] === 0 ? 2 : options.automatic!.includes(v) ? 1 : 0));
}

type Part =
  | { readonly first: number; readonly stop: number; readonly condition: number; readonly chance: number }
  | { readonly first: number; readonly stop: number; readonly why: string };

function informativeParts(
  u: Float64Array,
  y: Float64Array,
  start: number,
  stop: number,
  step: number,
  options: ControlLoopOptions,
): Part[] {
  const n = options.filters ?? loopDefaults.filters;
  const constant =
    options.timeConstant === undefined ? loopDefaults.timeConstantSteps : secondsOf(options.timeConstant, "timeConstant") / step;
  const limit = options.condition ?? loopDefaults.condition;
  let [low, high] = [Infinity, -Infinity];
  for (const value of u) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const moves = (high - low) * loopDefaults.movement;
  if (!(moves > 0)) return [];
  const regressors = laguerre(u, start, stop, n, Math.exp(-1 / constant));
  const conditions = conditionsAlong(regressors, n, stop - start, Math.exp(-1 / (loopDefaults.memory * constant)), moves);
  const parts: Part[] = [];
  const tail = Math.ceil(3 * constant);
  for (let i = 0; i < conditions.length; ) {
    if (!(conditions[i]! <= limit)) {
      i++;
      continue;
    }
    let end = i;
    let best = Infinity;
    while (end < conditions.length && conditions[end]! <= limit) best = Math.min(best, conditions[end++]!);
    // The movement that made it informative lies before.
    let first = i;
    const oldest = Math.max(parts.at(-1)?.stop ?? start, start) - start;
    for (let k = i; k > oldest && k > i - tail * 4; k--) if (Math.abs(u[start + k]! - u[start + k - 1]!) > 0) first = k - 1;
    const part = { first: start + first, stop: start + end };
    const { f, restrictions, freedom } = grangerTest(y, regressors, n, part, start);
    const chance = freedom > 50 ? fTail(f, restrictions) : 1;
    parts.push(
      chance <= (options.significance ?? loopDefaults.significance)
        ? { ...part, condition: best, chance }
        : { ...part, why: "the measured value does not answer" },
    );
    i = end;
  }
  return parts;
}

/**
 * Outputs of n Laguerre filters of the input, less what it was at the start. Row-major, shape (stop − start, n).
 * @see B. Wahlberg, "System identification using Laguerre models", IEEE Trans. Autom. Control 36(5) (1991) 551–562.
 */
function laguerre(u: Float64Array, start: number, stop: number, n: number, pole: number): Float64Array {
  const rows = new Float64Array((stop - start) * n);
  const gain = Math.sqrt(1 - pole * pole);
  for (let i = 1; i < stop - start; i++) {
    const [row, before] = [i * n, (i - 1) * n];
    rows[row] = pole * rows[before]! + gain * (u[start + i - 1]! - u[start]!);
    for (let j = 1; j < n; j++) rows[row + j] = pole * rows[before + j]! + rows[before + j - 1]! - pole * rows[row + j - 1]!;
  }
  return rows;
}

/** Condition of the information that the moves of the input carry, with older moves forgotten. Infinity where it does not move. */
function conditionsAlong(rows: Float64Array, n: number, count: number, memory: number, moves: number): Float64Array {
  const conditions = new Float64Array(count).fill(Infinity);
  const information = new Float64Array(n * n);
  const stride = 5;
  for (let i = 1; i < count; i++) {
    for (let a = 0; a < n; a++) {
      const da = rows[i * n + a]! - rows[(i - 1) * n + a]!;
      for (let b = 0; b < n; b++)
        information[a * n + b] = memory * information[a * n + b]! + da * (rows[i * n + b]! - rows[(i - 1) * n + b]!);
    }
    if (i % stride > 0) {
      conditions[i] = conditions[i - 1]!;
      continue;
    }
    let trace = 0;
    for (let a = 0; a < n; a++) trace += information[a * n + a]!;
    if (trace < moves * moves) continue;
    const { values } = svd(information, n, n);
    const least = values[n - 1]!;
    conditions[i] = least > 0 ? values[0]! / least : Infinity;
  }
  return conditions;
}
