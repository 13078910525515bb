/**
 * How much plant data goes through: files to columns beside DuckDB, the pass of all rules, one thread and two, a hundred thousand tags, a file
 * larger than what is held of it.
 *
 * DuckDB reads into columns of its own, on one thread: what it does per core. Everything is read from the same files in the same run.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { threads } from "greybox/compute";
import { ingest, mapTags, openHistorian, openSource, openStore, streamFile, writeParquet } from "greybox/historian";
import { type Bench, type Contestant, interleave, medianRatio, type Result, type Row } from "./harness.ts";
import { flagged, flaggedTask } from "./historian-tasks.ts";
import { type Duck, duckdb } from "./peers/duckdb.ts";

const size = {
  tags: 20,
  rows: 50_000,
  /** Tags of the whole site. */
  site: Number(process.env["GREYBOX_SERIES"] ?? 100_000),
  sitePoints: 100,
  rounds: Number(process.env["GREYBOX_ROUNDS"] ?? 7),
};

export const historian: Bench = {
  name: "historian",
  about: "plant data: CSV and Parquet to columns beside DuckDB, flagging, threads, memory",
  async run() {
    const folder = await mkdtemp(join(tmpdir(), "greybox-bench-"));
    try {
      return await measured(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function measured(folder: string): Promise<Result> {
  const points = size.tags * size.rows;
  const csv = await longCsv(join(folder, "plant.csv"), size.rows);
  const parquet = join(folder, "plant.parquet");
  const plant = await openHistorian(csv);
  const series = await Promise.all(plant.tags.map(({ tag }) => plant.read(tag)));
  await writeParquet(parquet, series);
  const store = join(folder, "plant.store");
  await using writer = await openStore(store);
  await ingest(await streamFile(csv), writer);
  await writer.close();

  const sum = series.reduce((total, one) => total + one.value.reduce((part, v) => part + v, 0), 0);
  const duck = await duckdb(1);
  const files = fileContestants(csv, parquet, store, { points, sum }, duck);
  const one = threads({ workers: 1 });
  const two = threads({ workers: 2 });
  const expected = series.map(flagged);
  const work: Contestant[] = [
    { name: "all rules over series in memory", run: async () => timed(points, async () => miss(series.map(flagged), expected)) },
    { name: "store: read and all rules, one thread", run: async () => timed(points, async () => miss(await flags(store, one), expected)) },
    { name: "store: read and all rules, two threads", run: async () => timed(points, async () => miss(await flags(store, two), expected)) },
  ];
  const { rows, times } = await interleave([...files, ...work], { rounds: size.rounds, warmup: 2 });
  await one[Symbol.asyncDispose]();
  await two[Symbol.asyncDispose]();
  const at = (name: string): readonly number[] => times[rows.findIndex((row) => row.name === name)]!;

  const { rows: memory, remarks } = await memoryRows(folder);
  return {
    about: `${points} points of ${size.tags} tags; milliseconds of one pass`,
    error: "sum of the values, or number of flagged points, against what was written, relative",
    rows: [...rows, ...memory],
    ratios: {
      ...(duck
        ? {
            "CSV to columns: Greybox over DuckDB on one thread": medianRatio(at("CSV to columns"), at("CSV to columns, DuckDB")),
            "Parquet to columns: Greybox over DuckDB on one thread": medianRatio(
              at("Parquet to columns"),
              at("Parquet to columns, DuckDB"),
            ),
          }
        : {}),
      "one thread over two": medianRatio(at("store: read and all rules, one thread"), at("store: read and all rules, two threads")),
    },
    remarks: [
      duck ? `DuckDB ${duck.version}, one thread, into a table of its own.` : "DuckDB is not there: npm install @duckdb/node-api.",
      `CSV ${((await stat(csv)).size / points).toFixed(1)}, Parquet ${((await stat(parquet)).size / points).toFixed(2)} bytes a point.`,
      ...remarks,
    ],
  };
}

interface Expected {
  readonly points: number;
  readonly sum: number;
}

function fileContestants(csv: string, parquet: string, store: string, expected: Expected, duck: Duck | undefined): Contestant[] {
  const own = (name: string, path: string): Contestant => ({
    name,
    run: () =>
      timed(expected.points, async () => {
        const source = await openSource(path);
        let [sum, points] = [0, 0];
        for (const { tag } of await source.browse()) {
          for await (const page of source.readRaw(tag)) {
            points += page.value.length;
            for (const v of page.value) sum += v;
          }
        }
        return Math.abs(sum / expected.sum - 1) + Math.abs(points - expected.points);
      }),
  });
  const peer = (name: string, query: string): Contestant[] =>
    duck
      ? [
          {
            name,
            run: () =>
              timed(expected.points, async () => {
                await duck.run(`CREATE OR REPLACE TABLE plant AS ${query}`);
                const [sum, points] = await duck.row("SELECT sum(value), count(*) FROM plant");
                return Math.abs(sum! / expected.sum - 1) + Math.abs(points! - expected.points);
              }),
          },
        ]
      : [];
  const types = "{'tag': 'VARCHAR', 'time': 'TIMESTAMPTZ', 'value': 'DOUBLE', 'status': 'BIGINT'}";
  return [
    own("CSV to columns", csv),
    ...peer("CSV to columns, DuckDB", `SELECT * FROM read_csv('${csv}', columns = ${types}, header = true)`),
    own("Parquet to columns", parquet),
    ...peer("Parquet to columns, DuckDB", `SELECT * FROM read_parquet('${parquet}')`),
    own("store to columns", store),
    ...peer("store to columns, DuckDB", `SELECT tag, time, value, status FROM read_parquet('${store}/segments/**/*.parquet')`),
  ];
}

async function timed(points: number, run: () => Promise<number>) {
  const begin = performance.now();
  const error = await run();
  const milliseconds = performance.now() - begin;
  return { milliseconds, error, counts: { "points/s": Math.round((points / milliseconds) * 1e3) } };
}

const flags = async (store: string, compute: ReturnType<typeof threads>): Promise<number[]> => [
  ...(await mapTags(store, flaggedTask, { compute })).values(),
];
const miss = (found: readonly number[], expected: readonly number[]): number =>
  found.reduce((worst, count, k) => Math.max(worst, Math.abs(count - expected[k]!) / Math.max(1, expected[k]!)), 0);

/** Jobs in processes of their own. */
async function memoryRows(folder: string): Promise<{ rows: Row[]; remarks: string[] }> {
  const small = await longCsv(join(folder, "small.csv"), 2 * size.rows);
  const large = await longCsv(join(folder, "large.csv"), 8 * size.rows);
  const a = await child(["ingest", small, join(folder, "small.store")]);
  const b = await child(["ingest", large, join(folder, "large.store")]);
  const site = await child(["many", join(folder, "site.store"), String(size.site), String(size.sitePoints)]);
  const row = (name: string, it: Readonly<Record<string, number>>, wanted: number): Row => ({
    name,
    rounds: 1,
    milliseconds: it["milliseconds"]!,
    quartiles: [it["milliseconds"]!, it["milliseconds"]!],
    error: Math.abs(it["points"]! / wanted - 1),
    counts: { "points/s": Math.round((it["points"]! / it["milliseconds"]!) * 1e3), "peak MiB": it["peakMiB"]! },
  });
  return {
    rows: [
      row("ingest of a CSV file into a store", a, 2 * size.rows * size.tags),
      row("ingest of one four times as large", b, 8 * size.rows * size.tags),
      row(`${size.site} tags: ingest, then read and all rules`, site, size.site * size.sitePoints),
    ],
    remarks: [
      `Files of ${Math.round((await stat(small)).size / 2 ** 20)} and ${Math.round((await stat(large)).size / 2 ** 20)} MiB were taken up within ${a["peakMiB"]} and ${b["peakMiB"]} MiB; ${size.site} tags within ${site["peakMiB"]} MiB.`,
    ],
  };
}

async function child(args: readonly string[]): Promise<Record<string, number>> {
  const script = fileURLToPath(new URL("historian-child.ts", import.meta.url));
  const process_ = spawn(process.execPath, [...process.execArgv, script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  process_.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(process_, "close");
  return JSON.parse(text) as Record<string, number>;
}

/** As a historian exports: one row a point, ISO times, a decimal or two, now and then a bad one. */
async function longCsv(path: string, rows: number): Promise<string> {
  const file = createWriteStream(path);
  file.write("tag,time,value,status\n");
  for (let start = 0; start < rows; start += 5000) {
    const stamps = Array.from({ length: Math.min(5000, rows - start) }, (_, i) =>
      new Date((1767225600 + 10 * (start + i)) * 1000).toISOString(),
    );
    for (let k = 0; k < size.tags; k++) {
      let text = "";
      stamps.forEach((stamp, i) => {
        const at = start + i;
        text += `TI${100 + k}.PV,${stamp},${(Math.round(2000 * Math.sin(at / 400 + k)) + ((at * 7919) % 21)) / 100},${at % 997 === 0 ? 2156658688 : 0}\n`;
      });
      if (!file.write(text)) await once(file, "drain");
    }
  }
  file.end();
  await once(file, "close");
  return path;
}
