/** Generated right-hand sides against the same equations written by hand in TypeScript and in C: 3, 20 and 400 equations. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { interpret, linkWebAssembly } from "greybox/kernel";
import { modelKernels } from "greybox/models";
import { type Bench, type Contestant, interleave, medianRatio, type Result, type Row } from "./harness.ts";
import { type HandWritten, rightHandSides } from "./problems/right-hand-sides.ts";

export const rightHandSide: Bench = {
  name: "right-hand-side",
  about: "A right-hand side by generated JavaScript and WebAssembly, by hand in TypeScript and in C (-O2).",
  async run(): Promise<Result> {
    const folder = mkdtempSync(join(tmpdir(), "greybox-bench-"));
    const program = compiled(folder);
    try {
      const rows: Row[] = [];
      const ratios: Record<string, number> = {};
      for (const problem of rightHandSides) {
        const contestants = contestantsOf(problem, program);
        const { rows: own, times } = await interleave(contestants, { rounds: 25, warmup: 6 });
        rows.push(...own);
        const { name } = problem.model;
        ratios[`${name}: generated JavaScript over hand-written`] = medianRatio(times[0]!, times[2]!);
        ratios[`${name}: generated WebAssembly over hand-written`] = medianRatio(times[1]!, times[2]!);
        if (times[3]) ratios[`${name}: generated WebAssembly over C`] = medianRatio(times[1]!, times[3]);
        if (times[3]) ratios[`${name}: generated JavaScript over C`] = medianRatio(times[0]!, times[3]);
      }
      const remarks = program === undefined ? ["No C compiler was found, so C is left out."] : [];
      return { about: this.about, error: "largest relative difference from the interpreted kernel", rows, ratios, remarks };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function compiled(folder: string): string | undefined {
  const program = join(folder, "right-hand-side");
  const source = fileURLToPath(new URL("peers/right-hand-side.c", import.meta.url));
  try {
    execFileSync("cc", ["-O2", "-o", program, source, "-lm"], { stdio: "ignore" });
    return program;
  } catch {
    return undefined;
  }
}

function contestantsOf({ model, byHand, calls }: HandWritten, program: string | undefined): Contestant[] {
  const system = model.system();
  const n = system.states.length;
  const u = new Float64Array(0);
  const x = new Float64Array(n);
  system.initial.evaluate(0, x, u, system.p, x);
  const { rhs } = modelKernels(model);
  const exact = new Float64Array(n);
  interpret(rhs)(0, x, u, system.p, exact);
  const round = (milliseconds: number, out: ArrayLike<number>) => ({
    milliseconds,
    error: Math.max(...Array.from(exact, (value, i) => Math.abs(out[i]! - value) / (1e-300 + Math.abs(value)))),
    counts: { "ns a call": Number(((1e6 * milliseconds) / calls).toPrecision(3)) },
  });
  const timed = (call: () => void): number => {
    const start = performance.now();
    for (let i = 0; i < calls; i++) call();
    return performance.now() - start;
  };

  const out = new Float64Array(n);
  const generated = system.rhs.evaluate;
  const { memory, functions } = linkWebAssembly([rhs], 2 * n + system.p.length);
  const inside = new Float64Array(memory.buffer);
  inside.set(x);
  inside.set(system.p, n);
  const call = functions.get(rhs.name)!;
  const [pAt, outAt] = [8 * n, 8 * (n + system.p.length)];
  const { name } = model;
  return [
    {
      name: `${name}, generated JavaScript`,
      run: () =>
        round(
          timed(() => generated(0, x, u, system.p, out)),
          out,
        ),
    },
    {
      name: `${name}, generated WebAssembly`,
      run: () =>
        round(
          timed(() => call(0, 0, 0, pAt, outAt)),
          inside.subarray(outAt / 8, outAt / 8 + n),
        ),
    },
    {
      name: `${name}, TypeScript by hand`,
      run: () =>
        round(
          timed(() => byHand(0, x, u, system.p, out)),
          out,
        ),
    },
    ...(program === undefined ? [] : [{ name: `${name}, C by hand`, run: () => inC(program, model.name, calls, system.p, x, round) }]),
  ];
}

function inC<R>(
  program: string,
  name: string,
  calls: number,
  p: Float64Array,
  x: Float64Array,
  round: (milliseconds: number, out: readonly number[]) => R,
): R {
  const input = [...p, ...x].join(" ");
  const said = execFileSync(program, [name, String(calls), String(p.length), String(x.length)], { input, encoding: "utf8" });
  const [milliseconds, ...out] = said.split(" ").map(Number);
  return round(milliseconds!, out);
}
