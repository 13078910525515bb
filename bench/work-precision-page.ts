/**
 * Writes `docs/work-precision.md` and its plots from what the benches `work-precision` and `sensitivities` stored last, so that no figure on
 * the page is typed by hand. Other files may be named: `work-precision-page.ts trajectories.json sensitivities.json`.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { provenance, Result } from "./harness.ts";
import type { Comparison, Series } from "./peers/compare.ts";
import { type Curve, plot } from "./peers/plot.ts";
import { type TrajectoryProblem, trajectoryProblems } from "./problems/trajectories.ts";

type Stored = ReturnType<typeof provenance> & Result & Pick<Comparison, "series">;

const docs = new URL("../docs/", import.meta.url);
const [trajectories, derivatives] = ["work-precision", "sensitivities"].map((name, i) => read(process.argv[2 + i] ?? latest(name)));
mkdirSync(new URL("work-precision/", docs), { recursive: true });

const page = [
  "# Work and precision",
  "",
  "How long one trajectory takes at an error, beside other tools. All solve the same equations: right-hand sides and Jacobians of the peers are",
  "generated from the models' own kernels (C for CVODE and SciPy, expressions for CasADi, diffrax and AMICI). Every tool runs in a process of its",
  "own that stays up and times itself; tools take turns within each round; times are medians. Starting, compiling and preparing are not counted,",
  "output at the samples is. Absolute tolerances are rtol/100 of the states' nominal sizes for all. Errors are root mean squares over samples and",
  "states, each by its largest size, against Rodas5P at rtol 1e-13, which CVODE at rtol 1e-13 confirms to the digits given below.",
  "",
  ...about(trajectories!, "work-precision"),
  "",
  "## Trajectories",
  "",
  "Times over those of Greybox's own choice of method at the same error: 4 means that the tool takes four times as long. – : not reached.",
  "Where the loosest tolerance is better than the error already, its time counts.",
  "",
  ...trajectoryProblems.flatMap((problem) => section(problem, trajectories!, "", [1e-4, 1e-6, 1e-8])),
  "## Sensitivities",
  "",
  "The same with forward sensitivities with respect to 3 to 6 parameters, at equal errors of the sensitivities. CVODES with its two correctors;",
  "*controlled*: its error control includes the sensitivities. AMICI's time contains what it computes after each run besides.",
  "",
  ...about(derivatives!, "sensitivities"),
  "",
  ...trajectoryProblems.flatMap((problem) => section(problem, derivatives!, "sensitivities-", [1e-3, 1e-4, 1e-6])),
  "## What the figures are not",
  "",
  "They are of one machine, and of one trajectory at a time. CVODE pays for a generality that small systems do not need; its share shrinks as",
  "models grow. SciPy is given compiled right-hand sides, which most who use it do not have; `odeint-python` is what they have. diffrax is made for",
  "batches and for gradients of networks, not for one small stiff system on a CPU. ROBER ends at 1e5, because beyond it the concentrations sink",
  "below their absolute tolerances, and what BDF codes do in that noise is luck. Measure again: `npm run bench work-precision sensitivities`.",
  "",
];
writeFileSync(new URL("work-precision.md", docs), page.join("\n"));

function latest(name: string): string {
  const folder = new URL(`results/${name}/`, import.meta.url);
  const files = readdirSync(folder).map((file) => fileURLToPath(new URL(file, folder)));
  const newest = files.toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
  if (newest === undefined) throw new Error(`There is no stored result of ${name}: run \`npm run bench ${name}\` first.`);
  return newest;
}

function read(path: string): Stored {
  return JSON.parse(readFileSync(path, "utf8")) as Stored; // Written by `store`.
}

function about({ date, cpu, cores, commit, dirty, load, remarks }: Stored, bench: string): string[] {
  const where = `Bench \`${bench}\`, ${date}, ${cpu}, ${cores} cores, load ${load.toFixed(1)}, commit ${commit}${dirty ? " with changes" : ""}.`;
  return [where, "", ...remarks.map((remark) => `- ${remark}`)];
}

function section({ name, title }: TrajectoryProblem, stored: Stored, prefix: string, targets: readonly number[]): string[] {
  const { series, ratios } = stored;
  const here = series.filter(({ problem }) => problem === name);
  if (here.length === 0) return [];
  const tools = [...new Set(series.map(({ tool }) => tool))];
  const file = `work-precision/${prefix}${name.replaceAll("_", "-")}.svg`;
  writeFileSync(
    new URL(file, docs),
    plot(
      title,
      here.map((one) => curveOf(one, here, tools)),
    ),
  );
  const others = here.slice(1);
  const rows = others.flatMap((one) => {
    const cells = targets.map((target) => ratios[`${title}: ${one.tool} ${one.method} over Greybox at ${target}`]);
    return cells.every((cell) => cell === undefined) ? [] : [`| ${labelOf(one)} | ${cells.map(ratioText).join(" | ")} |`];
  });
  const own = targets.map((target) => timeText(stored, `${title}: ${here[0]!.tool} ${here[0]!.method} at ${target}`));
  return [
    `### ${title}`,
    "",
    `![Time against error](${file})`,
    "",
    `| | ${targets.map((target) => `at ${target.toExponential()}`).join(" | ")} |`,
    `|---|${targets.map(() => "---:|").join("")}`,
    `| ${labelOf(here[0]!)}, time | ${own.join(" | ")} |`,
    ...rows,
    "",
  ];
}

function timeText({ rows }: Stored, what: string): string {
  const row = rows.find(({ name }) => name === what);
  if (row === undefined) return "–";
  return row.milliseconds < 1 ? `${(1000 * row.milliseconds).toPrecision(3)} µs` : `${row.milliseconds.toPrecision(3)} ms`;
}

function ratioText(ratio: number | undefined): string {
  if (ratio === undefined) return "–";
  return ratio >= 99.5 ? ratio.toFixed(0) : ratio.toPrecision(2);
}

function labelOf({ tool, method }: Series): string {
  return tool === method ? tool : `${tool} ${method.replace("+", "")}`;
}

function curveOf(one: Series, all: readonly Series[], tools: readonly string[]): Curve {
  const family = tools.indexOf(one.tool);
  const first = all.find(({ tool }) => tool === one.tool) === one;
  return { name: labelOf(one), family, dashed: !first, points: one.points };
}
