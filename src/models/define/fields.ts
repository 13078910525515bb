/** Reads the fields of plain objects that may come from anywhere, and reports what is missing, unknown or of the wrong kind. */
import { nearestNames } from "../../core/index.ts";
import { problem, type Report } from "../language/problem.ts";

const finite = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);

const kinds = {
  text: { expected: "text", test: (value: unknown) => typeof value === "string" },
  number: { expected: "a finite number", test: finite },
  "number or text": {
    expected: "a finite number, or an equation as text",
    test: (value: unknown) => finite(value) || typeof value === "string",
  },
  range: {
    expected: "two finite numbers, the lower first",
    test: (value: unknown) => Array.isArray(value) && value.length === 2 && value.every(finite) && value[0] < value[1],
  },
  numbers: { expected: "finite numbers", test: (value: unknown) => Array.isArray(value) && value.every(finite) },
  "numbers or rows": {
    expected: "finite numbers, or rows of them",
    test: (value: unknown) =>
      Array.isArray(value) && (value.every(finite) || value.every((row) => Array.isArray(row) && row.every(finite))),
  },
  method: { expected: '"linear" or "monotone"', test: (value: unknown) => value === "linear" || value === "monotone" },
  outside: {
    expected: '"hold", "extend" or "refuse"',
    test: (value: unknown) => value === "hold" || value === "extend" || value === "refuse",
  },
  "number, text or object": {
    expected: "a finite number, an equation as text, or { value } for one that is to be estimated",
    test: (value: unknown) => finite(value) || typeof value === "string" || isPlainObject(value),
  },
  flag: { expected: "true or false", test: (value: unknown) => typeof value === "boolean" },
  scale: { expected: '"linear" or "log"', test: (value: unknown) => value === "linear" || value === "log" },
  direction: {
    expected: '"rising", "falling" or "both"',
    test: (value: unknown) => value === "rising" || value === "falling" || value === "both",
  },
  object: { expected: "an object", test: isPlainObject },
} as const;

export interface Field {
  readonly kind: keyof typeof kinds;
  /** What a required field may look like; absent for a field that may be left out. */
  readonly example?: string;
}

export type Fields = Readonly<Record<string, Field>>;

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/**
 * The named fields of `raw` in the order of `fields`, as far as they are of the right kind; undefined when one that is required is not
 * to be had. `undefined` counts as left out. A number may stand as text nowhere: "5" is reported, not converted.
 */
export function readFields(raw: unknown, where: string, fields: Fields, report: Report): Readonly<Record<string, unknown>> | undefined {
  if (!isPlainObject(raw)) {
    report(problem("model/shape", { where }, { expected: "an object", actual: shown(raw) }));
    return undefined;
  }
  const names = Object.keys(fields);
  for (const field of Object.keys(raw)) {
    if (!names.includes(field))
      report(problem("model/unknown-field", { where }, { field, nearest: nearestNames(field, names), fields: names }));
  }
  const read: Record<string, unknown> = {};
  let complete = true;
  for (const [field, { kind, example }] of Object.entries(fields)) {
    const value = Object.hasOwn(raw, field) ? raw[field] : undefined;
    const { expected, test } = kinds[kind];
    if (value === undefined) {
      if (example === undefined) continue;
      report(problem("model/missing-field", { where }, { field, example }));
      complete = false;
    } else if (test(value)) {
      read[field] = Array.isArray(value) ? [...value] : value;
    } else {
      report(problem("model/shape", { where: `${where}.${field}` }, { expected, actual: shown(value) }));
      if (example !== undefined) complete = false;
    }
  }
  return complete ? read : undefined;
}

/** A value as a message shows it. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (Array.isArray(value)) return `[${value.slice(0, 4).map(shown).join(", ")}${value.length > 4 ? ", …" : ""}]`;
  if (value === undefined) return "nothing";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
