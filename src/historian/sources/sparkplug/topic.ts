/** Topics of Sparkplug B: `spBv1.0/group/message type/edge node[/device]`. */

export type MessageKind = "NBIRTH" | "NDATA" | "NDEATH" | "NCMD" | "DBIRTH" | "DDATA" | "DDEATH" | "DCMD";

export interface Topic {
  readonly kind: MessageKind;
  /** "group/edge node": what a session belongs to. */
  readonly node: string;
  /** Undefined for messages of the edge node itself. */
  readonly device: string | undefined;
}

const kinds: ReadonlySet<string> = new Set(["NBIRTH", "NDATA", "NDEATH", "NCMD", "DBIRTH", "DDATA", "DDEATH", "DCMD"]);

/** Undefined for topics of something else, among them `STATE` of host applications. */
export function readTopic(topic: string): Topic | undefined {
  const [space, group, kind, edge, device, ...rest] = topic.split("/");
  if (space !== "spBv1.0" || !group || !kind || !edge || rest.length > 0 || !kinds.has(kind)) return undefined;
  const ofDevice = kind.startsWith("D");
  if (ofDevice !== (device !== undefined) || device === "") return undefined;
  return { kind: kind as MessageKind, node: `${group}/${edge}`, device };
}

/** Where commands to an edge node go. */
export function commandTopic(node: string): string {
  const slash = node.indexOf("/");
  return `spBv1.0/${node.slice(0, slash)}/NCMD/${node.slice(slash + 1)}`;
}
