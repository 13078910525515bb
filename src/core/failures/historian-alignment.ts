/** What callers can do wrong with alignment, windows of steady operation and pattern queries of `historian`. */
import { type Kind, kind, listed } from "../failure.ts";

const quoted = (texts: readonly string[]): string => listed(texts.map((text) => JSON.stringify(text)));

export const alignmentFailures = {
  "historian/aggregate": kind<{ name: string; nearest: readonly string[] }>(
    (d) => `"${d.name}" is not an aggregate of OPC UA Part 13 that is supported.`,
    (d) => (d.nearest.length > 0 ? `Nearest: ${quoted(d.nearest)}.` : "Use one of `aggregateKinds`, such as `TimeAverage2`."),
  ),
  "historian/align": kind<{ argument: string; tag: string; why: string }>(
    (d) => `\`${d.argument}\` ("${d.tag}"): ${d.why}.`,
    () => "Give series that overlap in time, with enough usable points for what is asked.",
  ),
  "historian/query": kind<{ text: string; at: number; found: string; expected: string; nearest: readonly string[] }>(
    (d) => `Query "${d.text}": ${d.found} at character ${d.at + 1}, where ${d.expected} is expected.`,
    (d) =>
      d.nearest.length > 0
        ? `Nearest: ${quoted(d.nearest)}.`
        : 'An example: "TI101 rises by more than 5 K within 10 min while FIC101.MODE is automatic".',
  ),
  "historian/query-unit": kind<{ text: string; name: string; unit: string; of: string; why: string }>(
    (d) =>
      `Query "${d.text}": ${d.unit} does not fit "${d.name}"${d.of === "" ? ", whose unit is not known" : `, which is in ${d.of}`}: ${d.why}`,
    () => "Write a unit that fits, or give the unit of the tag with `units`.",
  ),
  "historian/query-word": kind<{ text: string; name: string; word: string; nearest: readonly string[] }>(
    (d) => `Query "${d.text}": what "${d.word}" means for "${d.name}" is not known.`,
    (d) =>
      d.nearest.length > 0
        ? `Nearest: ${quoted(d.nearest)}.`
        : 'Say it with `states: { "…": { automatic: 1, manual: 0 } }`, or write the number.',
  ),
} as const satisfies Record<string, Kind<never>>;
