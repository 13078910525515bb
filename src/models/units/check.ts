/**
 * The unit of an expression, with every operation checked in dimension and scale.
 *
 * Each variable keeps its own unit, nothing is converted: a product has the product of the units, a sum needs equal ones. The number 0
 * fits any unit, other bare numbers are dimensionless. After a mistake the walk goes on with "any unit", so one mistake is told once.
 */
import type { FailureDetails } from "../../core/index.ts";
import type { Expression, FunctionName } from "../language/expression.ts";
import type { ProblemCode } from "../language/problem.ts";
import { alike, difference, isDimensionless, isPure, type Measure, measureOf, pure, sideOf, times, unitText } from "./measure.ts";
import { agreement, brief, factorBetween } from "./remedy.ts";

/** What an expression turned out to be. `measure` is undefined where any unit fits; `constant` is the value of bare numbers. */
export type Found =
  | { readonly kind: "condition" }
  | { readonly kind: "number"; readonly measure: Measure | undefined; readonly constant?: number | undefined };

type Quantity = Extract<Found, { kind: "number" }>;
type Binary = Extract<Expression, { left: Expression }>;

export interface UnitScope {
  /** Unit of a name; undefined where it is not known, which fits anywhere. */
  unitOf(name: string): Measure | undefined;
  declared(name: string): boolean;
  report<C extends ProblemCode>(code: C, details: FailureDetails<C>): void;
}

const anything: Quantity = { kind: "number", measure: undefined };
const plain: Quantity = { kind: "number", measure: pure };
const condition: Found = { kind: "condition" };

/** Checks a whole expression. */
export function unitOf(expression: Expression, scope: UnitScope): Found {
  switch (expression.op) {
    case "number":
      return literal(expression.value, expression.unit);
    case "name":
      return { kind: "number", measure: scope.unitOf(expression.name) };
    case "neg": {
      const of = linear(expression.of, scope, "a sign turned round");
      return { ...of, constant: of.constant === undefined ? undefined : -of.constant };
    }
    case "not":
      truth(expression.of, scope);
      return condition;
    case "and":
    case "or":
      truth(expression.left, scope);
      truth(expression.right, scope);
      return condition;
    case "lt":
    case "le":
    case "gt":
    case "ge":
    case "eq":
    case "ne":
      together("compares", expression.left, expression.right, scope);
      return condition;
    case "if": {
      truth(expression.test, scope);
      return { kind: "number", measure: together("chooses between", expression.yes, expression.no, scope) };
    }
    case "add":
    case "sub":
      return sum(expression, scope);
    case "mul":
    case "div":
      return product(expression, scope);
    case "pow":
      return power(expression, scope);
    case "call":
      return call(expression, scope);
    default:
      return expression satisfies never;
  }
}

function literal(value: number, unit: string | undefined): Quantity {
  if (unit !== undefined) return { kind: "number", measure: measureOf(unit) };
  return value === 0 ? { ...anything, constant: value } : { ...plain, constant: value };
}

/** A number; a condition in its place is reported. */
function quantity(expression: Expression, scope: UnitScope): Quantity {
  const found = unitOf(expression, scope);
  if (found.kind === "number") return found;
  scope.report("model/condition", { what: brief(expression), expected: "number" });
  return anything;
}

function truth(expression: Expression, scope: UnitScope): void {
  if (unitOf(expression, scope).kind === "number") scope.report("model/condition", { what: brief(expression), expected: "condition" });
}

/** A number on a scale that starts at zero, fit to be multiplied. */
function linear(expression: Expression, scope: UnitScope, use: string): Quantity {
  const found = quantity(expression, scope);
  if (!found.measure || found.measure.offset === 0) return found;
  scope.report("model/unit-temperature", {
    use,
    quantity: brief(expression),
    unit: unitText(found.measure),
    remedy: `${expression.op === "name" ? `Declare ${expression.name} in K (tags in degC are converted when they are bound), or use` : "Use"} a difference such as T - 20 degC.`,
  });
  return anything;
}

/** The common unit of two numbers that must have one, reported when they have not. */
function together(verb: string, left: Expression, right: Expression, scope: UnitScope): Measure | undefined {
  const [a, b] = [quantity(left, scope), quantity(right, scope)];
  return agree(verb, left, a, right, b, scope) ? (a.measure ?? b.measure) : undefined;
}

function agree(verb: string, left: Expression, a: Quantity, right: Expression, b: Quantity, scope: UnitScope): boolean {
  if (!a.measure || !b.measure) return true;
  if (alike(a.measure, b.measure)) {
    if (a.measure.offset === b.measure.offset) return true;
    mixedTemperatures(verb, left, a.measure, right, b.measure, scope);
    return false;
  }
  if (a.constant !== undefined || b.constant !== undefined) {
    const [bare, other] = a.constant !== undefined ? [left, b.measure] : [right, a.measure];
    scope.report("model/unit-bare-number", { verb, number: brief(bare), unit: unitText(other) });
    return false;
  }
  const [wrong, from, to] = left.op === "name" && right.op !== "name" ? [left, a.measure, b.measure] : [right, b.measure, a.measure];
  scope.report("model/unit-mismatch", {
    verb,
    left: { text: brief(left), ...sideOf(a.measure) },
    right: { text: brief(right), ...sideOf(b.measure) },
    remedy: agreement(wrong, from, to, scope.declared),
  });
  return false;
}

