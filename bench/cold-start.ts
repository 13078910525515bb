/**
 * From the start of a process to the first gradient of a model with 20 states and 40 parameters, on the built package.
 *
 * Every round is a process of its own, so nothing is warm but the file cache.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Bench, type Contestant, interleave, type Result } from "./harness.ts";

const child = fileURLToPath(new URL("cold-start-child.mjs", import.meta.url));

/** What one process says. Times in milliseconds since the process started. */
interface Said {
  readonly milliseconds: number;
  readonly marks: Readonly<Record<string, number>>;
  readonly outcome: string;
  readonly method: string;
  readonly gradient: readonly number[];
}

export const coldStart: Bench = {
  name: "cold-start",
  about: "Process start to the first gradient: 20 states, 40 parameters, 100 samples, built package.",
  async run(): Promise<Result> {
    if (!existsSync(fileURLToPath(new URL("../dist/index.js", import.meta.url))))
      throw new Error("Run `npm run build` first: this bench times the built package.");
    const [, reference] = await launch(["--reference"]);
    const marks: Record<string, number[]> = {};
    const gradient: Contestant = {
      name: "to the first gradient",
      async run() {
        const start = performance.now();
        const [said, , at] = await launch([]);
        for (const [what, milliseconds] of Object.entries(said.marks)) marks[what] = [...(marks[what] ?? []), milliseconds];
        if (said.outcome !== "success") throw new Error(`The solve ended with ${said.outcome}.`);
        return { milliseconds: at - start, error: distance(said.gradient, reference?.gradient ?? []) };
      },
    };
    const bare: Contestant = {
      name: "node alone",
      async run() {
        const start = performance.now();
        await ended(spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }));
        return { milliseconds: performance.now() - start, error: 0 };
      },
    };
    const { rows } = await interleave([gradient, bare], { rounds: 15, warmup: 2 });
    const parts = Object.entries(marks).map(([what, all]) => `${what} ${all.toSorted((a, b) => a - b)[all.length >> 1]?.toFixed(1)}`);
    return {
      about: this.about,
      error: "largest relative difference of a gradient component from one at rtol 1e-11 (the timed one runs at 1e-6)",
      rows,
      ratios: {},
      remarks: [`Medians of the parts, as seen inside the process [ms]: ${parts.join(", ")}.`],
    };
  },
};

/** Runs the child; answers what it said and when its first line arrived. */
async function launch(args: readonly string[]): Promise<[Said, Said | undefined, number]> {
  const started = spawn(process.execPath, [child, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const lines: Said[] = [];
  let at = Number.NaN;
  const reader = createInterface({ input: started.stdout });
  reader.on("line", (line) => {
    if (lines.length === 0) at = performance.now();
    lines.push(JSON.parse(line));
  });
  await ended(started);
  const [first, second] = lines;
  if (!first) throw new Error("The child process said nothing.");
  return [first, second, at];
}

function ended(started: ReturnType<typeof spawn>): Promise<void> {
  return new Promise((resolve, reject) => {
    started.on("error", reject);
    started.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`The child process ended with ${code}.`))));
  });
}

function distance(gradient: readonly number[], reference: readonly number[]): number {
  const size = Math.max(...reference.map(Math.abs));
  return Math.max(...gradient.map((value, i) => Math.abs(value - (reference[i] ?? Number.NaN)) / size));
}
