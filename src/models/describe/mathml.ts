/**
 * An expression as MathML, which browsers set without fonts or scripts of their own. Products are written without a sign, quotients as
 * fractions, as in `toLatex`.
 *
 * @see "MathML Core", W3C Candidate Recommendation, for what browsers support.
 */
import type { Expression, FunctionName } from "../language/expression.ts";
import { printedName } from "../language/symbol.ts";
import { digitsAndPower, escaped, unitInPrint } from "./html.ts";
import { running, type Sum, summing, sumOf } from "./repeated.ts";

/** Markup, how tightly it holds together, and about how many characters wide it is set. */
export interface Typeset {
  readonly markup: string;
  readonly binding: number;
  readonly width: number;
}

/** How a name is set. */
export type SetName = (name: string) => Typeset;

/** Precedence, from loose to tight. */
export const level = { or: 1, and: 2, compare: 3, add: 4, mul: 5, neg: 6, pow: 7, leaf: 8 } as const;

/**
 * MathML of an expression, to stand inside `<math>`.
 *
 * @example
 * toMathML(parseExpression("a/2")); // => "<mfrac><mi>a</mi><mn>2</mn></mfrac>"
 */
export function toMathML(expression: Expression, name: SetName = setName): string {
  return typeset(expression, name).markup;
}

const operator = (sign: string): string => `<mo>${escaped(sign)}</mo>`;
const thinSpace = `<mspace width="0.17em"></mspace>`;
const row = (...items: readonly string[]): string => (items.length === 1 ? items[0]! : `<mrow>${items.join("")}</mrow>`);
const relations = { lt: "<", le: "≤", gt: ">", ge: "≥", eq: "=", ne: "≠", and: "∧", or: "∨", add: "+", sub: "−" } as const;

const indexItem = (text: string): string => {
  if (/^\d+$/.test(text)) return `<mn>${text}</mn>`;
  const letter = text.startsWith(running) ? "i" : text.startsWith(summing) ? "j" : undefined;
  if (letter === undefined) return `<mi mathvariant="normal">${escaped(text)}</mi>`;
  const [, sign, offset] = /^.+?([+-])(\d+)$/u.exec(text) ?? [];
  return sign === undefined ? `<mi>${letter}</mi>` : row(`<mi>${letter}</mi>`, operator(sign === "-" ? "−" : "+"), `<mn>${offset}</mn>`);
};

/** A name with its index, a word upright and a letter in italics. */
export function setName(name: string): Typeset {
  const { letter, word, index } = printedName(name);
  const symbol = letter === undefined ? word : letter.length > 1 ? greek(letter) : letter;
  const base = letter === undefined && [...symbol].length === 1 ? `<mi mathvariant="normal">${symbol}</mi>` : `<mi>${escaped(symbol)}</mi>`;
  const items = index.flatMap((text) => text.replace("]", "").split("["));
  const below = row(...items.flatMap((text, i) => (i === 0 ? [indexItem(text)] : [operator(","), indexItem(text)])));
  const width = [...symbol].length + 0.7 * items.join(",").length;
  return { markup: items.length === 0 ? base : `<msub>${base}${below}</msub>`, binding: level.leaf, width };
}

const letters =
  "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho final sigma tau upsilon phi chi psi omega".split(
    " ",
  );

/** A Greek letter by its name; capitals have capital names. */
export function greek(name: string): string {
  const code = 0x3b1 + letters.indexOf(name.toLowerCase());
  return String.fromCodePoint(/^[A-Z]/.test(name) ? code - 32 : code);
}

