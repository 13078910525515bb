/** Sparkplug B over a real broker: Mosquitto, started here on a free port. Edge nodes are clients of their own that answer to rebirth. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { connectAsync, type MqttClient } from "mqtt";
import { reason, status } from "../../../src/core/index.ts";
import {
  encodePayload,
  type Metric,
  openHistorian,
  type Series,
  type Source,
  type SparkplugOptions,
  sparkplugSource,
} from "../../../src/historian/index.ts";
import { payloadDecoder } from "../../../src/historian/sources/sparkplug/decode.ts";
import { failsWith } from "../../historian/scratch.ts";
import { conformanceSeries, sourceConformance } from "../../historian/source-conformance.ts";
import { messagesOf, renamed } from "../../historian/sparkplug/edge.ts";

const found = ["mosquitto", "/usr/sbin/mosquitto"].find((name) => spawnSync(name, ["-h"]).error === undefined);
const skip = found ? false : "Mosquitto is not installed: apt-get install mosquitto";
if (skip) console.log(`# skipped: ${skip}`);

const folder = mkdtempSync(join(tmpdir(), "greybox-mqtt-"));
after(() => rmSync(folder, { recursive: true, force: true }));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startBroker(port: number): Promise<ChildProcess> {
  const [passwords, config] = [join(folder, "passwords"), join(folder, `${port}.conf`)];
  writeFileSync(passwords, "reader:secret\n", { mode: 0o600 });
  spawnSync(found === "mosquitto" ? "mosquitto_passwd" : "/usr/bin/mosquitto_passwd", ["-U", passwords]);
  writeFileSync(
    config,
    `listener ${port} 127.0.0.1\nallow_anonymous false\npassword_file ${passwords}\nmax_queued_messages 0\nuser root\n`,
  );
  const broker = spawn(found!, ["-c", config], { stdio: "ignore" });
  for (let tries = 0; tries < 100; tries++) {
    try {
      await (await connectAsync(`mqtt://127.0.0.1:${port}`, login)).endAsync(true);
      return broker;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error("Mosquitto does not start.");
}

const login = { username: "reader", password: "secret", connectTimeout: 2000, reconnectPeriod: 0 } as const;
const port = found ? await freePort() : 0;
const broker = found ? await startBroker(port) : undefined;
after(() => broker?.kill("SIGKILL"));
const url = `mqtt://127.0.0.1:${port}`;
const open = (options: SparkplugOptions = {}) => sparkplugSource({ url, user: "reader", password: "secret", settle: 0, ...options });

/** An edge node: publishes what it is given, and its births whenever it is asked. */
async function edgeNode(edge: string, births: () => readonly { readonly kind: string; readonly payload: Uint8Array }[]) {
  const client: MqttClient = await connectAsync(url, {
    ...login,
    will: {
      topic: `spBv1.0/plant/NDEATH/${edge}`,
      payload: Buffer.from(encodePayload({ metrics: [{ name: "bdSeq", type: "Int64", value: 0 }] })),
      qos: 1,
      retain: false,
    },
  });
  const { decode, payload } = payloadDecoder();
  let asked = 0;
  const send = async (kind: string, bytes: Uint8Array) =>
    void (await client.publishAsync(`spBv1.0/plant/${kind}/${edge}`, Buffer.from(bytes), { qos: 0 }));
  client.on("message", (_, bytes) => {
    if (!decode(bytes) || payload.name[0] !== "Node Control/Rebirth") return;
    asked++;
    void (async () => {
      for (const { kind, payload: one } of births()) await send(kind, one);
    })();
  });
  await client.subscribeAsync(`spBv1.0/plant/NCMD/${edge}`, { qos: 1 });
  return { client, send, asked: () => asked };
}

let shared: Promise<Source> | undefined;
/** Everything of the suite goes over the broker once. */
async function lasting(): Promise<Source> {
  shared ??= (async () => {
    const messages = messagesOf(conformanceSeries);
    const edge = await edgeNode("edge", () => messages.slice(0, 1));
    const source = await open({ topics: ["spBv1.0/plant/+/edge"], nodes: ["plant/edge"], settle: 5000, keep: 100_000 });
    for (const { kind, payload } of messages.slice(1)) await edge.send(kind, payload);
    const expected = conformanceSeries.reduce((sum, { time }) => sum + time.length, 0);
    for (let count = 0; count < expected; ) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      count = 0;
      for (const { tag } of await source.browse()) for await (const page of source.readRaw(tag)) count += page.time.length;
    }
    return renamed(source, "plant/edge/");
  })();
  return { ...(await shared), close: async () => {}, [Symbol.asyncDispose]: async () => {} };
}
after(async () => (await shared)?.close());

sourceConformance("sparkplug over mosquitto", { make: lasting, metadata: true, arrival: true, skip });

const level = (seq: number, value: number, more: Partial<Metric> = {}) =>
  encodePayload({ timestamp: 1767225600000 + seq, seq, metrics: [{ alias: 1, value, timestamp: 1767225600000 + 1000 * value, ...more }] });
const birth = (value: number) =>
  encodePayload({
    timestamp: 1767225600000,
    seq: 0,
    metrics: [
      { name: "bdSeq", type: "Int64", value: 0 },
      { name: "level", alias: 1, type: "Double", value, timestamp: 1767225600000 + 1000 * value },
    ],
  });

