/**
 * Runs what the documentation shows.
 *
 * - A `ts` block of README.md or docs/*.md that a `text` block follows is run; what it prints must be that text.
 * - A `ts` block without one is type-checked together with all others.
 * - An `@example` of a docstring is run; a line `expression; // => value` must give that value.
 *
 * A block that starts with `// not run` is shown only.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const folder = "out/readme";
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
/** Files that run when they are imported. */
const entryPoints = /^(main|worker)\.ts$/;

const node = (file: string): string =>
  execFileSync(process.execPath, ["--conditions=greybox-source", "--import", "tsx", file], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });

interface Block {
  readonly source: string;
  readonly code: string;
  readonly output: string | undefined;
}

function blocksOf(file: string): Block[] {
  const text = readFileSync(file, "utf8");
  const blocks: Block[] = [];
  for (const match of text.matchAll(/^```ts\n([\s\S]*?)^```\n(?:\s*(?:It prints:?|prints:?)?\s*\n)?(?:^```text\n([\s\S]*?)^```)?/gm)) {
    const line = text.slice(0, match.index).split("\n").length;
    const code = match[1] as string;
    if (!code.startsWith("// not run")) blocks.push({ source: `${file}:${line}`, code, output: match[2] });
  }
  return blocks;
}

/** Docstring examples of one source file, as one program that checks every `// =>`. */
function examplesOf(file: string): { readonly program: string; readonly checks: number } | undefined {
  const examples = [...readFileSync(file, "utf8").matchAll(/@example\n((?:\s*\*(?!\/)[^\n]*\n)+?)(?=\s*\*\/|\s*\*\s*@)/g)].map((match) =>
    (match[1] as string).replace(/^\s*\* ?/gm, ""),
  );
  if (examples.length === 0) return undefined;
  const folder = dirname(file);
  const beside = readdirSync(folder).filter((name) => name.endsWith(".ts") && !entryPoints.test(name));
  const stage = file.split("/").length > 2 ? [`greybox/${file.split("/")[1]}`] : [];
  const sources = ["greybox", ...stage, ...beside.map((name) => `../../${join(folder, name)}`), `../../${file}`];
  let checks = 0;
  const bodies = examples.map((example) => {
    const code = example.replace(/^(.*?);?\s*\/\/ => (.*)$/gm, (_line, statement: string, expected: string) => {
      checks++;
      const wrapped = /^(.*\{ )(.*?)(;? \})$/.exec(statement);
      const call = (expression: string) => `check(() => (${expression}), () => (${expected}), ${JSON.stringify(expression)});`;
      return wrapped ? `${wrapped[1]}${call(wrapped[2] as string)} }` : call(statement);
    });
    return `await (async () => {\n${code}\n})();`;
  });
  const program = `import assert from "node:assert/strict";
import { setting } from "../../scripts/example-setting.ts";
${sources.map((source, i) => `import * as m${i} from ${JSON.stringify(source)};`).join("\n")}
const check = (actual, expected, text) => assert.deepEqual(actual(), expected(), text);
Object.assign(globalThis, setting);
for (const m of [${sources.map((_, i) => `m${i}`).join(", ")}]) Object.assign(globalThis, m);
${bodies.join("\n")}
`;
  return { program, checks };
}

let failures = 0;
const failed = (where: string, why: string): void => {
  failures++;
  console.error(`✗ ${where}\n${why.trimEnd().replace(/^/gm, "    ")}`);
};

const pages = [
  "README.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((page) => page.endsWith(".md"))
    .map((page) => join("docs", page)),
];
const blocks = pages.flatMap(blocksOf);
for (const [index, block] of blocks.entries()) writeFileSync(`${folder}/block-${index}.ts`, block.code);
writeFileSync(
  `${folder}/tsconfig.json`,
  JSON.stringify({ extends: "../../tsconfig.json", compilerOptions: { noUnusedLocals: false }, include: ["block-*.ts"] }),
);
try {
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", folder], { encoding: "utf8", stdio: "pipe" });
} catch (error) {
  failed(
    "types of code blocks",
    (error as { stdout: string }).stdout.replace(
      /out\/readme\/block-(\d+)\.ts/g,
      (_all, index: string) => (blocks[Number(index)] as Block).source,
    ),
  );
}

for (const [index, block] of blocks.entries()) {
  if (block.output === undefined) continue;
  try {
    const printed = node(`block-${index}.ts`);
    if (printed.trimEnd() !== block.output.trimEnd()) failed(block.source, `printed\n${printed}\nbut the page says\n${block.output}`);
    else console.log(`✓ ${block.source}`);
  } catch (error) {
    failed(block.source, String((error as { stderr?: string }).stderr ?? error));
  }
}

let checked = 0;
for (const file of readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"))) {
  const examples = examplesOf(join("src", file));
  if (!examples) continue;
  const target = `${folder}/example-${file.replaceAll(/[/.]/g, "-")}.ts`;
  writeFileSync(target, examples.program);
  try {
    node(basename(target));
    checked += examples.checks;
  } catch (error) {
    failed(
      `src/${file} @example`,
      String((error as { stderr?: string }).stderr ?? error)
        .split("\n")
        .slice(0, 14)
        .join("\n"),
    );
  }
}
console.log(
  `${blocks.filter((block) => block.output !== undefined).length} pages' blocks run, ${blocks.length} type-checked, ${checked} values in docstring examples checked, ${failures} failed`,
);
process.exitCode = failures > 0 ? 1 : 0;
