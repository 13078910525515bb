/**
 * Boxes and arrows drawn without a hand: columns by dependency, few crossings, straight long edges.
 *
 * @see E. R. Gansner, E. Koutsofios, S. C. North & K.-P. Vo, "A technique for drawing directed graphs", IEEE Trans. Softw. Eng. 19 (1993)
 *   214–230, doi:10.1109/32.221135, for the four steps.
 */
import { withFewCrossings } from "./crossings.ts";
import { columnsOf, orderWithLittleFeedback } from "./layers.ts";
import { positions } from "./positions.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Edge {
  readonly from: number;
  readonly to: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout extends Size {
  /** Middles of the boxes. */
  readonly boxes: readonly Point[];
  /** Points that each edge passes, from `from` to `to`; between two of them it leaves and arrives along the direction of the drawing. */
  readonly routes: readonly (readonly Point[])[];
  /** Columns side by side, or rows below each other. */
  readonly direction: "right" | "down";
}

export const layoutDefaults = {
  /** Room between columns, in pixels. */
  columnGap: 58,
  /** Room between boxes of a column. */
  boxGap: 16,
  /** Room that a long edge takes in a column. */
  edgeGap: 12,
} as const;

/**
 * Places boxes and routes edges.
 *
 * @param edges  without those from a box to itself; circles are allowed
 * @param direction  in which the edges lead that are not feedback
 */
export function layout(sizes: readonly Size[], edges: readonly Edge[], direction: "right" | "down" = "right"): Layout {
  const { columnGap, boxGap, edgeGap } = layoutDefaults;
  const flipped = direction === "down";
  const along = sizes.map(({ width, height }) => (flipped ? height : width));
  const across = sizes.map(({ width, height }) => (flipped ? width : height));

  const order = orderWithLittleFeedback(sizes.length, edges);
  const place = new Int32Array(sizes.length);
  for (const [i, node] of order.entries()) place[node] = i;
  const forward = edges.map(({ from, to }) => (place[from]! < place[to]! ? { from, to } : { from: to, to: from }));
  const column = columnsOf(order, forward);

  // An edge over several columns gets a place of its own in each between.
  const extent = across.map((size) => size + boxGap);
  const weight = sizes.map(() => 1);
  const columns: number[][] = Array.from({ length: Math.max(0, ...column) + 1 }, () => []);
  for (const node of order) columns[column[node]!]!.push(node);
  const [before, after]: [number[][], number[][]] = [sizes.map(() => []), sizes.map(() => [])];
  const paths = forward.map(({ from, to }) => {
    const path = [from];
    for (let c = column[from]! + 1; c < column[to]!; c++) {
      const own = extent.length;
      extent.push(edgeGap);
      weight.push(4);
      before.push([]);
      after.push([]);
      columns[c]!.push(own);
      path.push(own);
    }
    path.push(to);
    for (let i = 1; i < path.length; i++) {
      after[path[i - 1]!]!.push(path[i]!);
      before[path[i]!]!.push(path[i - 1]!);
    }
    return path;
  });
  const ordered = withFewCrossings({ columns, before, after });
  const middle = positions({ columns: ordered, before, after }, extent, weight);

  const depth = ordered.map((own) => Math.max(0, ...own.map((one) => along[one] ?? 0)));
  const start: number[] = [];
  let end = 0;
  for (const own of depth) {
    start.push(end);
    end += own + columnGap;
  }
  const columnOfPlace = new Int32Array(extent.length);
  for (const [c, own] of ordered.entries()) for (const one of own) columnOfPlace[one] = c;
  const low = Math.min(...middle.map((m, i) => m - extent[i]! / 2));
  const high = Math.max(...middle.map((m, i) => m + extent[i]! / 2));

  const port = ports(paths, sizes.length, across, middle);
  const point = (a: number, c: number): Point => (flipped ? { x: c - low, y: a } : { x: a, y: c - low });
  const routes = paths.map((path, e) => {
    const points = path.flatMap((one, i) => {
      const c = columnOfPlace[one]!;
      const centre = start[c]! + depth[c]! / 2;
      if (i === 0) return [point(centre + along[one]! / 2, port(e, "from"))];
      if (i === path.length - 1) return [point(centre - along[one]! / 2, port(e, "to"))];
      return [point(start[c]!, middle[one]!), point(start[c]! + depth[c]!, middle[one]!)];
    });
    return forward[e]!.from === edges[e]!.from ? points : points.reverse();
  });
  const [length, breadth] = [Math.max(0, end - columnGap), high - low];
  return {
    width: flipped ? breadth : length,
    height: flipped ? length : breadth,
    boxes: sizes.map((_, node) => point(start[column[node]!]! + depth[column[node]!]! / 2, middle[node]!)),
    routes,
    direction,
  };
}

/** Edges leave and enter a box spread over its side, in the order of what they lead to. */
function ports(
  paths: readonly (readonly number[])[],
  boxes: number,
  across: readonly number[],
  middle: Float64Array,
): (edge: number, side: "from" | "to") => number {
  const places = new Map<string, number>();
  for (const side of ["from", "to"] as const) {
    const bySide: { edge: number; toward: number }[][] = Array.from({ length: boxes }, () => []);
    for (const [edge, path] of paths.entries()) {
      const [own, next] = side === "from" ? [path[0]!, path[1]!] : [path.at(-1)!, path.at(-2)!];
      bySide[own]!.push({ edge, toward: middle[next]! });
    }
    for (const [box, own] of bySide.entries()) {
      own.sort((a, b) => a.toward - b.toward || a.edge - b.edge);
      const step = Math.min(9, (0.7 * across[box]!) / Math.max(1, own.length - 1));
      for (const [i, { edge }] of own.entries()) places.set(`${side}${edge}`, middle[box]! + (i - (own.length - 1) / 2) * step);
    }
  }
  return (edge, side) => places.get(`${side}${edge}`)!;
}
