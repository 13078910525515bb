/**
 * Reads a tag to its end from a server that answers "the first n points from a time on".
 *
 * Points at the last instant of a page may not be all of that instant: they are held back and asked for again. A page shorter than asked
 * for proves nothing, because a server may have limits of its own; only an answer without any later point is the end.
 */
import { GreyboxError } from "../../core/index.ts";

/** A point as the server writes it. `at` is its time in the words of the server, `seconds` the same for comparing. */
export interface Stamped {
  readonly at: string;
  readonly seconds: number;
}

export interface Paging<P extends Stamped> {
  readonly source: string;
  readonly tag: string;
  /** Where to begin, in the words of the server. */
  readonly start: string;
  /** Points asked for at once. */
  readonly limit: number;
  /** As many points as the server gives at most; asked for where one instant fills a page. */
  readonly largest: number;
  /** Points from a time on (included or not), oldest first. */
  ask(from: string, limit: number): Promise<readonly P[]>;
}

/** @throws GreyboxError `historian/source-option`; `historian/one-instant`; `historian/server-failed` when times go back */
export async function* fromTimeOn<P extends Stamped>({ source, tag, start, limit, largest, ask }: Paging<P>): AsyncGenerator<readonly P[]> {
  if (!(Number.isInteger(limit) && limit >= 1)) {
    throw new GreyboxError("historian/source-option", {
      source,
      option: "pageSize",
      value: String(limit),
      expected: "a whole number from 1",
    });
  }
  let from = start;
  let size = limit;
  let held: readonly P[] = [];
  for (;;) {
    const page = await ask(from, size);
    const last = page.at(-1);
    if (last === undefined) {
      if (held.length > 0) yield held;
      return;
    }
    for (let i = 0; i < page.length; i++) {
      const before = i > 0 ? page[i - 1] : held[0];
      if (before && page[i]!.seconds < before.seconds) {
        const why = `the points of "${tag}" come in no order of time (${before.at}, then ${page[i]!.at})`;
        throw new GreyboxError("historian/server-failed", { source, request: tag, attempts: 1, why });
      }
    }
    const again = held.length > 0 && page[0]!.seconds === held[0]!.seconds;
    if (again && last.seconds === held[0]!.seconds) {
      if (page.length < size) {
        yield page;
        return;
      }
      if (size >= largest) throw new GreyboxError("historian/one-instant", { source, tag, time: last.at, count: page.length });
      size = Math.min(4 * size, largest);
      continue;
    }
    const cut = page.findIndex((point) => point.seconds === last.seconds);
    const ready = page.slice(0, cut);
    const whole = again ? ready : [...held, ...ready];
    if (whole.length > 0) yield whole;
    held = page.slice(cut);
    from = last.at;
    size = limit;
  }
}
