/**
 * The page about all cases, from the registry. Run it to write the page:
 * `node --conditions=greybox-source --import tsx test/historian/cases/table.ts`.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { allCases, families } from "./all.ts";

export const page = fileURLToPath(new URL("../../../docs/plant-data-cases.md", import.meta.url));

const cell = (text: string): string => text.replaceAll("|", "\\|");

export function casesPage(): string {
  const sections = Object.entries(families).map(([letter, [title]]) => {
    const rows = allCases
      .filter(({ id }) => id.startsWith(letter))
      .map((one) => {
        const how = one.deterministic ? "always" : "measured";
        return `| ${[`${one.id}`, one.title, how, one.flag, one.status, one.calibration, one.prediction, one.by].map(cell).join(" | ")} |`;
      });
    return [
      `## ${letter}. ${title}`,
      "",
      "| | case | caught | flag | status | calibration | prediction | by |",
      "|---|---|---|---|---|---|---|---|",
      ...rows,
      "",
    ].join("\n");
  });
  return `# What plant data has wrong with it, and what is done about it

Eighty-six cases. Each has a generator (most of them in \`greybox/historian/faults\`) with labels, and a test that asserts the flag, the status, what a
calibration and what a prediction does with the points, and that the raw series is untouched. *Always*: caught in every run. *Measured*: precision at
least 0.95 and recall at least 0.90 over twenty seeds. The last column is the file below \`src/historian\`. This page is written from the tests.

A flag in \`code\` is a reason bit unless it is called a suspicion, a finding or a refusal. A suspicion is told with its evidence for a person to approve; it
changes nothing by itself.

${sections.join("\n")}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(page, casesPage());
