/** Runs by the npm package odex, piece by piece between the stops of the inputs. */
import { createRequire } from "node:module";
import type { Outcome } from "../core/index.ts";
import type { Interpolant } from "./dense-output.ts";
import { limitWatch } from "./limits.ts";
import type { March, Marched } from "./march.ts";
import { firstStep } from "./step-control.ts";

/** The part of odex that is used here. */
interface OdexModule {
  Solver: new (n: number) => OdexSolver;
}

interface OdexSolver {
  denseOutput: boolean;
  maxSteps: number;
  initialStepSize: number;
  maxStepSize: number;
  absoluteTolerance: number[];
  relativeTolerance: number[];
  solve(
    f: (t: number, x: number[]) => number[],
    from: number,
    x0: number[],
    to: number,
    observe: (step: number, before: number, t: number, x: number[], interpolate: (i: number, t: number) => number) => boolean | undefined,
  ): { readonly outcome: number; readonly nStep: number; readonly nReject: number; readonly nAccept: number };
}

let loaded: OdexModule | undefined;

/** Loaded on first use; a small CommonJS module, so this may happen in the middle of a synchronous call. */
function odex(): OdexModule {
  loaded ??= createRequire(import.meta.url)("odex") as OdexModule;
  return loaded;
}

/** Thrown through odex, which has no defence of its own against values that are not numbers, and caught here. */
const notFinite = Symbol("not finite");
const maxSteps = 1;
const tries = 12;

/** Walks like {@link march}, for systems without events and algebraic states. */
export function extrapolate(run: Omit<March, "watch" | "happened" | "whenStiff">): Marched {
  const { iterate, settings, output, stepper, from, to } = run;
  const { system, inputs, x, statistics } = iterate;
  const { atol, rtol, signal } = settings;
  const n = x.length;
  const [state, rate] = [new Float64Array(n), new Float64Array(n)];
  const began = performance.now();
  let t = from;
  const limits = limitWatch(iterate, atol, rtol);
  let culprit = 0;
  let halted: Outcome | undefined;
  const done = (outcome: Outcome): Marched => ({
    outcome,
    reached: t,
    stepper,
    stiffFrom: undefined,
    slides: undefined,
    below: limits?.report() ?? [],
  });

  const rhs = (time: number, values: number[]): number[] => {
    state.set(values);
    inputs.at(time);
    system.rhs.evaluate(time, state, inputs.u, iterate.p, rate);
    statistics.rhs++;
    culprit = rate.findIndex((value) => !Number.isFinite(value));
    if (culprit >= 0) throw notFinite;
    return Array.from(rate);
  };

  inputs.enter(0);
  output.point(t);
  let h = Math.min(settings.firstStep ?? firstStep(iterate, t, to - from, atol, rtol, 5), settings.maxStep);
  for (let piece = 0; piece < inputs.pieces(); piece++) {
    inputs.enter(piece);
    const stop = inputs.end(piece);
    if (piece > 0 && !output.samplesGiven()) output.point(t);

    const observe = (step: number, before: number, now: number, values: number[], interpolate: (i: number, t: number) => number) => {
      if (step === 1) return undefined;
      const end = Math.abs(stop - now) <= 4 * Number.EPSILON * Math.abs(stop) ? stop : now;
      const interpolant: Interpolant = (theta, out) => {
        const at = before + theta * (now - before);
        for (let i = 0; i < n; i++) out[i] = interpolate(i, at);
      };
      iterate.xNext.set(values);
      limits?.accept(end);
      output.freeStep(before, end, piece, interpolant);
      x.set(values);
      h = now - before;
      t = end;
      statistics.steps++;
      if (signal?.aborted) halted = { kind: "cancelled", at: t };
      if (performance.now() - began > 1000 * settings.maxSeconds) halted = { kind: "max-time", at: t, seconds: settings.maxSeconds };
      return halted ? false : undefined;
    };

    for (let attempt = 0; t < stop; ) {
      const solver = new (odex().Solver)(n);
      solver.denseOutput = true;
      solver.absoluteTolerance = Array.from(atol);
      solver.relativeTolerance = new Array(n).fill(rtol);
      solver.initialStepSize = Math.min(h, stop - t);
      if (settings.maxStep < Infinity) solver.maxStepSize = settings.maxStep;
      solver.maxSteps = Math.max(2, settings.maxSteps - statistics.steps - statistics.rejected);
      const start = t;
      try {
        const { outcome, nReject } = solver.solve(rhs, t, Array.from(x), stop, observe);
        statistics.rejected += nReject;
        if (halted) return done(halted);
        if (outcome === maxSteps) return done({ kind: "max-steps", at: t, steps: settings.maxSteps });
        t = stop;
      } catch (thrown) {
        if (thrown !== notFinite) throw thrown;
        attempt = t > start ? 0 : attempt + 1;
        if (attempt >= tries) return done({ kind: "non-finite", at: t, state: system.states[culprit]! });
        h = 0.1 * Math.min(h, stop - t);
      }
    }
  }
  return done({ kind: "success" });
}
