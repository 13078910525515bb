import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { reason } from "../../src/core/index.ts";
import { memorySource, openSource, type Series, type Source, writeCsv, writeParquet } from "../../src/historian/index.ts";
import { scratch } from "./scratch.ts";
import { sourceConformance } from "./source-conformance.ts";
import { jsonLines } from "./sources/json-lines.ts";

let count = 0;
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
sourceConformance("parquet", { make: written(writeParquet, "parquet"), metadata: true, arrival: true });

/** The shortest decimals with the sign of −0, which JSON.stringify drops. */
const plain = (x: number) => (Object.is(x, -0) ? "-0" : String(x));
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
