/** The unit of an intermediate result: what declared units become under multiplication and powers. Never converted, only followed. */
import { type Dimension, describeDimension, mixes, parseUnit, type Unit, type UnitKind } from "../../core/index.ts";

export interface Measure {
  /** Powers of the units it was made from, for messages: L¹·min⁻¹. */
  readonly parts: ReadonlyMap<string, number>;
  readonly dimension: Dimension;
  /** SI value of one of it. */
  readonly scale: number;
  /** Not 0 for a temperature on a scale that does not start at absolute zero. */
  readonly offset: number;
  /** Gauge pressure, or what a fraction is a fraction of. Lost in products, where a fraction is a factor like any other. */
  readonly kind?: UnitKind | undefined;
}

/** A unit and its dimension as messages show them. */
export interface Side {
  readonly unit: string;
  readonly dimension: string;
}

/** Relative difference of scales below which two units are one: conversions such as 1/60 are not exact. */
const sameScale = 1e-9;

export const pure: Measure = { parts: new Map(), dimension: parseUnit("1").dimension, scale: 1, offset: 0 };

/** @throws GreyboxError `unit/unknown` */
export function measureOf(unit: string): Measure {
  const { parts, dimension, scale, offset, kind } = parseUnit(unit);
  return { parts: collected(parts), dimension, scale, offset, kind };
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

/** True for a scale with a zero of its own, degC or barg: its values can be subtracted, but not added or multiplied. */
export const isPoint = (a: Measure): boolean => a.offset !== 0 || a.kind === "gauge pressure";

/** True where values of equal scale can stand for one another: one zero, and fractions of one thing. */
export const sameKind = (a: Measure, b: Measure): boolean => a.offset === b.offset && !mixes(a.kind, b.kind);

/** The unit of a difference of two values on a scale with its own zero; other units are their own. */
export function difference(a: Measure): Measure {
  if (a.kind === "gauge pressure") {
    const parts = [...a.parts].map(([name, power]): [string, number] => [name.replace(/g$/, ""), power]);
    return { parts: new Map(parts), dimension: a.dimension, scale: a.scale, offset: 0 };
  }
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
  const { kind } = measure;
  if (kind !== undefined) return { unit: unitText(measure), dimension: kind };
  return { unit: unitText(measure), dimension: describeDimension(measure.dimension.map((exponent) => Number(exponent.toFixed(6)))) };
}

/** What to do about two units of one dimension and scale that must not stand for one another. */
export function differentKind(a: Measure, b: Measure): string {
  if (a.kind === "gauge pressure" || b.kind === "gauge pressure")
    return "One is gauge pressure, the other absolute: write toAbsolute(p, patm) or toGauge(p, patm).";
  if (a.offset !== b.offset) return "The two scales start at different zeros: declare both in K, or use differences.";
  return `One is a ${a.kind}, the other a ${b.kind}: convert it by molar masses or densities.`;
}

/** Gauge pressure in the unit of an absolute one: bar becomes barg. */
export function gaugeOf(a: Measure): Measure {
  const parts = [...a.parts].map(([name, power]): [string, number] => [
    `${name.replace(/a$/, (end) => (name === "Pa" || name.endsWith("Pa") ? end : ""))}g`,
    power,
  ]);
  return { ...a, parts: new Map(parts), kind: "gauge pressure" };
}

/** Place of the normal cubic metre in a dimension. */
export const normalPlace = 8;
const volumes = [
  ["Nm3", "m", 3],
  ["NL", "L", 1],
] as const;

/** Nm³/h becomes m³/h; undefined for what is not made of one power of a normal volume. */
export function actualOf(a: Measure): Measure | undefined {
  const found = volumes.find(([normal]) => a.parts.get(normal) === 1);
  if (!found || a.dimension[normalPlace] !== 1) return undefined;
  return replaced(a, [found[0], 1], [found[1], found[2]], -1);
}

/** m³/h becomes Nm³/h; undefined for what is no volume or flow in cubic metres or litres. */
export function normalOf(a: Measure): Measure | undefined {
  const found = volumes.find(([, actual, power]) => a.parts.get(actual) === power);
  if (!found || a.dimension[1] !== 3) return undefined;
  return replaced(a, [found[1], found[2]], [found[0], 1], 1);
}

function replaced(a: Measure, old: readonly [string, number], now: readonly [string, number], sign: 1 | -1): Measure {
  const parts = new Map(a.parts);
  add(parts, old[0], -old[1]);
  add(parts, now[0], now[1]);
  const dimension = a.dimension.map((exponent, i) => exponent + (i === normalPlace ? sign : i === 1 ? -3 * sign : 0));
  return { parts, dimension, scale: a.scale, offset: 0 };
}
