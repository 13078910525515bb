/** MathML of SBML as text in the language of models. */
import { GreyboxError } from "../../core/index.ts";
import { numberText } from "./names.ts";
import { child, type Element } from "./xml.ts";

const infix: Readonly<Record<string, string>> = { divide: "/", power: "^" };
const relations: Readonly<Record<string, string>> = {
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
};
const constants: Readonly<Record<string, string>> = { pi: String(Math.PI), exponentiale: String(Math.E) };
/** What one function of another kind is made of. */
const made: Readonly<Record<string, (x: string) => string>> = {
  sec: (x) => `(1/cos(${x}))`,
  csc: (x) => `(1/sin(${x}))`,
  cot: (x) => `(1/tan(${x}))`,
  sech: (x) => `(1/cosh(${x}))`,
  csch: (x) => `(1/sinh(${x}))`,
  coth: (x) => `(1/tanh(${x}))`,
  arccot: (x) => `atan(1/(${x}))`,
  arcsec: (x) => `acos(1/(${x}))`,
  arccsc: (x) => `asin(1/(${x}))`,
  arcsinh: (x) => `log((${x}) + sqrt((${x})^2 + 1))`,
  arccosh: (x) => `log((${x}) + sqrt((${x})^2 - 1))`,
  arctanh: (x) => `(0.5*log((1 + (${x}))/(1 - (${x}))))`,
};
const logical = ["and", "or", "not", "xor", "implies"];
/** Particles in a mole, as SBML says it: CODATA 2006. */
const avogadro = "6.02214179e23";

export interface MathContext {
  readonly file: string;
  /** Text of a symbol. */
  name(id: string): string;
  /** Text of the time. Default: `t`. */
  readonly time?: string;
  /** Functions defined in the model. */
  readonly defined: ReadonlyMap<string, { readonly parameters: readonly string[]; readonly body: Element }>;
}

/**
 * A quantity as text; a condition counts 1 or 0.
 *
 * @throws GreyboxError `calibration/petab` for an operation that the language does not have
 */
export function mathText(element: Element, context: MathContext): string {
  const { name, children } = element;
  if (name === "math" || name === "semantics") return mathText(children[0] ?? refuse(context, "empty math"), context);
  if (isTruth(element)) return `if(${truthText(element, context)}, 1, 0)`;
  switch (name) {
    case "ci":
      return context.name(element.text);
    case "csymbol":
      return symbolText(element, context);
    case "cn":
      return constantText(element);
    case "piecewise":
      return piecewise(children, context);
    case "apply":
      return applied(children, context);
    default:
      return constants[name] ?? refuse(context, name);
  }
}

/**
 * The equation inside an element.
 *
 * @throws GreyboxError `calibration/petab` where there is none
 */
export function mathOfElement(element: Element, context: MathContext): Element {
  const what = element.attributes["id"] ?? element.attributes["variable"] ?? element.attributes["symbol"] ?? "";
  return child(element, "math") ?? refuse(context, `${element.name} ${what} without an equation`.replace("  ", " "));
}

/** A condition as text; a quantity is one where it is not 0. */
export function truthText(element: Element, context: MathContext): string {
  const { name, children } = element;
  if (name === "math" || name === "semantics") return truthText(children[0] ?? refuse(context, "empty math"), context);
  if (name === "true") return "(1 > 0)";
  if (name === "false") return "(0 > 1)";
  const [head, ...operands] = children;
  if (name !== "apply" || !head || !isTruth(element)) return `(${mathText(element, context)} != 0)`;
  if (!logical.includes(head.name)) {
    const values = operands.map((one) => mathText(one, context));
    const pairs = values.slice(1).map((right, i) => `(${values[i]} ${relations[head.name]} ${right})`);
    return pairs.length === 1 ? pairs[0]! : `(${pairs.join(" and ")})`;
  }
  const parts = operands.map((one) => truthText(one, context));
  if (head.name === "not") return `(not ${parts[0]})`;
  if (head.name === "implies") return `((not ${parts[0]}) or ${parts[1]})`;
  if (head.name === "xor") return parts.reduce((a, b) => `((${a} and (not ${b})) or ((not ${a}) and ${b}))`, "(0 > 1)");
  return parts.length === 0 ? (head.name === "and" ? "(1 > 0)" : "(0 > 1)") : `(${parts.join(` ${head.name} `)})`;
}

