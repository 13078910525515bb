/** What reading a file brought to light, as counted and located sentences. */
import type { Finding } from "../source.ts";
import { type Exceptions, located, shown } from "./exceptions.ts";

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const sentences = {
  text: (tag: string, count: number, samples: string) => `${tag}: ${counted(count, "cell")} with text in place of a number (${samples}).`,
  empty: (tag: string, count: number) => `${tag}: ${counted(count, "empty cell")}.`,
  sentinel: (tag: string, count: number, samples: string) =>
    `${tag}: ${counted(count, "cell")} with a number that stands for no value (${samples}).`,
  censored: (tag: string, count: number, samples: string) => `${tag}: ${counted(count, "cell")} beyond a limit of detection (${samples}).`,
};

/** One finding for each kind of cell that is not simply a number. */
export function cellFindings(tag: string, exceptions: Exceptions, where: (place: number) => number, isTime: boolean): Finding[] {
  const kinds = ["text", "empty", "sentinel", "censored"] as const;
  return kinds.flatMap((kind) => {
    // A time stamp among values is a text, unless the tag holds times.
    const { count, places, texts } = located(
      exceptions,
      (cause) => cause.kind === kind || (kind === "text" && cause.kind === "stamp" && !isTime),
    );
    if (count === 0) return [];
    const message = sentences[kind](tag, count, texts.map((text) => JSON.stringify(text)).join(", "));
    return [{ kind, tag, count, rows: places.map(where), samples: texts, message }];
  });
}

/** Duplicate and backward time stamps, and hours that happened twice. */
export function disorderFindings(
  tag: string | undefined,
  time: Float64Array,
  hours: { readonly byOrder: readonly number[]; readonly ambiguous: readonly number[] },
  where: (place: number) => number,
): Finding[] {
  const duplicate = { count: 0, rows: [] as number[] };
  const backward = { count: 0, rows: [] as number[] };
  let latest = -Infinity;
  for (let i = 0; i < time.length; i++) {
    const kind = time[i]! === latest ? duplicate : time[i]! < latest ? backward : undefined;
    if (kind) {
      kind.count++;
      if (kind.rows.length < shown) kind.rows.push(where(i));
    } else latest = time[i]!;
  }
  const of = tag === undefined ? "" : `${tag}: `;
  const findings: Finding[] = [];
  const add = (kind: Finding["kind"], count: number, rows: readonly number[], message: string): void => {
    if (count > 0)
      findings.push({
        kind,
        ...(tag === undefined ? {} : { tag }),
        count,
        rows,
        samples: [],
        message: `${of}${counted(count, "time stamp")} ${message}`,
      });
  };
  add("duplicate", duplicate.count, duplicate.rows, "the same as the one before.");
  add("backward", backward.count, backward.rows, "earlier than one before.");
  add(
    "ambiguous-hour",
    hours.byOrder.length,
    hours.byOrder.slice(0, shown).map(where),
    "in an hour that happened twice; the order of rows told which.",
  );
  add(
    "ambiguous-hour",
    hours.ambiguous.length,
    hours.ambiguous.slice(0, shown).map(where),
    "in an hour that happened twice, without a hint which; marked Uncertain.",
  );
  return findings;
}
