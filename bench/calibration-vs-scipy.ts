/**
 * One calibration (4 parameters of a stirred tank, 200 sample times of concentration and temperature) against SciPy's `least_squares`
 * around `solve_ivp` (LSODA, RK45) and around `odeint`: same data, same start, same tolerances, in interleaved rounds.
 *
 * SciPy runs in a process of its own that stays up, and times itself around the fit alone; neither side pays for starting. Both search
 * k0 in its logarithm. SciPy differentiates by its own two-point differences, whose default step served it best of 1.5e-8 … 1e-4.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { calibrate, type SolverChoice } from "greybox/calibration";
import { type Bench, type Contestant, interleave, medianRatio, type Result, type Round } from "./harness.ts";
import { begin, constants, estimate, initial, measured, reactor, sigma, times, truth, window } from "./problems/cstr.ts";

const tolerance = { rtol: 1e-8, atol: 1e-10 };
const peers = [
  { name: "SciPy trf, solve_ivp LSODA", solver: "LSODA", method: "trf" },
  { name: "SciPy lm, solve_ivp LSODA", solver: "LSODA", method: "lm" },
  { name: "SciPy trf, solve_ivp RK45", solver: "RK45", method: "trf" },
  { name: "SciPy trf, odeint", solver: "odeint", method: "trf" },
] as const;

/** A SciPy process that answers line for line. */
interface Peer extends Disposable {
  readonly versions: string;
  ask(request: object): Promise<{ readonly milliseconds: number; readonly cost: number; readonly evaluations: number }>;
}

export const calibrationVsScipy: Bench = {
  name: "calibration-vs-scipy",
  about: "One calibration: 4 parameters, 200 sample times of cA and T, rtol 1e-8, against SciPy on the same data.",
  async run(): Promise<Result> {
    using peer = await scipy();
    const converged = (await fitted({ rtol: 1e-12, method: "rodas5p" })).cost;
    const round = (milliseconds: number, cost: number, evaluations: number): Round => ({
      milliseconds,
      error: Math.abs(cost - converged) / converged,
      counts: { cost: Number(cost.toPrecision(8)), evaluations },
    });
    const greybox: Contestant = {
      name: "Greybox",
      async run() {
        const start = performance.now();
        const fit = await fitted();
        return round(performance.now() - start, fit.cost, fit.starts[0]?.evaluations ?? 0);
      },
    };
    const others = peers.map(
      ({ name, solver, method }): Contestant => ({
        name,
        async run() {
          const { milliseconds, cost, evaluations } = await peer.ask({ solver, method });
          return round(milliseconds, cost, evaluations);
        },
      }),
    );
    const { rows, times } = await interleave([greybox, ...others], { rounds: 11, warmup: 3 });
    return {
      about: this.about,
      error: "relative difference of the final cost ½Σ((y−ŷ)/σ)² from the least one, found at rtol 1e-12",
      rows,
      ratios: Object.fromEntries(peers.map(({ name }, i) => [`${name} over Greybox`, medianRatio(times[i + 1]!, times[0]!)])),
      remarks: [peer.versions],
    };
  },
};

function fitted(solver: SolverChoice = { rtol: tolerance.rtol }) {
  return calibrate({ model: reactor, windows: [window], estimate: [...estimate], solver });
}

/** Starts SciPy and gives it the problem. */
async function scipy(): Promise<Peer> {
  const python = process.env["GREYBOX_PYTHON"] ?? "python3";
  const started = spawn(python, [fileURLToPath(new URL("peers/calibrate_scipy.py", import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: started.stdout })[Symbol.asyncIterator]();
  const say = (request: object) => started.stdin.write(`${JSON.stringify(request)}\n`);
  const hear = async () => {
    const { value, done } = await lines.next();
    if (done)
      throw new Error(`The peer needs SciPy: \`pip install numpy scipy\`, then name that Python in GREYBOX_PYTHON (now "${python}").`);
    return JSON.parse(value);
  };
  started.on("error", () => {}); // A missing Python ends the stream of lines, which is reported there.
  started.stdin.on("error", () => {});
  say({
    times,
    measured: times.map((_, i) => [measured.cA[i], measured.T[i]]),
    sigma: [sigma.cA, sigma.T],
    nominal: estimate.map((name) => truth[name]),
    x0: [initial.cA, initial.T],
    z0: [Math.log(begin.k0), begin.EoverR, begin.dH, begin.UA],
    scale: [1, 1, 1, 1],
    constants,
    ...tolerance,
  });
  const versions = await hear();
  return {
    versions: `SciPy ${versions.scipy}, NumPy ${versions.numpy}, Python ${versions.python}.`,
    ask: (request) => {
      say(request);
      return hear();
    },
    [Symbol.dispose]: () => started.stdin.end(),
  };
}
