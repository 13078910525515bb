/**
 * Edge nodes that speak MQTT Sparkplug B as a source: tags come with births, points as they are sent.
 *
 * There is no archive behind it. `readRaw` gives the newest points that came since the source was opened, up to a limit.
 */
import { GreyboxError, nearestNames } from "../../../core/index.ts";
import { pointBatch, takeSeries } from "../../live/batch.ts";
import { hub } from "../../live/hub.ts";
import { type Kept, kept } from "../../live/kept.ts";
import { pageSize } from "../../memory-source.ts";
import type { Series, TagInfo } from "../../series.ts";
import type { Source } from "../../source.ts";
import { type Broker, type BrokerOptions, mqttBroker } from "./broker.ts";
import { sparkplugSessions } from "./sessions.ts";

export interface SparkplugOptions extends Partial<BrokerOptions> {
  /** A connection of one's own instead of `url`. */
  readonly broker?: Broker | undefined;
  /** "group/edge node" of nodes that are known: their births are asked for at once. */
  readonly nodes?: readonly string[] | undefined;
  /** What is subscribed. Default: all of Sparkplug B. */
  readonly topics?: readonly string[] | undefined;
  /** What words of text metrics mean as numbers, such as `{ Open: 1, Closed: 0 }`. */
  readonly texts?: Readonly<Record<string, number>> | undefined;
  /** Points of each tag that are kept for `readRaw`. */
  readonly keep?: number | undefined;
  /** Points a reader of `subscribe` may be behind before the connection is asked to wait. */
  readonly behind?: number | undefined;
  /** How long to wait for births before the source is handed over [ms]; with `nodes` it ends as soon as all are born. */
  readonly settle?: number | undefined;
  /** Seconds since 1970 UTC. Default: the clock of this machine. */
  readonly clock?: (() => number) | undefined;
}

export const sparkplugDefaults = { topics: ["spBv1.0/#"], keep: 100_000, behind: 200_000, settle: 2000 } as const;

/** Points that make a page go out before the connection is idle. */
const fullPage = 16384;

/**
 * Connects to a broker and follows its edge nodes.
 *
 * @throws GreyboxError `historian/optional-package`, `historian/source-option`, `historian/credentials`, `historian/login`,
 *   `historian/server-failed`
 *
 * @example
 * const connect = () => sparkplugSource({ url: "mqtts://broker.plant:8883", user: "greybox", password: { env: "MQTT_PASSWORD" } });
 */
export async function sparkplugSource(options: SparkplugOptions): Promise<Source> {
  const { topics = sparkplugDefaults.topics, nodes = [], settle = sparkplugDefaults.settle, clock = () => Date.now() / 1000 } = options;
  const limit = positive("keep", options.keep ?? sparkplugDefaults.keep);
  const news = hub(positive("behind", options.behind ?? sparkplugDefaults.behind));
  const broker = options.broker ?? (await mqttBroker({ ...options, url: required(options.url) }));
  const store = new Map<string, { readonly points: Kept; readonly place: number }>();
  const batch = pointBatch();
  let scheduled = false;
  let closing: Promise<void> | undefined;
  const sessions = sparkplugSessions({
    texts: options.texts,
    onTag: ({ tag }) => store.set(tag, { points: kept(limit), place: store.size }),
  });

  const flush = (): void => {
    scheduled = false;
    const pages = takeSeries(batch, sessions.tags);
    for (const one of pages) {
      const lost = store.get(one.tag)!.points.add(one);
      if (lost > 0) sessions.notices.note("forgotten", one.tag, lost);
    }
    news.publish(pages);
  };
  const schedule = (): void => {
    for (const { topic, payload } of sessions.takeCommands()) broker.publish(topic, payload);
    if (batch.count >= fullPage) flush();
    else if (!scheduled && batch.count > 0) {
      scheduled = true;
      setImmediate(flush);
    }
  };
  await broker.listen(topics, {
    message({ topic, payload, retained }) {
      sessions.receive(topic, payload, clock(), batch, retained);
      schedule();
      return news.room();
    },
    connected() {
      for (const node of nodes) sessions.askForBirth(node, clock());
      schedule();
    },
    lost() {
      sessions.lost(clock(), batch);
      schedule();
    },
  });
  await births(settle, () => nodes.length > 0 && nodes.every((node) => sessions.isBorn(node)));
  flush();

  const close = (): Promise<void> => {
    closing ??= broker.close().then(() => {
      flush();
      news.close();
    });
    return closing;
  };
  return {
    name: broker.name,
    calendar: true,
    browse: async () => [...sessions.tags],
    async *readRaw(tag, range = {}) {
      const known = store.get(tag);
      if (!known) throw missing(broker.name, tag, sessions.tags);
      const whole = known.points.series(sessions.tags[known.place]!, range.from, range.to);
      for (let start = 0; start < Math.max(1, whole.time.length); start += pageSize) yield part(whole, start, start + pageSize);
    },
    subscribe(tags) {
      for (const tag of tags) if (!store.has(tag)) throw missing(broker.name, tag, sessions.tags);
      return news.subscribe(tags);
    },
    findings: () => sessions.notices.findings(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function part(series: Series, from: number, to: number): Series {
  const { time, value, status, reasons } = series;
  return {
    ...series,
    time: time.subarray(from, to),
    value: value.subarray(from, to),
    status: status.subarray(from, to),
    reasons: reasons.subarray(from, to),
  };
}

function missing(source: string, tag: string, tags: readonly TagInfo[]): GreyboxError {
  const nearest = nearestNames(
    tag,
    tags.map((info) => info.tag),
  );
  return new GreyboxError("historian/tag-missing", { source, tag, nearest });
}

/** Waits until all are born, or for the time given. */
async function births(settle: number, born: () => boolean): Promise<void> {
  const step = 20;
  for (let waited = 0; waited < settle && !born(); waited += step) await new Promise((resolve) => setTimeout(resolve, step));
}

function positive(option: string, value: number): number {
  if (value >= 1 && Number.isInteger(value)) return value;
  throw new GreyboxError("historian/source-option", {
    source: "sparkplug",
    option,
    value: String(value),
    expected: "a whole number from 1 on",
  });
}

function required(url: string | undefined): string {
  if (url !== undefined) return url;
  throw new GreyboxError("historian/source-option", {
    source: "sparkplug",
    option: "url",
    value: "absent",
    expected: 'where the broker is, such as "mqtts://broker.plant:8883"',
  });
}
