/**
 * The unit of an expression, with every operation checked in dimension and scale.
 *
 * Each variable keeps its own unit, nothing is converted: a product has the product of the units, a sum needs equal ones. The number 0
 * fits any unit, other bare numbers are dimensionless. After a mistake the walk goes on with "any unit", so one mistake is told once.
 */
import type { Expression, FunctionName } from "../language/expression.ts";
import { agree, combined, refusePoint, sum, type Term } from "./agree.ts";
import { anything, condition, type Found, plain, type Quantity, type UnitScope } from "./found.ts";
import {
  actualOf,
  alike,
  difference,
  differentKind,
  gaugeOf,
  isDimensionless,
  isPoint,
  isPure,
  type Measure,
  measureOf,
  normalOf,
  pure,
  sameDimension,
  sameKind,
  sideOf,
  times,
  unitText,
} from "./measure.ts";
import { agreement, brief, factorBetween } from "./remedy.ts";

type Call = Extract<Expression, { op: "call" }>;

/** Checks a whole expression. */
export function unitOf(expression: Expression, scope: UnitScope): Found {
  switch (expression.op) {
    case "number":
      return literal(expression.value, expression.unit);
    case "name":
      return { kind: "number", measure: scope.unitOf(expression.name) };
    case "neg": {
      const of = linear(expression.of, scope, "its sign is turned round");
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
      together("compares", [expression.left, expression.right], scope);
      return condition;
    case "if":
      truth(expression.test, scope);
      return together("chooses between", [expression.yes, expression.no], scope);
    case "add":
    case "sub":
      return sum(expression.op, term(expression.left, scope), term(expression.right, scope), scope, unitOf);
    case "mul":
    case "div":
      return product(expression.op, expression.left, expression.right, scope);
    case "pow":
      return power(expression.left, expression.right, scope);
    case "call":
      return call(expression, scope);
    case "lookup":
      return lookup(expression, scope);
    case "delay":
      if (scope.time) argument(expression.by, scope.time, "The time of a delay", scope);
      return quantity(expression.of, scope);
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

const term = (expression: Expression, scope: UnitScope): Term => ({ expression, found: quantity(expression, scope) });

/** A number on a scale that starts at zero, fit to be multiplied. */
function linear(expression: Expression, scope: UnitScope, use: string): Quantity {
  const found = quantity(expression, scope);
  if (!found.measure || !isPoint(found.measure)) return found;
  refusePoint(use, expression, found.measure, scope);
  return anything;
}

/** The common unit of numbers that must have one. The first with a unit of its own leads, so that bare numbers are the odd ones out. */
function together(verb: string, expressions: readonly Expression[], scope: UnitScope): Quantity {
  const terms = expressions.map((expression) => term(expression, scope));
  const lead = terms.find(({ found }) => found.measure && found.constant === undefined) ?? terms.find(({ found }) => found.measure);
  if (!lead) return anything;
  const allAgree = terms.map((other) => other === lead || agree(verb, ...inOrder(terms, lead, other), scope, unitOf)).every(Boolean);
  return allAgree ? { kind: "number", measure: lead.found.measure } : anything;
}

function inOrder(terms: readonly Term[], a: Term, b: Term): readonly [Term, Term] {
  return terms.indexOf(a) < terms.indexOf(b) ? [a, b] : [b, a];
}

function product(op: "mul" | "div", left: Expression, right: Expression, scope: UnitScope): Quantity {
  const use = op === "mul" ? "a factor of a product" : "a part of a quotient";
  const [a, b] = [linear(left, scope, use), linear(right, scope, use)];
  const constant = combined(a, b, (x, y) => (op === "mul" ? x * y : x / y));
  if (!a.measure || !b.measure) return { ...anything, constant };
  const measure = times(a.measure, b.measure, op === "mul" ? 1 : -1);
  // Half of a mole fraction is one; a fraction times anything else is a factor like any other.
  const kind = b.constant !== undefined ? a.measure.kind : a.constant !== undefined && op === "mul" ? b.measure.kind : undefined;
  return { kind: "number", measure: { ...measure, kind }, constant };
}

function power(left: Expression, right: Expression, scope: UnitScope): Quantity {
  const base = linear(left, scope, "the base of a power");
  const exponent = pureNumber("An exponent", right, scope);
  const { constant } = exponent;
  if (constant !== undefined && Number.isFinite(constant)) {
    return { kind: "number", measure: base.measure && times(pure, base.measure, constant), constant: combined(base, exponent, Math.pow) };
  }
  if (!base.measure || isPure(base.measure)) return plain;
  scope.report("model/unit-power", { base: brief(left), actual: sideOf(base.measure), exponent: brief(right) });
  return anything;
}

/** An argument that must be a number without unit, and of scale 1: a percentage is not. */
function pureNumber(needs: string, argument: Expression, scope: UnitScope): Quantity {
  const found = linear(argument, scope, `${needs} of it`);
  if (!found.measure || isPure(found.measure)) return found;
  const { measure } = found;
  const { verb, by } = factorBetween(measure, pure, scope);
  const remedy = isDimensionless(measure)
    ? `${verb} it by ${by}.`
    : `Divide it by a reference quantity in ${unitText(measure)}, or correct a unit where it is declared.`;
  scope.report("model/unit-argument", { needs, argument: brief(argument), actual: sideOf(measure), remedy });
  return anything;
}

function call({ name, of }: Call, scope: UnitScope): Quantity {
  const rule = ruleOf[name];
  if (rule === "zero" || rule === "gas") return converted(name, of, scope);
  const root = (measure: Measure | undefined): Quantity => ({ kind: "number", measure: measure && times(pure, measure, 0.5) });
  switch (rule) {
    case "pure":
      for (const argument of of) pureNumber(name, argument, scope);
      return plain;
    case "root":
      return root(linear(of[0]!, scope, "a root of it").measure);
    case "same":
      return { kind: "number", measure: linear(of[0]!, scope, `${name} of it`).measure };
    case "sign":
      linear(of[0]!, scope, `${name} of it`);
      return plain;
    case "angle":
      together(`takes ${name} of`, of, scope);
      return plain;
    case "choice":
      return together(`takes ${name} of`, of, scope);
    default:
      return rule satisfies never;
  }
}

/** An argument that has a unit to keep to. */
function argument(expression: Expression, expected: Measure, what: string, scope: UnitScope): void {
  const { measure, constant } = quantity(expression, scope);
  if (!measure || (alike(measure, expected) && sameKind(measure, expected))) return;
  const sides = { what, expected: sideOf(expected), actual: sideOf(measure) };
  if (constant !== undefined) scope.report("model/unit-bare-result", { what, number: String(constant), expected: sides.expected });
  else {
    const remedy = alike(measure, expected)
      ? differentKind(measure, expected)
      : agreement({ expression, measure }, expected, { given: undefined }, scope, unitOf);
    scope.report("model/unit-result", { ...sides, remedy: scope.trial ? "" : remedy });
  }
}

function lookup({ table, data, of }: Extract<Expression, { op: "lookup" }>, scope: UnitScope): Quantity {
  const units = [data?.unit.x, data?.unit.y];
  for (const [i, expression] of of.entries()) {
    const unit = units[i];
    if (unit === undefined) quantity(expression, scope);
    else argument(expression, measureOf(unit), `"${"xy"[i]}" of table "${table}"`, scope);
  }
  return { kind: "number", measure: data && measureOf(data.unit.value) };
}

/** The four functions that lead from one kind of pressure or gas volume to the other. */
function converted(name: FunctionName, [first, ...others]: readonly Expression[], scope: UnitScope): Quantity {
  const { measure } = quantity(first!, scope);
  if (name === "toAbsolute" || name === "toGauge") {
    if (!measure) return anything;
    const absolute = difference(measure);
    const isGauge = measure.kind === "gauge pressure";
    if (isGauge !== (name === "toAbsolute") || !sameDimension(measure, measureOf("Pa"))) {
      const needs = name === "toAbsolute" ? "gauge pressure, such as barg" : "absolute pressure, such as bar";
      scope.report("model/unit-convert", { name, needs, argument: brief(first!), actual: sideOf(measure) });
      return anything;
    }
    argument(others[0]!, absolute, "The pressure of the air", scope);
    return { kind: "number", measure: isGauge ? absolute : gaugeOf(measure) };
  }
  argument(others[0]!, measureOf("K"), `The temperature of ${name}`, scope);
  argument(others[1]!, measureOf("bar"), `The pressure of ${name}`, scope);
  const found = measure && (name === "toActual" ? actualOf(measure) : normalOf(measure));
  if (measure && !found) {
    const needs = name === "toActual" ? "a volume or flow of normal cubic metres, such as Nm^3/h" : "a volume or flow, such as m^3/h";
    scope.report("model/unit-convert", { name, needs, argument: brief(first!), actual: sideOf(measure) });
  }
  return { kind: "number", measure: found };
}

type Rule = "pure" | "root" | "same" | "sign" | "angle" | "choice" | "zero" | "gas";

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
  toAbsolute: "zero",
  toGauge: "zero",
  toActual: "gas",
  toNormal: "gas",
};
