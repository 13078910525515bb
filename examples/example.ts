/** What every example shares: finding its data, a folder for what it writes, and the figures it is checked by. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

/** What an example reached, by name. Compared with its `expected.json`. */
export type Figures = Readonly<Record<string, number>>;

export interface Setting {
  /** Path of the data file; empty for examples that need none. */
  readonly data: string;
  /** Existing folder for what the example writes. */
  readonly out: string;
}

export interface Example {
  /** Name of its folder. */
  readonly name: string;
  /** Name of the data file that it needs. It is looked for in DIR of `--data DIR`, and in a folder of DIR. */
  readonly needs?: { readonly folder: string; readonly file: string };
  run(setting: Setting): Promise<Figures>;
}

/** Runs an example as a program: `--data DIR` says where its data is, `--out DIR` where its files go (default `out/<name>`). */
export async function runExample(example: Example): Promise<void> {
  const { values } = parseArgs({ options: { data: { type: "string" }, out: { type: "string" } }, strict: false });
  const out = resolve(typeof values.out === "string" ? values.out : join("out", example.name));
  mkdirSync(out, { recursive: true });
  const base = typeof values.data === "string" ? values.data : process.env["GREYBOX_DATA"];
  const data = example.needs ? found(example.needs, base) : "";
  if (data === undefined) {
    const reason = `needs ${example.needs?.file}${base === undefined ? "; say where it is with --data DIR" : `, which is not in ${base}`}`;
    console.log(`${example.name} skipped: ${reason}`);
    writeFileSync(join(out, "figures.json"), `${JSON.stringify({ skipped: reason })}\n`);
    return;
  }
  const figures = await example.run({ data, out });
  writeFileSync(join(out, "figures.json"), `${JSON.stringify(figures, null, 2)}\n`);
}

function found({ folder, file }: { readonly folder: string; readonly file: string }, base: string | undefined): string | undefined {
  if (base === undefined) return undefined;
  return [join(base, file), join(base, folder, file)].find((path) => existsSync(path));
}
