/** Checks an asset tree and finds its nodes by path. */
import { readFile } from "node:fs/promises";
import { GreyboxError, nearestNames } from "../../core/index.ts";
import { type BoundTag, boundTag } from "../bind.ts";
import { momentOf } from "../duration.ts";
import { type AssetContext, type AssetDefinition, type AssetDocument, levels, type SheetEntry } from "./definition.ts";

/** One node with everything that is known of it, its parents' share included. Plain data. */
export interface Asset {
  /** Names from the root on, joined by slashes. */
  readonly path: string;
  readonly level: AssetDefinition["level"];
  readonly description: string | undefined;
  /** Of this node and of all its parts; those of parts as `part.variable`. */
  readonly variables: Readonly<Record<string, BoundVariable>>;
  /** Of this node and of its parents; the nearest wins. */
  readonly contexts: Readonly<Record<string, AssetContext>>;
  readonly sheet: Readonly<Record<string, SheetEntry>>;
  /** Of this node and of its parents. */
  readonly documents: readonly AssetDocument[];
  /** Paths of its parts. */
  readonly parts: readonly string[];
}

export interface BoundVariable {
  readonly bound: BoundTag;
  readonly description: string | undefined;
  readonly source: string | undefined;
}

export interface AssetTree {
  readonly root: string;
  /** By path, parents before their parts. */
  readonly nodes: ReadonlyMap<string, Asset>;
  /**
   * A node by its path, or by the end of it where that is unique.
   *
   * @throws GreyboxError `historian/asset-missing`
   */
  node(path: string): Asset;
}

/**
 * Makes a tree of assets.
 *
 * @throws GreyboxError `historian/asset` for what cannot be in one, `historian/bind-…` for variables that are declared wrongly
 *
 * @example
 * const tree = assetTree({ name: "North", level: "site", parts: [{ name: "R1", level: "unit", variables: { T: { tag: "TI101.PV", unit: "degC" } } }] });
 * tree.node("R1").path; // => "North/R1"
 */
export function assetTree(definition: AssetDefinition): AssetTree {
  const nodes = new Map<string, Asset>();
  add(definition, undefined, nodes);
  const root = definition.name;
  return {
    root,
    nodes,
    node(path) {
      const exact = nodes.get(path);
      if (exact) return exact;
      const ends = [...nodes.values()].filter((one) => one.path.endsWith(`/${path}`));
      const [only] = ends;
      if (only && ends.length === 1) return only;
      const nearest = ends.length > 1 ? ends.map((one) => one.path) : nearestNames(path, nodes.keys());
      throw new GreyboxError("historian/asset-missing", { root, path, nearest, several: ends.length > 1 });
    },
  };
}

/**
 * Reads a tree from a JSON file.
 *
 * @throws GreyboxError `historian/file-missing`, `historian/asset`
 */
export async function readAssets(path: string): Promise<AssetTree> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new GreyboxError("historian/file-missing", { path }, { cause });
  }
  let definition: unknown;
  try {
    definition = JSON.parse(text);
  } catch (cause) {
    throw new GreyboxError("historian/asset", { path, why: `it is no JSON: ${(cause as Error).message}` }, { cause });
  }
  // Every field is checked as the tree is built.
  return assetTree(definition as AssetDefinition);
}

const fields: Readonly<Record<keyof AssetDefinition, true>> = {
  name: true,
  level: true,
  description: true,
  variables: true,
  contexts: true,
  sheet: true,
  documents: true,
  parts: true,
};

function add(definition: AssetDefinition, parent: Asset | undefined, nodes: Map<string, Asset>): Asset {
  const { name, level, description, variables = {}, contexts = {}, sheet = {}, documents = [], parts = [] } = definition;
  const path = parent ? `${parent.path}/${name}` : String(name);
  const refuse = (why: string): never => {
    throw new GreyboxError("historian/asset", { path, why });
  };
  for (const key of Object.keys(definition))
    if (!Object.hasOwn(fields, key)) refuse(`"${key}" is no field of an asset: ${Object.keys(fields).join(", ")}`);
  if (typeof name !== "string" || name === "" || name.includes("/"))
    refuse(`its name is ${JSON.stringify(name)}; it is text without a slash`);
  if (!levels.includes(level)) refuse(`its level is ${JSON.stringify(level)}; levels are ${levels.join(", ")}`);
  if (parent && levels.indexOf(level) < levels.indexOf(parent.level))
    refuse(`a level of ${level} cannot lie within one of ${parent.level}`);
  if (nodes.has(path)) refuse("there are two of this name side by side");
  for (const [context, one] of Object.entries(contexts)) checkContext(context, one, refuse);
  const own: Record<string, BoundVariable> = {};
  for (const [variable, { description: about, source, ...entry }] of Object.entries(variables)) {
    if (variable.includes(".")) refuse(`the variable "${variable}" has a dot in its name, which stands between a part and its variable`);
    own[variable] = { bound: boundTag(variable, "measured", entry.unit, entry), description: about, source };
  }
  const node = {
    path,
    level,
    description,
    variables: own,
    contexts: { ...parent?.contexts, ...contexts },
    sheet,
    documents: [...documents, ...(parent?.documents ?? [])],
    parts: parts.map((part) => `${path}/${part.name}`),
  };
  nodes.set(path, node);
  for (const part of parts) {
    const { variables: below } = add(part, node, nodes);
    for (const [variable, one] of Object.entries(below)) own[`${part.name}.${variable}`] = one;
  }
  return node;
}

function checkContext(name: string, context: AssetContext, refuse: (why: string) => never): void {
  if ("events" in context) {
    for (const { value, from, to } of context.events) {
      const [start, end] = [momentOf(from, `${name}.from`), to === undefined ? Infinity : momentOf(to, `${name}.to`)];
      if (typeof value !== "string" || value === "") refuse(`context "${name}" has an event without a value`);
      if (!(end > start)) refuse(`the event "${value}" of context "${name}" ends before it begins`);
    }
  } else if (typeof context.tag !== "string" || typeof context.states !== "object" || Object.keys(context.states).length === 0)
    refuse(`context "${name}" needs \`events\`, or a \`tag\` with its \`states\``);
}