/** Whether it is a condition. */
export function isTruth({ name, children }: Element): boolean {
  if (name === "true" || name === "false") return true;
  const head = children[0]?.name ?? "";
  return name === "apply" && (head in relations || logical.includes(head));
}

function refuse(context: MathContext, what: string): never {
  throw new GreyboxError("calibration/petab", {
    file: context.file,
    line: undefined,
    why: `"${what}" in its equations is not supported`,
  });
}

function symbolText({ attributes, text }: Element, context: MathContext): string {
  const url = attributes["definitionURL"] ?? "";
  if (url.endsWith("/time")) return context.time ?? "t";
  if (url.endsWith("/avogadro")) return avogadro;
  return refuse(context, url === "" ? `csymbol ${text}` : url);
}

function constantText({ attributes, children, text }: Element): string {
  const type = attributes["type"];
  // `<sep/>` divides mantissa and exponent, or numerator and denominator; the tree keeps the texts in one.
  const parts = text.split(/\s+/).filter((part) => part !== "");
  const value =
    children.length > 0 && parts.length === 2
      ? type === "rational"
        ? Number(parts[0]) / Number(parts[1])
        : Number(`${parts[0]}e${parts[1]}`)
      : Number(text);
  return numberText(value);
}

function piecewise(children: readonly Element[], context: MathContext): string {
  const pieces = children.filter(({ name }) => name === "piece");
  const other = children.find(({ name }) => name === "otherwise")?.children[0];
  // Without `otherwise` there is no value where no condition holds: one of several pieces then stands for the rest of what is asked for.
  if (!other && pieces.length < 2) refuse(context, "piecewise with one piece and without otherwise");
  const last = mathText(other ?? pieces.at(-1)!.children[0]!, context);
  return (other ? pieces : pieces.slice(0, -1)).reduceRight(
    (rest, { children: [value, condition] }) => `if(${truthText(condition!, context)}, ${mathText(value!, context)}, ${rest})`,
    last,
  );
}

function applied([head, ...operands]: readonly Element[], context: MathContext): string {
  const no = (what: string): never => refuse(context, what);
  if (!head) return no("empty apply");
  const text = (one: Element): string => mathText(one, context);
  const qualifier = operands.find(({ name }) => name === "degree" || name === "logbase");
  const values = operands.filter((one) => one !== qualifier).map(text);
  const [first = "0", second = "0"] = values;
  switch (head.name) {
    case "plus":
      return values.length === 0 ? "0" : `(${values.join(" + ")})`;
    case "times":
      return values.length === 0 ? "1" : `(${values.join("*")})`;
    case "minus":
      return values.length < 2 ? `(-${first})` : `(${first} - ${second})`;
    case "divide":
    case "power":
      return `((${first})${infix[head.name]}(${second}))`;
    case "root":
      return qualifier ? `((${first})^(1/(${text(qualifier.children[0]!)})))` : `sqrt(${first})`;
    case "log":
      return qualifier ? `(log(${first})/log(${text(qualifier.children[0]!)}))` : `log10(${first})`;
    case "quotient":
      return `floor((${first})/(${second}))`;
    case "rem":
      return `((${first}) - (${second})*floor((${first})/(${second})))`;
    case "min":
    case "max":
      return values.length === 1 ? first : `${head.name}(${values.join(", ")})`;
    case "apply":
      return values.length === 0 ? text(head) : no("apply");
    case "csymbol": {
      const url = head.attributes["definitionURL"] ?? "";
      return url.endsWith("/delay") ? `delay(${first}, ${second})` : no(url);
    }
    case "ci": {
      const called = context.defined.get(head.text);
      if (!called) return no(head.text);
      const bound = new Map(called.parameters.map((name, i) => [name, `(${values[i]})`]));
      return `(${mathText(called.body, { ...context, name: (id) => bound.get(id) ?? context.name(id) })})`;
    }
    default:
      if (made[head.name]) return made[head.name]!(first);
      return functions[head.name] ? `${functions[head.name]}(${values.join(", ")})` : no(head.name);
  }
}
