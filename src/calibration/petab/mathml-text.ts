/** Expressions of the language as MathML of SBML, and as text of PEtab formulas. Units are left behind: all numbers are in units of the model. */
import { type Signal, segmentAt } from "../../core/index.ts";
import type { Expression } from "../../models/index.ts";

/** Why an expression has no MathML. */
export class NotInSbml extends Error {}

const operators: Readonly<Record<string, string>> = {
  neg: "minus",
  not: "not",
  add: "plus",
  sub: "minus",
  mul: "times",
  div: "divide",
  pow: "power",
  lt: "lt",
  le: "leq",
  gt: "gt",
  ge: "geq",
  eq: "eq",
  ne: "neq",
  and: "and",
  or: "or",
};
const functions: Readonly<Record<string, string>> = {
  exp: "exp",
  log: "ln",
  sin: "sin",
  cos: "cos",
  tan: "tan",
  asin: "arcsin",
  acos: "arccos",
  atan: "arctan",
  sinh: "sinh",
  cosh: "cosh",
  tanh: "tanh",
  abs: "abs",
  floor: "floor",
  ceil: "ceiling",
};

const apply = (head: string, ...operands: readonly string[]): string => `<apply><${head}/>${operands.join("")}</apply>`;
const piecewise = (yes: string, test: string, no: string): string =>
  `<piecewise><piece>${yes}${test}</piece><otherwise>${no}</otherwise></piecewise>`;

export const mathOf = (inside: string): string => `<math xmlns="http://www.w3.org/1998/Math/MathML">${inside}</math>`;
export const numberMath = (value: number): string => {
  const [mantissa, exponent] = String(value).split("e");
  return exponent === undefined ? `<cn>${mantissa}</cn>` : `<cn type="e-notation">${mantissa}<sep/>${Number(exponent)}</cn>`;
};
export const symbolMath = (id: string): string => `<ci>${id}</ci>`;
const timeMath = '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">t</csymbol>';

/**
 * @param id  what a name is called in the file
 * @throws NotInSbml
 */
export function mathOfExpression(expression: Expression, id: (name: string) => string): string {
  const of = (one: Expression): string => mathOfExpression(one, id);
  switch (expression.op) {
    case "number":
      return numberMath(expression.value);
    case "name":
      return expression.name === "t" ? timeMath : symbolMath(id(expression.name));
    case "neg":
    case "not":
      return apply(operators[expression.op]!, of(expression.of));
    case "if":
      return piecewise(of(expression.yes), of(expression.test), of(expression.no));
    case "call":
      return called(expression.name, expression.of.map(of));
    case "delay":
      return `<apply><csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/delay">delay</csymbol>${of(expression.of)}${of(expression.by)}</apply>`;
    case "lookup":
      throw new NotInSbml(`it reads the table "${expression.table}"`);
    default:
      return apply(operators[expression.op]!, of(expression.left), of(expression.right));
  }
}

function called(name: string, of: readonly string[]): string {
  const [first, second] = of as [string, string];
  switch (name) {
    case "sqrt":
      return apply("root", first);
    case "log10":
      return `<apply><log/><logbase><cn>10</cn></logbase>${first}</apply>`;
    case "sign":
      return piecewise(
        "<cn>1</cn>",
        apply("gt", first, "<cn>0</cn>"),
        piecewise("<cn>-1</cn>", apply("lt", first, "<cn>0</cn>"), "<cn>0</cn>"),
      );
    case "min":
    case "max":
      return of.reduce((a, b) => piecewise(a, apply(name === "min" ? "leq" : "geq", a, b), b));
    case "toAbsolute":
      return apply("plus", first, second);
    case "toGauge":
      return apply("minus", first, second);
    default: {
      const own = functions[name];
      if (!own) throw new NotInSbml(`it uses ${name}()`);
      return apply(own, ...of);
    }
  }
}

/** A signal as a function of time: halves of halves, so that brackets stay few. */
export function signalMath(signal: Signal): string {
  const { times, values, interpolation } = signal;
  const last = times.length - 1;
  if (values.every((value) => value === values[0])) return numberMath(values[0]!);
  const piece = (i: number): string => {
    if (interpolation === "hold" || i === last || values[i] === values[i + 1]) return numberMath(values[i]!);
    const slope = (values[i + 1]! - values[i]!) / (times[i + 1]! - times[i]!);
    return apply("plus", numberMath(values[i]!), apply("times", numberMath(slope), apply("minus", timeMath, numberMath(times[i]!))));
  };
  const stretch = (from: number, to: number): string => {
    if (from === to) return piece(from);
    const middle = (from + to + 1) >> 1;
    return piecewise(stretch(from, middle - 1), apply("lt", timeMath, numberMath(times[middle]!)), stretch(middle, to));
  };
  // A value is held after the last point, and what comes before the start is not asked for.
  return stretch(Math.max(0, segmentAt(times, 0)), last);
}
