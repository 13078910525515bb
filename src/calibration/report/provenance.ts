/** Where a fit came from. */
import type { Calibrated } from "../calibrated.ts";
import { row, rowHead, table } from "./html.ts";
import { escaped } from "./svg.ts";

export function provenance({ provenance: { model, data, question, seed, version } }: Calibrated): string {
  const rows = Object.entries({ model, data, question, seed: String(seed), greybox: version }).map(([key, value]) =>
    row([rowHead(key), `<td><code>${escaped(value)}</code></td>`]),
  );
  return table([], rows);
}
