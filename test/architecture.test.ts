/** Who may import whom. The table is the architecture; this test is what keeps it true. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";

const stages: Record<string, readonly string[]> = {
  core: [],
  kernel: ["core"],
  compute: ["core"],
  historian: ["core", "compute"],
  models: ["core", "kernel"],
  solvers: ["core", "kernel", "compute"],
  calibration: ["core", "compute", "historian", "models", "solvers"],
  fusion: ["core", "kernel", "compute", "historian", "models", "solvers", "calibration"],
  sensors: ["core", "compute", "historian", "models", "solvers", "calibration", "fusion"],
  service: ["core", "compute", "historian", "models", "solvers", "calibration", "fusion", "sensors"],
  cli: ["core", "kernel", "compute", "historian", "models", "solvers", "calibration", "fusion", "sensors", "service"],
};

/** Only these may reach the outside world by the named modules; see the table in `docs/architecture.md`. */
const guarded: readonly { readonly pattern: RegExp; readonly what: string; readonly allowed: readonly string[] }[] = [
  { pattern: /\bnew Function\b|\bWebAssembly\./, what: "generate code", allowed: ["src/kernel/"] },
  {
    pattern: /from "node:(fs|net|http|https|dgram|child_process)/,
    what: "touch files or the network",
    allowed: [
      "src/historian/",
      "src/sensors/",
      "src/service/",
      "src/cli/",
      "src/calibration/report/",
      "src/calibration/petab/",
      "src/calibration/checkpoint/",
    ],
  },
  { pattern: /from "node:worker_threads"|"piscina"/, what: "use threads", allowed: ["src/compute/", "src/cli/"] },
];

const sources = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
    .map((file) => join(folder, file));

interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
}

/** Static, side-effect and dynamic imports of a file. */
function importsOf(file: string): Import[] {
  const text = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  const found: Import[] = [];
  for (const match of text.matchAll(/^\s*(import|export)\s+(type\s+)?(?:[^;'"]*?\sfrom\s+)?["']([^"']+)["']/gm)) {
    found.push({ target: match[3] as string, typeOnly: match[2] !== undefined });
  }
  for (const match of text.matchAll(/\bimport\(\s*["']([^"']+)["']\s*\)/g)) found.push({ target: match[1] as string, typeOnly: false });
  return found;
}

const files = sources("src");
const stageOf = (file: string): string => file.split("/")[1] ?? "";
const resolved = (file: string, target: string): string => normalize(join(dirname(file), target));

test("every folder of src is a stage of the table", () => {
  const folders = readdirSync("src", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(folders.map((entry) => entry.name).sort(), Object.keys(stages).sort());
});

test("stages import only the stages the table allows, and through their index", () => {
  const wrong: string[] = [];
  for (const file of files) {
    const stage = stageOf(file);
    if (!(stage in stages)) continue; // src/index.ts
    for (const { target } of importsOf(file)) {
      if (!target.startsWith(".")) continue;
      const reached = resolved(file, target);
      const other = stageOf(reached);
      if (other === stage) continue;
      if (!stages[stage]?.includes(other)) wrong.push(`${file}: ${stage} must not import ${other} (${target})`);
      else if (reached !== `src/${other}/index.ts`) wrong.push(`${file}: import ${other} through its index, not ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("only the named folders generate code, touch files, the network or threads", () => {
  const wrong: string[] = [];
  for (const file of files) {
    const text = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    for (const { pattern, what, allowed } of guarded) {
      if (pattern.test(text) && !allowed.some((folder) => file.startsWith(folder))) wrong.push(`${file} may not ${what}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("no import cycle among source files", () => {
  const graph = new Map(
    files.map((file) => [
      file,
      importsOf(file)
        .filter(({ target, typeOnly }) => target.startsWith(".") && !typeOnly)
        .map(({ target }) => resolved(file, target)),
    ]),
  );
  const done = new Set<string>();
  const path: string[] = [];
  const cycles: string[] = [];
  const visit = (file: string): void => {
    if (done.has(file)) return;
    const start = path.indexOf(file);
    if (start >= 0) {
      cycles.push([...path.slice(start), file].join(" → "));
      return;
    }
    path.push(file);
    for (const next of graph.get(file) ?? []) visit(next);
    path.pop();
    done.add(file);
  };
  for (const file of files) visit(file);
  assert.deepEqual(cycles, []);
});

test("examples and benches import the package by its public name only", () => {
  const wrong = [...sources("examples"), ...sources("bench")].flatMap((file) =>
    importsOf(file)
      .filter(({ target }) => target.startsWith(".") && resolved(file, target).startsWith("src/"))
      .map(({ target }) => `${file}: ${target}`),
  );
  assert.deepEqual(wrong, []);
});

test("every source file opens with a preface", () => {
  const bare = files.filter((file) => !/^(#!.*\n)?\/\*\*/.test(readFileSync(file, "utf8")));
  assert.deepEqual(bare, []);
});
