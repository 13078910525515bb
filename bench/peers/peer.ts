/** A peer: a process that stays up and answers line for line, each line one way of solving one problem. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** One answer. */
export interface Answer {
  /** Median over the runs. */
  readonly seconds: number;
  readonly runs: number;
  readonly steps: number;
  /** Shape (samples, states), or (samples, parameters, states) of sensitivities; empty when not asked for. */
  readonly values: Float64Array;
}

export interface Peer extends Disposable {
  /** What it says of itself: tool and versions. */
  readonly versions: string;
  /** A string says why it could not. */
  ask(problem: string, method: string, rtol: number, budget: number, values: boolean): Promise<Answer | string>;
}

/** Seconds after which a peer that says nothing is ended; compiling a model is the longest that any of them does. */
const answerWithin = 120;

/** Starts a peer, or says why it cannot be started. */
export async function start(command: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Peer | string> {
  const child: ChildProcessWithoutNullStreams = spawn(command[0]!, command.slice(1), {
    stdio: "pipe",
    env: { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", ...environment },
  });
  let complaint = "";
  child.stderr.on("data", (text) => {
    complaint = `${complaint}${text}`.slice(-2000);
  });
  child.on("error", (error) => {
    complaint += error.message;
  });
  child.stdin.on("error", () => {}); // An early end shows as the end of its lines.
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const hear = async (): Promise<string | undefined> => {
    const { value, done } = await lines.next();
    return done ? undefined : value;
  };
  const versions = await hear();
  if (versions === undefined) return complaint.trim().split("\n").at(-1) || "it said nothing";
  return {
    versions,
    async ask(problem, method, rtol, budget, values) {
      const limit = setTimeout(() => child.kill(), 1000 * answerWithin);
      child.stdin.write(`${problem} ${method} ${rtol} ${budget} ${values ? 1 : 0}\n`);
      const line = await hear();
      clearTimeout(limit);
      if (line === undefined) return `it ended: ${complaint.trim().split("\n").at(-1) || "it said nothing for too long"}`;
      if (line.startsWith("failed")) return line.slice(7);
      const [seconds, runs, steps, ...rest] = line.split(" ").map(Number);
      return { seconds: seconds!, runs: runs!, steps: steps!, values: Float64Array.from(rest) };
    },
    [Symbol.dispose]: () => child.stdin.end(),
  };
}
