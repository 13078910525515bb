import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { reason } from "../../src/core/index.ts";
import { type FileOptions, memorySource, openSource, type Series, type Source, writeCsv, writeParquet } from "../../src/historian/index.ts";
import { scratch } from "./scratch.ts";
import { sourceConformance } from "./source-conformance.ts";
import { jsonLines } from "./sources/json-lines.ts";

let count = 0;
/** The shortest decimals with the sign of −0, which String drops. */
const plain = (x: number) => (Object.is(x, -0) ? "-0" : String(x));
/** A file of the series, written once. */
const onFile = (write: (path: string, series: readonly Series[]) => Promise<void> | void, ending: string) => {
  const path = join(scratch, `source${count++}.${ending}`);
  let done: Promise<void> | void;
  let asked = false;
  return async (series: readonly Series[]) => {
    if (!asked) done = write(path, series);
    asked = true;
    await done;
    return path;
  };
};
/** Opened once: a file is read whole when it is opened. */
const written = (write: typeof writeCsv, ending: string) => {
  const path = onFile(write, ending);
  let source: Promise<Source> | undefined;
  return async (series: readonly Series[]) => {
    source ??= path(series).then((file) => openSource(file));
    return source;
  };
};

sourceConformance("memory", {
  make: async (series) => memorySource({ name: "memory", series: new Map(series.map((one) => [one.tag, one])) }),
  metadata: true,
  arrival: true,
});
sourceConformance("csv", { make: written(writeCsv, "csv"), metadata: false, arrival: true });
sourceConformance("csv.gz", { make: written(writeCsv, "csv.gz"), metadata: false, arrival: true });

/** What stands in a cell: numbers to the last bit, "No Data" where there is none. */
const cellOf = (one: Series, i: number) => ((one.reasons[i]! & reason.notANumber) !== 0 ? "No Data" : plain(one.value[i]!));
const quotedCell = (text: string) => `"${text.replaceAll('"', '""')}"`;
const fileSource = (ending: string, options: FileOptions, text: (all: readonly Series[]) => string) => {
  const path = onFile((at, all) => writeFileSync(at, ending.endsWith("gz") ? gzipSync(text(all)) : text(all)), ending);
  let source: Promise<Source> | undefined;
  return async (series: readonly Series[]) => {
    source ??= path(series).then((at) => openSource(at, options));
    return source;
  };
};
sourceConformance("csv, wide, sparse", {
  metadata: false,
  arrival: true,
  make: fileSource("csv", { empty: "absent", status: { suffix: " ST", map: "ua" } }, (all) => {
    const header = ["Time", ...all.flatMap(({ tag }) => [quotedCell(tag), quotedCell(`${tag} ST`)])];
    const rows = all.flatMap((one, k) =>
      Array.from(one.time, (t, i) => {
        const before = ",,".repeat(k);
        const after = ",,".repeat(all.length - 1 - k);
        return `${new Date(1000 * t).toISOString()}${before},${cellOf(one, i)},${one.status[i]}${after}`;
      }),
    );
    return [header.join(","), ...rows].join("\n");
  }),
});
sourceConformance("csv, side by side, decimal comma, local times, packed", {
  metadata: false,
  arrival: true,
  make: fileSource(
    "csv.gz",
    {
      layout: { each: ["time", "value", "status"] },
      status: { map: "ua" },
      time: { format: "dd.MM.yyyy HH:mm:ss.SSS" },
      zone: "+05:30",
      decimal: ",",
      headerRows: 2,
    },
    (all) => {
      const local = (t: number) => {
        const iso = new Date(1000 * (t + 19800)).toISOString();
        return `${iso.slice(8, 10)}.${iso.slice(5, 7)}.${iso.slice(0, 4)} ${iso.slice(11, 23)}`;
      };
      const longest = Math.max(...all.map((one) => one.time.length));
      const rows = Array.from({ length: longest }, (_, i) =>
        all.flatMap((one) =>
          i < one.time.length ? [local(one.time[i]!), cellOf(one, i).replace(".", ","), String(one.status[i])] : ["", "", ""],
        ),
      );
      const header = [all.flatMap(({ tag }) => [tag, "", ""]), all.flatMap(() => ["Time", "Value", "Status"])];
      return [...header, ...rows].map((row) => row.join(";")).join("\r\n");
    },
  ),
});
sourceConformance("parquet", { make: written(writeParquet, "parquet"), metadata: true, arrival: true });

const jsonFile = onFile((path, all) => {
  const lines = all.flatMap((one) =>
    Array.from(one.time, (t, i) => {
      const value = (one.reasons[i]! & reason.notANumber) !== 0 ? "null" : plain(one.value[i]!);
      return `{"tag":${JSON.stringify(one.tag)},"time":"${new Date(t * 1000).toISOString()}","value":${value},"quality":${one.status[i]}}`;
    }),
  );
  writeFileSync(path, `${lines.join("\n")}\n`);
}, "jsonl");
let ofLines: Promise<Source> | undefined;
sourceConformance("lines of JSON, a source of one's own", {
  make: async (series) => {
    ofLines ??= jsonFile(series).then(jsonLines);
    return ofLines;
  },
  metadata: false,
  arrival: true,
});

test("a new tabular source needs at most 60 lines", () => {
  const lines = readFileSync(new URL("sources/json-lines.ts", import.meta.url), "utf8")
    .trimEnd()
    .split("\n").length;
  assert.ok(lines <= 60, `${lines} lines`);
});
