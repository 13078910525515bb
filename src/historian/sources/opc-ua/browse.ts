/** Which nodes of a server have a history, and what the server says of them. */
import type { TagInfo } from "../../series.ts";
import { type BrowseResult, type DataValue, type NodeId, type Reference, type Session, ua } from "./package.ts";

/** A variable with a history. */
export interface HistoricalNode {
  readonly nodeId: string;
  readonly info: TagInfo;
}

/** Nodes asked about in one request; servers limit it, some to a hundred. */
const atOnce = 100;
const deepest = 32;

/**
 * Variables below a node whose history can be read.
 *
 * A tag is the path of browse names from `root` down, joined by "/", or the node id where two have one path. The nodes of namespace 0 that
 * describe the server itself are left out.
 *
 * @returns also how many have a history of arrays, which are no tags
 */
export async function historicalNodes(session: Session, root: string): Promise<{ nodes: HistoricalNode[]; arrays: readonly string[] }> {
  const found: { readonly path: string; readonly nodeId: NodeId }[] = [];
  const seen = new Set<string>([root, "i=2253", "i=2268"]);
  let level: { readonly path: string; readonly nodeId: string }[] = [{ path: "", nodeId: root }];
  for (let depth = 0; level.length > 0 && depth < deepest; depth++) {
    const next: typeof level = [];
    const children = await referencesOf(
      session,
      level.map(({ nodeId }) => nodeId),
      ua.reference.hierarchical,
      ua.nodeClass.object | ua.nodeClass.variable,
    );
    children.forEach((references, i) => {
      for (const { nodeId, nodeClass, browseName } of references) {
        const id = nodeId.toString();
        if (seen.has(id)) continue;
        seen.add(id);
        const above = level[i]!.path;
        const path = above === "" ? (browseName.name ?? id) : `${above}/${browseName.name ?? id}`;
        if (nodeClass === ua.nodeClass.variable) found.push({ path, nodeId });
        next.push({ path, nodeId: id });
      }
    });
    level = next;
  }
  return described(
    session,
    found.filter(({ nodeId }) => nodeId.namespace > 0).map(({ path, nodeId }) => ({ path, nodeId: nodeId.toString() })),
  );
}

/** Nodes that the caller names, with what the server says of them. */
export async function describedNodes(session: Session, nodes: Readonly<Record<string, string>>): Promise<HistoricalNode[]> {
  const listed = Object.entries(nodes).map(([path, nodeId]) => ({ path, nodeId }));
  return describe(session, listed);
}

async function described(
  session: Session,
  variables: readonly { readonly path: string; readonly nodeId: string }[],
): Promise<{ nodes: HistoricalNode[]; arrays: readonly string[] }> {
  const { attribute } = ua;
  const asked = [attribute.historizing, attribute.accessLevel, attribute.userAccessLevel, attribute.valueRank];
  const values = await valuesOf(
    session,
    variables.flatMap(({ nodeId }) => asked.map((attributeId) => ({ nodeId, attributeId }))),
  );
  const historical: { readonly path: string; readonly nodeId: string }[] = [];
  const arrays: string[] = [];
  variables.forEach((variable, i) => {
    const [historizing, access, own, rank] = [0, 1, 2, 3].map((k) => contentOf(values[asked.length * i + k]));
    const readable = ((typeof own === "number" ? own : Number(access)) & ua.historyRead) !== 0;
    if (historizing !== true && !readable) return;
    // −1: a scalar; −2 and −3: may be one.
    if (typeof rank === "number" && rank >= 0) arrays.push(variable.path);
    else historical.push(variable);
  });
  return { nodes: await describe(session, historical), arrays };
}

