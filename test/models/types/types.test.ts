/** What the compiler says about wrong models, and what checking the names costs it. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { isGreyboxError } from "../../../src/core/index.ts";
import { type Problem, parseExpression } from "../../../src/models/index.ts";

const folder = mkdtempSync(join(tmpdir(), "greybox-types-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const tsc = join(createRequire(import.meta.url).resolve("typescript/package.json"), "..", "bin", "tsc");

interface Diagnosis {
  readonly errors: readonly { readonly line: number; readonly text: string }[];
  readonly instantiations: number;
}

/** Compiles one file as the repository would. Imports of the models' index are made to reach it from there. */
async function diagnose(name: string, source: string): Promise<Diagnosis> {
  const project = mkdtempSync(join(folder, "p-"));
  const file = join(project, name);
  writeFileSync(file, source.replaceAll("../../../", `${relative(project, resolve("."))}/`));
  const types = [resolve("node_modules/@types")];
  const config = { extends: resolve("tsconfig.json"), compilerOptions: { typeRoots: types }, include: [], files: [file] };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify(config));
  const output = await new Promise<string>((done) => {
    execFile(process.execPath, [tsc, "-p", project, "--extendedDiagnostics", "--pretty", "false"], { maxBuffer: 1e8 }, (_error, stdout) =>
      done(stdout),
    );
  });
  const errors: { line: number; text: string }[] = [];
  for (const line of output.split("\n")) {
    const head = /^(.*?)\((\d+),\d+\): error (TS.*)$/.exec(line);
    if (head) errors.push({ line: Number(head[2]), text: `${head[1]?.endsWith(name) ? "" : `${head[1]}: `}${head[3]}` });
    else if (line.startsWith("  ") && errors.length > 0) errors.at(-1)!.text += `\n${line}`;
  }
  const instantiations = Number(/^Instantiations:\s+(\d+)/m.exec(output)?.[1] ?? Number.NaN);
  assert.ok(instantiations > 0, output);
  return { errors, instantiations };
}

for (const [file, least] of [
  ["equations.wrong.ts", 15],
  ["compose.wrong.ts", 10],
  ["space.wrong.ts", 5],
  ["unknown.wrong.ts", 5],
] as const) {
  test(`every mistake in ${file} is an error of the compiler that names the culprit, and nothing else is`, async () => {
    const source = readFileSync(`test/models/types/${file}`, "utf8").replaceAll("../compose/", "../../../test/models/compose/");
    const directive = /^\s*\/\/ @ts-expect-error: (.*)$/;
    const lines = source.split("\n");
    const expected = lines.flatMap((line, i) => {
      const text = directive.exec(line)?.[1];
      return text === undefined ? [] : [{ line: i + 2, text }];
    });
    assert.ok(expected.length >= least);
    const { errors } = await diagnose("wrong.ts", source.replaceAll("@ts-expect-error", "expected"));
    for (const { line, text } of expected) {
      const found = errors.filter((error) => error.line === line);
      assert.ok(
        found.some((error) => error.text.includes(text)),
        `line ${line} should say ${text}, but says ${found.map((error) => error.text).join("\n") || "nothing"}`,
      );
    }
    const unexpected = errors.filter((error) => !expected.some(({ line }) => line === error.line));
    assert.deepEqual(unexpected, []);
  });
}

test("right models have no error, and carry their names", async () => {
  const { errors } = await diagnose("right.ts", readFileSync("test/models/types/equations.right.ts", "utf8"));
  assert.deepEqual(errors, []);
});

/** Equations of the right form with names that are declared or not, and unit literals wherever one can stand. */
const randomEquation = fc.letrec<{ e: string }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 4 },
    { weight: 4, arbitrary: fc.constantFrom("x", "k0", "T", "t", "kk", "xx", "s", "min1", "E2", "q.r", "h") },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        "1",
        "2.5E+3",
        ".5",
        "1e-3",
        "420 K",
        "60 s/min",
        "5 L/min*x",
        "9.81 m/s^2*h",
        "3 m^-0.5*s",
        "2 K/T",
        "7 kg*q1",
        "8 J/mol/K*T^2",
        "1  K",
        "4 L / min1",
        "60 min/h*T",
        "2 min*x",
      ),
    },
    {
      weight: 5,
      arbitrary: fc.tuple(tie("e"), fc.constantFrom("+", " - ", "*", " * ", "/", " /\n", "^"), tie("e")).map((parts) => parts.join("")),
    },
    { weight: 2, arbitrary: fc.tuple(fc.constantFrom("exp(", "( ", "-(", "abs ( "), tie("e")).map(([open, e]) => `${open}${e})`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie("e"), fc.constantFrom("<", " >= "), tie("e"), fc.constantFrom(" and ", " or not "), tie("e"))
        .map(([a, op, b, and, c]) => `if(${a}${op}${b}${and}(${c} > 1), ${a}, 2)`),
    },
    { weight: 1, arbitrary: fc.tuple(tie("e"), tie("e")).map(([a, b]) => `max(${a},${b})`) },
  ),
})).e;

