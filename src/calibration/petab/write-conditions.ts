/** Windows as conditions: what their inputs did, how they started, and the values that are their own. */
import { type Signal, signal as signalOf } from "../../core/index.ts";
import { numberMath, signalMath, symbolMath } from "./mathml-text.ts";
import type { Writing } from "./write.ts";
import type { SbmlAdditions } from "./write-sbml.ts";

/** Points of inputs that a file may carry. */
const mostPoints = 5000;

const constant = ({ values }: Signal): boolean => values.every((value) => value === values[0]);

/** Inputs that are not one number in each window become functions of time: a sum over windows, of which conditions choose one. */
export function additionsOf({ plan, question, id, refuse }: Writing): SbmlAdditions {
  const names = Object.keys(question.model.definition.inputs);
  const moving = names.filter((_, i) => plan.windows.some(({ inputs }) => !constant(inputs[i]!)));
  const points = plan.windows.reduce((sum, { inputs }) => sum + inputs.reduce((all, { times }) => all + times.length, 0), 0);
  if (moving.length > 0 && points > mostPoints)
    refuse(`its inputs have ${points} points, and a problem of PEtab carries them in equations: ${mostPoints} are written`);
  const inputs = new Map(
    moving.map((name) => {
      const place = names.indexOf(name);
      const terms = plan.windows.map(({ inputs: own, name: window, end }) => {
        const course = own[place]!;
        const within = course.times.length > 1 ? course : signalOf([0, end], [course.values[0]!, course.values[0]!]);
        return `<apply><times/>${symbolMath(id(flag(window)))}${signalMath(within)}</apply>`;
      });
      return [name, `<apply><plus/>${terms.join("")}${symbolMath(id(before(name)))}</apply>`] as const;
    }),
  );
  const constants = new Map([
    ...(moving.length > 0 ? plan.windows.map(({ name }) => [id(flag(name)), 0] as const) : []),
    ...moving.map((name) => [id(before(name)), 0] as const),
  ]);
  const ties = new Map(
    Object.entries((question.ties ?? {}) as Record<string, { to: string; factor?: number } | undefined>).flatMap(([name, tie]) =>
      tie === undefined ? [] : [[name, `<apply><times/>${numberMath(tie.factor ?? 1)}${symbolMath(id(tie.to))}</apply>`] as const],
    ),
  );
  return { inputs, ties, constants };
}

const flag = (window: string): string => `in ${window}`;
const before = (input: string): string => `${input} before`;

/** What the condition of a window is called; `rest`: the one before it. */
export const conditionId = (window: string, rest: boolean): string => `condition ${window}${rest ? " before" : ""}`;

/** The table, its header first. */
export function conditionRows(writing: Writing, additions: SbmlAdditions): readonly (readonly string[])[] {
  const { plan, question, id } = writing;
  const names = Object.keys(question.model.definition.inputs);
  const columns = new Map<string, (w: number, rest: boolean) => string>();
  for (const [i, name] of names.entries()) {
    const value = (w: number, rest: boolean): number => (rest ? plan.settled[w]!.inputs[i]! : plan.windows[w]!.inputs[i]!.values[0]!);
    if (additions.inputs.has(name)) columns.set(id(before(name)), (w, rest) => String(rest ? value(w, true) : 0));
    else columns.set(id(name), (w, rest) => String(value(w, rest)));
  }
  if (additions.inputs.size > 0) {
    for (const [v, { name }] of plan.windows.entries()) columns.set(id(flag(name)), (w, rest) => (v === w && !rest ? "1" : "0"));
  }
  localColumns(writing, columns);
  startColumns(writing, columns);
  const row = (w: number, rest: boolean): string[] => [
    id(conditionId(plan.windows[w]!.name, rest)),
    ...[...columns.values()].map((cell) => cell(w, rest)),
  ];
  const rows = plan.windows.flatMap((_, w) => [...(plan.settled[w] ? [row(w, true)] : []), row(w, false)]);
  return [["conditionId", ...columns.keys()], ...rows];
}

type Columns = Map<string, (w: number, rest: boolean) => string>;

/** Parameters with a value of their own in some windows. */
function localColumns({ plan, question, id }: Writing, columns: Columns): void {
  for (const name of Object.keys(question.perWindow ?? {})) {
    const own = plan.unknowns.filter(({ windows, name: label }) => windows !== undefined && label.startsWith(`${name} in `));
    const value = String(plan.definition.parameters[name]!.value);
    columns.set(id(name), (w) => {
      const unknown = own.find(({ windows }) => windows!.includes(w));
      return unknown ? id(unknown.name) : value;
    });
  }
}

/** Initial values that are not those of the model. */
function startColumns({ plan, question, id, refuse }: Writing, columns: Columns): void {
  for (const [i, state] of Object.keys(plan.definition.states).entries()) {
    const estimated = plan.unknowns.filter(({ acts }) => acts.some((act) => act.sets === "initial" && act.index === i));
    const restarts = plan.settled.some((one) => one?.kept[i] === 0);
    if (!restarts && plan.starts.every(({ given }) => given[i] === 0)) continue;
    const initial = question.model.definition.states[state]!.initial;
    columns.set(id(state), (w, rest) => {
      const unknown = estimated.find(({ windows }) => windows === undefined || windows.includes(w));
      if (unknown) return id(unknown.name);
      if (plan.starts[w]!.given[i] === 1) return String(plan.starts[w]!.values[i]!);
      if (rest || plan.settled[w]?.kept[i] !== 0) return "NaN";
      return typeof initial === "number"
        ? String(initial)
        : refuse(`"${state}" starts again, after rest, from what is computed: ${initial}`);
    });
  }
}