/** An expression with what is needed to put it into a larger one. */
export function typeset(expression: Expression, name: SetName = setName): Typeset {
  const set = (e: Expression, atLeast: number = 0): Typeset => {
    const made = written(e);
    return made.binding < atLeast ? fenced("(", [made], ")") : made;
  };
  const infix = (left: Typeset, sign: string, right: Typeset, binding: number): Typeset => ({
    markup: row(left.markup, operator(sign), right.markup),
    binding,
    width: left.width + right.width + 2.5,
  });

  const written = (e: Expression): Typeset => {
    switch (e.op) {
      case "number":
        return number(e.value, e.unit);
      case "name":
        return name(e.name);
      case "neg": {
        const inner = set(e.of, level.mul);
        return { markup: row(operator("−"), inner.markup), binding: level.add, width: inner.width + 1 };
      }
      case "not": {
        const inner = set(e.of, level.neg);
        return { markup: row(operator("¬"), inner.markup), binding: level.neg, width: inner.width + 1 };
      }
      case "add":
      case "sub": {
        const sum = sumOf(e);
        return sum === undefined ? infix(set(e.left, level.add), relations[e.op], set(e.right, level.add + 1), level.add) : summed(sum);
      }
      case "mul":
        return product(e.left, e.right);
      case "div": {
        // The sign of a numerator stands before the fraction.
        const negative = e.left.op === "neg";
        const [top, bottom] = [set(negative ? e.left.of : e.left), set(e.right)];
        const fraction = `<mfrac>${top.markup}${bottom.markup}</mfrac>`;
        const width = Math.max(top.width, bottom.width) + 1;
        return negative
          ? { markup: row(operator("−"), fraction), binding: level.add, width: width + 1 }
          : { markup: fraction, binding: level.mul, width };
      }
      case "pow": {
        const [base, exponent] = [set(e.left, level.leaf), set(e.right)];
        return { markup: `<msup>${base.markup}${exponent.markup}</msup>`, binding: level.pow, width: base.width + 0.7 * exponent.width };
      }
      case "lt":
      case "le":
      case "gt":
      case "ge":
      case "eq":
      case "ne":
        return infix(set(e.left, level.add), relations[e.op], set(e.right, level.add), level.compare);
      case "and":
      case "or":
        return infix(set(e.left, level[e.op]), relations[e.op], set(e.right, level[e.op] + 1), level[e.op]);
      case "if":
        return cases(e);
      case "call":
        return call(
          e.name,
          e.of.map((argument) => set(argument)),
        );
      case "lookup":
        return applied(
          name(e.table),
          e.of.map((argument) => set(argument)),
        );
      case "delay":
        return applied(e.of.op === "name" ? name(e.of.name) : fenced("(", [set(e.of)], ")"), [
          infix({ markup: "<mi>t</mi>", binding: level.leaf, width: 1 }, "−", set(e.by, level.add + 1), level.add),
        ]);
      default:
        return e satisfies never;
    }
  };

  /** A sign at the start of a product stays without brackets, and then binds as loosely as in a sum; digits are kept apart by a dot. */
  const product = (left: Expression, right: Expression): Typeset => {
    const first = written(left);
    const signed = leadingSign(left);
    const second = set(right, level.mul);
    const digits = right.op === "number" || (right.op === "pow" && right.left.op === "number") || leadingNumber(right);
    const opened = signed || first.binding >= level.mul ? first : fenced("(", [first], ")");
    return {
      markup: row(opened.markup, digits ? operator("·") : thinSpace, second.markup),
      binding: signed ? level.add : level.mul,
      width: opened.width + second.width + (digits ? 1.5 : 0.3),
    };
  };

  const summed = ({ term, range: [first, last] }: Sum): Typeset => {
    const of = set(term, level.mul);
    const sign = `<munderover><mo>∑</mo><mrow><mi>j</mi><mo>=</mo><mn>${first}</mn></mrow><mn>${last}</mn></munderover>`;
    return { markup: row(sign, of.markup), binding: level.add, width: of.width + 3 };
  };

  /** Nested conditions are lines of one brace. */
  const cases = (e: Extract<Expression, { op: "if" }>): Typeset => {
    const lines: { readonly value: Typeset; readonly when: Typeset | undefined }[] = [];
    let rest: Expression = e;
    for (; rest.op === "if"; rest = rest.no) lines.push({ value: set(rest.yes), when: set(rest.test) });
    lines.push({ value: set(rest), when: undefined });
    const text = lines.map(({ value, when }) => {
      const condition = when === undefined ? "<mtext>otherwise</mtext>" : row("<mtext>if&nbsp;</mtext>", when.markup);
      return `<mtr><mtd class="left">${value.markup}</mtd><mtd class="left">${condition}</mtd></mtr>`;
    });
    const width = 6 + Math.max(...lines.map(({ value, when }) => value.width + (when?.width ?? 6)));
    return { markup: row(`<mo fence="true" stretchy="true">{</mo>`, `<mtable>${text.join("")}</mtable>`), binding: level.leaf, width };
  };
  return written(expression);
}

