/** In what two models differ, quantity by quantity. */
import { contentHash, type ModelDefinition } from "../../core/index.ts";

export interface DefinitionChange {
  /** Such as `derivatives.T`. */
  readonly where: string;
  /** As it is written; undefined: it is not there. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const sections = ["parameters", "inputs", "states", "algebraic", "derivatives", "events", "outputs", "tables"] as const;

/** @param estimated  parameters whose values are results, not part of the model */
export function definitionChanges(before: ModelDefinition, after: ModelDefinition, estimated: ReadonlySet<string>): DefinitionChange[] {
  const changes: DefinitionChange[] = [];
  if (before.time !== after.time) changes.push({ where: "time", before: before.time, after: after.time });
  for (const section of sections) {
    const [a, b] = [entriesOf(before, section), entriesOf(after, section)];
    for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const values = section === "parameters" && estimated.has(name) ? withoutValue : meant;
      const [one, other] = [values(a[name]), values(b[name])];
      if (contentHash(one) === contentHash(other)) continue;
      changes.push({ where: `${section}.${name}`, ...contrast(one, other) });
    }
  }
  return changes;
}

function entriesOf(definition: ModelDefinition, section: (typeof sections)[number]): Readonly<Record<string, unknown>> {
  return definition[section] ?? {};
}

/** What a quantity is called in words changes no number. */
function meant(entry: unknown): unknown {
  if (typeof entry !== "object" || entry === null) return entry;
  const { source: _source, description: _description, ...rest } = entry as Readonly<Record<string, unknown>>;
  return rest;
}

function withoutValue(entry: unknown): unknown {
  const rest = meant(entry);
  if (typeof rest !== "object" || rest === null) return rest;
  const { value: _value, ...other } = rest as Readonly<Record<string, unknown>>;
  return other;
}

/** Only the properties that differ. */
function contrast(before: unknown, after: unknown): Pick<DefinitionChange, "before" | "after"> {
  if (!isRecord(before) || !isRecord(after)) return { before: written(before), after: written(after) };
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => contentHash(before[key]) !== contentHash(after[key]),
  );
  const picked = (record: Readonly<Record<string, unknown>>): string =>
    keys.map((key) => `${key} ${record[key] === undefined ? "not given" : written(record[key])}`).join(", ");
  return { before: picked(before), after: picked(after) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function written(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
