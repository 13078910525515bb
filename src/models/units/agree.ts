/** Two numbers that are added, compared or chosen between must have one unit; temperatures on scales with their own zero have their own rules. */
import { listed } from "../../core/index.ts";
import { type Expression, namesIn } from "../language/expression.ts";
import { anything, type Found, type Quantity, type UnitScope } from "./found.ts";
import { alike, difference, type Measure, sideOf, unitText } from "./measure.ts";
import { agreement, brief } from "./remedy.ts";

/** An operand with what was found of it. */
export interface Term {
  readonly expression: Expression;
  readonly found: Quantity;
}

type UnitOf = (expression: Expression, scope: UnitScope) => Found;

/** True when both have one unit, or one of them any; reported otherwise. `verb` as in "It adds a and b". */
export function agree(verb: string, a: Term, b: Term, scope: UnitScope, unitOf: UnitOf): boolean {
  const [left, right] = [a.found.measure, b.found.measure];
  if (!left || !right) return true;
  if (alike(left, right)) {
    if (left.offset === right.offset) return true;
    refuseTemperature(verb, left.offset === 0 ? b.expression : a.expression, left.offset === 0 ? right : left, scope);
    return false;
  }
  if (a.found.constant !== undefined || b.found.constant !== undefined) {
    const [bare, other] = a.found.constant !== undefined ? [a, right] : [b, left];
    scope.report("model/unit-bare-number", { verb, number: brief(bare.expression), unit: unitText(other) });
    return false;
  }
  // A single name is the likelier culprit; otherwise the side is changed that is to be multiplied by more than 1.
  const [firstIsName, secondIsName] = [a.expression.op === "name", b.expression.op === "name"];
  const firstIsWrong = firstIsName === secondIsName ? left.scale > right.scale : firstIsName;
  const operands = [
    { expression: a.expression, measure: left },
    { expression: b.expression, measure: right },
  ] as const;
  const [wrong, other] = firstIsWrong ? operands : ([operands[1], operands[0]] as const);
  scope.report("model/unit-mismatch", {
    verb,
    left: { text: brief(a.expression), ...sideOf(left) },
    right: { text: brief(b.expression), ...sideOf(right) },
    remedy: scope.trial ? "" : agreement(wrong, other.measure, { other }, scope, unitOf),
  });
  return false;
}

/** degC − degC is a difference in K; degC ± K stays degC; degC + degC and K − degC mean nothing. */
export function sum(op: "add" | "sub", a: Term, b: Term, scope: UnitScope, unitOf: UnitOf): Quantity {
  const verb = op === "add" ? "adds" : "subtracts";
  const [left, right] = [a.found.measure, b.found.measure];
  const constant = combined(a.found, b.found, (x, y) => (op === "add" ? x + y : x - y));
  if (!left || !right) return { kind: "number", measure: left ?? right, constant };
  if (alike(left, right)) {
    const [leftIsPoint, rightIsPoint] = [left.offset !== 0, right.offset !== 0];
    if (leftIsPoint && !rightIsPoint) return { kind: "number", measure: left };
    if (rightIsPoint && !leftIsPoint && op === "add") return { kind: "number", measure: right };
    if (leftIsPoint && rightIsPoint && op === "add") {
      refuseTemperature("a sum of two temperatures", b.expression, right, scope);
      return anything;
    }
  }
  if (!agree(verb, a, b, scope, unitOf)) return anything;
  return { kind: "number", measure: difference(left), constant };
}

/** The value of an operation on bare numbers; undefined when one of them is not. */
export function combined(a: Quantity, b: Quantity, operation: (x: number, y: number) => number): number | undefined {
  return a.constant === undefined || b.constant === undefined ? undefined : operation(a.constant, b.constant);
}

/** Reports a temperature whose scale does not start at absolute zero where only a multiple of a unit makes sense. */
export function refuseTemperature(use: string, expression: Expression, measure: Measure, scope: UnitScope): void {
  const points = [...namesIn(expression)].filter((name) => (scope.unitOf(name)?.offset ?? 0) !== 0);
  const absolute = unitText(difference(measure));
  scope.report("model/unit-temperature", {
    use,
    quantity: brief(expression),
    unit: unitText(measure),
    remedy:
      points.length > 0
        ? `Declare ${listed(points)} in ${absolute} (tags in ${unitText(measure)} are converted when they are bound), or use a difference such as ${points[0]} - 20 ${unitText(measure)}.`
        : `Write the temperature in ${absolute}.`,
  });
}
