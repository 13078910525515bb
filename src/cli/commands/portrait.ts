/** `greybox portrait`: what a record looks like before anything is believed of it. */
import { writeFile } from "node:fs/promises";
import { portraitOf, portraitPage, portraitText } from "../../historian/index.ts";
import { type ExitCode, exit, type Shared } from "../io.ts";
import { type DataOptions, openData } from "../plant-data.ts";
import { loadStudy } from "../study.ts";
import { listOf } from "../values.ts";

interface Options extends DataOptions {
  readonly tags?: string;
  readonly html?: string;
}

export async function portraitCommand(path: string | undefined, options: Options, { io, json }: Shared): Promise<ExitCode> {
  // Without a study, what is named is the data itself.
  const isStudy = path !== undefined && /\.([cm]?[jt]s|json)$/.test(path);
  const study =
    isStudy || options.map !== undefined ? await loadStudy([isStudy ? path : undefined, options.binding, options.map]) : undefined;
  const data = options.data ?? (isStudy ? undefined : path);
  await using historian = await openData("portrait", { ...options, ...(data === undefined ? {} : { data }) }, study);
  const bound = study?.binding?.tags.map(({ tag }) => tag);
  const portrait = await portraitOf(historian, options.tags === undefined ? bound : listOf(options.tags));
  if (options.html !== undefined) await writeFile(options.html, portraitPage(portrait), "utf8");
  io.out(json ? `${JSON.stringify({ ok: true, ...portrait })}\n` : `${portraitText(portrait)}\n`);
  return exit.ok;
}
