/** A method as data: what a chooser needs to know of it, and the coefficients that a stepper runs. */

export type MethodName = "tsit5" | "vern7" | "rodas5p" | "bdf" | "odex";

export interface Method {
  readonly name: MethodName;
  /** Order of the propagated solution. */
  readonly order: number;
  /** Stable on stiff systems at step sizes that accuracy alone would allow. */
  readonly stiff: boolean;
  /** Solves systems with algebraic states (index 1). */
  readonly algebraic: boolean;
  /** Differentiates its own steps. */
  readonly sensitivities: boolean;
  /** Locates events. */
  readonly events: boolean;
}

/**
 * Butcher tableau of an embedded explicit pair with s stages, whose last stage is the first of the next step.
 *
 * @see E. Hairer, S. P. Nørsett, G. Wanner, *Solving ODEs I*, 2nd ed., Springer 1993, §II.4 (pairs), §II.6 (dense output).
 */
export interface ExplicitMethod extends Method {
  /** Strictly lower-triangular weights; row i has i entries; the last row is b. Shape (s, ≤ s). */
  readonly a: readonly (readonly number[])[];
  /** Weights of the propagated solution. Shape (s). */
  readonly b: readonly number[];
  /** b − b̂, applied directly to the stages. Shape (s). */
  readonly bError: readonly number[];
  /** Nodes as fractions of the step. Shape (s). */
  readonly c: readonly number[];
  /** Weights of the interpolant: row i holds the coefficients of θ … θᵈ for stage i, extra ones included. Shape (s, d). */
  readonly dense: readonly (readonly number[])[];
  /** Stages that only the interpolant needs: rows of `a` and nodes, after those of the step. */
  readonly extra?: { readonly a: readonly (readonly number[])[]; readonly c: readonly number[] };
  /** Length of the stability interval on the negative real axis. */
  readonly stability: number;
}

/**
 * Coefficients in the form without multiplications by the Jacobian,
 *
 *   (M/(hγ) − J)·Uᵢ = f(t + cᵢh, x + Σ aᵢⱼUⱼ) + M·Σ (Cᵢⱼ/h)·Uⱼ + h·dᵢ·∂f/∂t,   x₁ = x + Σ bⱼUⱼ,
 *
 * for stiffly accurate methods, whose last stages step by step complete the solution: b is the last row of a with a 1 after it, and
 * the last U is the error estimate.
 *
 * @see E. Hairer, G. Wanner, *Solving ODEs II*, 2nd ed., Springer 1996, §IV.7, eq. (7.25).
 */
export interface RosenbrockMethod extends Method {
  readonly gamma: number;
  /** Row i has i entries. Shape (s, ≤ s). */
  readonly a: readonly (readonly number[])[];
  /** From this stage on, the state of a stage is that of the stage before plus its U. */
  readonly cumulativeFrom: number;
  /** Row i has i entries. Shape (s, ≤ s). */
  readonly C: readonly (readonly number[])[];
  /** Shape (s). */
  readonly c: readonly number[];
  /** Weights of the time derivative. Shape (s). */
  readonly d: readonly number[];
  /** Weights h₁, h₂, h₃ of x(θ) = (1 − θ)x + θ(x₁ + (1 − θ)(h₁U + θ(h₂U + θh₃U))). Shape (3, s). */
  readonly dense: readonly (readonly number[])[];
}

/** A multistep method of variable order; `order` is the highest. */
export interface MultistepMethod extends Method {
  /** κ of each order, which lowers the error constant; that of order 0 is not used. */
  readonly kappa: readonly number[];
}
