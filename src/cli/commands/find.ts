/** `greybox find`: stretches of a record in which something happened, asked for in words. */

import { GreyboxError } from "../../core/index.ts";
import { type FindOptions, findPattern, type PatternResult } from "../../historian/index.ts";
import { type ExitCode, exit, type Shared } from "../io.ts";
import { type DataOptions, openData, rangeOf } from "../plant-data.ts";
import { loadStudy } from "../study.ts";
import { table } from "../text.ts";

interface Options extends DataOptions {
  readonly study?: string;
  readonly state: readonly string[];
  readonly unit: readonly string[];
}

/** Exit code 1 when nothing was found. */
export async function findCommand(query: string, path: string | undefined, options: Options, { io, json }: Shared): Promise<ExitCode> {
  const study = options.study === undefined ? undefined : await loadStudy([options.study, options.binding]);
  const data = options.data ?? path;
  await using historian = await openData("find", { ...options, ...(data === undefined ? {} : { data }) }, study);
  const find: FindOptions = {
    ...rangeOf(options),
    binding: study?.binding,
    units: Object.fromEntries(options.unit.map((one) => pair("--unit", one, "TAG=unit"))),
    states: statesOf(options.state),
  };
  const result = await findPattern(historian, query, find);
  io.out(json ? `${JSON.stringify({ ok: true, ...result })}\n` : text(result, historian.calendar));
  return result.matches.length > 0 ? exit.ok : exit.no;
}

/** `TAG.word=number`: the last dot separates the word. */
function statesOf(given: readonly string[]): Record<string, Record<string, number>> {
  const states: Record<string, Record<string, number>> = {};
  for (const one of given) {
    const [left, right] = pair("--state", one, "TAG.word=number, such as FIC101.MODE.automatic=1");
    const dot = left.lastIndexOf(".");
    const number = Number(right);
    if (dot <= 0 || right.trim() === "" || !Number.isFinite(number)) {
      throw new GreyboxError("cli/option", { option: "--state", value: one, expected: "TAG.word=number, such as FIC101.MODE.automatic=1" });
    }
    const tag = left.slice(0, dot);
    states[tag] = { ...states[tag], [left.slice(dot + 1)]: number };
  }
  return states;
}

function pair(option: string, given: string, expected: string): [string, string] {
  const at = given.indexOf("=");
  if (at <= 0) throw new GreyboxError("cli/option", { option, value: given, expected });
  return [given.slice(0, at), given.slice(at + 1)];
}

function text({ matches, unknown }: PatternResult, calendar: boolean): string {
  const moment = (seconds: number): string => (calendar ? new Date(Math.round(seconds * 1000)).toISOString() : `${short(seconds)} s`);
  const rows = matches.flatMap(({ from, to, evidence }) =>
    evidence.map(({ condition, unit, values, change }, i) => [
      i === 0 ? moment(from) : "",
      i === 0 ? moment(to) : "",
      condition,
      change
        ? `${change.change > 0 ? "+" : ""}${short(change.change)} ${unit} from ${moment(change.from)}`
        : values
          ? `${short(values.first)} → ${short(values.last)} ${unit}`
          : "not known",
    ]),
  );
  const doubt = unknown.reduce((sum, { from, to }) => sum + to - from, 0);
  const tail = doubt > 0 ? `Not known for ${short(doubt)} s, where a tag has no usable value.\n` : "";
  if (matches.length === 0) return `Nothing found.\n${tail}`;
  return `${table(["from", "to", "condition", "seen"], rows)}${matches.length} found.\n${tail}`;
}

const short = (x: number): string => String(Number(x.toPrecision(6)));
