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

interface Places {
  readonly count: number;
  /** The first few. */
  readonly rows: readonly number[];
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
  const rowsOf = (places: readonly number[]): Places => ({ count: places.length, rows: places.slice(0, shown).map(where) });
  return [
    ...orderFindings(tag, duplicate, backward),
    ...stampFinding(tag, "ambiguous-hour", rowsOf(hours.byOrder), "in an hour that happened twice; the order of rows told which."),
    ...stampFinding(
      tag,
      "ambiguous-hour",
      rowsOf(hours.ambiguous),
      "in an hour that happened twice, without a hint which; marked Uncertain.",
    ),
  ];
}

/** Time stamps equal to the one before, or earlier than one before. */
export function orderFindings(tag: string | undefined, duplicate: Places, backward: Places): Finding[] {
  return [
    ...stampFinding(tag, "duplicate", duplicate, "the same as the one before."),
    ...stampFinding(tag, "backward", backward, "earlier than one before."),
  ];
}

function stampFinding(tag: string | undefined, kind: Finding["kind"], { count, rows }: Places, what: string): Finding[] {
  if (count === 0) return [];
  const message = `${tag === undefined ? "" : `${tag}: `}${counted(count, "time stamp")} ${what}`;
  return [{ kind, ...(tag === undefined ? {} : { tag }), count, rows, samples: [], message }];
}
