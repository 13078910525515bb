/** Columns of a drawing: feedback is turned round, then every edge leads to a later column. */
import type { Edge } from "./layout.ts";

/**
 * Nodes in an order in which few edges lead backwards.
 *
 * @see P. Eades, X. Lin & W. F. Smyth, "A fast and effective heuristic for the feedback arc set problem", Inf. Process. Lett. 47 (1993)
 *   319–323, doi:10.1016/0020-0190(93)90079-O.
 */
export function orderWithLittleFeedback(nodes: number, edges: readonly Edge[]): readonly number[] {
  const out = new Int32Array(nodes);
  const into = new Int32Array(nodes);
  for (const { from, to } of edges) {
    out[from]!++;
    into[to]!++;
  }
  const left = new Set(Array.from({ length: nodes }, (_, i) => i));
  const [front, back]: [number[], number[]] = [[], []];
  const take = (node: number): void => {
    left.delete(node);
    for (const { from, to } of edges) {
      if (from === node) into[to]!--;
      if (to === node) out[from]!--;
    }
  };
  const first = (wanted: (node: number) => boolean): number | undefined => [...left].find(wanted);
  while (left.size > 0) {
    const source = first((node) => into[node] === 0);
    const sink = source === undefined ? first((node) => out[node] === 0) : undefined;
    const node = source ?? sink ?? [...left].reduce((best, one) => (out[one]! - into[one]! > out[best]! - into[best]! ? one : best));
    take(node);
    if (sink === undefined) front.push(node);
    else back.push(node);
  }
  return [...front, ...back.reverse()];
}

/**
 * The column of each node: as early as what it depends on allows; nodes that depend on nothing stand right before what needs them.
 *
 * @param edges  without circles
 */
export function columnsOf(order: readonly number[], edges: readonly Edge[]): Int32Array {
  const column = new Int32Array(order.length);
  const place = new Int32Array(order.length);
  for (const [i, node] of order.entries()) place[node] = i;
  for (const { from, to } of [...edges].sort((a, b) => place[a.from]! - place[b.from]!))
    column[to] = Math.max(column[to]!, column[from]! + 1);
  const dependent = new Set(edges.map(({ to }) => to));
  for (const node of order) {
    const needs = edges.filter(({ from }) => from === node).map(({ to }) => column[to]!);
    if (!dependent.has(node) && needs.length > 0) column[node] = Math.min(...needs) - 1;
  }
  return column;
}
