/**
 * The models of the gallery: their sizes written out and shared, the sizes of their generated code, and the time from text to the first right-hand
 * side and to the first Jacobian, each in a process of its own.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { emitJavaScript, emitWebAssembly } from "greybox/kernel";
import { modelKernels, sizeOfModel } from "greybox/models";
import { type Bench, type Contestant, interleave, medianRatio, type Result } from "./harness.ts";
import { type Exhibit, gallery } from "./problems/gallery/index.ts";

const child = fileURLToPath(new URL("models-child.ts", import.meta.url));

interface Said {
  readonly milliseconds: number;
  readonly error: number;
}

export const models: Bench = {
  name: "models",
  about: "From a model's text to its first right-hand side and first Jacobian, in fresh processes; sizes of graphs and code.",
  async run(): Promise<Result> {
    const names = Object.keys(gallery);
    const contestants = names.flatMap((name) => [timed(name, "rhs"), timed(name, "jacobian")]);
    const { rows, times } = await interleave([...contestants, nodeAlone], { rounds: 9, warmup: 1 });
    const alone = times.at(-1)!;
    const ratios = Object.fromEntries(
      names.flatMap((name, i) => [
        [`${name}: text to first right-hand side over the start of node`, medianRatio(times[2 * i]!, alone)],
        [`${name}: text to first Jacobian over the start of node`, medianRatio(times[2 * i + 1]!, alone)],
      ]),
    );
    return {
      about: this.about,
      error: "largest relative difference from the interpreted kernel at the start of the model",
      rows,
      ratios,
      remarks: ["Loading the model's file is timed, importing the package is not.", ...names.map((name) => sizes(name, gallery[name]!))],
    };
  },
};

/** `tubular-reactor` is exported as `tubularReactor` from the file of its name. */
const exported = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

function timed(name: string, what: "rhs" | "jacobian"): Contestant {
  const file = new URL(`problems/gallery/${name}.ts`, import.meta.url).href;
  return {
    name: `${name}, first ${what === "rhs" ? "right-hand side" : "Jacobian"}`,
    run() {
      const said = execFileSync(process.execPath, [...process.execArgv, child, file, exported(name), what], { encoding: "utf8" });
      const { milliseconds, error } = JSON.parse(said) as Said;
      return { milliseconds, error };
    },
  };
}

const nodeAlone: Contestant = {
  name: "node alone",
  run() {
    const start = performance.now();
    execFileSync(process.execPath, ["-e", "0"]);
    return { milliseconds: performance.now() - start, error: 0 };
  },
};

/** Counts do not depend on the machine. */
function sizes(name: string, { model }: Exhibit): string {
  const { rhs, jacobian } = modelKernels(model);
  const { states, written, shared } = sizeOfModel(model);
  const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
  const [byJavaScript, byWebAssembly] = [rhs, jacobian].reduce<readonly [string[], string[]]>(
    ([text, bytes], kernel) => [
      [...text, kB(emitJavaScript(kernel).length)],
      [...bytes, kB(emitWebAssembly([kernel]).length)],
    ],
    [[], []],
  );
  return `${name}: ${states} states, ${written} nodes written out, ${shared} shared; JavaScript ${byJavaScript.join(" and ")}, WebAssembly ${byWebAssembly.join(" and ")} (right-hand side and Jacobian).`;
}
