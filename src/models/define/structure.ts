/** What is structurally wrong with sound equations: too many for some quantities, or constraints that must be differentiated first. */
import type { ModelDefinition } from "../../core/index.ts";
import type { ParsedEquations } from "../language/equations.ts";
import { printExpression } from "../language/print.ts";
import { type Location, problem, type Report } from "../language/problem.ts";
import { alongTime } from "../structure/differentiate.ts";
import { highIndex } from "../structure/high-index.ts";
import { structuralDefect } from "../structure/index-one.ts";

/** Characters of a derivative that are shown. */
const longest = 200;

export function checkStructure(definition: ModelDefinition, equations: ParsedEquations, report: Report): void {
  const defect = structuralDefect(equations.algebraic, equations.implicit);
  if (!defect) return;
  const at = (name: string): Location => {
    const entry = definition.algebraic[name];
    return { where: `algebraic.${name}`, equation: entry && "zero" in entry ? entry.zero : undefined };
  };
  const high = highIndex(equations);
  if (!high || high.constraints.length === 0) {
    report(problem("model/singular", at(defect.equations[0]!), { ...defect }));
    return;
  }
  for (const { equation, times, states } of high.constraints) {
    const zero = equations.implicit.get(equation)!;
    const once = alongTime(zero, equations.derivatives, equations.algebraic, (name) => Object.hasOwn(definition.parameters, name));
    const text = "derivative" in once ? printExpression(once.derivative) : undefined;
    const derivative = text === undefined || text.length > longest ? undefined : text;
    report(problem("model/index", at(equation), { equation, states, times, index: high.index, derivative }));
  }
}
