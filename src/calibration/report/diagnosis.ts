/** What the residuals say, and which data the estimates hang on. */
import type { Diagnosis } from "../diagnostics/diagnosis.ts";
import type { Identifiability } from "../identifiability/identifiability.ts";
import { short } from "../verdict/sentences.ts";
import { cell, folded, number, row, rowHead, sentenceList, table } from "./html.ts";

/** Rows of the table of influence, and unknowns named in each. */
const shown = { rows: 12, unknowns: 3 } as const;

/** What could be fixed by data without errors: a matter of the equations alone. */
export function identifiabilitySection(identifiability: Identifiability | undefined): string {
  if (!identifiability) return "";
  const { meaning, assumed, unidentifiable } = identifiability;
  const kind = unidentifiable.length > 0 ? "verdict" : "notes";
  const taken = assumed.length > 0 ? folded("What this takes for granted", sentenceList(assumed, "notes")) : "";
  return `<h2>What the equations let data fix</h2>${sentenceList(meaning, kind)}${taken}`;
}

export function diagnosisSection(diagnosis: Diagnosis | undefined): string {
  if (!diagnosis) return "";
  const { verdict, influence } = diagnosis;
  const found = verdict.length > 0 ? sentenceList(verdict, "verdict") : `<p class="good">The residuals hold nothing against the fit.</p>`;
  const parts = influence.filter(({ window, tag }) => window !== undefined || tag !== undefined);
  if (parts.length < 2) return `<h2>Diagnosis</h2>${found}`;
  const rows = parts.slice(0, shown.rows).map(({ window, tag, points, shift, cook, fixes }) => {
    const moved = Object.entries(shift)
      .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
      .slice(0, shown.unknowns)
      .filter(([, by]) => Math.abs(by) >= 0.05)
      .map(([name, by]) => `${name} ${by > 0 ? "+" : "−"}${Math.abs(by).toFixed(1)}`);
    return row([
      rowHead([tag, window].filter((part) => part !== undefined).join(" in ")),
      number(String(points)),
      number(short(cook)),
      cell(moved.join(", ")),
      cell(fixes.length > 0 ? `nothing else fixes ${fixes.join(", ")}` : ""),
    ]);
  });
  return (
    `<h2>Diagnosis</h2>${found}<h3>What the estimates hang on</h3>` +
    `<p>Without these data, estimates would shift by so many of their standard errors.</p>` +
    table(["", "#points", "#Cook's distance", "shift", ""], rows)
  );
}
