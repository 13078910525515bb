/**
 * What a quantity is at the ends of its axis, from the equation that holds there.
 *
 * The derivative at an end is that over the half cell beside it, 2(c₁ − c)/h, so a linear equation in c and ddz(c) gives c at the end. Flux conditions, as Danckwerts'
 * `v*c - D*ddz(c) = v*cIn`, are then met exactly by the flux that enters the first cell.
 *
 * @see P. V. Danckwerts, "Continuous flow systems", Chem. Eng. Sci. 2 (1953) 1–13.
 */
import type { Expression } from "../language/expression.ts";
import { add, div, linearIn, mul, name, neg, number, sub } from "./algebra.ts";
import type { Field } from "./fields.ts";

export interface End {
  /** The value of the quantity there. */
  readonly value: Expression;
  /** Its derivative along the axis there. */
  readonly slope: Expression;
  /** True where the equation is about the value alone. */
  readonly fixed: boolean;
}

/** How the equation at an end calls the quantity's own derivative. */
export const ownSlope = (field: Field): string => `dd${field.axis.name} ${field.name}`;

/**
 * Solves the equation at an end.
 *
 * @param residual  left side minus right side, in which the field stands for its value at the end and {@link ownSlope} for its slope
 * @param direction  1 at the start, −1 at the end of the axis
 * @returns what is wrong, where it cannot be solved
 */
export function solveEnd(field: Field, residual: Expression, direction: 1 | -1): End | string {
  const slopeName = ownSlope(field);
  const linear = linearIn(residual, new Set([field.name, slopeName]));
  if (linear === undefined) return `it is not linear in ${field.name} and its derivative`;
  // The equation times -1 where that reads better.
  const turned = linear.factors.get(slopeName)?.op === "neg" ? neg : (e: Expression): Expression => e;
  const factor = (of: string): Expression | undefined => {
    const found = linear.factors.get(of);
    return found && turned(found);
  };
  const [a, b] = [factor(field.name), factor(slopeName)];
  const cell = name(`${field.name}[${direction === 1 ? 1 : field.axis.cells}]`);
  const h = name(field.axis.step);
  const rest = turned(linear.rest);
  if (a === undefined && b === undefined) return `it contains neither ${field.name} nor its derivative`;
  if (b === undefined) {
    const value = div(neg(rest), a!);
    return { value, slope: slopeOver(field, direction), fixed: true };
  }
  if (a === undefined) {
    const slope = div(neg(rest), b);
    const half = div(mul(slope, h), number(2));
    return { value: direction === 1 ? sub(cell, half) : add(cell, half), slope, fixed: false };
  }
  // a·c + b·slope + rest = 0 with slope = ±2(cell − c)/h.
  const twice = mul(number(2), b);
  const across = direction === 1 ? neg(mul(a, h)) : mul(a, h);
  const free = direction === 1 ? mul(rest, h) : neg(mul(rest, h));
  return { value: div(add(mul(twice, cell), free), add(twice, across)), slope: slopeOver(field, direction), fixed: false };
}

/** The slope between the end and the cell beside it. */
export function slopeOver({ name: of, axis }: Field, direction: 1 | -1): Expression {
  const [end, cell] = direction === 1 ? [name(`${of}.start`), name(`${of}[1]`)] : [name(`${of}.end`), name(`${of}[${axis.cells}]`)];
  const rise = direction === 1 ? sub(cell, end) : sub(end, cell);
  return div(mul(number(2), rise), name(axis.step));
}
