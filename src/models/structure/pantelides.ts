/**
 * How often each equation of a differential-algebraic system must be differentiated with respect to time before it can be solved for the
 * highest derivatives, judged by what occurs in what.
 *
 * @see C. C. Pantelides, "The consistent initialization of differential-algebraic systems", SIAM J. Sci. Stat. Comput. 9 (1988) 213–231,
 *   doi:10.1137/0909014.
 */
import { largestMatching } from "./matching.ts";

/** Variables by number; the derivative of one is a variable, too. */
export interface DifferentialStructure {
  /** Variables in each equation. */
  readonly equations: readonly (readonly number[])[];
  /** The variable that is the time derivative of each; −1 where it has none. */
  readonly derivativeOf: readonly number[];
}

/**
 * Times each equation is to be differentiated; undefined for a system that is structurally singular however often that is done.
 *
 * @returns one count an equation
 */
export function differentiations({ equations, derivativeOf }: DifferentialStructure): readonly number[] | undefined {
  const derivative = [...derivativeOf];
  // Whatever the derivatives, each equation must determine something: a variable counts the same as its derivative.
  const base = derivative.map((_, i) => i);
  for (const [i, d] of derivative.entries()) if (d >= 0) base[d] = base[i]!;
  const merged = equations.map((own) => [...new Set(own.map((v) => base[v]!))]);
  if (largestMatching(merged, derivative.length).size < equations.length) return undefined;

  const contents = equations.map((own) => new Set(own));
  const original = equations.map((_, e) => e);
  const latest = [...original]; // The equation an equation has become.
  const counts = equations.map(() => 0);
  const equationOf = new Map<number, number>(); // by variable
  const differentiated = (variable: number): number => {
    if (derivative[variable]! < 0) {
      derivative[variable] = derivative.length;
      derivative.push(-1);
    }
    return derivative[variable]!;
  };
  for (const first of equations.keys()) {
    let equation = latest[first]!;
    for (;;) {
      const seenVariables = new Set<number>();
      const seenEquations = new Set<number>();
      if (augmented(equation, contents, derivative, equationOf, seenVariables, seenEquations)) break;
      // Differentiate what the search was caught in.
      for (const variable of seenVariables) differentiated(variable);
      const become = new Map<number, number>();
      for (const old of seenEquations) {
        become.set(old, contents.length);
        contents.push(new Set([...contents[old]!].flatMap((v) => [v, differentiated(v)])));
        const source = original[old]!;
        original.push(source);
        counts[source]! += 1;
        latest[source] = contents.length - 1;
      }
      for (const variable of seenVariables) {
        const holder = equationOf.get(variable);
        if (holder !== undefined) equationOf.set(derivative[variable]!, become.get(holder)!);
      }
      equation = become.get(equation)!;
    }
  }
  return counts;
}

/** Finds a highest derivative for one more equation. */
function augmented(
  equation: number,
  contents: readonly ReadonlySet<number>[],
  derivative: readonly number[],
  equationOf: Map<number, number>,
  seenVariables: Set<number>,
  seenEquations: Set<number>,
): boolean {
  seenEquations.add(equation);
  const candidates = [...contents[equation]!].filter((v) => derivative[v]! < 0);
  for (const variable of candidates) {
    if (equationOf.has(variable) || seenVariables.has(variable)) continue;
    equationOf.set(variable, equation);
    return true;
  }
  for (const variable of candidates) {
    if (seenVariables.has(variable)) continue;
    seenVariables.add(variable);
    if (augmented(equationOf.get(variable)!, contents, derivative, equationOf, seenVariables, seenEquations)) {
      equationOf.set(variable, equation);
      return true;
    }
  }
  return false;
}
