/** Hands pages of news to any number of readers, and tells the sender when the slowest of them needs time. */
import type { Series } from "../series.ts";

export interface Hub {
  publish(pages: readonly Series[]): void;
  /** Pages of these tags from now on; all tags where none is named. Ends when the hub is closed and all is read. */
  subscribe(tags: readonly string[]): AsyncGenerator<Series, void>;
  /** Settles when no reader is more than `limit` points behind; undefined where that is so already. */
  room(): Promise<void> | undefined;
  /** Readers get what is left, then the end, or the error. */
  close(error?: Error): void;
}

interface Reader {
  readonly tags: ReadonlySet<string>;
  readonly pages: Series[];
  points: number;
  wake: (() => void) | undefined;
}

/** @param limit  points a reader may be behind before the sender is asked to wait */
export function hub(limit: number): Hub {
  const readers = new Set<Reader>();
  let waiting: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  let closed = false;
  let failure: Error | undefined;

  const crowded = (): boolean => {
    for (const reader of readers) if (reader.points > limit) return true;
    return false;
  };
  const release = (): void => {
    if (waiting && !crowded()) {
      waiting.resolve();
      waiting = undefined;
    }
  };
  const remove = (reader: Reader): void => {
    readers.delete(reader);
    release();
  };

  return {
    publish(pages) {
      for (const reader of readers) {
        for (const page of pages) {
          if (page.time.length === 0 || (reader.tags.size > 0 && !reader.tags.has(page.tag))) continue;
          reader.pages.push(page);
          reader.points += page.time.length;
        }
        reader.wake?.();
      }
    },
    async *subscribe(tags) {
      const reader: Reader = { tags: new Set(tags), pages: [], points: 0, wake: undefined };
      readers.add(reader);
      try {
        for (;;) {
          for (const page of reader.pages.splice(0)) {
            yield page;
            reader.points -= page.time.length;
            release();
          }
          if (reader.pages.length > 0) continue;
          if (failure) throw failure;
          if (closed) return;
          await new Promise<void>((resolve) => {
            reader.wake = resolve;
          });
          reader.wake = undefined;
        }
      } finally {
        remove(reader);
      }
    },
    room() {
      if (!crowded()) return undefined;
      if (!waiting) {
        let resolve: () => void = () => {};
        const promise = new Promise<void>((settle) => {
          resolve = settle;
        });
        waiting = { promise, resolve };
      }
      return waiting.promise;
    },
    close(error) {
      closed = true;
      failure = error;
      for (const reader of readers) reader.wake?.();
      waiting?.resolve();
      waiting = undefined;
    },
  };
}
