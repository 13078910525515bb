/**
 * Thousands of members by Tsit5 at rtol 1e-6, final states only: here on one and two threads, against C with and without AVX2 and a NumPy batch.
 *
 * The C program keeps a time and a step for every lane and refills them, as the lanes here do; each contestant times itself around the solve,
 * those here around the call, with its arrays.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Compute, threads } from "greybox/compute";
import { simulate, simulateEnsemble, streamEnsemble } from "greybox/solvers";
import { type Bench, type Contestant, interleave, medianRatio, type Result, type Round } from "./harness.ts";
import { lotkaVolterra, spread, tank } from "./problems/ensembles.ts";

const problems = [
  { name: "lv", model: lotkaVolterra, define: "-DLV", span: [0, 20], share: 0.3, members: 20_000, nominal: [1, 1] },
  { name: "cstr", model: tank, define: "-DCSTR", span: [0, 10], share: 0.02, members: 10_000, nominal: [0.5, 350] },
] as const;
const rounds = { rounds: 7, warmup: 2 };
const checked = 200;
const pythons = [process.env["GREYBOX_PYTHON"] ?? "python3"];

export const ensembles: Bench = {
  name: "ensembles",
  about: "Ensembles of Lotka-Volterra and a stirred tank: lanes on one and two threads, C, C with AVX2, NumPy; memory of a stream.",
  async run(): Promise<Result> {
    const folder = mkdtempSync(join(tmpdir(), "ensembles-"));
    const remarks: string[] = [];
    await using two = threads({ workers: 2 });
    await using one = threads({ workers: 1 });
    try {
      using numpy = numpyPeer(remarks);
      const all: Contestant[] = [];
      const ratios: (readonly [string, string, string])[] = [];
      for (const problem of problems) {
        const file = join(folder, problem.name);
        const parameters = spread(Array.from(problem.model.system().p), problem.share, problem.members, problem.name);
        writeFileSync(file, new Uint8Array(parameters.buffer));
        const judge = judgeOf(problem, parameters);
        const here = (name: string, compute?: Compute): Contestant => ({
          name: `${problem.name}: ${name}`,
          async run() {
            const start = performance.now();
            const { values, tries } = await simulateEnsemble(problem.model, {
              span: problem.span,
              parameters,
              method: "tsit5",
              rtol: 1e-6,
              compute,
            });
            const milliseconds = performance.now() - start;
            return round(milliseconds, problem.members, sum(tries), judge(values));
          },
        });
        all.push(here("lanes"), here("lanes, one thread", one), here("lanes, two threads", two));
        ratios.push(["lanes, one thread", "lanes, two threads", problem.name]);
        for (const [name, width] of [
          ["C", 1],
          ["C, AVX2", 4],
        ] as const) {
          const program = compiled(folder, problem.define, width, remarks);
          if (!program) continue;
          all.push({ name: `${problem.name}: ${name}`, run: () => inC(program, file, problem.members, judge) });
          ratios.push(["lanes", name, problem.name]);
        }
        if (numpy) {
          all.push({
            name: `${problem.name}: NumPy`,
            async run() {
              const [milliseconds, tries] = await numpy.ask(`${problem.name} ${file} ${problem.members}`);
              return round(milliseconds, problem.members, tries, judge(numbersOf(`${file}.out`)));
            },
          });
          ratios.push(["NumPy", "lanes", problem.name]);
        }
      }
      const { rows, times } = await interleave(all, rounds);
      const timesOf = (problem: string, name: string): readonly number[] =>
        times[all.findIndex((each) => each.name === `${problem}: ${name}`)]!;
      remarks.push(await streamed(two));
      return {
        about: this.about,
        error: `largest error of a final state, relative to its typical size, of ${checked} members against rtol 1e-11`,
        rows,
        ratios: Object.fromEntries(
          ratios.map(([slow, fast, problem]) => [
            `${problem}: ${slow} over ${fast}`,
            medianRatio(timesOf(problem, slow), timesOf(problem, fast)),
          ]),
        ),
        remarks,
      };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

const sum = (values: Uint32Array): number => values.reduce((total, value) => total + value, 0);

function round(milliseconds: number, members: number, tries: number, error: number): Round {
  // Rounded: what is stored beside a time must not change between rounds.
  return { milliseconds, error, counts: { members, "tries a member": Number((tries / members).toFixed(1)) } };
}

/** Compares final states, shape (members, 2), with exact ones. */
function judgeOf({ model, span, nominal, members }: (typeof problems)[number], parameters: Float64Array): (values: Float64Array) => number {
  const names = model.system().parameters;
  const every = Math.floor(members / checked);
  const exact = Array.from({ length: checked }, (_, i) => {
    const own = Object.fromEntries(names.map((name, j) => [name, parameters[i * every * names.length + j]!]));
    return simulate<typeof model>(model, { span, parameters: own, rtol: 1e-11, at: [span[1]], dense: false } as never);
  });
  return (values) => {
    let worst = 0;
    for (const [i, run] of exact.entries()) {
      for (const [j, state] of model.system().states.entries()) {
        const wanted = run.column(state as never)[0]!;
        worst = Math.max(worst, Math.abs(values[i * every * 2 + j]! - wanted) / nominal[j]!);
      }
    }
    return worst;
  };
}

