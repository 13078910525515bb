/**
 * Whether the implicit equations can determine the implicit quantities, judged by what occurs in what.
 *
 * A solver of index 1 needs to solve them for the implicit quantities at every instant, so each quantity must be matched with an equation
 * that contains it. Where that fails, the Dulmage–Mendelsohn parts say which equations are too many and which quantities are left over.
 *
 * @see A. L. Dulmage & N. S. Mendelsohn, "Coverings of bipartite graphs", Canad. J. Math. 10 (1958) 517–534.
 */
import { type Expression, namesIn } from "../language/expression.ts";

/** Equations, called after the quantity they were declared with, that contain too few quantities; and quantities that nothing determines. */
export interface Singular {
  readonly equations: readonly string[];
  /** Implicit quantities that the equations contain: fewer than there are equations. */
  readonly contained: readonly string[];
  readonly undetermined: readonly string[];
}

/**
 * @param explicit  explicit quantities, each after those it depends on
 * @param implicit  residuals by implicit quantity
 * @returns undefined where every implicit quantity can be matched with an equation
 */
export function structuralDefect(
  explicit: ReadonlyMap<string, Expression>,
  implicit: ReadonlyMap<string, Expression>,
): Singular | undefined {
  const contained = containedIn(explicit, implicit);
  const equationOf = new Map<string, string>(); // by quantity
  const unmatched = [...implicit.keys()].filter((equation) => !augment(equation, contained, equationOf));
  if (unmatched.length === 0) return undefined;

  // Alternating paths from what is left over: equation → quantity it contains → equation that has it, and the other way round.
  const equations = reached(unmatched, (equation) => [...contained.get(equation)!].map((quantity) => equationOf.get(quantity)!));
  const quantityOf = new Map([...equationOf].map(([quantity, equation]) => [equation, quantity]));
  const containing = (quantity: string): string[] => [...implicit.keys()].filter((equation) => contained.get(equation)!.has(quantity));
  const free = [...implicit.keys()].filter((quantity) => !equationOf.has(quantity));
  const undetermined = reached(free, (quantity) => containing(quantity).flatMap((equation) => quantityOf.get(equation) ?? []));
  const inDeclaredOrder = (names: ReadonlySet<string>): string[] => [...implicit.keys()].filter((name) => names.has(name));
  return {
    equations: inDeclaredOrder(equations),
    contained: inDeclaredOrder(new Set([...equations].flatMap((equation) => [...contained.get(equation)!]))),
    undetermined: inDeclaredOrder(undetermined),
  };
}

/** The implicit quantities in each implicit equation, also through explicit quantities. */
function containedIn(
  explicit: ReadonlyMap<string, Expression>,
  implicit: ReadonlyMap<string, Expression>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const through = new Map<string, ReadonlySet<string>>();
  const quantitiesIn = (expression: Expression): ReadonlySet<string> =>
    new Set([...namesIn(expression)].flatMap((name) => (implicit.has(name) ? [name] : [...(through.get(name) ?? [])])));
  for (const [name, expression] of explicit) through.set(name, quantitiesIn(expression));
  return new Map([...implicit].map(([name, expression]) => [name, quantitiesIn(expression)]));
}

/** Finds a quantity for one more equation, moving earlier matches where need be. */
function augment(
  equation: string,
  contained: ReadonlyMap<string, ReadonlySet<string>>,
  equationOf: Map<string, string>,
  tried: Set<string> = new Set(),
): boolean {
  for (const quantity of contained.get(equation)!) {
    if (tried.has(quantity)) continue;
    tried.add(quantity);
    const holder = equationOf.get(quantity);
    if (holder === undefined || augment(holder, contained, equationOf, tried)) {
      equationOf.set(quantity, equation);
      return true;
    }
  }
  return false;
}

function reached(from: readonly string[], next: (name: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set(from);
  for (const name of found) for (const other of next(name)) found.add(other);
  return found;
}
