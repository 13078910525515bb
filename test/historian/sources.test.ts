import { join } from "node:path";
import { memorySource, openSource, type Series, writeCsv, writeParquet } from "../../src/historian/index.ts";
import { scratch } from "./scratch.ts";
import { sourceConformance } from "./source-conformance.ts";

let count = 0;
const written = (write: typeof writeCsv, ending: string) => async (series: readonly Series[]) => {
  const path = join(scratch, `source${count++}.${ending}`);
  await write(path, series);
  return openSource(path);
};

sourceConformance("memory", {
  make: async (series) => memorySource({ name: "memory", series: new Map(series.map((one) => [one.tag, one])) }),
  metadata: true,
  arrival: true,
});
sourceConformance("csv", { make: written(writeCsv, "csv"), metadata: false, arrival: true });
sourceConformance("csv.gz", { make: written(writeCsv, "csv.gz"), metadata: false, arrival: true });
sourceConformance("parquet", { make: written(writeParquet, "parquet"), metadata: true, arrival: true });
