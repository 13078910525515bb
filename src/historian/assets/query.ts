/** One question to all that is known of a unit: its variables within a window of time and a context, with laboratory, sheet and files. */
import { GreyboxError, nearestNames } from "../../core/index.ts";
import { spansOfState } from "../context/context.ts";
import { type Moment, momentOf } from "../duration.ts";
import type { Historian } from "../open.ts";
import { findPattern } from "../query/find-pattern.ts";
import { parsePattern } from "../query/parse.ts";
import { conditionsOf } from "../query/pattern.ts";
import { readBound } from "../read-bound.ts";
import { between, type Series } from "../series.ts";
import { intersection, type Span } from "../windows/spans.ts";
import type { AssetContext, AssetDocument, AssetEvent, SheetEntry } from "./definition.ts";
import type { Asset, AssetTree, BoundVariable } from "./tree.ts";

export interface AssetQuery {
  /** Path of a node, or the end of it where that is unique. */
  readonly unit: string;
  readonly from?: Moment | undefined;
  readonly to?: Moment | undefined;
  /** Values that each context must have: one of them. */
  readonly context?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** A pattern as `findPattern` takes it, in the names of the variables: `"T > 350 K"`. */
  readonly when?: string | undefined;
  /** Only these; default: all of the node and its parts. */
  readonly variables?: readonly string[] | undefined;
}

/** A stretch of time that the query asks for, with the value that each context has in it. */
export interface AssetStretch extends Span {
  /** By context; absent where it has no value there. */
  readonly context: Readonly<Record<string, string>>;
  /** What else is known of the events it lies in, by context. */
  readonly facts: Readonly<Record<string, Readonly<Record<string, string | number>>>>;
  /** Archived points within, in the unit of the variable. Laboratory results stand among them by the time of the sample. */
  readonly series: Readonly<Record<string, Series>>;
}

export interface AssetAnswer {
  readonly unit: string;
  /** By increasing time. */
  readonly stretches: readonly AssetStretch[];
  readonly variables: Readonly<
    Record<string, { readonly tag: string; readonly unit: string; readonly description: string | undefined; readonly lab: boolean }>
  >;
  readonly sheet: Readonly<Record<string, SheetEntry>>;
  readonly documents: readonly AssetDocument[];
}

/**
 * The variables of a unit in a window of time, wherever its context is as asked: "all of R1 in March, with grade A, in automatic".
 *
 * A stretch ends where a context changes, so that each has one value of each. Nothing is resampled; points are as archived, converted
 * to the unit of the variable.
 *
 * @param plant  the historian, or several by the names that the variables give as `source`
 * @throws GreyboxError `historian/asset-missing`, `historian/asset-query`, and those of reading and of `findPattern`
 *
 * @example
 * const tree = assetTree({ name: "R1", level: "unit", variables: { T: { tag: "TI101.PV", unit: "degC" } } });
 * const { stretches } = await queryAssets(tree, plant, { unit: "R1", when: "T > 60 degC" });
 */
export async function queryAssets(
  tree: AssetTree,
  plant: Historian | Readonly<Record<string, Historian>>,
  query: AssetQuery,
): Promise<AssetAnswer> {
  const node = tree.node(query.unit);
  const chosen = chosenVariables(node, query.variables);
  const window = {
    from: query.from === undefined ? -Infinity : momentOf(query.from, "from"),
    to: query.to === undefined ? Infinity : momentOf(query.to, "to"),
  };
  let spans: Span[] = [window];
  const told = new Map<string, readonly Valued[]>();
  for (const [name, context] of Object.entries(node.contexts)) told.set(name, await valuesOf(context, plant, node));
  for (const [name, wanted] of Object.entries(query.context ?? {})) {
    const valued = told.get(name) ?? refuse(node, "context", name, [...told.keys()]);
    const values = typeof wanted === "string" ? [wanted] : wanted;
    const known = new Set([...valued.map(({ value }) => value), ...Object.keys(statesOf(node.contexts[name]!))]);
    for (const value of values) if (!known.has(value)) refuse(node, `value of context "${name}"`, value, [...known]);
    spans = intersection(spans, merged(valued.filter(({ value }) => values.includes(value))));
  }
  if (query.when !== undefined) spans = intersection(spans, await matches(node, plant, query.when, window));
  // Cut wherever the value of some context changes.
  for (const valued of told.values()) spans = cut(spans, valued);

  const points = new Map<string, Series>();
  for (const [name, variable] of Object.entries(chosen)) points.set(name, await seriesOfVariable(name, variable, plant, node));
  return {
    unit: node.path,
    stretches: spans.map((span) => {
      const at = [...told].flatMap(([name, valued]) => {
        const one = valued.find(({ from, to }) => from <= span.from && span.to <= to);
        return one ? [[name, one] as const] : [];
      });
      return {
        ...span,
        context: Object.fromEntries(at.map(([name, { value }]) => [name, value])),
        facts: Object.fromEntries(at.flatMap(([name, { facts }]) => (facts ? [[name, facts]] : []))),
        series: Object.fromEntries([...points].map(([name, series]) => [name, between(series, span.from, span.to)])),
      };
    }),
    variables: Object.fromEntries(
      Object.entries(chosen).map(([name, { bound, description }]) => [
        name,
        { tag: bound.tag, unit: bound.unit, description, lab: bound.lab !== undefined },
      ]),
    ),
    sheet: node.sheet,
    documents: node.documents,
  };
}