/** What is set with a sign in front. */
function leadingSign(e: Expression): boolean {
  if (e.op === "mul") return leadingSign(e.left);
  return e.op === "neg" || (e.op === "number" && e.value < 0) || (e.op === "div" && e.left.op === "neg");
}

/** A product that begins with digits. */
function leadingNumber(e: Expression): boolean {
  return e.op === "mul" && (e.left.op === "number" || leadingNumber(e.left));
}

function fenced(open: string, items: readonly Typeset[], close: string): Typeset {
  const inside = items.flatMap(({ markup }, i) => (i === 0 ? [markup] : [operator(","), markup]));
  const fence = (sign: string): string => `<mo fence="true" stretchy="true">${sign}</mo>`;
  return {
    markup: row(fence(open), row(...inside), fence(close)),
    binding: level.leaf,
    width: 2 + items.reduce((sum, { width }) => sum + width + 1, -1),
  };
}

const fences: Readonly<Partial<Record<FunctionName, readonly [string, string]>>> = { abs: ["|", "|"], floor: ["⌊", "⌋"], ceil: ["⌈", "⌉"] };
const printed: Readonly<Partial<Record<FunctionName, string>>> = { log: "ln", asin: "arcsin", acos: "arccos", atan: "arctan" };

function call(name: FunctionName, of: readonly Typeset[]): Typeset {
  if (name === "sqrt") return { markup: `<msqrt>${of[0]!.markup}</msqrt>`, binding: level.leaf, width: of[0]!.width + 2 };
  const fence = fences[name];
  if (fence !== undefined) return fenced(fence[0], of, fence[1]);
  const called = name === "log10" ? "<msub><mi>log</mi><mn>10</mn></msub>" : `<mi>${printed[name] ?? name}</mi>`;
  return applied({ markup: called, binding: level.leaf, width: name.length }, of);
}

/** A function and its arguments. */
function applied(called: Typeset, of: readonly Typeset[]): Typeset {
  const inside = fenced("(", of, ")");
  return { markup: row(called.markup, "<mo>&#x2061;</mo>", inside.markup), binding: level.leaf, width: inside.width + called.width };
}

function number(value: number, unit: string | undefined): Typeset {
  const { digits, power } = digitsAndPower(Math.abs(value));
  const raised =
    power === undefined
      ? ""
      : `<msup><mn>10</mn>${power.startsWith("−") ? row(operator("−"), `<mn>${power.slice(1)}</mn>`) : `<mn>${power}</mn>`}</msup>`;
  const mantissa = raised !== "" && digits === "1" ? [] : [`<mn>${digits}</mn>`, ...(raised === "" ? [] : [operator("·")])];
  const measure = unit === undefined ? [] : [thinSpace, `<mtext>${escaped(unitInPrint(unit))}</mtext>`];
  const items = [...(value < 0 ? [operator("−")] : []), ...mantissa, ...(raised === "" ? [] : [raised]), ...measure];
  const whole = power === undefined && unit === undefined;
  return {
    markup: row(...items),
    binding: value < 0 ? level.add : whole ? level.leaf : level.mul,
    width: digits.length + (power === undefined ? 0 : 4) + (unit?.length ?? 0),
  };
}
