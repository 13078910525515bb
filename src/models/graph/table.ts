/** A table as nodes: trees of choices give the coefficients of the piece in force, and one polynomial the value, so its derivative is exact. */
import { bilinear, piecesOf, type Table } from "../language/table.ts";
import type { Graph, NodeId } from "./graph.ts";

/** The value of a table at nodes `at`: one, or two for a table in two dimensions. */
export function tableNode(graph: Graph, table: Table, at: readonly NodeId[]): NodeId {
  const axes = table.y === undefined ? [table.x] : [table.x, table.y];
  const inside = axes.map((axis, i) => within(graph, axis, at[i]!));
  const value =
    table.y === undefined ? curve(graph, table, at[0]!, inside[0]!) : surface(graph, table, table.outside === "extend" ? at : inside);
  if (table.outside !== "refuse") return value;
  const beyond = axes.flatMap((axis, i) => [
    graph.test("lt", at[i]!, graph.number(axis[0]!)),
    graph.test("gt", at[i]!, graph.number(axis.at(-1)!)),
  ]);
  return graph.select(
    beyond.reduce((some, one) => graph.test("or", some, one)),
    graph.number(Number.NaN),
    value,
  );
}

/** The argument, or the end of the axis that it lies beyond. */
const within = (graph: Graph, axis: readonly number[], at: NodeId): NodeId =>
  graph.binary("min", graph.binary("max", at, graph.number(axis[0]!)), graph.number(axis.at(-1)!));

/** The number that belongs to the piece of the axis in which `at` lies: a balanced tree of choices. */
function choice(graph: Graph, axis: readonly number[], at: NodeId, of: (piece: number) => NodeId): NodeId {
  const among = (first: number, last: number): NodeId => {
    if (first === last) return of(first);
    const middle = (first + last + 1) >> 1;
    const [below, above] = [among(first, middle - 1), among(middle, last)];
    return below === above ? below : graph.select(graph.test("lt", at, graph.number(axis[middle]!)), below, above);
  };
  return among(0, axis.length - 2);
}

/** c0 + d·(c1 + d·(c2 + …)), highest coefficients that are 0 everywhere left out. */
function horner(graph: Graph, coefficients: readonly NodeId[], d: NodeId): NodeId {
  const zero = graph.number(0);
  const last = coefficients.findLastIndex((c) => c !== zero);
  let value = coefficients[Math.max(last, 0)]!;
  for (let k = last - 1; k >= 0; k--) value = graph.binary("add", coefficients[k]!, graph.binary("mul", d, value));
  return value;
}

function curve(graph: Graph, table: Table, at: NodeId, inside: NodeId): NodeId {
  const { x, outside } = table;
  const pieces = piecesOf(table);
  const pick = (k: number): NodeId => choice(graph, x, inside, (piece) => graph.number(pieces[piece]![k]!));
  const from = choice(graph, x, inside, (piece) => graph.number(x[piece]!));
  const held = horner(graph, [pick(0), pick(1), pick(2), pick(3)], graph.binary("sub", inside, from));
  if (outside !== "extend") return held;
  const last = pieces.at(-1)!;
  const width = x.at(-1)! - x.at(-2)!;
  const zero = graph.number(0);
  const beyond = (slope: number, distance: NodeId): NodeId => graph.binary("mul", graph.number(slope), distance);
  const before = graph.binary("min", graph.binary("sub", at, graph.number(x[0]!)), zero);
  const after = graph.binary("max", graph.binary("sub", at, graph.number(x.at(-1)!)), zero);
  const slopes = [pieces[0]![1], last[1] + width * (2 * last[2] + 3 * last[3] * width)] as const;
  return graph.binary("add", held, graph.binary("add", beyond(slopes[0], before), beyond(slopes[1], after)));
}

function surface(graph: Graph, table: Table, [a, b]: readonly NodeId[]): NodeId {
  const { x, y } = table;
  const cells = x.slice(1).map((_, i) => y!.slice(1).map((_, j) => bilinear(table, i, j)));
  const pick = (k: number): NodeId => choice(graph, x, a!, (i) => choice(graph, y!, b!, (j) => graph.number(cells[i]![j]![k]!)));
  const dx = graph.binary(
    "sub",
    a!,
    choice(graph, x, a!, (i) => graph.number(x[i]!)),
  );
  const dy = graph.binary(
    "sub",
    b!,
    choice(graph, y!, b!, (j) => graph.number(y![j]!)),
  );
  return horner(graph, [horner(graph, [pick(0), pick(1)], dx), horner(graph, [pick(2), pick(3)], dx)], dy);
}
