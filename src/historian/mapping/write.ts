/** A proposed mapping as a file: JSON for commands, or TypeScript beside a model, with what is to be reviewed as comments. */
import type { ProposedMapping } from "./propose.ts";

/** The text of a mapping file. */
export function mappingJson({ mapping }: ProposedMapping): string {
  return `${JSON.stringify(mapping, null, 2)}\n`;
}

/** How a TypeScript file names the model that it binds. */
export interface ModelImport {
  /** Name of the export. */
  readonly name: string;
  /** Module, as the import says it. */
  readonly from: string;
}

/** The same as a study takes it: exports `historian` and `binding`. */
export function mappingTypeScript({ mapping, tags }: ProposedMapping, model: ModelImport | undefined): string {
  const written = `export const historian = ${JSON.stringify(mapping.historian, null, 2)} as const;\n`;
  const head =
    '/** Proposed from names, units and ranges, for a person to review: no unit was changed, and a unit nobody states is "?". */\n';
  if (model === undefined) return `${head}${written}`;
  const lines = tags.flatMap(({ quantity, tag, unit, evidence, review, others }) => {
    const comments = [
      ...(evidence.length > 0 ? [`${evidence.join("; ")}.`] : []),
      ...review.map((note) => `REVIEW: ${note}.`),
      ...(others.length > 0 ? [`Others: ${others.join(", ")}.`] : []),
    ].map((line) => `  // ${line.replaceAll(/\s+/g, " ")}`);
    if (tag === undefined) return review.length > 0 ? [`  // ${quantity}: ${review.join("; ")}.`] : [];
    return [...comments, `  ${key(quantity)}: { tag: ${JSON.stringify(tag)}, unit: ${JSON.stringify(unit)} },`];
  });
  return [
    head.trimEnd(),
    'import { bind } from "greybox";',
    `import { ${model.name} } from ${JSON.stringify(model.from)};`,
    "",
    written.trimEnd(),
    "",
    `export const binding = bind(${model.name}, {`,
    ...lines,
    "});",
    "",
  ].join("\n");
}

const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));
