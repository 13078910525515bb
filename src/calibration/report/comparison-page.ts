/** The page of a comparison: what `greybox compare --report` writes. */

import type { Calibrated } from "../calibrated.ts";
import { type Comparison, compareFits } from "../comparison/compare.ts";
import { changes } from "./changes.ts";
import { document } from "./document.ts";
import { provenance } from "./provenance.ts";

/** Two fits as one HTML page, the former first: self-contained, without scripts. */
export function comparisonPage(before: Calibrated, after: Calibrated, comparison: Comparison = compareFits(before, after)): string {
  const title = `What changed in the calibration of ${after.model.name}`;
  return document(title, [
    changes(comparison),
    `<h2>Provenance</h2><h3>Before</h3>${provenance(before)}<h3>After</h3>${provenance(after)}`,
  ]);
}
