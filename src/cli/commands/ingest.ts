/** `greybox ingest`: from a file or another source into a store, going on where it was cut off. */
import { stat } from "node:fs/promises";
import { GreyboxError } from "../../core/index.ts";
import { ingest, momentOf, openSource, openStore, type Period, streamFile } from "../../historian/index.ts";
import { type ExitCode, exit, type Shared } from "../io.ts";
import { type DataOptions, declaredOf, rangeOf } from "../plant-data.ts";
import { progressBar } from "../progress.ts";
import { loadStudy } from "../study.ts";
import { listOf } from "../values.ts";

interface Options extends DataOptions {
  readonly into: string;
  readonly stream?: string;
  readonly tags?: string;
  readonly period?: string;
  readonly compact?: boolean;
}

export async function ingestCommand(given: string | undefined, options: Options, shared: Shared): Promise<ExitCode> {
  const { io, json } = shared;
  const tags = options.tags === undefined ? undefined : listOf(options.tags);
  const study = options.map === undefined ? undefined : await loadStudy([options.map]);
  const { file, ...declared } = declaredOf("ingest", { ...options, ...(given === undefined ? {} : { data: given }) }, study);
  const read = { ...declared, ...(tags ? { tags } : {}) };
  // What is a file of text or Parquet need not fit into the memory.
  const isFile = (await stat(file).catch(() => undefined))?.isFile() === true && !/\.duckdb$/i.test(file);
  const source = isFile ? await streamFile(file, read) : await openSource(file, read);
  await using store = await openStore(options.into, {
    ...(source.calendar ? {} : { calendar: false }),
    ...(options.period === undefined ? {} : { period: periodOf(options.period) }),
  });
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const bar = await progressBar(shared, "points");
  try {
    const { from: first, to: last } = rangeOf(options);
    const done = await ingest(source, store, {
      ...(options.stream === undefined ? {} : { stream: options.stream }),
      ...(tags ? { tags } : {}),
      range: {
        ...(first === undefined ? {} : { from: momentOf(first, "--from") }),
        ...(last === undefined ? {} : { to: momentOf(last, "--to") }),
      },
      signal: interrupted.signal,
      onProgress: ({ points, known }) => bar.set(points + known, points + known, known > 0 ? `(${known} known already)` : ""),
    });
    bar.stop();
    const joined = options.compact ? await store.compact() : 0;
    const { stream, points, known, sameAs, findings } = done;
    if (json)
      io.out(`${JSON.stringify({ ok: true, store: store.path, stream, points, known, tags: done.tags, sameAs, joined, findings })}\n`);
    else {
      const what = sameAs === undefined ? "" : ` All of it was there already, as "${sameAs}".`;
      io.out(`${stream}: ${points} points taken up, ${known} known already, ${done.tags} tags.${what}\n`);
      for (const { message } of findings) io.out(`  ${message}\n`);
    }
    return exit.ok;
  } catch (error) {
    bar.stop();
    if (!interrupted.signal.aborted || error instanceof GreyboxError) throw error;
    io.err("Interrupted. What was written is kept; the same command takes up the rest.\n");
    return exit.retry;
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

function periodOf(text: string): Period {
  if (text === "day" || text === "month" || text === "year" || text === "all") return text;
  throw new GreyboxError("cli/option", { option: "--period", value: text, expected: "day, month, year or all" });
}
