/** The unit of an intermediate result: what declared units become under multiplication and powers. Never converted, only followed. */
import { type Dimension, describeDimension, parseUnit, type Unit } from "../../core/index.ts";

export interface Measure {
  /** Powers of the units it was made from, for messages: L¹·min⁻¹. */
  readonly parts: ReadonlyMap<string, number>;
  readonly dimension: Dimension;
  /** SI value of one of it. */
  readonly scale: number;
  /** Not 0 for a temperature on a scale that does not start at absolute zero. */
  readonly offset: number;
}

/** A unit and its dimension as messages show them. */
export interface Side {
  readonly unit: string;
  readonly dimension: string;
}

/** Relative difference of scales below which two units are one: conversions such as 1/60 are not exact. */
const sameScale = 1e-9;

export const pure: Measure = { parts: new Map(), dimension: [0, 0, 0, 0, 0, 0, 0, 0], scale: 1, offset: 0 };

/** @throws GreyboxError `unit/unknown` */
export function measureOf(unit: string): Measure {
  const { parts, dimension, scale, offset } = parseUnit(unit);
  return { parts: collected(parts), dimension, scale, offset };
}

function collected(parts: Unit["parts"]): ReadonlyMap<string, number> {
  const powers = new Map<string, number>();
  for (const { name, power } of parts) add(powers, name, power);
  return powers;
}

function add(powers: Map<string, number>, name: string, power: number): void {
  const sum = (powers.get(name) ?? 0) + power;
  if (Math.abs(sum) < 1e-9) powers.delete(name);
  else powers.set(name, sum);
}

/** a · bᵖ. Both without offset. */
export function times(a: Measure, b: Measure, power = 1): Measure {
  const parts = new Map(a.parts);
  for (const [name, of] of b.parts) add(parts, name, of * power);
  return {
    parts,
    dimension: a.dimension.map((exponent, i) => exponent + power * b.dimension[i]!),
    scale: a.scale * b.scale ** power,
    offset: 0,
  };
}

/** The unit of a difference of two such temperatures; other units are their own. */
export function difference(a: Measure): Measure {
  if (a.offset === 0) return a;
  return { parts: new Map([[Math.abs(a.scale - 1) < sameScale ? "K" : "degR", 1]]), dimension: a.dimension, scale: a.scale, offset: 0 };
}

export function sameDimension(a: Measure, b: Measure): boolean {
  return a.dimension.every((exponent, i) => Math.abs(exponent - b.dimension[i]!) < 1e-9);
}

/** Equal in dimension and scale, whatever the offset. */
export function alike(a: Measure, b: Measure): boolean {
  return sameDimension(a, b) && Math.abs(a.scale / b.scale - 1) <= sameScale;
}

export const isDimensionless = (a: Measure): boolean => sameDimension(a, pure);
export const isPure = (a: Measure): boolean => alike(a, pure);

/** The unit as a person writes it: "mol/L/min", "J*K^-0.5" never "L/(L*min)". */
export function unitText(measure: Measure): string {
  const entries = [...measure.parts];
  const over = entries.filter(([, power]) => power > 0).map(([name, power]) => raised(name, power));
  const under = entries.filter(([, power]) => power < 0).map(([name, power]) => raised(name, -power));
  if (over.length === 0 && under.length === 0) return isPure(measure) ? "1" : describeDimension(measure.dimension);
  return [over.length > 0 ? over.join("*") : "1", ...under].join("/");
}

function raised(name: string, power: number): string {
  return power === 1 ? name : `${name}^${Number(power.toPrecision(6))}`;
}

export function sideOf(measure: Measure): Side {
  return { unit: unitText(measure), dimension: describeDimension(measure.dimension.map((exponent) => Number(exponent.toFixed(6)))) };
}
