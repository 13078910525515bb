/** The equations of a model, typeset and numbered, part by part; equations of cells and rows are told once. */

import type { Model } from "../define/model.ts";
import type { Expression } from "../language/expression.ts";
import { toLatex } from "../language/latex.ts";
import { printExpression } from "../language/print.ts";
import { escaped } from "./html.ts";
import { level, type SetName, setName, type Typeset, typeset } from "./mathml.ts";
import type { Parts } from "./parts.ts";
import { family, type Repeated, repeated, running, sumOf } from "./repeated.ts";

/** Characters that fit on a line beside the number of the equation. */
const line = 64;

export interface EquationSection {
  readonly markup: string;
  /** Where each quantity's equation stands. */
  readonly anchors: ReadonlyMap<string, string>;
}

type Kind = "derivatives" | "algebraic" | "implicit" | "outputs";

const titles: Readonly<Record<Kind, string>> = {
  derivatives: "Change with time",
  algebraic: "where",
  implicit: "Solved for at every instant",
  outputs: "Outputs",
};

/** All equations. */
export function equationSection({ equations, definition }: Model, partOf: Parts): EquationSection {
  const parts = new Map<string, Map<Kind, { name: string; expression: Expression }[]>>();
  for (const kind of ["derivatives", "algebraic", "implicit", "outputs"] as const) {
    for (const [name, expression] of equations[kind]) {
      const part = partOf(name);
      const kinds = parts.get(part) ?? new Map<Kind, { name: string; expression: Expression }[]>();
      parts.set(part, kinds);
      const own = kinds.get(kind) ?? [];
      kinds.set(kind, own);
      own.push({ name, expression });
    }
  }
  const plant = new Set(
    [...Object.keys(definition.inputs), ...Object.keys(definition.parameters), ...equations.algebraic.keys()].filter(
      (name) => !name.includes("."),
    ),
  );
  const anchors = new Map<string, string>();
  let count = 0;
  const order = [...parts.keys()].sort((a, b) => Number(b === "") - Number(a === ""));
  const sections = order.map((part) => {
    const own = ownNames(part, plant);
    const blocks = [...parts.get(part)!].map(([kind, list]) => {
      const shown = repeated(list).map((equation) => {
        count++;
        for (const name of equation.names) anchors.set(name, `equation-${count}`);
        return numbered(kind, equation, own, count);
      });
      const lone = parts.get(part)!.size === 1 && kind !== "outputs";
      return `${lone ? "" : `<p class="lead">${titles[kind]}</p>`}${shown.join("\n")}`;
    });
    const heading = order.length === 1 ? "" : part === "" ? "<h3>The plant as a whole</h3>" : `<h3>${escaped(partTitle(part))}</h3>`;
    return `${heading}${blocks.join("\n")}`;
  });
  return { markup: sections.join("\n"), anchors };
}

/** Such as "Part r1", or "Parts trays[i]". */
const partTitle = (part: string): string => (part.includes(running) ? `Parts ${part.replaceAll(running, "i")}` : `Part ${part}`);

/** Under the heading of a part its own names go without the part, unless the plant has the same name. */
function ownNames(part: string, plant: ReadonlySet<string>): SetName {
  if (part === "") return setName;
  return (name) => {
    const pieces = name.split(".");
    const depth = part.split(".").length;
    const [path, own] = [pieces.slice(0, depth).join("."), pieces.slice(depth).join(".")];
    const generic = path.replace(/\[[^\]]*\]/g, `[${running}]`);
    if (generic !== part || own === "" || plant.has(own)) return setName(name);
    const indices = [...path.matchAll(/\[([^\]]*)\]/g)].map(([bracket]) => bracket).join("");
    return setName(`${own}${indices}`);
  };
}

function numbered(kind: Kind, { name, expression, range, names }: Repeated, set: SetName, count: number): string {
  const left = leftSide(kind, set(name));
  const lines = broken(expression, set, line - left.width);
  const rows = lines.map(
    (markup, i) =>
      `<mtr><mtd class="right">${i === 0 ? left.markup : ""}</mtd><mtd>${i === 0 ? "<mo>=</mo>" : ""}</mtd><mtd class="left">${markup}</mtd></mtr>`,
  );
  const own = range === undefined ? name : family(name).replaceAll(running, "i");
  const said = `${kind === "derivatives" ? `d${own}/dt` : kind === "implicit" ? "0" : own} = ${printExpression(expression).replaceAll(running, "i")}`;
  const latex = `${latexLeft[kind](toLatex({ op: "name", name }))} = ${toLatex(expression)}`.replaceAll(running, "i");
  const run = range === undefined ? "" : `<span class="range"><i>i</i>&nbsp;= ${range[0]}&nbsp;…&nbsp;${range[1]}</span>`;
  const determines = kind === "implicit" ? `<span class="range">for <math>${set(name).markup}</math></span>` : "";
  const more = names.length > 1 ? ` title="${escaped(`${names[0]} … ${names.at(-1)}`)}"` : "";
  return `<div class="equation" id="equation-${count}"${more}><div class="wide"><math displaystyle="true" alttext="${escaped(said)}"><semantics><mtable class="lines" displaystyle="true">${rows.join("")}</mtable><annotation encoding="application/x-tex">${escaped(latex)}</annotation></semantics></math></div>${run}${determines}<span class="count">(${count})</span></div>`;
}

const latexLeft: Readonly<Record<Kind, (name: string) => string>> = {
  derivatives: (name) => `\\frac{\\mathrm{d}${name}}{\\mathrm{d}t}`,
  algebraic: (name) => name,
  implicit: () => "0",
  outputs: (name) => name,
};

function leftSide(kind: Kind, name: Typeset): Typeset {
  if (kind === "implicit") return { markup: "<mn>0</mn>", binding: level.leaf, width: 1 };
  if (kind !== "derivatives") return name;
  const d = `<mi mathvariant="normal">d</mi>`;
  const markup = `<mfrac><mrow>${d}${name.markup}</mrow><mrow>${d}<mi>t</mi></mrow></mfrac>`;
  return { markup, binding: level.leaf, width: name.width + 1 };
}

/** A long sum is broken before its signs. */
function broken(expression: Expression, set: SetName, room: number): readonly string[] {
  const lines: string[][] = [[]];
  let used = 0;
  for (const [i, { sign, of }] of termsOf(expression).entries()) {
    const made = typeset(of, set);
    // The first term keeps its own sign; a later one that begins with a sign needs brackets.
    const term =
      i > 0 && made.binding <= level.add ? `<mrow><mo fence="true">(</mo>${made.markup}<mo fence="true">)</mo></mrow>` : made.markup;
    const width = made.width + 2.5;
    if (i > 0 && used + width > room) {
      lines.push([]);
      used = 0;
    }
    // A sign at the start of a line is spaced as between terms.
    const operator = i === 0 ? "" : `<mo form="infix">${sign}</mo>`;
    lines.at(-1)!.push(operator, term);
    used += width;
  }
  return lines.map((terms) => `<mrow>${terms.join("")}</mrow>`);
}

function termsOf(expression: Expression): readonly { readonly sign: string; readonly of: Expression }[] {
  if (sumOf(expression) !== undefined) return [{ sign: "", of: expression }];
  const terms: { sign: string; of: Expression }[] = [];
  let rest = expression;
  for (; rest.op === "add" || rest.op === "sub"; rest = rest.left) terms.push({ sign: rest.op === "add" ? "+" : "−", of: rest.right });
  terms.push({ sign: "", of: rest });
  return terms.reverse();
}
