/**
 * Units as data: dimension, scale and, for temperatures with their own zero, offset.
 *
 * Plane angle counts as dimensionless.
 */
import { GreyboxError } from "./errors.ts";
import { kindOf, readUnitText, type UnitKind } from "./unit-text.ts";

export type { UnitKind } from "./unit-text.ts";

/** Exponents of kilogram, metre, second, ampere, kelvin, candela, mole, bit and normal cubic metre of gas. */
export type Dimension = readonly number[];

export interface Unit {
  /** As written. */
  readonly text: string;
  readonly dimension: Dimension;
  /** SI value of one of it: SI = (value + offset) · scale. */
  readonly scale: number;
  /** 0 except for temperatures that do not start at absolute zero (degC, degF). */
  readonly offset: number;
  /** Tells apart quantities of one dimension that must not be mixed; absent where the dimension says it all. */
  readonly kind?: UnitKind | undefined;
  /** What it is made of, such as L¹·min⁻¹; a unit with a number in front is one part. */
  readonly parts: readonly { readonly name: string; readonly power: number }[];
}

/** SI base units, in the order of {@link Dimension}. */
const base = ["kg", "m", "s", "A", "K", "cd", "mol", "bit", "Nm^3"];

const known = new Map<string, Unit>();

/**
 * Reads a unit.
 *
 * @param text  such as `"J/(mol*K)"`, `"m^3/h"`, `"degC"`, `"%"`; `"1"` for a pure number
 * @throws GreyboxError `unit/unknown` when a name in it is not a unit
 *
 * @example
 * parseUnit("L/min").scale; // => 0.000016666666666666667
 */
export function parseUnit(text: string): Unit {
  const cached = known.get(text);
  if (cached) return cached;
  const unit = readUnit(text);
  known.set(text, unit);
  return unit;
}

function readUnit(text: string): Unit {
  const written = text
    .trim()
    .replaceAll("%", "percent")
    .replaceAll("µ", "u")
    .replaceAll("°C", "degC")
    .replaceAll("°F", "degF")
    .replaceAll("³", "^3")
    .replaceAll("²", "^2")
    .replace(/\b([NS]m)\^?3\b/g, "$13");
  if (written === "1" || written === "-") return { text, dimension: base.map(() => 0), scale: 1, offset: 0, parts: [] };
  const read = readUnitText(written);
  if (typeof read === "string") throw new GreyboxError("unit/unknown", { unit: text, why: read });
  const { multiple = 1, parts } = read;
  const [only] = parts;
  const dimension = base.map((_, i) => parts.reduce((sum, { entry, power }) => sum + power * entry.dimension[i]!, 0));
  return {
    text,
    dimension,
    scale: parts.reduce((product, { entry, prefix, power }) => product * (entry.scale * prefix) ** power, multiple),
    offset: parts.length === 1 && only?.power === 1 ? only.entry.offset : 0,
    kind: kindOf(parts),
    parts: multiple === 1 ? parts.map(({ name, power }) => ({ name, power })) : [{ name: `(${written})`, power: 1 }],
  };
}

/** True when both measure the same kind of quantity, whatever their scale. */
export function sameDimension(a: Unit, b: Unit): boolean {
  return a.dimension.every((exponent, i) => Math.abs(exponent - b.dimension[i]!) < 1e-9);
}

/** y = factor · x + shift. */
export interface Conversion {
  readonly factor: number;
  readonly shift: number;
}

/**
 * How to get from one unit to another.
 *
 * @throws GreyboxError `unit/incompatible` when they measure different things; `unit/kind` for gauge and absolute pressure and for fractions
 *   of different things, which a number that is not in the units leads from one to the other
 *
 * @example
 * conversion("degC", "K"); // => { factor: 1, shift: 273.15 }
 */
export function conversion(from: string, to: string): Conversion {
  const [a, b] = [parseUnit(from), parseUnit(to)];
  if (!sameDimension(a, b)) {
    throw new GreyboxError("unit/incompatible", {
      from,
      to,
      fromDimension: describeDimension(a.dimension),
      toDimension: describeDimension(b.dimension),
    });
  }
  if (mixes(a.kind, b.kind)) {
    throw new GreyboxError("unit/kind", { from, to, fromKind: kindText(a), toKind: kindText(b), remedy: kindRemedy(a) });
  }
  if (a.scale === b.scale) return { factor: 1, shift: a.offset - b.offset };
  const factor = a.scale / b.scale;
  return { factor, shift: a.offset * factor - b.offset };
}

/** True for kinds that must not stand for one another: gauge for absolute pressure, a fraction of one thing for that of another. */
export function mixes(a: UnitKind | undefined, b: UnitKind | undefined): boolean {
  if (a === b) return false;
  return a === "gauge pressure" || b === "gauge pressure" || (a !== undefined && b !== undefined);
}

/** What a unit is of, in words. */
const kindText = ({ kind }: Unit): string => kind ?? "absolute pressure";

const kindRemedy = ({ kind }: Unit): string =>
  kind === undefined || kind === "gauge pressure"
    ? "Declare the quantity of the model as it is measured, and write toAbsolute(p, patm) or toGauge(p, patm) in its equations."
    : "Declare the quantity of the model as it is measured, and convert it in an equation, by molar masses or densities.";

/** Converts one value. See {@link conversion}. */
export function convert(value: number, from: string, to: string): number {
  const { factor, shift } = conversion(from, to);
  return value * factor + shift;
}

/** A dimension in SI base units, such as "kg m^2 s^-3"; "1" for a pure number. */
export function describeDimension(dimension: Dimension): string {
  const parts = dimension.flatMap((exponent, i) =>
    exponent === 0 ? [] : [exponent === 1 ? base[i] : `${base[i]}^${Number(exponent.toFixed(6))}`],
  );
  return parts.length > 0 ? parts.join(" ") : "1";
}
