/**
 * The fit of a stirred tank (4 parameters, 200 samples of concentration and temperature) beside SciPy's least_squares, lmfit, and CasADi with
 * IPOPT: from one start near the truth, and from random starts anywhere within the bounds.
 *
 * All have the same data, bounds, coordinates and starts, and take turns. SciPy and lmfit integrate with odeint, the fastest for them of what
 * was tried; CasADi shoots multiply with a node at each sample, from the measured values, as its own example of system identification does.
 * `GREYBOX_STARTS` (100) sets the number of random starts.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { calibrate, type Question } from "greybox/calibration";
import { random } from "greybox/core";
import { modelFromDefinition } from "greybox/models";
import { type Bench, type Contestant, interleave, medianRatio, quantile, type Result, type Round } from "./harness.ts";
import { begin, constants, estimate, initial, measured, reactor, sigma, times, truth, window } from "./problems/cstr.ts";

interface Reply {
  readonly milliseconds: number;
  /** Undefined where the tool says that it failed. */
  readonly cost: number | undefined;
  readonly evaluations: number;
}

/** One way to fit, from a start in search coordinates: ln(k0/nominal), the others in shares of nominal. */
interface Fitter {
  readonly name: string;
  fit(z0: readonly number[]): Promise<Reply>;
}

const tolerance = { rtol: 1e-8, atol: 1e-10 };
const nominal = estimate.map((name) => truth[name]);
const bounds = estimate.map((name) => {
  const [low, high] = reactor.definition.parameters[name]?.bounds ?? [];
  const ends = [low ?? Number.NaN, high ?? Number.NaN].map((value) => coordinate(name, value));
  return [Math.min(...ends), Math.max(...ends)] as const;
});
const given = estimate.map((name) => coordinate(name, begin[name] * truth[name]));
/** A start has succeeded when its cost is so near to the least. */
const near = 0.1;

export const calibrationPeers: Bench = {
  name: "calibration-peers",
  about: "Four parameters of a stirred tank, 200 samples: one start and random starts, beside SciPy, lmfit and CasADi with IPOPT.",
  async run(): Promise<Result> {
    const absent: string[] = [];
    using python = await peer("calibrate_lmfit.py", absent);
    using casadi = await peer("calibrate_casadi.py", absent);
    const fitters: Fitter[] = [
      { name: "Greybox", fit: (z0) => greybox(z0) },
      { name: "Greybox, multiple shooting", fit: (z0) => greybox(z0, { shooting: { nodes: 10 } }) },
      ...(python
        ? [
            {
              name: "SciPy least_squares (trf)",
              fit: (z0: readonly number[]) => python.ask({ with: "least_squares", solver: "odeint", z0 }),
            },
            { name: "lmfit (leastsq)", fit: (z0: readonly number[]) => python.ask({ with: "lmfit", solver: "odeint", z0 }) },
          ]
        : []),
      ...(casadi
        ? [
            { name: "CasADi + IPOPT, Gauss–Newton", fit: (z0: readonly number[]) => casadi.ask({ hessian: "gn", z0 }) },
            { name: "CasADi + IPOPT, exact Hessian", fit: (z0: readonly number[]) => casadi.ask({ hessian: "exact", z0 }) },
          ]
        : []),
    ];
    const least = (await greybox(given, { solver: { rtol: 1e-12, method: "rodas5p" } })).cost ?? Number.NaN;
    const contestants = fitters.map(
      ({ name, fit }): Contestant => ({
        name: `${name}, one start`,
        async run() {
          const { milliseconds, cost = Number.NaN, evaluations } = await fit(given);
          const round: Round = { milliseconds, error: Math.abs(cost - least) / least, counts: { evaluations } };
          return round;
        },
      }),
    );
    const { rows, times: single } = await interleave(contestants, { rounds: 9, warmup: 2 });
    const ratios: Record<string, number> = {};
    for (const [i, { name }] of fitters.entries())
      if (i > 0) ratios[`${name} over Greybox, one start`] = medianRatio(single[i]!, single[0]!);

    const starts = drawn(Number(process.env["GREYBOX_STARTS"] ?? 100));
    const remarks: string[] = [];
    const taken = fitters.map((): number[] => []);
    const reached = fitters.map(() => 0);
    for (const [s, z0] of starts.entries()) {
      for (let place = 0; place < fitters.length; place++) {
        const i = (place + s) % fitters.length;
        const { milliseconds, cost } = await fitters[i]!.fit(z0);
        taken[i]!.push(milliseconds);
        if (cost !== undefined && cost !== null && cost - least < near) reached[i]!++;
      }
    }
    for (const [i, { name }] of fitters.entries()) {
      const total = taken[i]!.reduce((sum, one) => sum + one, 0);
      if (i > 0) ratios[`${name} over Greybox, all of ${starts.length} starts`] = total / taken[0]!.reduce((sum, one) => sum + one, 0);
      const each = (total / Math.max(reached[i]!, 1)).toPrecision(3);
      remarks.push(
        `${name}: ${reached[i]} of ${starts.length} random starts reach the least cost; median ${quantile(taken[i]!, 0.5).toPrecision(3)} ms, ${each} ms for each success.`,
      );
    }
    const from = performance.now();
    const many = await calibrate({ ...question(given), starts: starts.length, seed: 1 });
    const found = many.starts.filter(({ cost }) => cost !== undefined && cost - least < near).length;
    remarks.push(
      `Greybox, one call with ${starts.length} starts of its own: ${found} reach it, in ${(performance.now() - from).toFixed(0)} ms.`,
    );
    return {
      about: this.about,
      error: "relative difference of the final cost ½Σ((y−ŷ)/σ)² from the least one, found at rtol 1e-12",
      rows,
      ratios,
      remarks: [...remarks, ...[python, casadi].flatMap((one) => (one ? [one.versions] : [])), ...absent],
    };
  },
};

