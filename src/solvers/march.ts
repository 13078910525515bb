/** The walk from start to end: steps, rejections, stops, events, and why it stopped. Written once for all one-step methods. */
import type { Outcome } from "../core/index.ts";
import type { Settings } from "./check.ts";
import type { Consistency, ConsistencyFailure } from "./consistent.ts";
import type { Passage } from "./delays/passage.ts";
import { type EventWatch, eventDefaults } from "./events.ts";
import { type LimitWatch, limitWatch } from "./limits.ts";
import type { Output } from "./output.ts";
import type { BelowLimit, Happened } from "./problem.ts";
import { controlDefaults, errorNorm, firstStep, growth, shrinkage, tangentErrorNorm, worstState } from "./step-control.ts";
import { evaluatePolynomial, type Iterate, type Stepper } from "./stepper.ts";
import { relaxations, stiffStart } from "./stiff-start.ts";
import { type Switching, switchingDefaults } from "./switching.ts";
import type { Cruise, Walk } from "./walk.ts";

export interface March {
  readonly iterate: Iterate;
  readonly settings: Settings;
  readonly consistent: Consistency;
  readonly watch: EventWatch | undefined;
  /** Conditions inside equations. */
  readonly switching: Switching | undefined;
  readonly output: Output;
  /** Where the system has delays. */
  readonly passage?: Passage | undefined;
  readonly from: number;
  readonly to: number;
  readonly stepper: Stepper;
  /** The stepper to go on with once the system shows itself stiff, made when needed. */
  readonly whenStiff: (() => Stepper) | undefined;
  readonly happened: Happened[];
}

export interface Marched {
  readonly outcome: Outcome;
  readonly reached: number;
  readonly stepper: Stepper;
  /** When stiffness was found. */
  readonly stiffFrom: number | undefined;
  /** The first condition along which the solution slides, where values only are asked for. */
  readonly slides: { readonly condition: string; readonly from: number } | undefined;
  readonly below: readonly BelowLimit[];
}

export const marchDefaults = {
  /** Steps between looks at the clock and at the abort signal. */
  lookEvery: 16,
  /** Steps at the edge of stability, and quiet steps that clear the suspicion. @see Hairer & Wanner, *Solving ODEs II*, §IV.2. */
  stiffSteps: 15,
  quietSteps: 6,
  /**
   * Attempts after which a method that is not stiff is asked whether a state relaxes too fast for it, and again after twice as many: at tight
   * tolerances steps may stay short of the edge of stability for ever.
   */
  doubt: 5000,
  /** Share of the stability interval that counts as its edge. */
  edge: 0.9,
  /** Steps below this many units in the last place of t are not steps. */
  leastUlps: 8,
  /** Nor are steps below this share of the span. */
  leastLength: 1e-35,
  /** Steps taken one by one after one that generated code would not take, before it is asked again. */
  pause: 8,
  /** Attempts between looks at the clock where generated code takes them. */
  stretch: 256,
} as const;

/** Logarithm of what the controller remembers where there was no step before. */
const forgotten = Math.log(controlDefaults.leastMemory);

