/** What to do about two units that do not agree: the factor between them, written as the language has it. */
import type { Expression } from "../language/expression.ts";
import { printExpression } from "../language/print.ts";
import { isUnitWord } from "../language/words.ts";
import { type Measure, pure, sameDimension, times, unitText } from "./measure.ts";

/** "Multiply q by 60 s/min, or declare q in L/min.": brings `wrong`, the unit of `expression`, to `right`. */
export function agreement(expression: Expression, wrong: Measure, right: Measure, declared: (name: string) => boolean): string {
  const text = brief(expression);
  const declare = expression.op === "name" && expression.name !== "t" ? `, or declare ${text} in ${unitText(right)}.` : ".";
  if (!sameDimension(wrong, right)) return `One side lacks a factor in ${unitText(times(right, wrong, -1))}${declare}`;
  const { verb, by } = factorBetween(wrong, right, declared);
  return `${verb} ${text} by ${by}${declare}`;
}

/** The factor from one unit to another of the same dimension, such as { verb: "Multiply", by: "60 s/min" }. */
export function factorBetween(
  from: Measure,
  to: Measure,
  declared: (name: string) => boolean,
): { readonly verb: string; readonly by: string } {
  const unit = times(to, from, -1);
  // A unit literal starts with a unit word, so "0.01 1/percent" is written as a division by "100 percent".
  const asProduct = [...unit.parts.values()].some((power) => power > 0);
  const value = asProduct ? from.scale / to.scale : to.scale / from.scale;
  const written = asProduct ? unit : times(pure, unit, -1);
  const number = String(Number(value.toPrecision(12)));
  const words = [...written.parts.keys()];
  const writable = words.every((word) => isUnitWord(word) && !declared(word));
  const literal = words.length === 0 ? number : `${number} ${unitText(written)}`;
  return { verb: asProduct ? "Multiply" : "Divide", by: writable ? literal : `a parameter of ${number} with unit ${unitText(written)}` };
}

const longest = 60;

/** The text of an expression for a sentence: cut when it is long, in brackets when it is a sum or product. */
export function brief(expression: Expression): string {
  const text = printExpression(expression);
  const cut = text.length <= longest ? text : `${text.slice(0, longest)}…`;
  return expression.op === "name" || expression.op === "number" || expression.op === "call" ? cut : `(${cut})`;
}