function mixedTemperatures(verb: string, left: Expression, a: Measure, right: Expression, b: Measure, scope: UnitScope): void {
  const [odd, measure, other] = a.offset !== 0 ? [left, a, b] : [right, b, a];
  scope.report("model/unit-temperature", {
    use: `${verb} temperatures in ${unitText(a)} and ${unitText(b)}`,
    quantity: brief(odd),
    unit: unitText(measure),
    remedy: `Declare both in K, or write the other in ${unitText(measure)}${other.offset === 0 ? " (a difference of temperatures is in K and can be added)" : ""}.`,
  });
}

/** degC − degC is a difference in K; degC ± K stays degC; degC + degC and K − degC mean nothing. */
function sum(expression: Binary, scope: UnitScope): Quantity {
  const { left, right } = expression;
  const [a, b] = [quantity(left, scope), quantity(right, scope)];
  const verb = expression.op === "add" ? "adds" : "subtracts";
  const constant =
    a.constant === undefined || b.constant === undefined
      ? undefined
      : expression.op === "add"
        ? a.constant + b.constant
        : a.constant - b.constant;
  if (!a.measure || !b.measure) return { kind: "number", measure: a.measure ?? b.measure, constant };
  const [left0, right0] = [a.measure.offset !== 0, b.measure.offset !== 0];
  if (left0 && right0 && expression.op === "add") {
    mixedTemperatures(verb, left, a.measure, right, b.measure, scope);
    return anything;
  }
  if (left0 !== right0 && alike(a.measure, b.measure)) {
    if (left0) return { kind: "number", measure: a.measure };
    if (expression.op === "add") return { kind: "number", measure: b.measure };
  }
  if (!agree(verb, left, a, right, b, scope)) return anything;
  return { kind: "number", measure: difference(a.measure), constant };
}

function product(expression: Binary, scope: UnitScope): Quantity {
  const use = expression.op === "mul" ? "a product" : "a quotient";
  const [a, b] = [linear(expression.left, scope, use), linear(expression.right, scope, use)];
  const constant =
    a.constant === undefined || b.constant === undefined
      ? undefined
      : expression.op === "mul"
        ? a.constant * b.constant
        : a.constant / b.constant;
  if (!a.measure || !b.measure) return { ...anything, constant };
  return { kind: "number", measure: times(a.measure, b.measure, expression.op === "mul" ? 1 : -1), constant };
}

function power(expression: Binary, scope: UnitScope): Quantity {
  const base = linear(expression.left, scope, "a power");
  const exponent = pureNumber("An exponent", expression.right, scope);
  if (exponent.constant !== undefined && Number.isFinite(exponent.constant)) {
    const constant = base.constant === undefined ? undefined : base.constant ** exponent.constant;
    return { kind: "number", measure: base.measure && times(pure, base.measure, exponent.constant), constant };
  }
  if (!base.measure || isPure(base.measure)) return plain;
  scope.report("model/unit-power", { base: brief(expression.left), actual: sideOf(base.measure), exponent: brief(expression.right) });
  return anything;
}

/** An argument that must be a number without unit, and of scale 1: a percentage is not. */
function pureNumber(needs: string, argument: Expression, scope: UnitScope): Quantity {
  const found = linear(argument, scope, `the argument of ${needs}`);
  if (!found.measure || isPure(found.measure)) return found;
  const { verb, by } = factorBetween(found.measure, pure, scope.declared);
  const remedy = isDimensionless(found.measure)
    ? `${verb} it by ${by}.`
    : `Divide it by a reference quantity in ${unitText(found.measure)}, or correct a unit where it is declared.`;
  scope.report("model/unit-argument", { needs, argument: brief(argument), actual: sideOf(found.measure), remedy });
  return anything;
}

function call({ name, of }: Extract<Expression, { op: "call" }>, scope: UnitScope): Quantity {
  const rule = ruleOf[name];
  switch (rule) {
    case "pure":
      for (const argument of of) pureNumber(name, argument, scope);
      return plain;
    case "root": {
      const { measure } = linear(of[0]!, scope, "a root");
      return { kind: "number", measure: measure && times(pure, measure, 0.5) };
    }
    case "same":
      return { kind: "number", measure: linear(of[0]!, scope, `the argument of ${name}`).measure };
    case "sign":
      linear(of[0]!, scope, "the argument of sign");
      return plain;
    case "angle":
      together("takes atan2 of", of[0]!, of[1]!, scope);
      return plain;
    case "choice":
      return choice(name, of, scope);
    default:
      return rule satisfies never;
  }
}

function choice(name: FunctionName, of: readonly Expression[], scope: UnitScope): Quantity {
  const found = of.map((argument) => quantity(argument, scope));
  const first = found.findIndex(({ measure, constant }) => measure && constant === undefined);
  const lead = first < 0 ? found.findIndex(({ measure }) => measure) : first;
  if (lead < 0) return anything;
  let allAgree = true;
  for (const [i, other] of found.entries()) {
    if (i !== lead && !agree(`takes ${name} of`, of[lead]!, found[lead]!, of[i]!, other, scope)) allAgree = false;
  }
  return allAgree ? { kind: "number", measure: found[lead]!.measure } : anything;
}

type Rule = "pure" | "root" | "same" | "sign" | "angle" | "choice";

const ruleOf: Readonly<Record<FunctionName, Rule>> = {
  exp: "pure",
  log: "pure",
  log10: "pure",
  sqrt: "root",
  sin: "pure",
  cos: "pure",
  tan: "pure",
  asin: "pure",
  acos: "pure",
  atan: "pure",
  atan2: "angle",
  sinh: "pure",
  cosh: "pure",
  tanh: "pure",
  abs: "same",
  sign: "sign",
  min: "choice",
  max: "choice",
  floor: "pure",
  ceil: "pure",
};
