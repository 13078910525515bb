/** Which of some quantities occur in an expression, also through explicit quantities. */
import { type Expression, namesIn } from "../language/expression.ts";

/**
 * @param explicit  explicit quantities, each after those it depends on
 * @param wanted  the names to look for
 */
export function occurrences(
  explicit: ReadonlyMap<string, Expression>,
  wanted: (name: string) => boolean,
): (expression: Expression) => ReadonlySet<string> {
  const through = new Map<string, ReadonlySet<string>>();
  const occurring = (expression: Expression): ReadonlySet<string> => {
    const found = new Set<string>();
    for (const name of namesIn(expression)) {
      if (wanted(name)) found.add(name);
      else for (const inner of through.get(name) ?? []) found.add(inner);
    }
    return found;
  };
  for (const [name, expression] of explicit) through.set(name, occurring(expression));
  return occurring;
}
