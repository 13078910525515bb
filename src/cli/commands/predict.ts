/** `greybox predict`: a bundle and a record, or a stream of points, to answers. */
import { createReadStream, existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { GreyboxError } from "../../core/index.ts";
import { loadSoftSensor, type Point, type Prediction, predictAll, type SoftSensor, streamFrom } from "../../sensors/index.ts";
import { type ExitCode, exit, type Shared } from "../io.ts";
import { type DataOptions, openData, rangeOf } from "../plant-data.ts";
import { loadStudy } from "../study.ts";
import { csvField } from "../text.ts";

interface Options extends DataOptions {
  readonly points?: string;
  readonly every?: string;
  readonly out?: string;
}

export async function predictCommand(path: string, options: Options, { io, json }: Shared): Promise<ExitCode> {
  const sensor = await loadSoftSensor(path);
  const direct = options.out === undefined && !json;
  const tell = (prediction: Prediction) => io.out(`${JSON.stringify(prediction)}\n`);
  const predictions =
    options.points === undefined
      ? await ofRecord(sensor, options)
      : // Answers to a live stream come as its points come.
        await ofPoints(sensor, options.points, direct ? tell : () => {});
  if (direct && options.points === undefined) for (const prediction of predictions) tell(prediction);
  if (options.out !== undefined) await write(options.out, predictions);
  const counts = { good: 0, uncertain: 0, bad: 0 };
  for (const { status } of predictions) counts[status.severity]++;
  const ok = counts.good + counts.uncertain > 0;
  if (json) {
    const answers = options.out === undefined ? { predictions } : { files: [options.out] };
    io.out(`${JSON.stringify({ ok, sensor: sensor.name, hash: sensor.hash, counts, ...answers })}\n`);
  } else {
    const { good, uncertain, bad } = counts;
    io.err(
      `${sensor.name}: ${predictions.length} answers, ${good} good, ${uncertain} uncertain, ${bad} bad.${options.out ? ` Written: ${options.out}` : ""}\n`,
    );
  }
  return ok ? exit.ok : exit.no;
}

async function ofRecord(sensor: SoftSensor, options: Options): Promise<readonly Prediction[]> {
  const study = options.binding === undefined && options.map === undefined ? undefined : await loadStudy([options.binding, options.map]);
  await using historian = await openData("predict", options, study);
  const stream = await streamFrom(historian, sensor, { ...rangeOf(options), every: options.every });
  const [said] = await predictAll(sensor, [stream]);
  return said?.predictions ?? [];
}

/** JSON lines, one point each, in the order of time. */
async function ofPoints(sensor: SoftSensor, path: string, tell: (prediction: Prediction) => void): Promise<readonly Prediction[]> {
  if (path !== "-" && !existsSync(path)) throw new GreyboxError("cli/file-missing", { path, role: "file of points" });
  const { readPoint } = await import("../../service/index.ts");
  // Nothing may be awaited between this and the loop: readline would lose the lines that come meanwhile.
  const lines = createInterface({ input: path === "-" ? process.stdin : createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  const predictions: Prediction[] = [];
  let row = 0;
  for await (const line of lines) {
    row++;
    if (line.trim() === "") continue;
    const prediction = sensor.predict(await pointOf(line, row, path, readPoint));
    tell(prediction);
    predictions.push(prediction);
  }
  return predictions;
}

async function pointOf(line: string, row: number, path: string, read: (value: unknown) => Promise<Point>): Promise<Point> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new GreyboxError("cli/file-failed", { path, why: `row ${row} is not JSON` }, { cause: error });
  }
  return read(value);
}

async function write(path: string, predictions: readonly Prediction[]): Promise<void> {
  if (path.endsWith(".jsonl")) return writeFile(path, predictions.map((prediction) => `${JSON.stringify(prediction)}\n`).join(""));
  if (path.endsWith(".json")) return writeFile(path, `${JSON.stringify(predictions)}\n`);
  if (!path.endsWith(".csv"))
    throw new GreyboxError("cli/option", { option: "--out", value: path, expected: "a file that ends in .csv, .json or .jsonl" });
  const header = ["time", "value", "lower", "upper", "unit", "status", "reasons", "physics", "learned", "bias", "age"];
  const rows = predictions.map(({ time, value, interval, unit, status, reasons, physics, learned, bias, age }) =>
    [
      time,
      value,
      interval?.[0] ?? null,
      interval?.[1] ?? null,
      unit,
      status.name,
      reasons.map((it) => it.code).join(" "),
      physics,
      learned,
      bias,
      age,
    ]
      .map(csvField)
      .join(","),
  );
  return writeFile(path, `${[header.join(","), ...rows].join("\n")}\n`);
}