function coordinate(name: (typeof estimate)[number], value: number): number {
  return name === "k0" ? Math.log(value / truth.k0) : value / truth[name];
}

/** Anywhere within the bounds. */
function drawn(count: number): number[][] {
  const draw = random("calibration-peers");
  return Array.from({ length: count }, () => bounds.map(([low, high]) => low + draw.uniform() * (high - low)));
}

function question(z0: readonly number[]): Question<typeof reactor, (typeof estimate)[number]> {
  const { definition } = reactor;
  const parameters = { ...definition.parameters };
  for (const [i, name] of estimate.entries()) {
    const value = name === "k0" ? nominal[i]! * Math.exp(z0[i]!) : nominal[i]! * z0[i]!;
    const [low, high] = parameters[name]?.bounds ?? [-Infinity, Infinity];
    parameters[name] = { ...parameters[name]!, value: Math.min(Math.max(value, low), high) };
  }
  // The same model with other values: its names are the same.
  const model = modelFromDefinition({ ...definition, parameters }) as unknown as typeof reactor;
  return { model, windows: [window], estimate, solver: { rtol: tolerance.rtol } };
}

async function greybox(z0: readonly number[], more: Partial<Pick<Question, "shooting" | "solver">> = {}): Promise<Reply> {
  const start = performance.now();
  const { cost, starts } = await calibrate({ ...question(z0), ...more });
  return { milliseconds: performance.now() - start, cost, evaluations: starts[0]?.evaluations ?? 0 };
}

/** A Python process that answers line for line. */
interface Peer extends Disposable {
  readonly versions: string;
  ask(request: object): Promise<Reply>;
}

/** Starts a peer and gives it the problem; null where it is not installed, which is said in `absent`. */
async function peer(script: string, absent: string[]): Promise<Peer | null> {
  const python = process.env["GREYBOX_PYTHON"] ?? "python3";
  const started = spawn(python, [fileURLToPath(new URL(`peers/${script}`, import.meta.url))], { stdio: ["pipe", "pipe", "ignore"] });
  const lines = createInterface({ input: started.stdout })[Symbol.asyncIterator]();
  const say = (request: object) => started.stdin.write(`${JSON.stringify(request)}\n`);
  started.on("error", () => {}); // A missing Python ends the stream of lines.
  started.stdin.on("error", () => {});
  say({
    times,
    measured: times.map((_, i) => [measured.cA[i], measured.T[i]]),
    sigma: [sigma.cA, sigma.T],
    nominal,
    x0: [initial.cA, initial.T],
    low: bounds.map(([low]) => low),
    high: bounds.map(([, high]) => high),
    constants,
    ...tolerance,
  });
  const { value, done } = await lines.next();
  if (done) {
    absent.push(`${script} is left out: \`pip install numpy scipy lmfit casadi\` for the Python in GREYBOX_PYTHON (now "${python}").`);
    return null;
  }
  const versions = Object.entries(JSON.parse(value) as Record<string, unknown>).map(([name, version]) => `${name} ${version}`);
  return {
    versions: `${versions.join(", ")}.`,
    async ask(request) {
      say(request);
      const { value: line, done: ended } = await lines.next();
      if (ended) throw new Error(`${script} has ended.`);
      return JSON.parse(line);
    },
    [Symbol.dispose]: () => started.stdin.end(),
  };
}