async function describe(
  session: Session,
  variables: readonly { readonly path: string; readonly nodeId: string }[],
): Promise<HistoricalNode[]> {
  const ids = variables.map(({ nodeId }) => nodeId);
  const own = await referencesOf(session, ids, ua.reference.hasProperty, ua.nodeClass.variable);
  const configurations = await referencesOf(session, ids, ua.reference.hasHistoricalConfiguration, ua.nodeClass.object);
  const settings = await referencesOf(
    session,
    configurations.map((references) => references[0]?.nodeId.toString() ?? "i=0"),
    ua.reference.hasProperty,
    ua.nodeClass.variable,
  );
  const wanted = variables.map((_, i) => [...own[i]!, ...(configurations[i]!.length > 0 ? settings[i]! : [])]);
  const contents = await valuesOf(session, [
    ...wanted.flat().map(({ nodeId }) => ({ nodeId: nodeId.toString(), attributeId: ua.attribute.value })),
    ...ids.map((nodeId) => ({ nodeId, attributeId: ua.attribute.description })),
  ]);
  const descriptions = contents.slice(contents.length - ids.length);
  const paths = new Map<string, number>();
  for (const { path } of variables) paths.set(path, (paths.get(path) ?? 0) + 1);
  let next = 0;
  return variables.map(({ path, nodeId }, i) => {
    const properties = new Map(wanted[i]!.map(({ browseName }) => [browseName.name ?? "", contentOf(contents[next++])]));
    const tag = paths.get(path) === 1 ? path : nodeId;
    return { nodeId, info: infoOf(tag, properties, textOf(contentOf(descriptions[i]))) };
  });
}

/**
 * What properties mean for a tag.
 *
 * @see OPC UA Part 8 (IEC 62541-8) §5.3 EURange, EngineeringUnits; Part 11 (IEC 62541-11) §5.2 HistoricalDataConfigurationType.
 */
function infoOf(tag: string, properties: ReadonlyMap<string, unknown>, description: string | undefined): TagInfo {
  const range = properties.get("EURange") as { readonly low?: unknown; readonly high?: unknown } | undefined;
  const [low, high] = [finite(range?.low), finite(range?.high)];
  const unit = textOf((properties.get("EngineeringUnits") as { readonly displayName?: unknown } | undefined)?.displayName);
  const span = low !== undefined && high !== undefined && low < high ? ([low, high] as const) : undefined;
  const longest = finite(properties.get("MaxTimeInterval"));
  const stepped = properties.get("Stepped");
  const optional = {
    unit,
    description,
    range: span,
    stepped: typeof stepped === "boolean" ? stepped : undefined,
    exception: exceptionOf(finite(properties.get("ExceptionDeviation")), finite(properties.get("ExceptionDeviationFormat")), span),
    maxInterval: longest !== undefined && longest > 0 ? longest / 1000 : undefined,
  };
  return { tag, ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)) };
}

/** In the unit of the tag, where the format says so: 0 absolute, 3 percent of the range. A percentage of the value is no constant. */
function exceptionOf(
  deviation: number | undefined,
  format: number | undefined,
  range: readonly [number, number] | undefined,
): number | undefined {
  if (deviation === undefined || !(deviation > 0)) return undefined;
  if (format === 0) return deviation;
  return format === 3 && range ? (deviation / 100) * (range[1] - range[0]) : undefined;
}

async function referencesOf(
  session: Session,
  nodes: readonly string[],
  referenceTypeId: string,
  nodeClassMask: number,
): Promise<Reference[][]> {
  const all: Reference[][] = [];
  for (let start = 0; start < nodes.length; start += atOnce) {
    const part = nodes.slice(start, start + atOnce);
    const results = await session.browse(
      part.map((nodeId) => ({
        nodeId,
        browseDirection: ua.browseForward,
        referenceTypeId,
        includeSubtypes: true,
        nodeClassMask,
        resultMask: 63,
      })),
    );
    for (const result of results) all.push(await wholeResult(session, result));
  }
  return all;
}

async function wholeResult(session: Session, first: BrowseResult): Promise<Reference[]> {
  const references = [...(first.references ?? [])];
  let point = first.continuationPoint;
  while (point && point.length > 0) {
    const [more] = await session.browseNext([point], false);
    references.push(...(more?.references ?? []));
    point = more?.continuationPoint;
  }
  return references;
}

async function valuesOf(session: Session, asked: readonly object[]): Promise<DataValue[]> {
  const values: DataValue[] = [];
  for (let start = 0; start < asked.length; start += atOnce) values.push(...(await session.read(asked.slice(start, start + atOnce))));
  return values;
}

function contentOf(data: DataValue | undefined): unknown {
  return data && data.statusCode.value >>> 30 === 0 ? data.value?.value : undefined;
}

function textOf(content: unknown): string | undefined {
  const text = typeof content === "object" && content !== null && "text" in content ? content.text : content;
  return typeof text === "string" && text !== "" ? text : undefined;
}

function finite(content: unknown): number | undefined {
  return typeof content === "number" && Number.isFinite(content) ? content : undefined;
}
