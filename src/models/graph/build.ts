/** Equations as written become nodes of a graph. */
import { converted, isConversion } from "../language/convert.ts";
import type { Delay, Expression } from "../language/expression.ts";
import { printExpression } from "../language/print.ts";
import { type Graph, isTest, type NodeId } from "./graph.ts";
import { power } from "./power.ts";
import { tableNode } from "./table.ts";

/**
 * Adds an expression to a graph.
 *
 * A comparison that stands where a number is needed counts 1 or 0; a number that stands where a condition is needed holds unless it is 0.
 *
 * @param resolve  the node of a name: a symbol, or the quantity the name stands for
 * @param delayed  the node of a delayed expression; absent: what `resolve` gives for its text
 */
export function build(
  graph: Graph,
  expression: Expression,
  resolve: (name: string) => NodeId,
  delayed: (expression: Delay) => NodeId = (e) => resolve(printExpression(e)),
): NodeId {
  const node = (e: Expression): NodeId => {
    switch (e.op) {
      case "number":
        return graph.number(e.value);
      case "name":
        return resolve(e.name);
      case "neg":
        return graph.unary("neg", numeric(e.of));
      case "not":
        return graph.not(truth(e.of));
      case "and":
      case "or":
        return graph.test(e.op, truth(e.left), truth(e.right));
      case "lt":
      case "le":
      case "gt":
      case "ge":
      case "eq":
      case "ne":
        return graph.test(e.op, numeric(e.left), numeric(e.right));
      case "pow": {
        const [base, exponent] = [numeric(e.left), numeric(e.right)];
        const literal = graph.nodes[exponent]!;
        return literal.op === "number" ? power(graph, base, literal.value) : graph.binary("pow", base, exponent);
      }
      case "add":
      case "sub":
      case "mul":
      case "div":
        return graph.binary(e.op, numeric(e.left), numeric(e.right));
      case "if":
        return graph.select(truth(e.test), numeric(e.yes), numeric(e.no));
      case "lookup":
        return tableNode(graph, e.data!, e.of.map(numeric)); // Checked models have the data of their tables.
      case "delay":
        return delayed(e);
      case "call": {
        const [first, ...others] = e.of.map(numeric);
        if (isConversion(e.name)) return converted(e.name, [first!, ...others], graph);
        if (e.name === "min" || e.name === "max") {
          const { name } = e;
          return others.reduce((sofar, next) => graph.binary(name, sofar, next), first!);
        }
        return e.name === "atan2" ? graph.binary("atan2", first!, others[0]!) : graph.unary(e.name, first!);
      }
      default:
        return e satisfies never;
    }
  };
  const numeric = (e: Expression): NodeId => {
    const id = node(e);
    return isTest(graph.nodes[id]!) ? graph.select(id, graph.number(1), graph.number(0)) : id;
  };
  const truth = (e: Expression): NodeId => {
    const id = node(e);
    return isTest(graph.nodes[id]!) ? id : graph.test("ne", id, graph.number(0));
  };
  return numeric(expression);
}
