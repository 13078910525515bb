/** A process graph as SVG: boxes by kind, arrows along the flow of computation, names set as in the equations. */
import { printedName } from "../language/symbol.ts";
import { escaped } from "./html.ts";
import { type Layout, layout, type Point } from "./layout/layout.ts";
import { greek } from "./mathml.ts";
import type { Arrow, Box, ProcessGraph } from "./process-graph.ts";
import { running } from "./repeated.ts";

export const drawingDefaults = {
  /** Widest drawing that is legible on a printed page, in pixels; wider ones are drawn downwards. */
  width: 940,
  /** A wide drawing is not made smaller than this share of its size; it can be moved sideways instead. */
  shrink: 0.75,
  /** Parameters named in a box. */
  parameters: 3,
} as const;

const size = { name: 15, index: 10.5, small: 10.5, padding: 12 } as const;

/**
 * The drawing.
 *
 * @param label  what it shows, for those who do not see it
 * @param anchors  where on the page the equation of a quantity stands
 */
export function drawing(graph: ProcessGraph, label: string, anchors: ReadonlyMap<string, string>): string {
  const contents = graph.boxes.map(contentOf);
  const sizes = contents.map(({ width, lines }) => ({ width, height: lines.length > 1 ? 44 : 32 }));
  const across = layout(sizes, graph.arrows, "right");
  const down = across.width > drawingDefaults.width ? layout(sizes, graph.arrows, "down") : across;
  const chosen = down.width < across.width ? down : across;
  const [width, height] = [Math.ceil(chosen.width + 8), Math.ceil(chosen.height + 8)];
  const boxes = graph.boxes.map((box, i) => {
    const drawn = boxShape(box, chosen.boxes[i]!, sizes[i]!, contents[i]!.lines);
    const anchor = box.members.length === 1 ? anchors.get(box.members[0]!) : undefined;
    return anchor === undefined ? drawn : `<a href="#${anchor}">${drawn}</a>`;
  });
  const arrows = graph.arrows.map((arrow, i) => arrowShape(arrow, chosen.routes[i]!, chosen, graph.boxes));
  return `<svg viewBox="-4 -4 ${width} ${height}" width="${width}" height="${height}" style="min-width: ${Math.round(drawingDefaults.shrink * width)}px" role="img" aria-label="${escaped(label)}">
<g class="arrows">${arrows.join("\n")}</g>
<g class="boxes">${boxes.join("\n")}</g>
</svg>`;
}

interface Line {
  readonly markup: string;
  readonly width: number;
}

function contentOf(box: Box): { readonly lines: readonly Line[]; readonly width: number } {
  const first = box.kind === "event" || box.kind === "part" ? plain(box.name) : symbol(box.name);
  const lines = [first];
  // Their part is that of the box.
  const own = new Set(box.parameters.map((name) => name.slice(name.lastIndexOf(".") + 1)));
  const shown = [...own].slice(0, drawingDefaults.parameters);
  const note =
    box.kind === "part" || box.members.length > 1
      ? `${box.members.length} quantities`
      : shown.length > 0
        ? `${shown.join(", ")}${own.size > shown.length ? ", …" : ""}`
        : "";
  if (note !== "") lines.push({ markup: escaped(note), width: 0.53 * size.small * note.length });
  return { lines, width: Math.round(Math.max(46, 2 * size.padding + Math.max(...lines.map(({ width }) => width)))) };
}

const plain = (name: string): Line => {
  const text = name.replaceAll(running, "…");
  return { markup: escaped(text), width: 0.6 * size.name * text.length };
};

/** A name with its index below the line. */
function symbol(name: string): Line {
  const { letter, word, index } = printedName(name);
  const base = letter === undefined ? word : letter.length > 1 ? greek(letter) : letter;
  const below = index
    .join(",")
    .replace(/\[([^\]]*)\]/g, ",$1")
    .replaceAll(running, "i");
  const style = letter === undefined ? "" : ` class="letter"`;
  const indexText = below === "" ? "" : `<tspan class="index" dy="4">${escaped(below)}</tspan>`;
  return {
    markup: `<tspan${style}>${escaped(base)}</tspan>${indexText}`,
    width: 0.6 * size.name * [...base].length + 0.56 * size.index * below.length,
  };
}

