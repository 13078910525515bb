/** Words with a meaning of their own: what a model may not call its variables, and the units that a literal may go on with. */
import { functions } from "./expression.ts";

/** Read as operators. */
export const operatorWords = ["and", "or", "not"] as const;

/** Read as functions, with arguments of their own kinds: a condition, a table, a name. */
export const specialFunctions = ["if", "lookup", "delay"] as const;

/** Names of the language: functions, operators, `if` and time. The compiler's check of equations reads the same list. */
export const languageWords = [
  ...(Object.keys(functions) as (keyof typeof functions)[]),
  ...operatorWords,
  ...specialFunctions,
  "t",
] as const;

/**
 * Units that may follow a `/` or `*` inside a unit literal (`60 s/min`, `8.314 J/mol/K`). A list, so that a misspelt name after a
 * literal is not taken for an outlandish unit. The first unit of a literal may be any that `parseUnit` knows.
 */
export const unitWords = [
  ...(["s", "ms", "us", "min", "h", "hour", "hours", "day", "days", "week", "weeks", "year"] as const),
  ...(["m", "dm", "cm", "mm", "um", "nm", "km", "ft", "inch", "m2", "m3", "Nm3", "Sm3", "NL"] as const),
  ...(["L", "mL", "uL", "hL", "gal"] as const),
  ...(["kg", "g", "mg", "ug", "tonne", "lb"] as const),
  ...(["mol", "mmol", "umol", "kmol"] as const),
  ...(["K", "degC", "degF", "degR"] as const),
  ...(["J", "kJ", "MJ", "GJ", "Wh", "kWh", "MWh", "BTU"] as const),
  ...([
    "W",
    "mW",
    "kW",
    "MW",
    "Pa",
    "hPa",
    "kPa",
    "MPa",
    "bar",
    "mbar",
    "atm",
    "psi",
    "mmHg",
    "bara",
    "barg",
    "mbarg",
    "kPag",
    "psia",
    "psig",
    "N",
    "kN",
  ] as const),
  ...([
    "A",
    "mA",
    "V",
    "mV",
    "kV",
    "ohm",
    "S",
    "C",
    "F",
    "Hz",
    "kHz",
    "rad",
    "deg",
    "cP",
    "rpm",
    "percent",
    "molpercent",
    "wtpercent",
    "volpercent",
    "ppm",
    "ppb",
    "bit",
  ] as const),
] as const;

export type SpecialFunction = (typeof specialFunctions)[number];
export type LanguageWord = (typeof languageWords)[number];
export type UnitWord = (typeof unitWords)[number];

export const isSpecialFunction = (word: string): word is SpecialFunction => (specialFunctions as readonly string[]).includes(word);

const language: ReadonlySet<string> = new Set(languageWords);
const units: ReadonlySet<string> = new Set(unitWords);

export const isLanguageWord = (word: string): word is LanguageWord => language.has(word);
export const isUnitWord = (word: string): word is UnitWord => units.has(word);

/** What every JavaScript object already has; a variable of that name would be found where there is none. */
const ofEveryObject: ReadonlySet<string> = new Set([...Object.getOwnPropertyNames(Object.prototype), "prototype"]);

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*(\[\d+(,\d+)*\])?(\.[A-Za-z_][A-Za-z0-9_]*(\[\d+(,\d+)*\])?)*$/;

/** Longest name of a variable. */
export const longestName = 200;

/** Why a text cannot name a variable; undefined when it can. */
export function nameObjection(name: string): string | undefined {
  if (name.length > longestName) return `it has ${name.length} characters; ${longestName} are allowed`;
  if (!namePattern.test(name))
    return "a name is letters A to Z, digits and _, not starting with a digit; parts are joined by dots and numbered as in trays[3].x";
  if (isLanguageWord(name)) return "it is a word of the language";
  if (name.split(".").some((part) => ofEveryObject.has(part.replace(/\[.*/, ""))))
    return "every JavaScript object has a property of that name";
  return undefined;
}