export function march(run: March): Marched {
  const { iterate, settings, consistent, watch, switching, output, from, to } = run;
  const { system, inputs, x, statistics } = iterate;
  const { atol, rtol, maxSeconds, maxStep, signal } = settings;
  const maxSteps = settings.maxSteps + inputs.pieces() - 1;
  const began = maxSeconds < Infinity ? performance.now() : 0;
  const least = (t: number): number => marchDefaults.leastUlps * Number.EPSILON * Math.abs(t) + marchDefaults.leastLength * (to - from);
  const nearTo = (t: number): number => Math.max(4 * least(t), switchingDefaults.near * (to - from));
  const closest = eventDefaults.closeness * (to - from);
  const tangentErrors = settings.derivativeSlack < Infinity && iterate.count > 0 ? new Float64Array(iterate.s.length) : undefined;
  let { stepper } = run;
  let stiffFrom: number | undefined;
  let doubt: number = marchDefaults.doubt;
  let t = from;
  let piece = 0;
  let slides: Marched["slides"];
  let [edgeSteps, quietSteps, closeEvents] = [0, 0, 0];

  const limits: LimitWatch | undefined = limitWatch(iterate, atol, rtol);
  const done = (outcome: Outcome): Marched => ({ outcome, reached: t, stepper, stiffFrom, slides, below: limits?.report() ?? [] });
  const inconsistent = ({ equation, residual }: ConsistencyFailure): Marched =>
    done({ kind: "inconsistent", at: t, equation: system.states[equation]!, residual });

  /** Applies events found at t. Undefined: go on. */
  function fire(moved: boolean): Marched | undefined {
    const last = run.happened.at(-1)?.time ?? -Infinity;
    closeEvents = t - last <= closest ? closeEvents + 1 : 0;
    const fired = watch!.fire(t, moved, (event, shift) =>
      run.happened.push(iterate.count > 0 ? { time: t, event, tangents: shift.slice() } : { time: t, event }),
    );
    stepper.restart();
    if (fired.kind === "inconsistent") return inconsistent(fired.failure);
    run.passage?.turn(t, run.happened.at(-1)?.tangents);
    if (!output.samplesGiven()) output.point(t);
    if (fired.kind === "terminal") return done({ kind: "terminated", at: t, event: system.events!.names[fired.event]! });
    const event = system.events!.names[run.happened.at(-1)!.event]!;
    if (fired.kind === "chatter") return done({ kind: "chatter", at: t, event, count: fired.count });
    if (closeEvents >= eventDefaults.maxClose) return done({ kind: "chatter", at: t, event, count: closeEvents });
    const bad = firstNotFinite(x, iterate.s);
    if (bad >= 0) return done({ kind: "non-finite", at: t, state: system.states[bad]! });
    return undefined;
  }

  /** Passes a crossing of a condition that lies just ahead. Undefined: go on. */
  function pass(ahead: number, near: number, limit: number): Marched | undefined {
    statistics.steps++;
    const passed = switching!.pass(t, ahead, near, limit);
    if (passed.kind === "inconsistent") return inconsistent(passed.failure);
    if (passed.kind === "missed") return leave();
    if (passed.kind === "slides") {
      // Values are kept by step control from here on, derivatives are not.
      if (iterate.count > 0 || iterate.tape) return done({ kind: "chatter", at: t, event: passed.condition, count: 1 });
      slides ??= { condition: passed.condition, from: passed.at };
    }
    t = passed.at;
    run.passage?.turn(t, undefined);
    output.point(t);
    stepper.restart();
    const bad = firstNotFinite(x, iterate.s);
    return bad < 0 ? undefined : done({ kind: "non-finite", at: t, state: system.states[bad]! });
  }

  /** Gives up on a crossing that is not to be reached. Undefined: go on. */
  function leave(): Marched | undefined {
    const condition = switching!.leave(t);
    [meant, approaches] = [0, 0];
    if (condition === undefined) return undefined;
    if (iterate.count > 0 || iterate.tape) return done({ kind: "chatter", at: t, event: condition, count: 1 });
    slides ??= { condition, from: t };
    return undefined;
  }

  /** Takes the sides of events and conditions where a stretch of the run begins. Undefined: go on. */
  function beginStretch(fresh: boolean): Marched | undefined {
    watch?.begin(t, closest);
    switching?.begin(t, to - from, fresh);
    const [stop, near] = [inputs.end(piece), nearTo(t)];
    return switching && t < stop - 2 * near && switching.stands(t) ? pass(0, near, stop - near) : undefined;
  }

  /** At a stop of the inputs. Undefined: go on. */
  function nextPiece(): Marched | undefined {
    if (t >= to) return done({ kind: "success" });
    piece++;
    [meant, approaches] = [0, 0];
    if (!run.passage) inputs.enter(piece);
    const failed = run.passage ? run.passage.enter(piece, t, watch) : consistent.solve(t);
    stepper.restart();
    if (failed) return inconsistent(failed);
    consistent.differentiate(t);
    if (!output.samplesGiven()) output.point(t);
    logMemory = forgotten;
    if (watch?.scanJump(t)) {
      const ended = fire(false);
      if (ended) return ended;
    }
    return beginStretch(false);
  }

  function changeOver(): void {
    stepper = run.whenStiff!();
    stepper.resize();
    stepper.restart();
    stiffFrom = t;
    edgeSteps = 0;
  }

  /** Takes as many steps as need no look from here. Undefined: go on. */
  function goWith(cruise: Cruise): Marched | undefined {
    const stop = inputs.end(piece);
    const steps = statistics.steps;
    const room = maxSteps - steps - statistics.rejected;
    const sure = stiffFrom === undefined && run.whenStiff ? Math.min(room, doubt - steps - statistics.rejected) : room;
    const budget = signal || maxSeconds < Infinity ? Math.min(sure, marchDefaults.stretch) : sure;
    const walk: Walk = { t, h, logMemory, rejectedBefore, edgeSteps, quietSteps };
    const watchesStiffness = run.whenStiff !== undefined && stiffFrom === undefined;
    const ended = cruise.run(walk, { from, to, stop, budget, watchesStiffness }, output);
    ({ t, h, logMemory, rejectedBefore, edgeSteps, quietSteps } = walk);
    if (statistics.steps > steps) {
      for (let i = 0; i < x.length; i++) iterate.xNext[i] = x[i]!;
      limits?.accept(t);
    }
    if (ended === "stiff") changeOver();
    else if (ended === "declined") pause = marchDefaults.pause;
    return t >= stop ? nextPiece() : undefined;
  }

  inputs.enter(0);
  const failure = consistent.solve(t);
  if (failure) return inconsistent(failure);
  consistent.differentiate(t);
  output.point(t);
  stepper.restart();
  /** Length of the step that met a crossing of a condition, while it is stepped up to; else 0. */
  let meant = 0;
  let approaches = 0;
  const unable = beginStretch(true);
  if (unable) return unable;
  let h = Math.min(settings.firstStep ?? firstStep(iterate, t, to - from, atol, rtol, stepper.method.order), maxStep);
  let logMemory = forgotten;
  let rejectedBefore = false;
  let pause = 0;

  for (let look = 0; ; look++) {
    if (look % marchDefaults.lookEvery === 0) {
      if (signal?.aborted) return done({ kind: "cancelled", at: t });
      if (maxSeconds < Infinity && performance.now() - began > 1000 * maxSeconds)
        return done({ kind: "max-time", at: t, seconds: maxSeconds });
    }
    if (statistics.steps + statistics.rejected >= maxSteps)
      return done({ kind: "max-steps", at: t, steps: statistics.steps + statistics.rejected });
    if (run.whenStiff && stiffFrom === undefined && statistics.steps + statistics.rejected >= doubt) {
      doubt *= 2;
      if (relaxations(iterate, t, to) > stiffStart) changeOver();
    }
    const cruise = pause > 0 || watch || switching || output.dense() ? undefined : stepper.cruise?.();
    if (pause > 0) pause--;
    if (cruise) {
      const ended = goWith(cruise);
      if (ended) return ended;
      // The next pass looks at the clock.
      look = -1;
      continue;
    }
    if (stepper.control) h = Math.min(h, stepper.control.limit(t, to - from));
    const stop = inputs.end(piece);
    const left = stop - t;
    const hits = h >= left;
    // Two equal steps rather than a long one and a tiny one.
    const length = hits ? left : Math.min(h, left / 2);
    const near = nearTo(t);
    const regular = stepper.attempt(t, length);
    let error = regular ? errorNorm(iterate, atol, rtol) : Number.NaN;
    if (tangentErrors && error <= 1) {
      stepper.differentiate(t, length);
      stepper.tangentError(length, tangentErrors);
      error = Math.max(error, tangentErrorNorm(iterate, tangentErrors, atol, rtol) / settings.derivativeSlack);
    }

    if (!(error <= 1)) {
      statistics.rejected++;
      h = length * (stepper.control?.again(error) ?? shrinkage(error, stepper.method.order));
      rejectedBefore = true;
      if (switching && error < Infinity) {
        // A condition that changes sides is the likely reason; where it does so is not well known after such a step.
        output.prepare(stepper, length);
        const turn = switching.scan(t, length, hits ? stop : t + length, output.polynomial);
        switching.again(t);
        if (turn <= 1) {
          const { leastApproach, mostApproach } = switchingDefaults;
          h = length * Math.min(Math.max(turn, leastApproach), mostApproach) - near / 2;
          meant = Math.max(meant, length);
          if (++approaches > switchingDefaults.approaches) {
            const ended = leave();
            if (ended) return ended;
          }
        }
      }
      if (switching && h <= near && t < stop - 2 * near) {
        // No step, however short, can be made across a jump of an algebraic state.
        const ahead = switching.ahead(t);
        if (ahead <= near) {
          h = Math.min(Math.max(meant, near), maxStep);
          const ended = pass(ahead, near, stop - near);
          if (ended) return ended;
          [meant, approaches] = [0, 0];
          logMemory = forgotten;
          continue;
        }
      }
      if (h > least(t)) continue;
      const culprit = error < Infinity ? -1 : stepper.blame(t, length);
      const state = culprit >= 0 ? culprit : worstState(iterate, atol, rtol);
      if (!(error < Infinity)) return done({ kind: "non-finite", at: t, state: system.states[state]! });
      return done({ kind: "step-too-small", at: t, step: h, state: system.states[state]! });
    }

    if (limits?.tryShorter()) {
      statistics.rejected++;
      h = length / 2;
      rejectedBefore = true;
      if (h > least(t)) continue;
    }

    const end = hits ? stop : t + length;
    if (iterate.count > 0 && !tangentErrors) stepper.differentiate(t, length);
    const conditions = switching && !switching.quiet(end) ? switching : undefined;
    if (watch || conditions || output.within(end)) output.prepare(stepper, length);
    const turn = conditions ? conditions.scan(t, length, end, output.polynomial) : 2;
    if (turn <= 1 && t + turn * length < stop - 2 * near) {
      const ahead = turn * length;
      meant = Math.max(meant, length);
      const tooOften = ++approaches > switchingDefaults.approaches;
      if (ahead > near) {
        // Taken again, to end just before the crossing: no step is made across one.
        statistics.rejected++;
        h = ahead - near / 2;
        switching!.again(t);
        const ended = tooOften ? leave() : undefined;
        if (ended) return ended;
        continue;
      }
      const resumed = meant;
      const ended = pass(ahead, near, stop - near);
      if (ended) return ended;
      h = Math.min(resumed, maxStep);
      [meant, approaches] = [0, 0];
      logMemory = forgotten;
      continue;
    }
    statistics.steps++;
    limits?.accept(end);
    const crossing = watch ? watch.scan(t, length, end, output.polynomial) : 2;

    const logError = Math.log(Math.max(error, controlDefaults.leastError));
    let factor = stepper.control?.next(error) ?? growth(logError, logMemory, stepper.method.order);
    logMemory = error > controlDefaults.leastMemory ? logError : forgotten;
    if (rejectedBefore && factor > 1) factor = 1;
    rejectedBefore = false;
    // A step cut short by a stop says little against the length that was meant.
    h = Math.min(factor >= 1 ? Math.max(h, length * factor) : length * factor, maxStep);

    if (crossing <= 1) {
      const at = crossing === 1 ? end : t + crossing * length;
      output.step(t, length, at, crossing === 1, piece);
      if (crossing === 1) stepper.advance();
      else moveTo(iterate, output, crossing);
      t = at;
      const ended = fire(true);
      if (ended) return ended;
      logMemory = forgotten;
    } else {
      output.step(t, length, end, true, piece);
      if (run.whenStiff && stiffFrom === undefined && "stability" in stepper.method) {
        if (stepper.stiffness(length) > marchDefaults.edge * (stepper.method.stability as number)) {
          edgeSteps++;
          quietSteps = 0;
        } else if (edgeSteps > 0 && ++quietSteps === marchDefaults.quietSteps) edgeSteps = 0;
      }
      stepper.advance();
      t = end;
      if (edgeSteps >= marchDefaults.stiffSteps) changeOver();
    }

    if (meant > 0 && crossing > 1 && t < stop - 2 * near) {
      const ahead = switching!.ahead(t);
      if (ahead <= near) {
        const resumed = meant;
        const ended = pass(ahead, near, stop - near);
        if (ended) return ended;
        h = Math.min(resumed, maxStep);
        [meant, approaches] = [0, 0];
        logMemory = forgotten;
      } else if (ahead <= h) {
        h = ahead - near / 2;
        const ended = ++approaches > switchingDefaults.approaches ? leave() : undefined;
        if (ended) return ended;
      } else if (h >= meant) [meant, approaches] = [0, 0];
      continue;
    }

    if (t >= stop) {
      const ended = nextPiece();
      if (ended) return ended;
    } else if (crossing <= 1) {
      [meant, approaches] = [0, 0];
      const ended = beginStretch(false);
      if (ended) return ended;
    }
  }
}

/** Puts the iterate to θ of the step in hand, by its interpolants. */
function moveTo(iterate: Iterate, output: Output, theta: number): void {
  evaluatePolynomial(output.polynomial, 0, iterate.x.length, theta, iterate.x, 0);
  if (iterate.count > 0) evaluatePolynomial(output.tangentPolynomial(), 0, iterate.s.length, theta, iterate.s, 0);
}

/** Index of the state that is not finite, itself or in a derivative; −1 if all are. */
function firstNotFinite(x: Float64Array, s: Float64Array): number {
  for (let i = 0; i < x.length; i++) if (!Number.isFinite(x[i]!)) return i;
  for (let i = 0; i < s.length; i++) if (!Number.isFinite(s[i]!)) return i % x.length;
  return -1;
}
