/**
 * Graph: expressions with everything equal shared, as plain data; derivatives forward and reverse, printing, evaluation, colouring.
 *
 * Takes an `Expression`, gives nodes of a `Graph`; `greybox/models` makes its systems with it, and it can be used on its own.
 */
export { colourColumns } from "../../core/index.ts";
export { build } from "./build.ts";
export { type Derivatives, derivatives } from "./derivative.ts";
export { evaluateExpression, evaluateNodes } from "./evaluate.ts";
export { type Graph, graph, type Node, type NodeId } from "./graph.ts";
export { nodeToLatex, printNode } from "./print.ts";
export { reverse } from "./reverse.ts";
export { type GraphSize, sizeOf } from "./size.ts";
