/**
 * Units as data: dimension, scale and, for temperatures with their own zero, offset.
 *
 * mathjs knows the units; this file gives them the one form that the rest of Greybox computes with. Plane angle counts as dimensionless.
 */
import { Unit as MathUnit } from "#mathjs";
import { GreyboxError } from "./errors.ts";

/** Exponents of kilogram, metre, second, ampere, kelvin, candela, mole and bit. */
export type Dimension = readonly number[];

export interface Unit {
  /** As written. */
  readonly text: string;
  readonly dimension: Dimension;
  /** SI value of one of it: SI = (value + offset) · scale. */
  readonly scale: number;
  /** 0 except for temperatures that do not start at absolute zero (degC, degF). */
  readonly offset: number;
  /** What it is made of, such as L¹·min⁻¹; a unit with a number in front is one part. */
  readonly parts: readonly { readonly name: string; readonly power: number }[];
}

/** Names engineers write that mathjs lacks. All are plain multiples. */
const additional: Readonly<Record<string, string>> = {
  percent: "0.01",
  ppm: "0.000001",
  ppb: "0.000000001",
  cP: "0.001 Pa s",
  rpm: "0.016666666666666666 / s",
  d: "1 day",
};
for (const [name, definition] of Object.entries(additional)) {
  const plain = /^[\d.]+$/.test(definition);
  (MathUnit as unknown as UnitRegistry).createUnitSingle(name, plain ? dimensionless(Number(definition)) : MathUnit.parse(definition));
}

interface UnitRegistry {
  createUnitSingle(name: string, definition: unknown): void;
}

/** A pure number cannot be defined as a mathjs unit directly; a ratio of equal units can. */
function dimensionless(scale: number): unknown {
  return MathUnit.parse(`${scale} m / m`);
}

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
  const unit = read(text);
  known.set(text, unit);
  return unit;
}

function read(text: string): Unit {
  const written = text
    .trim()
    .replaceAll("%", "percent")
    .replaceAll("µ", "u")
    .replaceAll("°C", "degC")
    .replaceAll("°F", "degF")
    .replaceAll("³", "^3")
    .replaceAll("²", "^2");
  if (written === "1" || written === "-") return { text, dimension: [0, 0, 0, 0, 0, 0, 0, 0], scale: 1, offset: 0, parts: [] };
  let parsed: ParsedUnit;
  try {
    parsed = MathUnit.parse(written.replace(/^1\s*\//, "1 /")) as unknown as ParsedUnit;
  } catch (cause) {
    throw new GreyboxError("unit/unknown", { unit: text, why: (cause as Error).message }, { cause });
  }
  const [kilogram, metre, second, ampere, kelvin, candela, mole, , bit] = parsed.dimensions;
  const dimension = [kilogram, metre, second, ampere, kelvin, candela, mole, bit].map((exponent) => Number(exponent ?? 0));
  const scale = parsed.units.reduce((product, part) => product * (Number(part.unit.value) * Number(part.prefix.value)) ** part.power, 1);
  const [only] = parsed.units;
  const affine = parsed.units.length === 1 && only?.power === 1;
  const multiple = parsed.value === null ? 1 : leadingNumber(written);
  return {
    text,
    dimension,
    scale: scale * multiple,
    offset: affine ? Number(only.unit.offset) : 0,
    parts:
      multiple === 1
        ? parsed.units.map(({ unit, prefix, power }) => ({ name: `${prefix.name}${unit.name}`, power }))
        : [{ name: `(${written})`, power: 1 }],
  };
}

/** The part of a mathjs unit that is read here. */
interface ParsedUnit {
  readonly value: unknown;
  readonly dimensions: readonly number[];
  readonly units: readonly {
    readonly unit: { readonly name: string; readonly value: unknown; readonly offset: unknown };
    readonly prefix: { readonly name: string; readonly value: unknown };
    readonly power: number;
  }[];
}

/** The number in front of "1 / min" or "100 mL"; 1 without one. */
function leadingNumber(text: string): number {
  const number = Number.parseFloat(text);
  return Number.isNaN(number) ? 1 : number;
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
 * @throws GreyboxError `unit/incompatible` when they measure different things
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
  if (a.scale === b.scale) return { factor: 1, shift: a.offset - b.offset };
  const factor = a.scale / b.scale;
  return { factor, shift: a.offset * factor - b.offset };
}

/** Converts one value. See {@link conversion}. */
export function convert(value: number, from: string, to: string): number {
  const { factor, shift } = conversion(from, to);
  return value * factor + shift;
}

const symbols = ["kg", "m", "s", "A", "K", "cd", "mol", "bit"];

/** A dimension in SI base units, such as "kg m^2 s^-3"; "1" for a pure number. */
export function describeDimension(dimension: Dimension): string {
  const parts = dimension.flatMap((exponent, i) =>
    exponent === 0 ? [] : [exponent === 1 ? symbols[i] : `${symbols[i]}^${Number(exponent.toFixed(6))}`],
  );
  return parts.length > 0 ? parts.join(" ") : "1";
}