function boxShape(box: Box, { x, y }: Point, { width, height }: { width: number; height: number }, lines: readonly Line[]): string {
  const [left, top] = [x - width / 2, y - height / 2];
  const round = { input: height / 2, output: height / 2, state: 3, explicit: 10, implicit: 10, event: 0, part: 5 }[box.kind];
  const notch = 9;
  const shape =
    box.kind === "event"
      ? `<path d="M${pixels(left)} ${pixels(y)}l${notch} ${-height / 2}h${width - 2 * notch}l${notch} ${height / 2}l${-notch} ${height / 2}h${2 * notch - width}z"/>`
      : `<rect x="${pixels(left)}" y="${pixels(top)}" width="${width}" height="${height}" rx="${round}"/>`;
  const baseline = lines.length > 1 ? y - 3 : y + 5;
  const [first, second] = lines.map(({ markup }) => markup);
  const note = second === undefined ? "" : `<text class="small" x="${pixels(x)}" y="${pixels(y + 14)}">${second}</text>`;
  return `<g class="${box.kind}"><title>${escaped(titleOf(box))}</title>${shape}<text x="${pixels(x)}" y="${pixels(baseline)}">${first}</text>${note}</g>`;
}

const nouns = {
  input: "input",
  state: "state",
  explicit: "computed quantity",
  implicit: "quantity that is solved for",
  output: "output",
  event: "event",
  part: "part",
} as const;

function titleOf({ name, kind, members, parameters }: Box): string {
  const some =
    members.length > 1 ? `, ${members.length} quantities: ${members.slice(0, 8).join(", ")}${members.length > 8 ? ", …" : ""}` : "";
  return `${name.replaceAll(running, "…")}: ${nouns[kind]}${some}${parameters.length === 0 ? "" : `; parameters ${parameters.join(", ")}`}`;
}

function arrowShape({ from, to, reset, carries }: Arrow, route: readonly Point[], { direction }: Layout, boxes: readonly Box[]): string {
  const [first] = route as [Point];
  let [path, previous] = [`M${pixels(first.x)} ${pixels(first.y)}`, first];
  for (const [i, point] of route.slice(1).entries()) {
    // Odd pieces run straight through a column.
    if (i % 2 === 1) path += `L${pixels(point.x)} ${pixels(point.y)}`;
    else {
      const [mx, my] = [(previous.x + point.x) / 2, (previous.y + point.y) / 2];
      const [a, b] =
        direction === "right"
          ? [`${pixels(mx)} ${pixels(previous.y)}`, `${pixels(mx)} ${pixels(point.y)}`]
          : [`${pixels(previous.x)} ${pixels(my)}`, `${pixels(point.x)} ${pixels(my)}`];
      path += `C${a} ${b} ${pixels(point.x)} ${pixels(point.y)}`;
    }
    previous = point;
  }
  const { x, y } = previous;
  const start = route[0]!;
  const backward = direction === "right" ? x < start.x : y < start.y;
  const s = backward ? -1 : 1;
  const head = direction === "right" ? `M${pixels(x)} ${pixels(y)}l${-7 * s} -3.4v6.8z` : `M${pixels(x)} ${pixels(y)}l-3.4 ${-7 * s}h6.8z`;
  const kind = reset ? "reset" : backward ? "feedback" : "flow";
  const names = boxes.map(({ name }) => name.replaceAll(running, "…"));
  const title = `${names[from]} → ${names[to]}${reset ? " (set by the event)" : ""}: ${carries.slice(0, 8).join(", ")}${carries.length > 8 ? ", …" : ""}`;
  return `<g class="${kind}"><title>${escaped(title)}</title><path class="line" d="${path}"/><path class="head" d="${head}"/></g>`;
}

function pixels(value: number): string {
  return String(Math.round(value * 10) / 10);
}