test("a lost message is noticed, births are asked for and given, values before are told to be stale", { skip }, async () => {
  let value = 1;
  const edge = await edgeNode("gap", () => [{ kind: "NBIRTH", payload: birth(value) }]);
  await using source = await open({ nodes: ["plant/gap"], settle: 5000 });
  const points: [number, number, number][] = [];
  const reading = (async () => {
    for await (const page of source.subscribe!(["plant/gap/level"])) {
      for (const [i, v] of page.value.entries()) points.push([v, page.status[i]!, page.reasons[i]!]);
      if (points.at(-1)?.[0] === 9) return;
    }
  })();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await edge.send("NDATA", level(1, 2));
  value = 5;
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(edge.asked(), 1);
  await edge.send("NDATA", level(3, 4));
  while (edge.asked() < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await edge.send("NDATA", level(1, 9));
  await reading;
  assert.deepEqual(points, [
    [2, 0, 0],
    [2, status.uncertainLastUsableValue, reason.groupStale],
    [4, status.uncertain, reason.identitySuspect],
    [5, 0, 0],
    [9, 0, 0],
  ]);
  assert.deepEqual(
    source.findings().map(({ kind, count }) => [kind, count]),
    [["sequence-gap", 1]],
  );
  await edge.client.endAsync(true);
});

test("when an edge node dies without a farewell, the broker says so and its values are stale", { skip }, async () => {
  const edge = await edgeNode("mortal", () => [{ kind: "NBIRTH", payload: birth(1) }]);
  await using source = await open({ nodes: ["plant/mortal"], settle: 5000 });
  setTimeout(() => edge.client.stream.destroy(), 50);
  for await (const page of source.subscribe!(["plant/mortal/level"])) {
    assert.deepEqual([page.value[0], page.status[0], page.reasons[0]], [1, status.uncertainLastUsableValue, reason.groupStale]);
    break;
  }
});

test("a slow reader is waited for: nothing is lost of ten times what it may be behind", { skip }, async () => {
  const edge = await edgeNode("fast", () => [{ kind: "NBIRTH", payload: birth(0) }]);
  await using source = await open({ nodes: ["plant/fast"], settle: 5000, behind: 2000, keep: 10 });
  const values: number[] = [];
  const reading = (async () => {
    for await (const page of source.subscribe!([])) {
      values.push(...page.value);
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (values.length >= 20_000) return;
    }
  })();
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (let k = 0; k < 200; k++) {
    const metrics = Array.from(
      { length: 100 },
      (_, i): Metric => ({ alias: 1, value: 100 * k + i, timestamp: 1767225600000 + 100 * k + i }),
    );
    await edge.send("NDATA", encodePayload({ timestamp: k, seq: (k + 1) & 255, metrics }));
  }
  await reading;
  assert.deepEqual(
    values,
    Array.from({ length: 20_000 }, (_, i) => i),
  );
  assert.ok(source.findings().every(({ kind }) => kind === "forgotten"));
  await edge.client.endAsync(true);
});

test("a wrong password is refused without naming it; a broker that is not there is a failure with its address", { skip }, async () => {
  await assert.rejects(
    open({ password: "guess" }),
    (error: Error) => !error.message.includes("guess") && failsWith("historian/login", `127.0.0.1:${port}`)(error),
  );
  await assert.rejects(
    open({ url: "mqtt://127.0.0.1:9", connectTimeout: 500 }),
    failsWith("historian/server-failed", "mqtt://127.0.0.1:9"),
  );
  await assert.rejects(open({ password: { env: "GREYBOX_NOT_SET" } }), failsWith("historian/credentials", "GREYBOX_NOT_SET"));
});

test("when the broker goes, values are stale; when it comes back, they are asked for", { skip }, async () => {
  const own = await freePort();
  let ownBroker = await startBroker(own);
  const source = await open({ url: `mqtt://127.0.0.1:${own}`, settle: 0 });
  const sender = await connectAsync(`mqtt://127.0.0.1:${own}`, login);
  const pages: Series[] = [];
  const reading = (async () => {
    for await (const page of source.subscribe!([])) {
      pages.push(page);
      if (page.value[0] === 7) return;
    }
  })();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await sender.publishAsync("spBv1.0/plant/NBIRTH/edge", Buffer.from(birth(3)));
  while (pages.length < 1) await new Promise((resolve) => setTimeout(resolve, 10));
  ownBroker.kill("SIGKILL");
  while (pages.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  ownBroker = await startBroker(own);
  const again = await connectAsync(`mqtt://127.0.0.1:${own}`, login);
  for (let tries = 0; tries < 100 && pages.length < 3; tries++) {
    await again.publishAsync("spBv1.0/plant/NBIRTH/edge", Buffer.from(birth(7)));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await reading;
  assert.deepEqual(
    pages.slice(0, 3).map(({ value, status: codes }) => [value[0], codes[0]]),
    [
      [3, 0],
      [3, status.uncertainLastUsableValue],
      [7, 0],
    ],
  );
  await again.endAsync(true);
  sender.end(true);
  await source.close();
  ownBroker.kill("SIGKILL");
});

test("what came can be read back like an archive", { skip }, async () => {
  const edge = await edgeNode("kept", () => [{ kind: "NBIRTH", payload: birth(1) }]);
  const plant = await openHistorian(await open({ nodes: ["plant/kept"], settle: 5000 }));
  assert.deepEqual(Array.from((await plant.read("plant/kept/level")).value), [1]);
  await plant.close();
  await edge.client.endAsync(true);
});
