/** An edge node of tests: series as births and data of Sparkplug B, over a broker in memory. */
import type { Series, Source } from "../../../src/historian/index.ts";
import type { Broker, BrokerListener } from "../../../src/historian/sources/sparkplug/broker.ts";
import { encodePayload, type Metric } from "../../../src/historian/sources/sparkplug/encode.ts";
import { sparkplugSource } from "../../../src/historian/sources/sparkplug/source.ts";

export interface FakeBroker extends Broker {
  readonly sent: { readonly topic: string; readonly payload: Uint8Array }[];
  send(topic: string, payload: Uint8Array, retained?: boolean): Promise<void>;
  listener(): BrokerListener;
}

export function fakeBroker(onListen: (broker: FakeBroker) => Promise<void> = async () => {}): FakeBroker {
  let listener: BrokerListener | undefined;
  const broker: FakeBroker = {
    name: "mqtt://memory",
    sent: [],
    listener: () => listener!,
    async listen(_, given) {
      listener = given;
      given.connected();
      await onListen(broker);
    },
    publish: (topic, payload) => void broker.sent.push({ topic, payload }),
    close: async () => {},
    async send(topic, payload, retained = false) {
      await listener!.message({ topic, payload, retained });
    },
  };
  return broker;
}

const milliseconds = (seconds: number): number => Math.round(seconds * 1000);

export function metricOf(series: Series, i: number, alias: number, born: boolean): Metric {
  const { info } = series;
  const missing = (series.reasons[i]! & 2) !== 0;
  const properties = {
    ...(info.unit === undefined ? {} : { engUnit: { type: "String", value: info.unit } as const }),
    ...(info.range === undefined
      ? {}
      : { engLow: { type: "Double", value: info.range[0] } as const, engHigh: { type: "Double", value: info.range[1] } as const }),
    ...(info.stepped === undefined ? {} : { stepped: { type: "Boolean", value: info.stepped } as const }),
    ...(info.compression === undefined ? {} : { compression: { type: "Double", value: info.compression } as const }),
    ...(info.exception === undefined ? {} : { exception: { type: "Double", value: info.exception } as const }),
    ...(info.maxInterval === undefined ? {} : { maxInterval: { type: "Double", value: info.maxInterval } as const }),
  };
  return {
    alias,
    timestamp: milliseconds(series.time[i]!),
    value: missing ? null : series.value[i]!,
    status: series.status[i]!,
    ...(born ? { name: series.tag, type: "Double", properties } : {}),
  };
}

/** What an edge node sends of some series: births with the first points, then the others under their aliases. */
export function messagesOf(series: readonly Series[]): { readonly kind: string; readonly payload: Uint8Array }[] {
  let seq = 0;
  const births = series.map((one, k) => metricOf(one, 0, k, true));
  const messages = [
    { kind: "NBIRTH", payload: encodePayload({ timestamp: 1, seq, metrics: [{ name: "bdSeq", type: "Int64", value: 0 }, ...births] }) },
  ];
  for (const [k, one] of series.entries()) {
    for (let i = 1; i < one.time.length; i += 250) {
      const metrics = Array.from({ length: Math.min(250, one.time.length - i) }, (_, j) => metricOf(one, i + j, k, false));
      seq = (seq + 1) & 255;
      messages.push({ kind: "NDATA", payload: encodePayload({ timestamp: i, seq, metrics }) });
    }
  }
  return messages;
}

const encoded = new WeakMap<readonly Series[], ReturnType<typeof messagesOf>>();

/** Tags get the name of the edge node in front; conformance asks for them by their own. */
export async function sourceOfSeries(series: readonly Series[], group = "plant", edge = "edge"): Promise<Source> {
  const messages = encoded.get(series) ?? messagesOf(series);
  encoded.set(series, messages);
  const broker = fakeBroker(async (self) => {
    for (const { kind, payload } of messages) await self.send(`spBv1.0/${group}/${kind}/${edge}`, payload);
  });
  return renamed(await sparkplugSource({ broker, settle: 0, clock: () => 2e9 }), `${group}/${edge}/`);
}

/** The source with tags by their own names. */
export function renamed(source: Source, prefix: string): Source {
  const bare = (one: Series): Series => ({
    ...one,
    tag: one.tag.slice(prefix.length),
    info: { ...one.info, tag: one.tag.slice(prefix.length) },
  });
  return {
    ...source,
    browse: async () => (await source.browse()).map((info) => ({ ...info, tag: info.tag.slice(prefix.length) })),
    async *readRaw(tag, range) {
      try {
        for await (const page of source.readRaw(prefix + tag, range)) yield bare(page);
      } catch (error) {
        (error as Error).message = (error as Error).message.replaceAll(`"${prefix}`, '"');
        throw error;
      }
    },
  };
}
