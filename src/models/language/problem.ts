/** A mistake in a model as data: where, what, and what to do. Problems are collected, so that all of a model are told at once. */
import { type FailureCode, type FailureDetails, failures } from "../../core/index.ts";

/** Codes of single mistakes. `model/invalid` and `model/expression` are the errors that carry them. */
export type ProblemCode = Exclude<Extract<FailureCode, `model/${string}`>, "model/invalid" | "model/expression">;

export interface Problem {
  readonly code: ProblemCode;
  /** Path in the definition, such as `derivatives.T` or `parameters.k0.bounds`. */
  readonly where: string;
  /** The equation as written; undefined for a mistake outside the equations. */
  readonly equation: string | undefined;
  /** Column in the equation, from 1; undefined where the whole equation is meant. */
  readonly column: number | undefined;
  /** The sentence that says what is wrong. */
  readonly problem: string;
  /** The sentence that says what to do. */
  readonly remedy: string;
  /** The offending values. */
  readonly details: Readonly<Record<string, unknown>>;
}

export interface Location {
  readonly where: string;
  readonly equation?: string | undefined;
  readonly column?: number | undefined;
}

/** Receives problems as they are found. */
export type Report = (problem: Problem) => void;

/** Makes a problem of one of the catalogued kinds. */
export function problem<C extends ProblemCode>(code: C, at: Location, details: FailureDetails<C>): Problem {
  const kind = failures[code] as unknown as Sentences<FailureDetails<C>>;
  return {
    code,
    where: at.where,
    equation: at.equation,
    column: at.column,
    problem: kind.problem(details),
    remedy: kind.remedy(details),
    details: details as Readonly<Record<string, unknown>>,
  };
}

interface Sentences<D> {
  problem(details: D): string;
  remedy(details: D): string;
}

/**
 * A problem as one line: where, the equation as written, what is wrong, what to do, and the code.
 *
 * @example
 * const draft = { name: "m", time: "1", states: { cA: { unit: "1", initial: 1 } }, derivatives: { cA: "-cAA" } };
 * describeProblem(checkDefinition(draft).problems[0]); // => 'derivatives.cA = "-cAA", column 2: "cAA" is not declared. Did you mean "cA"? [model/undeclared]'
 */
export function describeProblem({ where, equation, column, problem, remedy, code }: Problem): string {
  return `${where}${equation === undefined ? "" : ` = "${equation}"`}${column === undefined ? "" : `, column ${column}`}: ${problem} ${remedy} [${code}]`;
}
