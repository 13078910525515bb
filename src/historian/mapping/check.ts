/** Checks a mapping field by field, so that a misspelt one is refused and not overlooked. */
import { GreyboxError, nearestNames } from "../../core/index.ts";
import type { TagBinding } from "../bind.ts";
import type { Mapping, ReviewNote } from "./mapping.ts";

/** What a field may be, in words, and whether it is. */
interface Shape {
  readonly expected: string;
  readonly fits: (value: unknown) => boolean;
}

const shape = (expected: string, fits: (value: unknown) => boolean): Shape => ({ expected, fits });
const text = shape("text", (v) => typeof v === "string");
const number = shape("a number", (v) => typeof v === "number");
const truth = shape("true or false", (v) => typeof v === "boolean");
const object = shape("an object", isRecord);
const numbers = shape("a list of numbers", (v) => isListOf(v, number));
const texts = shape("a list of texts", (v) => isListOf(v, text));
const textOrObject = shape("text or an object", (v) => text.fits(v) || isRecord(v));
const momentOrNumber = shape("a point of time", (v) => text.fits(v) || number.fits(v));
const rangeOf = shape("[lower, upper]", (v) => isListOf(v, number) && v.length === 2);
const wordsToNumbers = shape("an object of numbers", (v) => isRecord(v) && Object.values(v).every(number.fits));
const oneOf = (...choices: readonly unknown[]): Shape =>
  shape(choices.map((choice) => JSON.stringify(choice)).join(" or "), (v) => choices.includes(v));

/** Of `FileOptions`, and the file itself; a test compares them. */
const fileFields: Readonly<Record<string, Shape>> = {
  file: text,
  format: text,
  layout: textOrObject,
  time: textOrObject,
  zone: text,
  status: object,
  decimal: oneOf(".", ","),
  thousands: oneOf(".", ",", " ", "'"),
  delimiter: oneOf(",", ";", "\t", "|", "spaces"),
  quote: truth,
  comment: text,
  skip: number,
  headerRows: number,
  header: shape("true, false or a list of names", (v) => truth.fits(v) || texts.fits(v)),
  units: shape('"row" or an object of units', (v) => v === "row" || isRecord(v)),
  sentinels: numbers,
  texts: wordsToNumbers,
  empty: oneOf("bad", "absent"),
  times: texts,
  tags: texts,
  info: shape("an object", isRecord),
  encoding: text,
};

const infoFields: Readonly<Record<string, Shape>> = {
  unit: text,
  description: text,
  range: rangeOf,
  stepped: truth,
  compression: number,
  exception: number,
  maxInterval: number,
  averaged: object,
  zone: text,
  states: wordsToNumbers,
};

const readingFields = { unit: text, sign: oneOf(1, -1), scale: number, offset: number, range: rangeOf };
const periodFields = { tag: text, from: momentOrNumber, to: momentOrNumber, ...readingFields };
const bindingFields: Readonly<Record<keyof TagBinding | "hold" | "sigma" | "compression" | "lab" | "constant", Shape>> = {
  tag: text,
  ...readingFields,
  periods: shape("a list of periods", Array.isArray),
  maxGap: shape('seconds, or text such as "10 min"', (v) => text.fits(v) || number.fits(v)),
  hold: oneOf("hold", "linear"),
  sigma: number,
  compression: number,
  lab: object,
  constant: number,
};
const labFields = {
  reported: text,
  sampleTime: oneOf("actual", "scheduled", "unknown"),
  within: bindingFields.maxGap,
  detection: shape("[lower, upper], each a number or null", (v) => Array.isArray(v) && v.every((one) => one === null || number.fits(one))),
  repeatability: number,
};
const mappingFields = { historian: object, model: text, binding: object, review: shape("a list of notes", Array.isArray) };
const noteFields = { about: text, note: text };

/** @throws GreyboxError `historian/mapping` */
export function checkMapping(value: unknown, path: string): Mapping {
  const refuse = (place: string, found: unknown, expected: string): never => {
    throw new GreyboxError("historian/mapping", { path, place, value: JSON.stringify(found) ?? "missing", expected });
  };
  const checked = (of: unknown, fields: Readonly<Record<string, Shape>>, place: string): Readonly<Record<string, unknown>> => {
    if (!isRecord(of)) return refuse(place === "" ? "the file" : place, of, "an object");
    for (const [key, found] of Object.entries(of)) {
      const at = place === "" ? key : `${place}.${key}`;
      if (!Object.hasOwn(fields, key)) {
        const nearest = nearestNames(key, Object.keys(fields));
        refuse(at, found, nearest.length > 0 ? `called "${nearest[0]}", perhaps` : `one of ${Object.keys(fields).join(", ")}`);
      } else if (!fields[key]!.fits(found)) refuse(at, found, fields[key]!.expected);
    }
    return of;
  };
  const mapping = checked(value, mappingFields, "");
  const historian = checked(mapping["historian"], fileFields, "historian");
  for (const [tag, info] of Object.entries((historian["info"] as object | undefined) ?? {}))
    checked(info, infoFields, `historian.info.${tag}`);
  for (const [name, entry] of Object.entries((mapping["binding"] as object | undefined) ?? {})) {
    const bound = checked(entry, bindingFields, `binding.${name}`);
    if (bound["lab"] !== undefined) checked(bound["lab"], labFields, `binding.${name}.lab`);
    ((bound["periods"] as unknown[] | undefined) ?? []).forEach(
      (one, i) => void checked(one, periodFields, `binding.${name}.periods[${i}]`),
    );
  }
  ((mapping["review"] as unknown[] | undefined) ?? []).forEach((note, i) => void checked(note, noteFields, `review[${i}]`));
  return {
    // What each field may be was checked above.
    historian: historian as Mapping["historian"],
    ...(mapping["model"] === undefined ? {} : { model: mapping["model"] as string }),
    ...(mapping["binding"] === undefined ? {} : { binding: mapping["binding"] as Readonly<Record<string, unknown>> }),
    ...(mapping["review"] === undefined ? {} : { review: mapping["review"] as readonly ReviewNote[] }),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isListOf(value: unknown, item: Shape): value is readonly unknown[] {
  return Array.isArray(value) && value.every(item.fits);
}
