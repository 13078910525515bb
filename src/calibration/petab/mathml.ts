/** MathML of SBML as text in the language of models. */
import { GreyboxError } from "../../core/index.ts";
import type { Element } from "./xml.ts";

const infix: Readonly<Record<string, string>> = {
  plus: "+",
  times: "*",
  divide: "/",
  power: "^",
  lt: "<",
  leq: "<=",
  gt: ">",
  geq: ">=",
  eq: "==",
  neq: "!=",
};
const functions: Readonly<Record<string, string>> = {
  exp: "exp",
  ln: "log",
  sin: "sin",
  cos: "cos",
  tan: "tan",
  arcsin: "asin",
  arccos: "acos",
  arctan: "atan",
  sinh: "sinh",
  cosh: "cosh",
  tanh: "tanh",
  abs: "abs",
  floor: "floor",
  ceiling: "ceil",
  min: "min",
  max: "max",
};
const constants: Readonly<Record<string, string>> = { pi: String(Math.PI), exponentiale: String(Math.E), true: "1", false: "0" };

export interface MathContext {
  readonly file: string;
  /** Text of a symbol. */
  name(id: string): string;
  /** Functions defined in the model. */
  readonly defined: ReadonlyMap<string, { readonly parameters: readonly string[]; readonly body: Element }>;
}

/** @throws GreyboxError `calibration/petab` for an operation that the language does not have */
export function mathText(element: Element, context: MathContext): string {
  const no = (what: string): never => {
    throw new GreyboxError("calibration/petab", {
      file: context.file,
      line: undefined,
      why: `"${what}" in its equations is not supported`,
    });
  };
  const text = (one: Element): string => mathText(one, context);
  switch (element.name) {
    case "math":
    case "semantics":
      return text(element.children[0] ?? no("empty math"));
    case "ci":
      return context.name(element.text);
    case "csymbol":
      return element.attributes["definitionURL"]?.endsWith("/time") ? "t" : no(element.attributes["definitionURL"] ?? "csymbol");
    case "cn":
      return numberText(element);
    case "piecewise":
      return piecewise(element.children, text, no);
    case "apply":
      return applied(element, context, text, no);
    default:
      return constants[element.name] ?? no(element.name);
  }
}

function numberText({ attributes, children, text }: Element): string {
  const type = attributes["type"];
  // `<sep/>` divides mantissa and exponent, or numerator and denominator; the tree keeps the texts in one.
  const parts = text.split(/\s+/).filter((part) => part !== "");
  const value =
    children.length > 0 && parts.length === 2
      ? type === "rational"
        ? Number(parts[0]) / Number(parts[1])
        : Number(`${parts[0]}e${parts[1]}`)
      : Number(text);
  return value < 0 ? `(${value})` : String(value);
}

function piecewise(children: readonly Element[], text: (one: Element) => string, no: (what: string) => never): string {
  const pieces = children.filter(({ name }) => name === "piece");
  const other = children.find(({ name }) => name === "otherwise")?.children[0];
  const last = other ? text(other) : no("piecewise without otherwise");
  return pieces.reduceRight((rest, { children: [value, condition] }) => `if(${text(condition!)}, ${text(value!)}, ${rest})`, last);
}

function applied(element: Element, context: MathContext, text: (one: Element) => string, no: (what: string) => never): string {
  const [head, ...operands] = element.children;
  if (!head) return no("empty apply");
  const qualifier = operands.find(({ name }) => name === "degree" || name === "logbase");
  const values = operands.filter((one) => one !== qualifier).map(text);
  const [first = "0", second] = values;
  switch (head.name) {
    case "plus":
      return values.length === 0 ? "0" : `(${values.join(" + ")})`;
    case "times":
      return values.length === 0 ? "1" : `(${values.join("*")})`;
    case "minus":
      return second === undefined ? `(-${first})` : `(${first} - ${second})`;
    case "divide":
    case "power":
      return `(${first})${infix[head.name]}(${second})`;
    case "root":
      return qualifier ? `(${first})^(1/(${text(qualifier.children[0]!)}))` : `sqrt(${first})`;
    case "log":
      return qualifier ? `(log(${first})/log(${text(qualifier.children[0]!)}))` : `log10(${first})`;
    case "and":
    case "or":
      return `(${values.join(` ${head.name} `)})`;
    case "not":
      return `not (${first})`;
    case "ci": {
      const called = context.defined.get(head.text);
      if (!called) return no(head.text);
      const bound = new Map(called.parameters.map((name, i) => [name, `(${values[i]})`]));
      return `(${mathText(called.body, { ...context, name: (id) => bound.get(id) ?? context.name(id) })})`;
    }
    default:
      if (infix[head.name]) return `(${first} ${infix[head.name]} ${second})`;
      return functions[head.name] ? `${functions[head.name]}(${values.join(", ")})` : no(head.name);
  }
}