test("the compiler and the running program agree on which names are undeclared", async () => {
  const declared = ["x", "k0", "T", "h", "q.r"];
  const undeclared = (text: string): readonly string[] | undefined => {
    try {
      parseExpression(text, { names: new Set(declared) });
      return [];
    } catch (error) {
      const problems = isGreyboxError(error, "model/expression") ? (error.details.problems as readonly Problem[]) : [];
      // What does not come as far as names, such as "5 L/min*x/h", has nothing to compare.
      return problems.every(({ code }) => code === "model/undeclared") ? problems.map(({ details }) => String(details["name"])) : undefined;
    }
  };
  const equations = fc.sample(randomEquation, { numRuns: 600, seed: 51 }).map((text) => ({ text, names: undeclared(text) }));
  const compared = equations.filter(({ names }) => names !== undefined);
  assert.ok(
    compared.filter(({ names }) => names!.length > 0).length > 100 && compared.filter(({ names }) => names!.length === 0).length > 50,
  );
  const lines = compared.map(
    ({ text }, i) => `export const c${i}: Checked<${JSON.stringify(text)}, "${declared.join('" | "')}"> = ${JSON.stringify(text)};`,
  );
  const { errors } = await diagnose("agree.ts", `import type { Checked } from "../../../src/models/define/names.ts";\n${lines.join("\n")}`);
  for (const [i, { text, names }] of compared.entries()) {
    const said = errors.filter(({ line }) => line === i + 2).map((error) => /Undeclared<"([^"]*)">/.exec(error.text)?.[1]);
    assert.deepEqual([text, said], [text, names!.slice(0, 1)]);
  }
});

/** A model of n states, each with an equation of about `length` characters. */
function manyEquations(n: number, length: number): string {
  const each = (line: (i: number) => string) => Array.from({ length: n }, (_, i) => line(i)).join("\n");
  const equation = (i: number): string => {
    const [x, y, p, q] = [`x${i}`, `x${(i + 1) % n}`, `p${i % 40}`, `p${(i + 7) % 40}`];
    let text = `${p}*(${y} - ${x}) - ${q}*exp(-${p}/${y})*${x} + 1e-3*(${y} - 420)/(${q} + ${x}*${p})`;
    while (text.length < length) text += ` + ${p}*${x}`;
    return text;
  };
  return `import { defineModel } from "../../../src/models/index.ts";
    export const model = defineModel({ name: "m", time: "1",
      parameters: { ${Array.from({ length: 40 }, (_, i) => `p${i}: { value: 1, unit: "1" }`).join(", ")} },
      states: { ${each((i) => `x${i}: { unit: "1", initial: 1 },`)} },
      derivatives: { ${each((i) => `x${i}: "${equation(i)}",`)} } });`;
}

/** Counted, not timed: 300 equations of 130 characters took 0.3 s of checking where they took 600 000 instantiations. */
const budget = { perEquation: 2200, oneLong: 60_000 } as const;

test("300 equations of 130 characters stay within the budget of type instantiations", async () => {
  const [one, many] = await Promise.all([diagnose("one.ts", manyEquations(1, 130)), diagnose("many.ts", manyEquations(300, 130))]);
  assert.deepEqual(many.errors, []);
  const each = (many.instantiations - one.instantiations) / 299;
  assert.ok(each < budget.perEquation, `${each.toFixed(0)} instantiations an equation`);
});

test("an equation of 4 000 characters is still checked to its end", async () => {
  const [short, long] = await Promise.all([diagnose("short.ts", manyEquations(1, 130)), diagnose("long.ts", manyEquations(1, 4000))]);
  assert.deepEqual(long.errors, []);
  assert.ok(long.instantiations - short.instantiations < budget.oneLong, `${long.instantiations - short.instantiations} instantiations`);
  const { errors } = await diagnose("wrong.ts", manyEquations(1, 4000).replace(/\+ p0\*x0",/, '+ p0*x00",'));
  assert.equal(errors.length, 1);
  assert.match(errors[0]?.text ?? "", /Undeclared<"x00">/);
});
