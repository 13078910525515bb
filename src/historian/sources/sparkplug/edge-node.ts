/** What is known of one edge node between its birth and its death. */
import type { KnownMetric } from "./metrics.ts";

export interface EdgeNode {
  /** "group/edge node" */
  readonly name: string;
  alive: boolean;
  /** A message was lost: what aliases mean is in doubt until the next birth. */
  doubtful: boolean;
  /** Next sequence number; −1: unknown. */
  expected: number;
  /** Number of the session, the same in birth and death; −1: unknown. */
  bdSeq: number;
  /** Time stamps of the last 256 messages by sequence number: the same again is the same message. */
  readonly recent: Float64Array;
  /** By alias. Null: a metric that holds no value. */
  readonly aliases: Map<number, KnownMetric | null>;
  /** By device ("" for the node itself) and name. */
  readonly named: Map<string, Map<string, KnownMetric | null>>;
  /** When a birth was last asked for [s]. */
  asked: number;
}

export function edgeNode(name: string): EdgeNode {
  return {
    name,
    alive: false,
    doubtful: false,
    expected: -1,
    bdSeq: -1,
    recent: new Float64Array(256).fill(Number.NaN),
    aliases: new Map(),
    named: new Map(),
    asked: Number.NEGATIVE_INFINITY,
  };
}

export type SequenceVerdict = "next" | "gap" | "repeated";

/**
 * What a sequence number says, and takes it in. Numbers run from 0 to 255 and around.
 *
 * The same number with the same time stamp is a message that was delivered twice. Exactly 256 lost messages cannot be told from none.
 */
export function judgeSequence(node: EdgeNode, seq: number, timestamp: number): SequenceVerdict {
  if (seq < 0 || seq > 255) return "next";
  if (seq !== node.expected && node.recent[seq] === timestamp) return "repeated";
  const verdict = node.expected < 0 || seq === node.expected ? "next" : "gap";
  node.recent[seq] = timestamp;
  node.expected = (seq + 1) & 255;
  return verdict;
}

/** Starts over with a birth: what was agreed before is void. */
export function bear(node: EdgeNode, seq: number, timestamp: number, bdSeq: number): void {
  node.alive = true;
  node.doubtful = false;
  node.bdSeq = bdSeq;
  node.aliases.clear();
  node.named.clear();
  node.recent.fill(Number.NaN);
  node.expected = -1;
  if (seq >= 0 && seq <= 255) {
    node.recent[seq] = timestamp;
    node.expected = (seq + 1) & 255;
  }
}

/** Forgets a device; its aliases mean nothing from here on. */
export function forgetDevice(node: EdgeNode, device: string): void {
  node.named.delete(device);
  for (const [alias, metric] of node.aliases) if (metric?.device === device) node.aliases.delete(alias);
}
