/**
 * Sessions of Sparkplug B edge nodes: messages in, points out.
 *
 * Nothing is guessed: a value whose birth was not heard is left out and its birth asked for; when a message was lost, a node died or the
 * connection broke, every value it stands for becomes stale, and what comes under an alias before the next birth is Uncertain.
 *
 * @see Eclipse Sparkplug 3.0.0, §5 "Sparkplug topics and message flow", §6.4 "Payloads".
 */
import { reason, status } from "../../../core/index.ts";
import { append, type PointBatch } from "../../live/batch.ts";
import type { TagInfo } from "../../series.ts";
import { meaningOf } from "../../status-codes.ts";
import { dataType, isReadable, typedValue, valueField } from "./data-types.ts";
import { metricFlag, payloadDecoder } from "./decode.ts";
import { bear, type EdgeNode, edgeNode, forgetDevice, judgeSequence } from "./edge-node.ts";
import { encodePayload } from "./encode.ts";
import { type KnownMetric, tagInfoOf } from "./metrics.ts";
import { type Notices, notices } from "./notices.ts";
import { reasonsOf, stale, statusOf } from "./quality.ts";
import { commandTopic, readTopic, type Topic } from "./topic.ts";

export interface SessionOptions {
  /** What words of text metrics mean as numbers. */
  readonly texts?: Readonly<Record<string, number>> | undefined;
  /** Called for every tag that a birth names first. */
  readonly onTag?: ((info: TagInfo) => void) | undefined;
}

/** Something to be published. */
export interface Command {
  readonly topic: string;
  readonly payload: Uint8Array;
}

export interface Sessions {
  /** All tags that were ever born; the places that batches refer to. */
  readonly tags: readonly TagInfo[];
  /**
   * Takes in a message and appends its points.
   *
   * @param now  seconds since 1970 UTC: when the message arrived
   * @param retained  the broker had kept it, so that nothing says how old it is
   */
  receive(topic: string, message: Uint8Array, now: number, into: PointBatch, retained?: boolean): void;
  /** The connection to the broker broke: everything is stale until it is born again. */
  lost(now: number, into: PointBatch): void;
  /** Asks an edge node for its births, at most once in ten seconds. */
  askForBirth(node: string, now: number): void;
  /** True while the births of an edge node hold. */
  isBorn(node: string): boolean;
  /** Commands that are to be published. They are handed out once. */
  takeCommands(): Command[];
  readonly notices: Notices;
}

/** Seconds before a birth is asked for again. */
const patience = 10;

/** Topics whose parts are remembered; more than that are another plant. */
const mostTopics = 20000;

