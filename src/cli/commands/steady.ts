/** `greybox steady`: the steady states of a model, or how they go with one of its parameters or inputs. */
import { type AnySource, describeOutcome, reachedEnd } from "../../core/index.ts";
import { type ContinueOptions, continueSteady, type SteadyOptions, type SteadySearch, steadyStates } from "../../solvers/index.ts";
import { type ExitCode, exit, type Shared } from "../io.ts";
import { chooseModel, loadStudy } from "../study.ts";
import { digits, table } from "../text.ts";
import { countOf, numbersOf, spanOf } from "../values.ts";

interface Options {
  readonly model?: string;
  readonly input: readonly string[];
  readonly parameter: readonly string[];
  readonly near: readonly string[];
  readonly starts?: string;
  readonly vary?: string;
  readonly range?: string;
}

/** Points of a branch that a person reads; JSON has all. */
const shownPoints = 15;

export async function steadyCommand(file: string, options: Options, { io, json }: Shared): Promise<ExitCode> {
  const model = chooseModel(await loadStudy([file]), options.model);
  const common = {
    inputs: numbersOf("--input", options.input),
    parameters: numbersOf("--parameter", options.parameter),
    near: numbersOf("--near", options.near),
    ...(options.starts === undefined ? {} : { starts: countOf("--starts", options.starts, 1) }),
  };
  if (options.vary === undefined) {
    const found = steadyStates(model, common as SteadyOptions<AnySource, never> & SteadySearch);
    if (json) {
      io.out(`${JSON.stringify({ ok: found.length > 0, states: found.map(({ values, stable }) => ({ values, stable })) })}\n`);
    } else if (found.length === 0) io.err("No steady state was found. Give a point nearby: --near T=350.\n");
    else {
      const names = Object.keys(found[0]!.values);
      io.out(
        table(
          ["", ...names],
          found.map(({ values, stable }) => [word(stable), ...names.map((name) => digits(values[name]))]),
        ),
      );
    }
    return found.length > 0 ? exit.ok : exit.no;
  }
  const [from, to] = spanOf("--range", options.range ?? "");
  // Names are checked by the function itself, which says which there are.
  const { outcome, branches, special } = continueSteady(model, { ...common, vary: options.vary, from, to } as unknown as ContinueOptions<
    AnySource,
    string
  >);
  if (json) {
    const plain = branches.map((branch) => ({
      at: Array.from(branch.at),
      stable: branch.stable,
      columns: Object.fromEntries(Object.keys(model.definition.states).map((name) => [name, Array.from(branch.column(name))])),
      ends: branch.ends,
    }));
    const points = special.map(({ kind, at, values, period }) => ({ kind, at, values, period }));
    io.out(`${JSON.stringify({ ok: reachedEnd(outcome), outcome, branches: plain, special: points })}\n`);
  } else {
    const names = Object.keys(model.definition.states);
    for (const branch of branches) {
      const step = Math.max(1, Math.ceil((branch.at.length - 1) / (shownPoints - 1)));
      const rows = Array.from(branch.at.keys()).filter((i) => i % step === 0 || i === branch.at.length - 1);
      io.out(
        `${table(
          [options.vary, ...names, ""],
          rows.map((i) => [digits(branch.at[i]), ...names.map((name) => digits(branch.column(name)[i])), word(branch.stable[i])]),
        )}\n`,
      );
    }
    for (const { kind, at, values, period } of special) {
      const where = names.map((name) => `${name} = ${digits(values[name])}`).join(", ");
      io.out(`${kind} at ${options.vary} = ${digits(at)}: ${where}${period === undefined ? "" : `, period ${digits(period)}`}\n`);
    }
    io.err(`${describeOutcome(outcome)} ${branches.length === 1 ? "1 branch" : `${branches.length} branches`}.\n`);
  }
  return reachedEnd(outcome) ? exit.ok : exit.no;
}

const word = (stable: boolean | undefined): string => (stable === undefined ? "" : stable ? "stable" : "unstable");
