/** How well a tag fits a quantity of a model, point by point, each with the sentence that a person can check. */
import { conversion, type ModelDefinition, mixes, parseUnit, sameDimension, type Unit } from "../../core/index.ts";
import type { TagPortrait } from "../portrait/portrait.ts";
import type { TagInfo } from "../series.ts";
import { canMeasure, isUnit, kindsIn, memberOf, unitInName, wordsOf } from "./kinds.ts";

export interface Quantity {
  readonly name: string;
  readonly role: "input" | "measured";
  readonly unit: string;
  readonly description: string;
  /** A value that it has at some time, in `unit`. */
  readonly typical: number | undefined;
}

export interface Candidate {
  readonly info: TagInfo;
  readonly extent: readonly [number, number] | undefined;
  readonly portrait: TagPortrait | undefined;
}

export interface Fit {
  /** Higher is better; below {@link least} nothing is proposed. */
  readonly points: number;
  /** Unit of the tag as the source or its name states it; undefined: nobody says. */
  readonly unit: string | undefined;
  readonly evidence: readonly string[];
  /** What a person has to settle. */
  readonly notes: readonly string[];
}

/** Two sentences in favour, or one strong one. */
export const least = 2;

/** Units that plants use, for proposals where the source names none. */
const customary: readonly string[] = [
  "K", "degC", "degF", "Pa", "kPa", "bar", "barg", "mbar", "psi", "m^3/s", "m^3/h", "L/min", "L/h", "kg/s", "kg/h", "t/h", "mol/s", "kmol/h",
  "m", "mm", "1", "%", "m^3", "L", "kg", "t", "mol/L", "mol/m^3", "kg/m^3", "g/L", "1/s", "rpm", "W", "kW", "MW", "V", "A", "J/s",
]; // biome-ignore format: a list

/** Inputs, states, algebraic quantities and outputs. */
export function quantitiesOf({ inputs, states, algebraic, outputs }: ModelDefinition): readonly Quantity[] {
  const number = (value: unknown): number | undefined => (typeof value === "number" && value !== 0 ? value : undefined);
  return [
    ...Object.entries(inputs).map(([name, unit]): Quantity => ({ name, role: "input", unit, description: "", typical: undefined })),
    ...Object.entries(states).map(
      ([name, { unit, initial, nominal, description = "" }]): Quantity => ({
        name,
        role: "measured",
        unit,
        description,
        typical: number(initial) ?? number(nominal),
      }),
    ),
    ...[algebraic, outputs].flatMap((group) =>
      Object.entries(group).map(
        ([name, entry]): Quantity => ({
          name,
          role: "measured",
          unit: entry.unit,
          description: entry.description ?? "",
          typical: undefined,
        }),
      ),
    ),
  ];
}

/** undefined: cannot be, because the tag measures something else. */
export function fitOf(quantity: Quantity, { info, extent }: Candidate): Fit | undefined {
  const wanted = parseUnit(quantity.unit);
  const stated = info.unit !== undefined && isUnit(info.unit) ? info.unit : undefined;
  const unit = stated ?? unitInName(info.tag);
  const evidence: string[] = [];
  const notes: string[] = [];
  let points = 0;
  if (unit !== undefined) {
    const measured = parseUnit(unit);
    if (!sameDimension(measured, wanted) || mixes(measured.kind, wanted.kind)) return undefined;
    points += 2;
    evidence.push(`${unit} converts to ${quantity.unit}`);
    if (stated === undefined) notes.push(`the unit ${unit} stands in the name of the tag only`);
  } else if (info.unit !== undefined) notes.push(`the source gives the unit "${info.unit}", which is not one; state the unit`);
  else notes.push("the source gives no unit; state it, from the data sheet");

  const named = kindsIn(info.tag, info.description);
  if (named.length > 0) {
    const fitting = named.filter((kind) => canMeasure(kind, wanted.dimension));
    // A unit that fits says more than a word: a heater can be given in per cent.
    if (fitting.length === 0) points -= unit === undefined ? 3 : 1;
    else {
      points += 2;
      evidence.push(`its name says ${fitting[0]!.name}`);
    }
  }
  points += byName(quantity, info, evidence);

  const member = memberOf(info.tag);
  if (member === "mode" || member === "total") points -= 4;
  else if (member === "set-point") {
    points -= 3;
    notes.push("it looks like a set-point, not a measured value");
  } else if (member === "output") points -= wanted.dimension.every((power) => power === 0) ? 0 : 2;
  else if (member === "value") points += 0.5;

  points += byRange(quantity, wanted, unit, extent, evidence, notes);
  return { points, unit, evidence, notes };
}

/** Words and numbers that the names share. */
function byName({ name, description }: Quantity, info: TagInfo, evidence: string[]): number {
  const tag = new Set(wordsOf(`${info.tag} ${info.description ?? ""}`));
  const own = wordsOf(name);
  if (wordsOf(info.tag).join(" ") === own.join(" ")) {
    evidence.push("the names are the same");
    return 4;
  }
  const shared = [...new Set([...own, ...wordsOf(description)])].filter((word) => tag.has(word) && (word.length > 1 || /\d/.test(word)));
  if (shared.length > 0) evidence.push(`the names share ${shared.join(", ")}`);
  const [numbers, words] = [shared.filter((word) => /\d/.test(word)), shared.filter((word) => !/\d/.test(word))];
  const missed = own.filter((word) => /\d/.test(word) && !tag.has(word)).length;
  return Math.min(3, 2 * words.length + numbers.length) - missed;
}

/** Whether the values of the tag would be around a value that the quantity has: with its unit, and with other customary ones. */
function byRange(
  quantity: Quantity,
  wanted: Unit,
  unit: string | undefined,
  extent: Candidate["extent"],
  evidence: string[],
  notes: string[],
): number {
  const { typical } = quantity;
  if (typical === undefined || extent === undefined) return 0;
  const fits = (from: string): boolean => isNear(typical, extent, conversion(from, quantity.unit));
  const others = customary.filter(
    (other) => other !== unit && sameDimension(parseUnit(other), wanted) && !mixes(parseUnit(other).kind, wanted.kind),
  );
  const fitting = others.filter(fits);
  const shown = `${digits(extent[0])} to ${digits(extent[1])}`;
  const around = `the model's ${digits(typical)} ${quantity.unit}`;
  if (unit === undefined) {
    if (fitting.length > 0) notes.push(`values from ${shown} are near ${around} if they are in ${fitting.join(" or ")}`);
    return fitting.length > 0 ? 0.5 : 0;
  }
  if (fits(unit)) {
    evidence.push(`values from ${shown} ${unit} are near ${around}`);
    return 1;
  }
  const instead = fitting.length > 0 ? `; in ${fitting.join(" or ")} they would be near` : "";
  notes.push(`values from ${shown} ${unit} are far from ${around}${instead}. The unit was not changed`);
  return -1;
}

/** Within the values, or off them by less than their width or a twentieth of the value. */
function isNear(typical: number, [low, high]: readonly [number, number], { factor, shift }: { factor: number; shift: number }): boolean {
  const [a, b] = [factor * low + shift, factor * high + shift];
  const margin = Math.max(Math.abs(b - a), 0.05 * Math.abs(typical));
  return typical >= Math.min(a, b) - margin && typical <= Math.max(a, b) + margin;
}

const digits = (x: number): string => String(Number(x.toPrecision(4)));
