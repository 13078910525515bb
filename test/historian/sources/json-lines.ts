/** A source of one's own in a few lines: a file of JSON objects, one a line. `sources.test.ts` holds it to 60 lines. */
import { readFileSync } from "node:fs";
import { type Source, tabularSource } from "../../../src/historian/index.ts";

interface Line {
  readonly tag: string;
  readonly time: string;
  readonly value: number | string | null;
  readonly quality: number;
}

export function jsonLines(path: string): Source {
  const byTag = new Map<string, Line[]>();
  for (const text of readFileSync(path, "utf8").trimEnd().split("\n")) {
    const line = JSON.parse(text) as Line;
    const lines = byTag.get(line.tag);
    if (lines) lines.push(line);
    else byTag.set(line.tag, [line]);
  }
  return tabularSource({
    name: path,
    tags: async () => [...byTag.keys()].map((tag) => ({ tag })),
    async *rows(tag) {
      const lines = byTag.get(tag)!;
      for (let i = 0; i < lines.length; i += 1000) {
        const batch = lines.slice(i, i + 1000);
        yield {
          time: batch.map((line) => line.time),
          value: batch.map((line) => line.value),
          status: batch.map((line) => line.quality),
        };
      }
    },
  });
}
