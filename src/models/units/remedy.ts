/** What to do about two units that do not agree: the factor between them as the language writes it, or another declaration. */
import { listed } from "../../core/index.ts";
import { type Expression, namesIn } from "../language/expression.ts";
import { printExpression } from "../language/print.ts";
import { isUnitWord } from "../language/words.ts";
import type { Found, UnitScope } from "./found.ts";
import { alike, isPoint, type Measure, normalPlace, pure, sameDimension, times, unitText } from "./measure.ts";

/** An expression and the unit it was found to have. */
export interface Operand {
  readonly expression: Expression;
  readonly measure: Measure;
}

type UnitOf = (expression: Expression, scope: UnitScope) => Found;

/** What else could be changed: the other side of the operation, or the declaration of the quantity that the equation gives. */
export type Against = { readonly other: Operand } | { readonly given: string | undefined };

/** "Multiply q by 60 s/min, or declare q in L/min.": brings `wrong` to the unit `right`. */
export function agreement(wrong: Operand, right: Measure, against: Against, scope: UnitScope, unitOf: UnitOf): string {
  const { expression, measure } = wrong;
  const text = brief(expression);
  const sameKind = sameDimension(measure, right);
  const declarations = sameKind ? redeclarations(wrong, right, scope, unitOf) : [];
  if (sameKind && "other" in against) declarations.push(...redeclarations(against.other, measure, scope, unitOf));
  if (!sameKind && expression.op === "name" && expression.name !== "t") declarations.push(`${text} in ${unitText(right)}`);
  if ("given" in against && against.given !== undefined && !isPoint(measure)) declarations.push(`${against.given} in ${unitText(measure)}`);
  const declare = declarations.length > 0 ? `, or declare ${listed(declarations.slice(0, 3), "or")}` : "";
  if (!sameKind && gasStates(measure, right)) {
    const name = measure.dimension[normalPlace] === 1 ? "toActual" : "toNormal";
    return `Write ${name}(${text}, T, p) with the temperature of the gas in K and its pressure in bar${declare}.`;
  }
  if (!sameKind) return `One side lacks a factor in ${unitText(times(right, measure, -1))}${declare}.`;
  const { verb, by } = factorBetween(measure, right, scope);
  return `${verb} ${text} by ${by}${declare}.`;
}

/** True for gas at a reference state on one side and as it is on the other. */
const gasStates = (a: Measure, b: Measure): boolean => {
  const change = b.dimension.map((exponent, i) => exponent - a.dimension[i]!);
  const sign = change[normalPlace];
  return Math.abs(sign!) === 1 && change.every((exponent, i) => exponent === (i === normalPlace ? sign : i === 1 ? -3 * sign! : 0));
};

/** The factor from one unit to another of the same dimension, such as { verb: "Multiply", by: "60 s/min" }. */
export function factorBetween(from: Measure, to: Measure, scope: UnitScope): { readonly verb: string; readonly by: string } {
  const unit = times(to, from, -1);
  // A unit literal starts with a unit word, so "0.01 1/percent" is written as a division by "100 percent"; numbers above 1 read better.
  const powers = [...unit.parts.values()];
  const [canMultiply, canDivide] = [powers.some((power) => power > 0), powers.some((power) => power < 0)];
  const asProduct = canMultiply && (from.scale >= to.scale || !canDivide);
  const value = asProduct ? from.scale / to.scale : to.scale / from.scale;
  const written = asProduct ? unit : times(pure, unit, -1);
  const number = String(Number(value.toPrecision(12)));
  const words = [...written.parts.keys()];
  const writable = words.every((word) => isUnitWord(word) && !scope.declared(word));
  const literal = words.length === 0 ? number : `${number} ${unitText(written)}`;
  return { verb: asProduct ? "Multiply" : "Divide", by: writable ? literal : `a parameter of ${number} with unit ${unitText(written)}` };
}

/** Characters of an expression that other declarations are tried on. */
const longestTried = 500;

/** Names that would put `operand` into the unit `right` if they were declared in another, no more complicated unit: "q in L/min". */
function redeclarations({ expression, measure }: Operand, right: Measure, scope: UnitScope, unitOf: UnitOf): string[] {
  const change = times(right, measure, -1);
  if (printExpression(expression).length > longestTried) return [];
  return [...namesIn(expression)].slice(0, 20).flatMap((name) => {
    const unit = scope.unitOf(name);
    if (unit === undefined || isPoint(unit) || name === "t") return [];
    for (const power of [1, -1]) {
      const other = times(unit, change, power);
      if (other.parts.size > unit.parts.size) continue;
      let clean = true;
      const found = unitOf(expression, {
        ...scope,
        trial: true,
        unitOf: (used) => (used === name ? other : scope.unitOf(used)),
        report: () => {
          clean = false;
        },
      });
      if (clean && found.kind === "number" && found.measure && alike(found.measure, right)) return [`${name} in ${unitText(other)}`];
    }
    return [];
  });
}

const longest = 60;

/** The text of an expression for a sentence: cut when it is long, in brackets when it is a sum or product. */
export function brief(expression: Expression): string {
  const text = printExpression(expression);
  const cut = text.length <= longest ? text : `${text.slice(0, longest)}…`;
  return expression.op === "name" || expression.op === "number" || expression.op === "call" ? cut : `(${cut})`;
}
