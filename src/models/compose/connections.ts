/** Connections as they were written → one source for each input or parameter that is connected. */
import { nearestNames } from "../../core/index.ts";
import { problem, type Report } from "../language/problem.ts";
import { atIndex, indexObjection, usesIndex } from "./index-rule.ts";

/** What a connected quantity is: an equation; with a guess, one that is solved together with the equations it depends on. */
export type Source = string | { readonly is: string; readonly guess: number };

export interface Connection {
  /** The key it was written under. */
  readonly written: string;
  readonly is: string;
  readonly guess: number | undefined;
}

/** The names a connection can be about. */
export interface Ports {
  /** Number of members of each part; 0 for a part that stands alone. */
  readonly counts: ReadonlyMap<string, number>;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What a name that is neither is called, such as "a state"; undefined for a name that does not exist. */
  kindOf(name: string): string | undefined;
}

/**
 * The source of each connected name. A rule in `i` holds for every member of the part on its left that has no connection of its own and for which
 * the members on its right exist: neighbours at the ends are connected one by one.
 */
export function connectionsOf(connect: Readonly<Record<string, Source>>, ports: Ports, report: Report): ReadonlyMap<string, Connection> {
  const found = new Map<string, Connection>();
  const enter = (written: string, target: string, is: string, source: Source): void => {
    if (isPort(written, target, is, ports, report)) {
      found.set(target, { written, is, guess: typeof source === "string" ? undefined : source.guess });
    }
  };
  for (const [written, source] of Object.entries(connect)) {
    const text = typeof source === "string" ? source : source.is;
    const where = `connect.${written}`;
    const why = indexObjection(written) ?? indexObjection(text);
    if (why !== undefined) {
      report(problem("model/part-index", { where, equation: text }, { text: `${written}: ${text}`, why }));
      continue;
    }
    if (!usesIndex(written)) {
      if (usesIndex(text)) {
        const why = "i has no meaning: it does not stand on the left";
        report(problem("model/part-index", { where, equation: text }, { text: `${written}: ${text}`, why }));
      } else enter(written, written, text, source);
      continue;
    }
    const part = written.split("[")[0]!;
    const count = ports.counts.get(part) ?? 0;
    if (count === 0) {
      isPort(written, written, text, ports, report);
      continue;
    }
    let applied = 0;
    for (let i = 1; i <= count; i++) {
      const target = atIndex(written, i);
      const is = atIndex(text, i);
      if (Object.hasOwn(connect, target)) applied++;
      else if (outside(target, ports.counts) === undefined && outside(is, ports.counts) === undefined) {
        applied++;
        enter(written, target, is, source);
      }
    }
    if (applied === 0) {
      const why = `no ${part}[i] has what stands on the right`;
      report(problem("model/part-index", { where, equation: text }, { text: `${written}: ${text}`, why }));
    }
  }
  return found;
}

/** The first reference to a member that a part does not have. */
function outside(text: string, counts: ReadonlyMap<string, number>): string | undefined {
  for (const [whole, part = "", index] of text.matchAll(/([A-Za-z_][A-Za-z0-9_]*)\[(-?\d+)\](?=\.)/g)) {
    const count = counts.get(part) ?? 0;
    if (count > 0 && !(Number(index) >= 1 && Number(index) <= count)) return whole;
  }
  return undefined;
}

function isPort(written: string, target: string, text: string, ports: Ports, report: Report): boolean {
  const { inputs, parameters, counts } = ports;
  if (Object.hasOwn(inputs, target) || Object.hasOwn(parameters, target)) return true;
  const at = { where: `connect.${written}`, equation: text };
  const [head = ""] = target.split(".");
  const part = head.replace(/\[.*/, "");
  const all = [...Object.keys(inputs), ...Object.keys(parameters)];
  const what = ports.kindOf(target);
  const count = counts.get(part);
  if (what !== undefined) report(problem("model/not-connectable", at, { port: target, what: `is ${what}`, nearest: [] }));
  else if (count === undefined) {
    report(problem("model/unknown-part", at, { part, nearest: nearestNames(part, counts.keys()), parts: [...counts.keys()] }));
  } else if (count > 0 && !head.includes("[")) {
    const why = `"${part}" is ${count} parts in a row`;
    report(problem("model/part-index", at, { text: target, why }));
  } else if (outside(target, counts) !== undefined || (count === 0 && head.includes("["))) {
    const why = count === 0 ? `"${part}" is a single part` : `"${part}" has the members 1 to ${count}`;
    report(problem("model/part-index", at, { text: target, why }));
  } else {
    const own = all.filter((name) => name.startsWith(`${head}.`));
    const local = target.slice(head.length + 1);
    const nearest = nearestNames(
      local,
      own.map((name) => name.slice(head.length + 1)),
    ).map((name) => `${head}.${name}`);
    report(problem("model/not-connectable", at, { port: target, what: `is no input or parameter of part "${part}"`, nearest }));
  }
  return false;
}
