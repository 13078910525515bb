/** A store at rest is a folder of Parquet files: another engine reads the same points from it, with as little memory as it is given. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { duckdbSource, ingest, memorySource, openStore, type Series } from "../../../src/historian/index.ts";
import { scratch } from "../../historian/scratch.ts";
import { sourceConformance } from "../../historian/source-conformance.ts";

const skip = existsSync("node_modules/@duckdb/node-api") ? false : "the package @duckdb/node-api is not installed";
if (skip) console.log(`skipped: DuckDB over a store (${skip})`);

let made: Promise<string> | undefined;
async function storeOf(all: readonly Series[]): Promise<string> {
  const path = join(scratch, "duck.store");
  await using store = await openStore(path, { groups: 2, period: "all" });
  await ingest(memorySource({ name: "plant", series: new Map(all.map((one) => [one.tag, one])) }), store);
  return path;
}

sourceConformance("DuckDB over a store", {
  skip,
  metadata: false,
  arrival: false,
  make: async (all) => {
    made ??= storeOf(all);
    return duckdbSource({ parquet: `${await made}/segments/**/*.parquet`, status: { column: "status", map: "ua" }, memory: "200MB" });
  },
});
