/** Derivatives of equations as equations: readable text that keeps its unit literals, so that it can be put into a model. */
import type { Expression } from "../language/expression.ts";

const zero: Expression = { op: "number", value: 0 };
const one: Expression = { op: "number", value: 1 };
const isNumber = (e: Expression, value: number): boolean => e.op === "number" && e.value === value && e.unit === undefined;

function negative(a: Expression): Expression {
  if (isNumber(a, 0)) return a;
  return a.op === "neg" ? a.of : { op: "neg", of: a };
}
function add(a: Expression, b: Expression): Expression {
  if (isNumber(a, 0)) return b;
  if (isNumber(b, 0)) return a;
  return b.op === "neg" ? { op: "sub", left: a, right: b.of } : { op: "add", left: a, right: b };
}
function multiply(a: Expression, b: Expression): Expression {
  if (isNumber(a, 0) || isNumber(b, 0)) return zero;
  if (isNumber(a, 1)) return b;
  if (isNumber(b, 1)) return a;
  if (a.op === "neg") return negative(multiply(a.of, b));
  return b.op === "neg" ? negative(multiply(a, b.of)) : { op: "mul", left: a, right: b };
}
function divide(a: Expression, b: Expression): Expression {
  if (isNumber(a, 0)) return a;
  return a.op === "neg" ? negative(divide(a.of, b)) : { op: "div", left: a, right: b };
}
const call = (name: Extract<Expression, { op: "call" }>["name"], ...of: readonly Expression[]): Expression => ({ op: "call", name, of });
const square = (a: Expression): Expression => ({ op: "pow", left: a, right: { op: "number", value: 2 } });

/**
 * The derivative of an expression, given the derivatives of the names in it.
 *
 * @param rateOf  the derivative of a name; undefined where it is not to be had
 * @returns the name or function that stands in the way as text, where there is no derivative
 */
export function differentiated(
  expression: Expression,
  rateOf: (name: string) => Expression | undefined,
): { readonly derivative: Expression } | { readonly obstacle: string } {
  let obstacle: string | undefined;
  const d = (e: Expression): Expression => {
    switch (e.op) {
      case "number":
        return zero;
      case "name": {
        const rate = rateOf(e.name);
        if (rate === undefined) obstacle ??= e.name;
        return rate ?? zero;
      }
      case "neg":
        return negative(d(e.of));
      case "add":
        return add(d(e.left), d(e.right));
      case "sub":
        return add(d(e.left), negative(d(e.right)));
      case "mul":
        return add(multiply(d(e.left), e.right), multiply(e.left, d(e.right)));
      case "div": {
        const [numerator, denominator] = [d(e.left), d(e.right)];
        return add(divide(numerator, e.right), negative(divide(multiply(e.left, denominator), square(e.right))));
      }
      case "pow": {
        const [base, exponent] = [d(e.left), d(e.right)];
        if (!isNumber(exponent, 0)) {
          obstacle ??= "an exponent that changes";
          return zero;
        }
        const lower: Expression =
          e.right.op === "number" ? { op: "number", value: e.right.value - 1 } : { op: "sub", left: e.right, right: one };
        const power = isNumber(lower, 1) ? e.left : isNumber(lower, 0) ? one : ({ op: "pow", left: e.left, right: lower } as const);
        return multiply(multiply(e.right, power), base);
      }
      case "if":
        return { op: "if", test: e.test, yes: d(e.yes), no: d(e.no) };
      case "call": {
        const [a, inner] = [e.of[0]!, d(e.of[0]!)];
        if (e.of.length === 1 && isNumber(inner, 0)) return zero;
        switch (e.name) {
          case "exp":
            return multiply(e, inner);
          case "log":
            return divide(inner, a);
          case "log10":
            return divide(inner, multiply(a, call("log", { op: "number", value: 10 })));
          case "sqrt":
            return divide(inner, multiply({ op: "number", value: 2 }, e));
          case "sin":
            return multiply(call("cos", a), inner);
          case "cos":
            return negative(multiply(call("sin", a), inner));
          case "tan":
            return multiply(add(one, square(e)), inner);
          case "sinh":
            return multiply(call("cosh", a), inner);
          case "cosh":
            return multiply(call("sinh", a), inner);
          case "tanh":
            return multiply(add(one, negative(square(e))), inner);
          default:
            if (e.of.some((argument) => !isNumber(d(argument), 0))) obstacle ??= `${e.name}(…)`;
            return zero;
        }
      }
      default:
        // A condition where a number should be: refused elsewhere.
        obstacle ??= "a condition";
        return zero;
    }
  };
  const derivative = d(expression);
  return obstacle === undefined ? { derivative } : { obstacle };
}

/**
 * Derivative with respect to time along the equations of a model.
 *
 * @param rates  derivatives of the states
 * @param explicit  explicit quantities; others that are not constant have no derivative
 */
export function alongTime(
  expression: Expression,
  rates: ReadonlyMap<string, Expression>,
  explicit: ReadonlyMap<string, Expression>,
  constant: (name: string) => boolean,
): ReturnType<typeof differentiated> {
  const known = new Map<string, Expression | undefined>();
  const rateOf = (name: string): Expression | undefined => {
    if (name === "t") return one;
    if (constant(name)) return zero;
    const rate = rates.get(name) ?? known.get(name);
    const formula = explicit.get(name);
    if (rate !== undefined || formula === undefined) return rate;
    const inner = differentiated(formula, rateOf);
    const found = "derivative" in inner ? inner.derivative : undefined;
    known.set(name, found);
    return found;
  };
  return differentiated(expression, rateOf);
}
