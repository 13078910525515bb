/**
 * One core of the Sparkplug bench: edge nodes in memory, their messages decoded, followed, checked, cleaned and cut into windows, as fast as
 * it goes, for some seconds. Prints one JSON line.
 *
 * `tsx bench/sparkplug-child.ts <seconds> <decode|points|windows> <history>`: how far along the chain, and how many seconds before a window its
 * cleaning looks back.
 */

import { type Broker, type BrokerListener, bind, encodePayload, sparkplugSource, type Windower, windower } from "greybox/historian";
import { defineModel } from "greybox/models";

const [seconds, stage] = [Number(process.argv[2] ?? 5), process.argv[3] ?? "windows"];
const history = Number(process.argv[4] ?? 60);
const [nodes, metrics, scan, length] = [20, 50, 0.1, 60];
const start = 1767225600;

/** Messages of one edge node, one for each sequence number; only their time stamps change. */
function messagesOf(node: number): { readonly bytes: Uint8Array; readonly places: readonly number[] }[] {
  // Every time stamp takes six bytes until the year 2109.
  const marker = [0xd5, 0xaa, 0xd5, 0xaa, 0xd5, 0x2a];
  const time = marker.reduce((sum, byte, i) => sum + (byte & 0x7f) * 128 ** i, 0);
  return Array.from({ length: 256 }, (_, seq) => {
    const bytes = encodePayload({
      timestamp: time,
      seq,
      metrics: Array.from({ length: metrics }, (_, k) => ({
        alias: k,
        timestamp: time,
        value: 300 + 5 * Math.sin((seq * Math.PI) / 128 + k) + 0.1 * Math.sin(7919 * (seq + 3 * k + node)),
      })),
    });
    const places: number[] = [];
    for (let i = 0; i + 6 <= bytes.length; i++) if (marker.every((byte, k) => bytes[i + k] === byte)) places.push(i);
    if (places.length !== metrics + 1) throw new Error("The time stamps of a message were not found.");
    return { bytes, places };
  });
}

function stamp(bytes: Uint8Array, places: readonly number[], milliseconds: number): void {
  const stamped = new Uint8Array(6);
  let rest = milliseconds;
  for (let k = 0; k < 6; k++) {
    stamped[k] = (rest % 128) | (k < 5 ? 128 : 0);
    rest = Math.floor(rest / 128);
  }
  for (const place of places) for (let k = 0; k < 6; k++) bytes[place + k] = stamped[k]!;
}

let listener: BrokerListener | undefined;
const broker: Broker = {
  name: "memory",
  async listen(_, given) {
    listener = given;
    given.connected();
  },
  publish() {},
  async close() {},
};
const names = Array.from({ length: metrics }, (_, k) => `x${k}`);
const asset = defineModel({
  name: "asset",
  time: "s",
  states: Object.fromEntries(names.map((name) => [name, { unit: "K", initial: 300 }])),
  derivatives: Object.fromEntries(names.map((name) => [name, `(300 K - ${name})/(60 s)`])),
});
const opening = sparkplugSource({ broker, settle: 0, keep: 10, behind: 500_000, clock: () => 5e9 });
const source = await opening;
const births = encodePayload({
  timestamp: start * 1000,
  seq: 255,
  metrics: names.map((name, alias) => ({ name, alias, type: "Double", value: 300, timestamp: start * 1000 - 1 })),
});
for (let node = 0; node < nodes; node++)
  await listener!.message({ topic: `spBv1.0/plant/NBIRTH/e${node}`, payload: births, retained: false });
await new Promise((resolve) => setImmediate(resolve));
const cutters = new Map<string, Windower>();
for (let node = 0; node < nodes; node++) {
  const binding = bind(asset, Object.fromEntries(names.map((name) => [name, { tag: `plant/e${node}/${name}`, unit: "K" }])));
  const cutter = windower(binding, { length, history, revisable: length, clock: () => 5e9 });
  for (const name of names) cutters.set(`plant/e${node}/${name}`, cutter);
}
const all = [...new Set(cutters.values())];

let [points, windows, measured, wrong] = [0, 0, 0, 0];
if (stage !== "decode") {
  void (async () => {
    let due = start + length;
    for await (const page of source.subscribe!([])) {
      points += page.time.length;
      if (stage !== "windows") continue;
      cutters.get(page.tag)!.add(page);
      if (page.time.at(-1)! < due || all.some(({ watermark }) => watermark < due)) continue;
      due += length;
      for (const cutter of all) {
        for (const { window, revision } of await cutter.due()) {
          windows++;
          if (revision > 0 || !window) wrong++;
          for (const name of names) measured += window?.measured[name]?.time.length ?? 0;
        }
      }
    }
  })();
}

const plant = Array.from({ length: nodes }, (_, node) => ({ topic: `spBv1.0/plant/NDATA/e${node}`, messages: messagesOf(node) }));
const memory: number[] = [];
let [sent, tick, next] = [0, 0, 0];
const began = performance.now();
const cpu = process.cpuUsage();
while (performance.now() - began < 1000 * seconds) {
  for (let inner = 0; inner < 100; inner++, tick++) {
    const milliseconds = Math.round(1000 * (start + scan * tick));
    for (const { topic, messages } of plant) {
      const { bytes, places } = messages[tick & 255]!;
      stamp(bytes, places, milliseconds);
      const room = listener!.message({ topic, payload: bytes, retained: false });
      sent += metrics;
      if (room) await room;
    }
  }
  await new Promise((resolve) => setImmediate(resolve));
  if (performance.now() - began > 1000 * next) {
    memory.push(Math.round(process.memoryUsage().rss / 2 ** 20));
    next++;
  }
}
await new Promise((resolve) => setTimeout(resolve, 100));
const elapsed = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(cpu);
console.log(
  JSON.stringify({
    stage,
    sent,
    points,
    windows,
    measured,
    wrong,
    elapsed,
    cpu: (user + system) / 1e6,
    memory,
    findings: source.findings(),
  }),
);
process.exit(0);