export function sparkplugSessions({ texts = {}, onTag }: SessionOptions = {}): Sessions {
  const decoder = payloadDecoder();
  const { payload } = decoder;
  const tags: TagInfo[] = [];
  const places = new Map<string, number>();
  const nodes = new Map<string, EdgeNode>();
  const topics = new Map<string, Topic | undefined>();
  const commands: Command[] = [];
  const noted = notices();
  /** By place: the newest point, and whether it is told to be stale. */
  let newest = { time: new Float64Array(64), value: new Float64Array(64), isStale: new Uint8Array(64) };

  const nodeOf = (name: string): EdgeNode => {
    const node = nodes.get(name) ?? edgeNode(name);
    nodes.set(name, node);
    return node;
  };

  const topicOf = (text: string): Topic | undefined => {
    let topic = topics.get(text);
    if (topic === undefined) {
      topic = readTopic(text);
      if (topics.size >= mostTopics) topics.clear();
      topics.set(text, topic);
    }
    return topic;
  };

  const ask = (node: EdgeNode, now: number): void => {
    if (now - node.asked < patience) return;
    node.asked = now;
    const metrics = [{ name: "Node Control/Rebirth", type: "Boolean", value: true }] as const;
    commands.push({ topic: commandTopic(node.name), payload: encodePayload({ timestamp: Math.round(now * 1000), metrics }) });
  };

  const placeOf = (node: EdgeNode, device: string | undefined, name: string, at: number): number => {
    const info = tagInfoOf(
      device === undefined ? `${node.name}/${name}` : `${node.name}/${device}/${name}`,
      payload.type[at]!,
      payload.properties[at],
    );
    // A slash can be part of a name: the same tag of another owner is another tag.
    const owner = JSON.stringify([node.name, device, name]);
    let place = places.get(owner);
    if (place === undefined) {
      const taken = tags.some((known) => known.tag === info.tag);
      place = tags.push(taken ? { ...info, tag: `${info.tag} (${device === undefined ? "edge node" : `device ${device}`})` } : info) - 1;
      places.set(owner, place);
      if (place === newest.time.length) {
        const larger = { time: new Float64Array(2 * place), value: new Float64Array(2 * place), isStale: new Uint8Array(2 * place) };
        larger.time.set(newest.time);
        larger.value.set(newest.value);
        larger.isStale.set(newest.isStale);
        newest = larger;
      }
      newest.time[place] = Number.NEGATIVE_INFINITY;
      onTag?.(tags[place]!);
    } else tags[place] = { ...info, tag: tags[place]!.tag };
    return place;
  };

  /** Metrics of a birth become tags; those that say how to talk to the node do not. */
  const register = (node: EdgeNode, device: string | undefined): void => {
    const named = new Map<string, KnownMetric | null>();
    node.named.set(device ?? "", named);
    for (let i = 0; i < payload.count; i++) {
      const name = payload.name[i];
      if (name === undefined || (device === undefined && (name === "bdSeq" || name.startsWith("Node Control/")))) {
        if (payload.alias[i]! >= 0) node.aliases.set(payload.alias[i]!, null);
        if (name !== undefined) named.set(name, null);
        continue;
      }
      const type = payload.type[i]!;
      const readable = isReadable(type) && payload.field[i] !== valueField.other;
      if (!readable) noted.note("unsupported-type", `${node.name}/${name}`);
      const known: KnownMetric | null = readable ? { place: placeOf(node, device, name, i), type, device } : null;
      named.set(name, known);
      if (payload.alias[i]! >= 0) node.aliases.set(payload.alias[i]!, known);
    }
  };

  const takeStale = (known: KnownMetric, now: number, into: PointBatch): void => {
    const { place } = known;
    if (newest.isStale[place] === 1 || newest.time[place] === Number.NEGATIVE_INFINITY) return;
    newest.isStale[place] = 1;
    // After the last point, even where the clock of the node is ahead of ours.
    const time = now > newest.time[place]! ? now : newest.time[place]! + 0.001;
    newest.time[place] = time;
    append(into, place, time, newest.value[place]!, stale.status, stale.reasons);
  };

  const allStale = (node: EdgeNode, now: number, into: PointBatch, device?: string): void => {
    for (const [owner, metrics] of node.named) {
      if (device !== undefined && owner !== device) continue;
      for (const known of metrics.values()) if (known) takeStale(known, now, into);
    }
  };

  /** Number, status and reasons of a text. */
  const word = (text: string, place: number): { value: number; status: number; reasons: number } => {
    if (Object.hasOwn(texts, text)) return { value: texts[text]!, status: status.good, reasons: 0 };
    noted.note("text", `${tags[place]!.tag}: ${JSON.stringify(text)}`);
    const meant = meaningOf(text);
    return { value: 0, status: meant?.status ?? status.bad, reasons: meant?.reasons ?? reason.notANumber };
  };

  const takePoint = (known: KnownMetric, i: number, doubt: boolean, now: number, into: PointBatch): void => {
    const { place } = known;
    const field = payload.field[i]!;
    const flags = payload.flags[i]!;
    let stamp = payload.time[i]!;
    let reasons = 0;
    if (Number.isNaN(stamp)) stamp = payload.timestamp;
    if (Number.isNaN(stamp)) {
      stamp = now * 1000;
      reasons = reason.timeSuspect;
    }
    const quality = payload.quality[i]!;
    const sent = payload.code[i]!;
    let code: number = quality < 0 && sent < 0 ? status.good : statusOf(quality, sent);
    let value = 0;
    if (field === valueField.string) {
      const said = word(payload.text[i] ?? "", place);
      value = said.value;
      reasons |= said.reasons;
      if (said.status >>> 30 > code >>> 30) code = said.status;
    } else if (field !== valueField.none && field !== valueField.other && (flags & metricFlag.isNull) === 0) {
      const type = payload.type[i]! === 0 ? known.type : payload.type[i]!;
      value = typedValue(payload.value[i]!, field, type);
      if (type === dataType.DateTime) value /= 1000;
    } else value = Number.NaN;
    // Also for floats that are not numbers.
    if (!(value - value === 0)) {
      value = 0;
      reasons |= reason.notANumber;
      if (code >>> 30 < 2) code = status.badNoData;
    }
    if (code !== 0) reasons |= reasonsOf(code);
    if ((flags & metricFlag.historical) !== 0) reasons |= reason.lateUpload;
    if (doubt) {
      reasons |= reason.identitySuspect;
      if (code >>> 30 === 0) code = status.uncertain;
    }
    const time = stamp / 1000;
    if (time >= newest.time[place]!) {
      newest.time[place] = time;
      newest.value[place] = value;
      newest.isStale[place] = code >>> 30 >= 2 ? 1 : 0;
    }
    append(into, place, time, value, code, reasons);
  };

  const takePoints = (node: EdgeNode, device: string | undefined, now: number, into: PointBatch): void => {
    const named = node.named.get(device ?? "");
    let unknown = 0;
    for (let i = 0; i < payload.count; i++) {
      const alias = payload.alias[i]!;
      const name = payload.name[i];
      // Where there are both, the name says it and the alias may be out of date.
      const known = name !== undefined ? named?.get(name) : node.aliases.get(alias);
      if (known) takePoint(known, i, node.doubtful && name === undefined, now, into);
      else if (known === undefined) unknown++;
    }
    if (unknown > 0) {
      noted.note("no-birth", device === undefined ? node.name : `${node.name}/${device}`, unknown);
      ask(node, now);
    }
  };

  /** True where the message counts. */
  const inSequence = (node: EdgeNode, now: number, into: PointBatch): boolean => {
    const expected = node.expected;
    const verdict = judgeSequence(node, payload.seq, payload.timestamp);
    if (verdict === "repeated") {
      noted.note("repeated-message", node.name);
      return false;
    }
    if (verdict === "gap") {
      noted.note("sequence-gap", node.name, (payload.seq - expected) & 255);
      node.doubtful = true;
      allStale(node, now, into);
    }
    if (node.doubtful || !node.alive) ask(node, now);
    return true;
  };

  const bdSeq = (): number => {
    const place = payload.name.indexOf("bdSeq");
    return place < 0 ? -1 : payload.value[place]!;
  };

  const takeBirth = (node: EdgeNode, now: number, into: PointBatch): void => {
    const session = bdSeq();
    // Another session: devices of the one before are gone until they are born again.
    if (node.alive && session !== node.bdSeq) allStale(node, now, into);
    const asked = node.named;
    const devices = session === node.bdSeq ? new Map(asked) : new Map<string, Map<string, KnownMetric | null>>();
    bear(node, payload.seq, payload.timestamp, session);
    devices.delete("");
    // Kept only so that they can become stale; what they send counts after their own birth.
    for (const [device, metrics] of devices) node.named.set(device, metrics);
    node.asked = Number.NEGATIVE_INFINITY;
    register(node, undefined);
    takePoints(node, undefined, now, into);
  };

  const handlers: Record<Topic["kind"], (node: EdgeNode, device: string | undefined, now: number, into: PointBatch) => void> = {
    NBIRTH: (node, _, now, into) => takeBirth(node, now, into),
    DBIRTH(node, device, now, into) {
      if (!inSequence(node, now, into)) return;
      forgetDevice(node, device!);
      register(node, device);
      takePoints(node, device, now, into);
    },
    NDATA(node, device, now, into) {
      if (inSequence(node, now, into)) takePoints(node, device, now, into);
    },
    DDATA(node, device, now, into) {
      if (inSequence(node, now, into)) takePoints(node, device, now, into);
    },
    DDEATH(node, device, now, into) {
      if (!inSequence(node, now, into)) return;
      allStale(node, now, into, device);
      forgetDevice(node, device!);
    },
    NDEATH(node, _, now, into) {
      const session = bdSeq();
      // The will of an earlier session can come late: it says nothing about this one.
      if (!node.alive || (session >= 0 && node.bdSeq >= 0 && session !== node.bdSeq)) return;
      allStale(node, now, into);
      node.alive = false;
      node.expected = -1;
      node.aliases.clear();
      node.named.clear();
    },
    NCMD() {},
    DCMD() {},
  };

  return {
    tags,
    notices: noted,
    receive(text, message, now, into, retained = false) {
      const topic = topicOf(text);
      if (!topic || topic.kind === "NCMD" || topic.kind === "DCMD") return;
      const node = nodeOf(topic.node);
      if (retained) {
        noted.note("retained-message", text);
        ask(node, now);
        return;
      }
      if (!decoder.decode(message)) {
        noted.note("unreadable-message", text);
        return;
      }
      handlers[topic.kind](node, topic.device, now, into);
    },
    lost(now, into) {
      for (const node of nodes.values()) {
        allStale(node, now, into);
        node.doubtful = true;
      }
    },
    askForBirth: (name, now) => ask(nodeOf(name), now),
    isBorn(name) {
      const node = nodes.get(name);
      return node?.alive === true && !node.doubtful;
    },
    takeCommands: () => commands.splice(0),
  };
}
