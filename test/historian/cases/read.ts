/** What a series read from a file is worth, before any doubt of cleaning: by the same rules as everywhere. */
import assert from "node:assert/strict";
import { bareView, type Handling, handlingOf, type Series } from "../../../src/historian/index.ts";

export function requireRead(series: Series, expected: (place: number) => Partial<Handling>): void {
  const view = bareView(series);
  for (let i = 0; i < series.time.length; i++) {
    const handled = handlingOf(view, i);
    for (const [key, value] of Object.entries(expected(i))) assert.equal(handled[key as keyof Handling], value, `${key} at ${i}`);
  }
}