interface Valued extends Span {
  readonly value: string;
  readonly facts?: AssetEvent["facts"];
}

function refuse(node: Asset, what: string, name: string, known: readonly string[]): never {
  throw new GreyboxError("historian/asset-query", { unit: node.path, what, name, nearest: nearestNames(name, known), known });
}

function chosenVariables(
  { path, variables, ...rest }: Asset,
  wanted: readonly string[] | undefined,
): Readonly<Record<string, BoundVariable>> {
  if (wanted === undefined) return variables;
  return Object.fromEntries(
    wanted.map((name) => [
      name,
      Object.hasOwn(variables, name) ? variables[name]! : refuse({ path, variables, ...rest }, "variable", name, Object.keys(variables)),
    ]),
  );
}

const statesOf = (context: AssetContext): Readonly<Record<string, number>> => ("states" in context ? context.states : {});

/** By increasing time. */
async function valuesOf(context: AssetContext, plant: Parameters<typeof queryAssets>[1], node: Asset): Promise<readonly Valued[]> {
  if ("events" in context) {
    return context.events
      .map(({ value, from, to, facts }) => ({
        value,
        from: momentOf(from, "from"),
        to: to === undefined ? Infinity : momentOf(to, "to"),
        ...(facts ? { facts } : {}),
      }))
      .sort((a, b) => a.from - b.from);
  }
  const names = new Map(Object.entries(context.states).map(([name, value]) => [value, name]));
  const states = spansOfState(await sourceOf(plant, context.source, node).read(context.tag));
  return states.flatMap(({ from, to, value }) => {
    const name = names.get(value);
    return name === undefined ? [] : [{ value: name, from, to }];
  });
}

function sourceOf(plant: Parameters<typeof queryAssets>[1], source: string | undefined, node: Asset): Historian {
  if (isHistorian(plant)) return plant;
  const names = Object.keys(plant);
  if (source === undefined && names.length === 1) return plant[names[0]!]!;
  if (source !== undefined && Object.hasOwn(plant, source)) return plant[source]!;
  return refuse(node, "source", source ?? "(none named)", names);
}

function isHistorian(plant: Parameters<typeof queryAssets>[1]): plant is Historian {
  return typeof plant["read"] === "function";
}

/** Spans joined where they touch or overlap. */
function merged(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const { from, to } of spans) {
    const last = joined.at(-1);
    if (last && from <= last.to) joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    else joined.push({ from, to });
  }
  return joined;
}

/** Spans cut where one of the valued ones begins or ends. */
function cut(spans: readonly Span[], valued: readonly Valued[]): Span[] {
  const edges = [...new Set(valued.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  return spans.flatMap((span) => {
    const inner = edges.filter((edge) => edge > span.from && edge < span.to);
    return [span.from, ...inner].map((from, i) => ({ from, to: inner[i] ?? span.to }));
  });
}

async function matches(node: Asset, plant: Parameters<typeof queryAssets>[1], when: string, window: Span): Promise<readonly Span[]> {
  const variables = Object.keys(node.variables);
  const named = conditionsOf(parsePattern(when)).map(({ name }) =>
    Object.hasOwn(node.variables, name) ? node.variables[name]! : refuse(node, "variable", name, variables),
  );
  const sources = new Set(named.map(({ source }) => sourceOf(plant, source, node)));
  const [only] = sources;
  if (!only || sources.size > 1) return refuse(node, "single source for the pattern", when, []);
  const tags = Object.entries(node.variables).map(([name, { bound }]) => ({ ...bound, name }));
  const found = await findPattern(only, when, {
    binding: { model: node.path, time: "s", tags, constants: {} },
    ...(Number.isFinite(window.from) ? { from: window.from } : {}),
    ...(Number.isFinite(window.to) ? { to: window.to } : {}),
  });
  return found.matches;
}

async function seriesOfVariable(
  name: string,
  { bound, source }: BoundVariable,
  plant: Parameters<typeof queryAssets>[1],
  node: Asset,
): Promise<Series> {
  const historian = sourceOf(plant, source, node);
  const { time, value, status, reasons } = await readBound(historian, bound);
  const info = historian.tags.find(({ tag }) => tag === bound.tag);
  return { tag: name, info: { ...info, tag: name, unit: bound.modelUnit }, time, value, status, reasons };
}