function compiled(folder: string, define: string, width: number, remarks: string[]): string | undefined {
  const program = join(folder, `c${define}${width}`);
  const source = fileURLToPath(new URL("peers/ensemble.c", import.meta.url));
  try {
    execFileSync("gcc", ["-O3", "-march=native", `-DW=${width}`, define, "-o", program, source, "-lm"], { stdio: "pipe" });
    return program;
  } catch {
    remarks.push(`Without C of ${width} lanes: gcc does not compile peers/ensemble.c here.`);
    return undefined;
  }
}

function inC(program: string, file: string, members: number, judge: (values: Float64Array) => number): Round {
  const said = execFileSync(program, [file, "3", `${file}.out`], { encoding: "utf8" })
    .trim()
    .split("\n")
    .at(-1)!;
  const [milliseconds, tries] = said.split(" ").map(Number) as [number, number];
  return round(milliseconds, members, tries, judge(numbersOf(`${file}.out`)));
}

function numbersOf(file: string): Float64Array {
  const bytes = readFileSync(file);
  return new Float64Array(Uint8Array.from(bytes).buffer);
}

interface Peer extends Disposable {
  ask(line: string): Promise<readonly [milliseconds: number, tries: number]>;
}

function numpyPeer(remarks: string[]): Peer | undefined {
  const python = pythons.find((each) => {
    if (each.startsWith("/") && !existsSync(each)) return false;
    try {
      execFileSync(each, ["-c", "import numpy"], { stdio: "pipe" });
      return true;
    } catch {
      return false;
    }
  });
  if (!python) {
    remarks.push("Without NumPy: there is no Python here that has it.");
    return undefined;
  }
  const child = spawn(python, [fileURLToPath(new URL("peers/ensemble_numpy.py", import.meta.url))], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(line) {
      child.stdin.write(`${line}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error("The NumPy process ended.");
      return String(value).split(" ").map(Number) as [number, number];
    },
    [Symbol.dispose]: () => void child.kill(),
  };
}

/** A million members through a stream: how much memory the process holds on the way. */
async function streamed(compute: Compute): Promise<string> {
  const [batch, batches] = [5_000, 200];
  const source = function* () {
    for (let i = 0; i < batches; i++) yield { parameters: spread([1.5, 1, 3, 1], 0.3, batch, `stream ${i}`) };
  };
  const megabytes: number[] = [];
  let members = 0;
  for await (const part of streamEnsemble(lotkaVolterra, { span: [0, 5], batches: source(), compute, method: "tsit5" })) {
    members += part.members;
    megabytes.push(process.memoryUsage.rss() / 2 ** 20);
  }
  const most = (from: number, to: number): string => Math.max(...megabytes.slice(from, to)).toFixed(0);
  const tenth = batches / 10;
  return `A stream of ${members} members on two threads held at most ${most(tenth, 2 * tenth)} MB in its second tenth, ${most(batches - tenth, batches)} MB in its last.`;
}
