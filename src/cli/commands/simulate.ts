/** `greybox simulate`: runs a model and prints or writes its course. */
import { writeFile } from "node:fs/promises";
import { convert, describeOutcome, GreyboxError, type Interpolation, reachedEnd, type Signal, signal } from "../../core/index.ts";
import { openHistorian } from "../../historian/index.ts";
import { simulate, type Trajectory } from "../../solvers/index.ts";
import { type ExitCode, exit, type Shared } from "../io.ts";
import { chooseModel, loadStudy } from "../study.ts";
import { csvField, digits, table } from "../text.ts";
import { countOf, numberOf, numbersOf, spanOf } from "../values.ts";

interface Options {
  readonly model?: string;
  readonly span: string;
  readonly input: readonly string[];
  readonly inputs?: string;
  readonly hold: string;
  readonly parameter: readonly string[];
  readonly initial: readonly string[];
  readonly points?: string;
  readonly method?: string;
  readonly rtol?: string;
  readonly out?: string;
}

/** Rows that a person reads; files and JSON have all. */
const shownRows = 21;

export async function simulateCommand(file: string, options: Options, { io, json }: Shared): Promise<ExitCode> {
  const model = chooseModel(await loadStudy([file]), options.model);
  const span = spanOf("--span", options.span);
  const inputs = { ...(await columnsOf(options, model.definition.time)), ...numbersOf("--input", options.input) };
  const count = options.points === undefined ? undefined : countOf("--points", options.points, 2);
  const run = simulate(model, {
    span,
    inputs,
    parameters: numbersOf("--parameter", options.parameter),
    initial: numbersOf("--initial", options.initial),
    at: count === undefined ? undefined : evenly(span, count),
    // The solver knows its methods, and names them when it refuses one.
    method: options.method as "auto" | undefined,
    rtol: options.rtol === undefined ? undefined : numberOf("--rtol", options.rtol),
  });
  const names = Object.keys(run.at(span[0]));
  const columns = Object.fromEntries(names.map((name) => [name, Array.from(run.column(name))]));
  const document = {
    ok: reachedEnd(run.outcome),
    outcome: run.outcome,
    method: run.method,
    unit: model.definition.time,
    time: Array.from(run.time),
    columns,
  };
  if (options.out !== undefined) await write(options.out, document.time, columns, document);
  if (json) io.out(`${JSON.stringify(document)}\n`);
  else {
    if (options.out === undefined) io.out(shown(run, names, model.definition.time));
    io.err(`${describeOutcome(run.outcome)} ${run.time.length} times, ${run.method}, ${run.statistics.steps} steps.\n`);
  }
  return document.ok ? exit.ok : exit.no;
}

/** Inputs over time from a file in model units. */
async function columnsOf({ inputs, hold }: Options, unit: string): Promise<Readonly<Record<string, Signal>>> {
  if (hold !== "hold" && hold !== "linear")
    throw new GreyboxError("cli/option", { option: "--hold", value: hold, expected: "hold or linear" });
  if (inputs === undefined) return {};
  await using historian = await openHistorian(inputs, { time: { elapsed: unit === "1" ? "s" : unit } });
  const seconds = unit === "1" ? 1 : convert(1, unit, "s");
  const found: Record<string, Signal> = {};
  for (const { tag } of historian.tags) {
    const { time, value } = await historian.read(tag);
    found[tag] = signal(
      time.map((t) => t / seconds),
      value,
      hold satisfies Interpolation,
    );
  }
  return found;
}

function evenly([from, to]: readonly [number, number], count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
}

function shown(run: Trajectory, names: readonly string[], unit: string): string {
  const step = Math.max(1, Math.ceil((run.time.length - 1) / (shownRows - 1)));
  const rows = Array.from(run.time.keys()).filter((i) => i % step === 0 || i === run.time.length - 1);
  const columns = names.map((name) => run.column(name));
  return table(
    [`t [${unit}]`, ...names],
    rows.map((i) => [digits(run.time[i]), ...columns.map((column) => digits(column[i]))]),
  );
}

async function write(
  path: string,
  time: readonly number[],
  columns: Readonly<Record<string, readonly number[]>>,
  document: object,
): Promise<void> {
  if (path.endsWith(".json")) return writeFile(path, `${JSON.stringify(document)}\n`);
  if (!path.endsWith(".csv"))
    throw new GreyboxError("cli/option", { option: "--out", value: path, expected: "a file that ends in .csv or .json" });
  const names = Object.keys(columns);
  const rows = time.map((t, i) => [t, ...names.map((name) => columns[name]?.[i] ?? null)].map(csvField).join(","));
  return writeFile(path, `${[["time", ...names].map(csvField).join(","), ...rows].join("\n")}\n`);
}
