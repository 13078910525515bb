/** The structure of a model for readers: counts, index, the order in which things are computed, and where the numbers stand. */
import type { Model } from "../define/model.ts";
import { type Block, type ModelStructure, scalingDefaults } from "../structure/index.ts";
import { counted, escaped, numberInPrint, tableOf } from "./html.ts";
import { setName } from "./mathml.ts";
import { occurrencePattern } from "./pattern.ts";
import { family } from "./repeated.ts";
import type { ModelSize } from "./size.ts";

/** Steps of the computation that are listed one by one. */
const blocksListed = 40;

export function structureSection(model: Model, structure: ModelStructure, size: ModelSize): string {
  const { counts, freedom, index, blocks } = structure;
  const coupled = blocks.filter(({ kind }) => kind === "coupled");
  const largest = Math.max(0, ...coupled.map(({ unknowns }) => unknowns.length));
  const rows: readonly (readonly [string, string])[] = [
    [
      "Unknowns of an instant",
      `${counts.unknowns}: ${counted(counts.states, "derivative")}, ${counts.explicit} computed, ${counts.implicit} solved for`,
    ],
    ["Equations", String(counts.equations)],
    ["Degrees of freedom", freedomText(freedom)],
    ["Structural index", indexText(index)],
    [
      "Steps of the computation",
      `${blocks.length}${coupled.length === 0 ? ", each for one quantity" : `, ${coupled.length} of them for several quantities at once, the largest for ${largest}`}`,
    ],
    [
      "Spread of sizes",
      `${numberInPrint(Number(structure.scaling.spread.toPrecision(3)))}${structure.scaling.spread > scalingDefaults.spread ? ": too wide for one absolute tolerance" : ""}`,
    ],
    ["Operations as written", `${size.written}; with everything shared that is the same: ${size.shared}`],
    ["States in equations", `${size.occurrences} of ${size.states * size.states} pairs`],
  ];
  const facts = tableOf(
    "What is there to be determined, and by what",
    [{ title: "" }, { title: "", align: "long" }],
    rows.map(([what, says]) => [what, escaped(says)]),
  );
  const remarks = structure.scaling.remarks.map(
    ({ where, remark }) => `<li><code>${escaped(where)}</code>: ${escaped(remark).replace(/`([^`]+)`/g, "<code>$1</code>")}</li>`,
  );
  const scaling = remarks.length === 0 ? "" : `<p class="lead">What would help the solver</p><ul>${remarks.join("")}</ul>`;
  return `${facts}${scaling}${blockTable(blocks)}${occurrencePattern(model)}`;
}

function freedomText({ initial, inputs, parameters }: ModelStructure["freedom"]): string {
  return `none left once these are given: initial values (${initial}), inputs (${inputs}), parameters (${parameters})`;
}

function indexText(index: number | undefined): string {
  if (index === undefined) return "none: structurally singular";
  if (index === 0) return "0: ordinary differential equations";
  return index === 1
    ? "1: differential equations with algebraic ones that can be solved at every instant"
    : `${index}: constraints between states`;
}

const kinds: Readonly<Record<Block["kind"], string>> = {
  explicit: "computed",
  implicit: "solved for",
  coupled: "solved for together",
  derivative: "change with time",
};

/** Steps in order; neighbouring ones of one kind share a line. */
function blockTable(blocks: readonly Block[]): string {
  const steps: { kind: Block["kind"]; names: string[]; first: number; last: number }[] = [];
  for (const [i, { kind, unknowns }] of blocks.entries()) {
    const previous = steps.at(-1);
    if (previous !== undefined && previous.kind === kind && kind !== "coupled") {
      previous.names.push(...unknowns);
      previous.last = i + 1;
    } else steps.push({ kind, names: [...unknowns], first: i + 1, last: i + 1 });
  }
  const rows = steps
    .slice(0, blocksListed)
    .map(({ kind, names, first, last }) => [first === last ? String(first) : `${first} … ${last}`, kinds[kind], namesText(names)]);
  const left = steps.length - rows.length;
  const more = left === 0 ? "" : `<p>${left} more are not listed.</p>`;
  return tableOf("Order of the computation", [{ title: "step" }, { title: "" }, { title: "quantities", align: "long" }], rows) + more;
}

/** Names set as in the equations; those of one family are told once. */
function namesText(names: readonly string[]): string {
  const families = new Map<string, number>();
  for (const name of names) {
    const key = family(name.replace(/^d(.*)\/dt$/, "$1"));
    families.set(key, (families.get(key) ?? 0) + 1);
  }
  return [...families].map(([name, count]) => `<math>${setName(name).markup}</math>${count > 1 ? ` (${count})` : ""}`).join(", ");
}
