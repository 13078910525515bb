/**
 * What the name of a tag says it measures: by the letters of ISA-5.1 and by ordinary words.
 *
 * @see ANSI/ISA-5.1-2022, table 1 (identification letters): the first letter is the measured variable, D after it a difference, Q a total.
 */
import { type Dimension, parseUnit } from "../../core/index.ts";

export interface Kind {
  /** In words, such as "temperature". */
  readonly name: string;
  /** Units of the dimensions it can have. */
  readonly units: readonly string[];
  /** In lower case; at the beginning of a word of the name. */
  readonly words: readonly string[];
  /** First letter of an ISA-5.1 name. */
  readonly letter?: string | undefined;
}

export const kinds: readonly Kind[] = [
  { name: "temperature", letter: "T", units: ["K"], words: ["temp", "thermocouple", "thermoelement"] },
  { name: "pressure", letter: "P", units: ["Pa", "barg"], words: ["press", "druck", "vacuum"] },
  { name: "flow", letter: "F", units: ["m^3/s", "kg/s", "mol/s", "Nm^3/s"], words: ["flow", "feed", "durchfluss", "rate", "reflux"] },
  { name: "level", letter: "L", units: ["m", "1", "m^3", "kg"], words: ["level", "niveau", "füllstand", "holdup"] },
  {
    name: "analysis",
    letter: "A",
    units: ["1", "mol/m^3", "kg/m^3", "mol/kg"],
    words: ["conc", "content", "fraction", "analys", "ph", "lab"],
  },
  { name: "speed", letter: "S", units: ["1/s", "m/s"], words: ["speed", "rpm", "drehzahl", "frequency"] },
  { name: "weight", letter: "W", units: ["kg", "N"], words: ["weight", "mass", "gewicht"] },
  { name: "density", letter: "D", units: ["kg/m^3"], words: ["density", "dichte"] },
  { name: "power", letter: "J", units: ["W"], words: ["power", "duty", "leistung", "heater", "heat"] },
  { name: "voltage", letter: "E", units: ["V"], words: ["volt", "spannung"] },
  { name: "current", letter: "I", units: ["A"], words: ["current", "strom"] },
  { name: "position", letter: "Z", units: ["1", "m"], words: ["valve", "position", "opening", "ventil", "damper"] },
];

/** What a tag of a loop carries, by the end of its name. */
export type Member = "value" | "set-point" | "output" | "mode" | "total" | undefined;

/** An ISA-5.1 name somewhere in a tag: letters, then a number of the loop. */
const isa = /(?:^|[^a-z])([a-z]{2,5})[-_ ]?(\d{1,6}[a-z]?)(?![a-z])/i;
/** Second letters that such a name can have; other words before a number are words. */
const functions = /^[A-Z][ACDEFGHIKLPQRSTVXYZ]+$/;

/** Kinds that the name or description of a tag speaks of; none where it says nothing. */
export function kindsIn(name: string, description = ""): readonly Kind[] {
  const letters = isaLetters(name);
  const byLetter = letters === undefined ? [] : kinds.filter(({ letter }) => letter === letters[0]);
  if (byLetter.length > 0) return byLetter;
  const words = wordsOf(`${name} ${description}`);
  return kinds.filter((kind) => kind.words.some((known) => words.some((word) => word.startsWith(known))));
}

function isaLetters(name: string): string | undefined {
  const letters = isa.exec(name)?.[1]?.toUpperCase();
  return letters !== undefined && letters !== "SP" && functions.test(letters) ? letters : undefined;
}

/** What the end of a name says: `TIC101.SP` is a set-point, `FQI7` a total. */
export function memberOf(name: string): Member {
  if (/(^|[._\-/ ])(sp|sv|setpoint|set point|sollwert)\d*( |$)/i.test(name) || /set ?point/i.test(name)) return "set-point";
  if (/[._\-/ ](op|out|mv|co)$/i.test(name)) return "output";
  if (/[._\-/ ](mode|md|modus)$/i.test(name)) return "mode";
  if (/^.?q/i.test(isaLetters(name)?.slice(0, 2) ?? "")) return "total";
  if (/[._\-/ ](pv|val|value|mes)$/i.test(name)) return "value";
  return undefined;
}

/** Words in lower case; digits apart, names in camelCase split. */
export function wordsOf(text: string): readonly string[] {
  return (
    text
      .replace(/([a-z])([A-Z])/g, "$1 $2")
      .match(/[\p{L}]+|\d+/gu)
      ?.map((word) => word.toLowerCase()) ?? []
  );
}

/** True where some unit of a kind has the dimension. */
export function canMeasure(kind: Kind, dimension: Dimension): boolean {
  return kind.units.some((unit) => parseUnit(unit).dimension.every((power, i) => Math.abs(power - dimension[i]!) < 1e-9));
}

/** A unit in brackets at the end of a name, such as "Temperature 1 (degC)" or "T [K]"; undefined where it is none. */
export function unitInName(name: string): string | undefined {
  const inside = /[([]([^()[\]]+)[)\]]\s*$/.exec(name)?.[1]?.trim();
  if (inside === undefined) return undefined;
  return isUnit(inside) ? inside : undefined;
}

export function isUnit(text: string): boolean {
  try {
    parseUnit(text);
    return true;
  } catch {
    return false;
  }
}
