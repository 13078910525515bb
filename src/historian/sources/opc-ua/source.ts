/** An OPC UA server with Historical Access as a source: archived points with their status codes, and news by subscription. */
import { GreyboxError, nearestNames } from "../../../core/index.ts";
import { type Duration, secondsOf } from "../../duration.ts";
import type { Finding, Source } from "../../source.ts";
import type { CellOptions } from "../cells.ts";
import { tabularSource } from "../tabular.ts";
import { describedNodes, type HistoricalNode, historicalNodes } from "./browse.ts";
import { connect, type OpcUaAccess } from "./connect.ts";
import { readHistory } from "./history.ts";
import { newsOf } from "./subscription.ts";

export interface OpcUaOptions extends OpcUaAccess, Pick<CellOptions, "tags" | "units" | "info" | "texts" | "sentinels"> {
  /** Node below which tags are looked for. */
  readonly root?: string | undefined;
  /** Tags with their node ids, such as `{ "TI101.PV": "ns=2;s=TI101" }`: nothing is looked for then. */
  readonly nodes?: Readonly<Record<string, string>> | undefined;
  /** Most values in one answer; servers may give fewer. */
  readonly pageSize?: number | undefined;
  /** How often the server tells a subscriber what is new. */
  readonly interval?: Duration | undefined;
  /** Values of one node that the server keeps for a subscriber between two sendings. */
  readonly queue?: number | undefined;
  /** Points a subscriber may be behind before the server is told to wait. */
  readonly behind?: number | undefined;
  /** Seconds since 1970 UTC. Default: the clock of this machine. */
  readonly clock?: (() => number) | undefined;
}

export const opcUaDefaults = { root: "i=85", pageSize: 10_000, interval: 0.5, queue: 1000, behind: 200_000 } as const;

/**
 * Connects to a server. What has a history is looked for at once.
 *
 * The connection is signed and encrypted unless `security` says otherwise, and a server whose certificate nobody has approved is refused:
 * the message says where its certificate lies and where to move it.
 *
 * @throws GreyboxError `historian/optional-package`, `historian/source-option`, `historian/server-failed`, `historian/security-unavailable`,
 *   `historian/certificate-untrusted`, `historian/certificate-invalid`, `historian/certificate-refused`, `historian/credentials`,
 *   `historian/login`
 *
 * @example
 * const connect = () => opcUaSource({ url: "opc.tcp://historian:4840", user: "reader", password: { env: "OPCUA_PASSWORD" } });
 */
export async function opcUaSource(options: OpcUaOptions): Promise<Source> {
  const pageSize = whole(options.url, "pageSize", options.pageSize ?? opcUaDefaults.pageSize);
  const settings = {
    interval: 1000 * secondsOf(options.interval ?? opcUaDefaults.interval, "interval"),
    queue: whole(options.url, "queue", options.queue ?? opcUaDefaults.queue),
    behind: whole(options.url, "behind", options.behind ?? opcUaDefaults.behind),
    texts: options.texts ?? {},
    clock: options.clock ?? ((): number => Date.now() / 1000),
  };
  const connection = await connect(options);
  const { name, session } = connection;
  let nodes: readonly HistoricalNode[];
  let arrays: readonly string[] = [];
  try {
    if (options.nodes) nodes = await describedNodes(session, options.nodes);
    else ({ nodes, arrays } = await historicalNodes(session, options.root ?? opcUaDefaults.root));
  } catch (error) {
    await connection.close();
    throw error;
  }
  const byTag = new Map(nodes.map((node) => [node.info.tag, node]));
  const overflows = new Map<string, number>();
  const source = tabularSource({
    name,
    options,
    tags: async () => nodes.map(({ info }) => info),
    rows: (tag, range) => readHistory(connection, byTag.get(tag)!.nodeId, range, pageSize),
    findings: () => [...arrayFindings(arrays), ...overflowFindings(overflows)],
    close: connection.close,
  });
  return {
    ...source,
    subscribe(tags) {
      const chosen = tags.length === 0 ? nodes : tags.map((tag) => byTag.get(tag) ?? missing(name, tag, [...byTag.keys()]));
      return newsOf(connection, chosen, { ...settings, onOverflow: (tag) => overflows.set(tag, (overflows.get(tag) ?? 0) + 1) });
    },
  };
}

function missing(source: string, tag: string, tags: readonly string[]): never {
  throw new GreyboxError("historian/tag-missing", { source, tag, nearest: nearestNames(tag, tags) });
}

function arrayFindings(arrays: readonly string[]): Finding[] {
  if (arrays.length === 0) return [];
  const samples = arrays.slice(0, 5);
  const message = `${arrays.length} nodes have a history of arrays, which are no tags. First: ${samples.join(", ")}.`;
  return [{ kind: "unsupported-type", count: arrays.length, rows: [], samples, message }];
}

function overflowFindings(overflows: ReadonlyMap<string, number>): Finding[] {
  return [...overflows].map(([tag, count]) => ({
    kind: "missed",
    tag,
    count,
    rows: [],
    samples: [],
    message: `${tag}: the server threw news away ${count} times, because it was told to wait for too long.`,
  }));
}

function whole(source: string, option: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new GreyboxError("historian/source-option", { source, option, value: String(value), expected: "a whole number from 1 on" });
}
