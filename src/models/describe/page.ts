/** A model as one HTML page, for those who know the plant and do not read code. Without scripts or outside resources. */
import { type AnySource, version } from "../../core/index.ts";
import { checkDefinition } from "../define/check-definition.ts";
import { type Model, modelFromDefinition } from "../define/model.ts";
import { structureOf } from "../structure/index.ts";
import { drawing } from "./drawing.ts";
import { equationSection } from "./equations.ts";
import { escaped, unitInPrint } from "./html.ts";
import { type Parts, partsOf } from "./parts.ts";
import { byFamily, byPart, byQuantity, type ProcessGraph, processGraph } from "./process-graph.ts";
import { sizeOfModel } from "./size.ts";
import { structureSection } from "./structure.ts";
import { style } from "./style.ts";
import { eventTable, inputTable, lookupTable, parameterTable, quantityTable, stateTable } from "./tables.ts";

export const pageDefaults = {
  /** Boxes in a drawing; what has more is not drawn. */
  boxes: 60,
  /** Cells of a field, or members of a row, that are drawn one by one. */
  apart: 3,
} as const;

/**
 * The page of a model: process logic as a drawing, typeset equations, tables of all quantities, structure. One HTML document; the same
 * model gives the same page.
 *
 * @throws GreyboxError `model/invalid` for a source whose definition is not a model
 *
 * @example
 * describeModel(reactor).startsWith("<!doctype html>"); // => true
 */
export function describeModel(source: AnySource): string {
  const model: Model = modelFromDefinition(source.definition);
  const { definition } = model;
  const title = escaped(model.name);
  const parts = partsOf(definition);
  const { markup, anchors } = equationSection(model, parts);
  const sections = [
    ["logic", "What depends on what", logicSection(model, parts, anchors)],
    [
      "equations",
      "Equations",
      `<p>Time <math><mi>t</mi></math> is ${definition.time === "1" ? "dimensionless" : `in ${escaped(unitInPrint(definition.time))}`}.</p>${markup}`,
    ],
    ["events", "Events", eventTable(model)],
    ["quantities", "Quantities", `${stateTable(model)}${inputTable(model)}${quantityTable(model)}${lookupTable(model)}`],
    ["parameters", "Parameters", parameterTable(model)],
    ["structure", "Structure", structureSection(model, structureOf(model), sizeOfModel(model))],
  ].filter((section): section is [string, string, string] => section[2] !== "");
  const links = sections.map(([id, heading]) => `<a href="#${id}">${heading}</a>`).join("");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${style}</style></head><body>
<header><h1>${title}</h1>
<p class="subtitle">${escaped(definition.description ?? "")}</p>
<p>${escaped(
    checkDefinition(definition)
      .summary.text.slice(model.name.length + 2)
      .replace(/; time in .*$/, ""),
  )}.</p>
<nav aria-label="Sections">${links}</nav></header>
<main>
${sections.map(([id, heading, content]) => `<section id="${id}"><h2>${heading}</h2>\n${content}\n</section>`).join("\n")}
</main>
<footer>Content hash <code>${model.hash}</code>. Drawn by greybox ${escaped(version)}.</footer>
</body></html>
`;
}

const key: readonly (readonly [kind: string, text: string])[] = [
  ["input", "input"],
  ["state", "state: has a memory"],
  ["explicit", "computed"],
  ["implicit", "solved for"],
  ["output", "output"],
  ["event", "event"],
];

/** One drawing of parts where there are any, and one of quantities as fine as fits on a page. */
function logicSection(model: Model, parts: Parts, anchors: ReadonlyMap<string, string>): string {
  const coarse = processGraph(model, byPart(parts));
  const fine = quantityGraph(model);
  const inParts = coarse.boxes.filter(({ members }) => members.some((name) => parts(name) !== "")).length > 1;
  const drawings = [
    ...(inParts && coarse.boxes.length <= pageDefaults.boxes
      ? [figure(coarse, `The parts of ${model.name} and what they pass on to each other.`, anchors)]
      : []),
    ...(fine
      ? [
          figure(
            fine,
            `The quantities of ${model.name}: an arrow leads from what is used to what is computed with it. Parameters stand in the boxes.`,
            anchors,
          ),
        ]
      : []),
  ];
  if (drawings.length > 0) return drawings.join("\n");
  return `<p>The ${fine.boxes.length} quantities are too many for one drawing and belong to no parts; see the structure below for what occurs in what.</p>`;
}

/** Cells and rows in one box each, unless they are few enough to be told apart. */
function quantityGraph(model: Model): ProcessGraph {
  const together = processGraph(model, byFamily);
  const few = together.boxes.every(({ members }) => members.length <= pageDefaults.apart);
  return few ? processGraph(model, byQuantity) : together;
}

function figure(graph: ProcessGraph, caption: string, anchors: ReadonlyMap<string, string>): string {
  const kinds = new Set<string>(graph.boxes.map(({ kind }) => kind));
  const entries = key.filter(([kind]) => kinds.has(kind)).map(([kind, text]) => `<li>${swatch(kind)}${text}</li>`);
  const legend = entries.length > 1 && !kinds.has("part") ? `<ul class="key">${entries.join("")}</ul>` : "";
  return `<figure><div class="wide">${drawing(graph, caption, anchors)}</div>${legend}<figcaption>${escaped(caption)}</figcaption></figure>`;
}

function swatch(kind: string): string {
  const shape =
    kind === "event"
      ? `<path d="M1 7l5 -6h16l5 6l-5 6h-16z"/>`
      : `<rect x="1" y="1" width="26" height="12" rx="${kind === "input" || kind === "output" ? 6 : kind === "state" ? 2 : 4}"/>`;
  return `<svg width="28" height="14" aria-hidden="true" class="boxes"><g class="${kind}">${shape}</g></svg>`;
}
