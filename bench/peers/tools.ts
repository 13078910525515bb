/** The tools that trajectories are compared with: how each is built and started, and which of its methods suit a problem. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TrajectoryProblem } from "../problems/trajectories.ts";
import { type Peer, start } from "./peer.ts";

export interface Tool {
  readonly name: string;
  start(folder: string): Promise<Peer | string>;
  /** Methods for trajectories, as the peer calls them. */
  methods(problem: TrajectoryProblem): readonly string[];
  /** Methods for trajectories with forward sensitivities. */
  sensitivities(problem: TrajectoryProblem): readonly string[];
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const python = process.env["GREYBOX_PYTHON"] ?? "python3";
const sizeOf = ({ model }: TrajectoryProblem): number => model.system().states.length;
/** From here on matrices are worth treating as banded or sparse. */
const large = 50;

const node = (file: string) => () => start([process.execPath, ...process.execArgv, here(file)]);
const inPython = (file: string) => (folder: string) => start([python, here(file), folder]);
const none = () => [];

function compile(folder: string, target: string, more: readonly string[]): string | undefined {
  const options = ["-O3", "-march=native", `-I${here(".")}`, "-I/usr/include/suitesparse"];
  try {
    execFileSync("cc", [...options, "-o", join(folder, target), join(folder, "problems.c"), ...more, "-lm"], {
      stdio: "pipe",
      encoding: "utf8",
    });
    return undefined;
  } catch (error) {
    // What a compiler says is in the error that Node makes of its exit code.
    const said = String((error as { stderr?: string }).stderr ?? error);
    return said.split("\n").find((line) => line.includes("error")) ?? said.split("\n")[0];
  }
}

const sundials = ["cvodes", "nvecserial", "sunmatrixdense", "sunmatrixband", "sunmatrixsparse"];
const solvers = ["sunlinsoldense", "sunlinsolband", "sunlinsolklu", "sunnonlinsolfixedpoint"];

export const greybox: Tool = {
  name: "Greybox",
  start: node("greybox.ts"),
  methods: ({ stiff }) => (stiff ? ["auto", "rodas5p", "bdf"] : ["auto", "tsit5", "vern7", "odex", "rodas5p"]),
  sensitivities: ({ stiff }) => (stiff ? ["auto+"] : ["auto+", "tsit5+"]),
};

export const cvode: Tool = {
  name: "CVODE",
  async start(folder) {
    const failed = compile(folder, "cvode", [here("cvode.c"), ...[...sundials, ...solvers].map((name) => `-lsundials_${name}`)]);
    return failed === undefined ? start([join(folder, "cvode")]) : failed;
  },
  methods: (problem) => [...(problem.stiff ? [] : ["adams"]), ...(sizeOf(problem) > large ? ["bdf-band", "bdf-klu"] : ["bdf-dense"])],
  sensitivities: () => ["simultaneous", "staggered", "simultaneous-controlled", "staggered-controlled"],
};

export const scipy: Tool = {
  name: "SciPy",
  async start(folder) {
    const failed = compile(folder, "problems.so", ["-shared", "-fPIC"]);
    return failed === undefined ? inPython("scipy_peer.py")(folder) : failed;
  },
  methods: (problem) => [
    "odeint",
    ...(sizeOf(problem) > large ? [] : ["odeint-python"]),
    "LSODA",
    "Radau",
    "BDF",
    ...(problem.stiff ? [] : ["DOP853", "RK45"]),
  ],
  sensitivities: none,
};

export const casadi: Tool = {
  name: "CasADi",
  start: inPython("casadi_peer.py"),
  methods: () => ["cvodes", "idas"],
  sensitivities: none,
};

export const diffrax: Tool = {
  name: "diffrax",
  start: inPython("diffrax_peer.py"),
  // What has to be compiled grows with the text of the equations: minutes for the large problems.
  methods: (problem) => (sizeOf(problem) > large ? [] : problem.stiff ? ["kvaerno5"] : ["tsit5", "dopri8"]),
  sensitivities: none,
};

export const amici: Tool = {
  name: "AMICI",
  start: inPython("amici_peer.py"),
  methods: none,
  sensitivities: () => ["simultaneous", "staggered"],
};

export const odex: Tool = {
  name: "odex",
  start: node("odex.ts"),
  methods: ({ stiff }) => (stiff ? [] : ["odex"]),
  sensitivities: none,
};
