/** Writes docs/errors.md from the catalogue of failures, with ‹names› where the values of the case go. */
import { writeFileSync } from "node:fs";
import { failures } from "greybox/core";

/** Stands for any value of a case: text, number, list or object, named in what it prints. */
function blank(name: string): unknown {
  const shown = `‹${name}›`;
  return new Proxy([shown], {
    get(list, key) {
      if (key === Symbol.toPrimitive) return (hint: string) => (hint === "number" ? 1 : shown);
      if (key in list) return Reflect.get(list, key);
      if (typeof key === "symbol") return undefined;
      if (/^(to[A-Z]|replace|trim|pad)/.test(key)) return () => shown;
      return blank(key);
    },
  });
}
const details = new Proxy({}, { get: (_, key) => blank(String(key)) });

interface Sentences {
  readonly problem: (details: unknown) => string;
  readonly remedy: (details: unknown) => string;
}
const cell = (text: string | undefined) => (text ?? "‹depends on the case›").replaceAll("|", "\\|").replace(/\s+/g, " ").trim();
/** Codes that list other mistakes: their sentence is made of the items. */
const lists: Readonly<Record<string, string>> = {
  "model/invalid": 'Model "‹model›" has mistakes, all of them listed: each with its own code, the equation as written and its remedy.',
  "model/expression": "The equation has mistakes, all of them listed: each with its own code, place and remedy.",
};
const row = ([code, kind]: [string, unknown]) => {
  const { problem, remedy } = kind as Sentences;
  return `| \`${code}\` | ${cell(lists[code] ?? problem(details))} | ${cell(code in lists ? "Correct them where they are written; nothing has been run." : remedy(details))} |`;
};

const groups = new Map<string, [string, unknown][]>();
for (const entry of Object.entries(failures)) {
  const group = entry[0].split("/")[0] as string;
  groups.set(group, [...(groups.get(group) ?? []), entry]);
}
const page = `# Errors

What the caller can mend is a \`GreyboxError\` with a stable \`code\`, the offending values in \`details\`, and a message that says what is wrong and
what to do. What the numbers did (a solve that ran out of steps, a fit that stalled) is not an error but a value: see \`Outcome\` and \`Termination\`.

Below, ‹names› stand for the values of the case. This page is written by \`npm run errors\`.

${[...groups].map(([group, entries]) => `## ${group}\n\n| code | problem | remedy |\n|---|---|---|\n${entries.map(row).join("\n")}\n`).join("\n")}`;
writeFileSync("docs/errors.md", page);
console.log(`docs/errors.md: ${Object.keys(failures).length} codes`);
