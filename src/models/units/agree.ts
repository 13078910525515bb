/** Two numbers that are added, compared or chosen between must have one unit; temperatures on scales with their own zero have their own rules. */
import { listed } from "../../core/index.ts";
import { type Expression, namesIn } from "../language/expression.ts";
import { anything, type Found, type Quantity, type UnitScope } from "./found.ts";
import { alike, difference, isPoint, type Measure, sameKind, sideOf, unitText } from "./measure.ts";
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
    if (sameKind(left, right)) return true;
    if (isPoint(left) || isPoint(right))
      refusePoint(verb, ...(isPoint(left) ? ([a.expression, left] as const) : ([b.expression, right] as const)), scope);
    else {
      const [first, second] = [brief(a.expression), brief(b.expression)];
      scope.report("model/unit-kind", {
        what: `It ${verb} ${first} and ${second}`,
        left: `${first} is a ${left.kind}`,
        right: `${second} a ${right.kind}`,
      });
    }
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
    const [leftIsPoint, rightIsPoint] = [isPoint(left), isPoint(right)];
    if (leftIsPoint && !rightIsPoint) return { kind: "number", measure: left };
    if (rightIsPoint && !leftIsPoint && op === "add") return { kind: "number", measure: right };
    if (leftIsPoint && rightIsPoint && op === "add") {
      refusePoint(right.kind === undefined ? "a sum of two temperatures" : "a sum of two gauge pressures", b.expression, right, scope);
      return anything;
    }
  }
  if (!agree(verb, a, b, scope, unitOf)) return anything;
  return { kind: "number", measure: { ...difference(left), kind: left.kind === right.kind ? difference(left).kind : undefined }, constant };
}

/** The value of an operation on bare numbers; undefined when one of them is not. */
export function combined(a: Quantity, b: Quantity, operation: (x: number, y: number) => number): number | undefined {
  return a.constant === undefined || b.constant === undefined ? undefined : operation(a.constant, b.constant);
}

/** Reports a value on a scale with its own zero, such as degC or barg, where only a multiple of a unit makes sense. */
export function refusePoint(use: string, expression: Expression, measure: Measure, scope: UnitScope): void {
  const unit = unitText(measure);
  if (measure.kind === "gauge pressure") {
    const quantity = brief(expression);
    const remedy = `Write toAbsolute(${quantity}, patm) with the pressure of the air in ${unitText(difference(measure))}, or declare it in ${unitText(difference(measure))}.`;
    scope.report("model/unit-gauge", { use, quantity, unit, remedy });
    return;
  }
  const points = [...namesIn(expression)].filter((name) => (scope.unitOf(name)?.offset ?? 0) !== 0);
  const absolute = unitText(difference(measure));
  scope.report("model/unit-temperature", {
    use,
    quantity: brief(expression),
    unit,
    remedy:
      points.length > 0
        ? `Declare ${listed(points)} in ${absolute} (tags in ${unit} are converted when they are bound), or use a difference such as ${points[0]} - 20 ${unit}.`
        : `Write the temperature in ${absolute}.`,
  });
}
