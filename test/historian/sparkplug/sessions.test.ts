/** What messages of edge nodes mean one after the other: births, gaps, deaths, doubles, and what is left out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { reason, severity, status } from "../../../src/core/index.ts";
import { pointBatch } from "../../../src/historian/live/batch.ts";
import { payloadDecoder } from "../../../src/historian/sources/sparkplug/decode.ts";
import { encodePayload, type Metric } from "../../../src/historian/sources/sparkplug/encode.ts";
import { sparkplugSessions } from "../../../src/historian/sources/sparkplug/sessions.ts";

const t0 = 1767225600;

/** A plant of one edge node with one device, and a host that listens to it. */
function listening(texts?: Readonly<Record<string, number>>) {
  const sessions = sparkplugSessions({ texts });
  const batch = pointBatch();
  let now = t0;
  let stamp = t0 * 1000;
  const send = (
    kind: string,
    seq: number | undefined,
    metrics: readonly Metric[],
    more: { retained?: boolean; at?: number; device?: string } = {},
  ) => {
    const topic = `spBv1.0/plant/${kind}/edge${kind.startsWith("D") ? `/${more.device ?? "dev"}` : ""}`;
    const timestamp = more.at ?? stamp++;
    const before = batch.count;
    sessions.receive(topic, encodePayload({ timestamp, seq, metrics }), now, batch, more.retained);
    return Array.from({ length: batch.count - before }, (_, k) => {
      const i = before + k;
      return {
        tag: sessions.tags[batch.tag[i]!]!.tag,
        time: batch.time[i]! - t0,
        value: batch.value[i]!,
        status: batch.status[i]!,
        reasons: batch.reasons[i]!,
      };
    });
  };
  const births = (bdSeq = 0) => [
    ...send("NBIRTH", 0, [
      { name: "bdSeq", type: "Int64", value: bdSeq },
      { name: "Node Control/Rebirth", type: "Boolean", value: false },
      { name: "level", alias: 1, timestamp: t0 * 1000, type: "Double", value: 1.5 },
    ]),
    ...send("DBIRTH", 1, [{ name: "T", alias: 2, timestamp: t0 * 1000, type: "Float", value: 20 }]),
  ];
  const point = (alias: number, value: number, seconds: number, more: Partial<Metric> = {}): Metric => ({
    alias,
    value,
    timestamp: (t0 + seconds) * 1000,
    ...more,
  });
  return {
    sessions,
    send,
    births,
    point,
    wait: (seconds: number) => (now += seconds),
    kinds: () => sessions.notices.findings().map(({ kind, count }) => [kind, count]),
  };
}

const good = { status: 0, reasons: 0 };

test("births name tags and give first values; data come by alias; what talks to the node itself is no tag", () => {
  const { sessions, send, births, point, kinds } = listening();
  assert.deepEqual(births(), [
    { tag: "plant/edge/level", time: 0, value: 1.5, ...good },
    { tag: "plant/edge/dev/T", time: 0, value: 20, ...good },
  ]);
  assert.deepEqual(send("NDATA", 2, [point(1, 1.75, 5)]), [{ tag: "plant/edge/level", time: 5, value: 1.75, ...good }]);
  assert.deepEqual(send("DDATA", 3, [point(2, 21, 6)]), [{ tag: "plant/edge/dev/T", time: 6, value: 21, ...good }]);
  assert.deepEqual(
    sessions.tags.map(({ tag }) => tag),
    ["plant/edge/level", "plant/edge/dev/T"],
  );
  assert.deepEqual([kinds(), sessions.takeCommands()], [[], []]);
});

test("sequence numbers run from 255 to 0", () => {
  const { send, births, point, kinds } = listening();
  births();
  for (let k = 2; k < 600; k++) assert.equal(send("NDATA", k & 255, [point(1, k, k)])[0]!.status, 0);
  assert.deepEqual(kinds(), []);
});

test("a lost message makes all values stale, asks for births, and what comes by alias until then is doubted", () => {
  const { sessions, send, births, point, wait, kinds } = listening();
  births();
  wait(10);
  const points = send("NDATA", 4, [point(1, 2, 9)]);
  assert.deepEqual(points, [
    { tag: "plant/edge/level", time: 10, value: 1.5, status: status.uncertainLastUsableValue, reasons: reason.groupStale },
    { tag: "plant/edge/dev/T", time: 10, value: 20, status: status.uncertainLastUsableValue, reasons: reason.groupStale },
    { tag: "plant/edge/level", time: 9, value: 2, status: status.uncertain, reasons: reason.identitySuspect },
  ]);
  assert.deepEqual(kinds(), [["sequence-gap", 2]]);
  const commands = sessions.takeCommands();
  assert.deepEqual(
    commands.map(({ topic }) => topic),
    ["spBv1.0/plant/NCMD/edge"],
  );
  const { decode, payload } = payloadDecoder();
  assert.ok(decode(commands[0]!.payload));
  assert.deepEqual([payload.name[0], payload.value[0]], ["Node Control/Rebirth", 1]);
  send("NDATA", 5, [point(1, 3, 10)]);
  assert.deepEqual(sessions.takeCommands(), [], "not asked again at once");
  births();
  assert.deepEqual(send("NDATA", 2, [point(1, 4, 20)]), [{ tag: "plant/edge/level", time: 20, value: 4, ...good }]);
});

test("values before any birth are left out and counted, and the birth is asked for", () => {
  const { sessions, send, point, kinds } = listening();
  assert.deepEqual(send("NDATA", 17, [point(1, 2, 0), point(2, 3, 0)]), []);
  assert.deepEqual(kinds(), [["no-birth", 2]]);
  assert.equal(sessions.takeCommands().length, 1);
});

test("the death of a node makes its values stale once; that of an earlier session does not", () => {
  const { send, births, wait } = listening();
  births(7);
  wait(60);
  assert.deepEqual(send("NDEATH", undefined, [{ name: "bdSeq", type: "Int64", value: 6 }]), []);
  const dead = send("NDEATH", undefined, [{ name: "bdSeq", type: "Int64", value: 7 }]);
  assert.deepEqual(
    dead.map(({ tag, time, value, status: code }) => [tag, time, value, code]),
    [
      ["plant/edge/level", 60, 1.5, status.uncertainLastUsableValue],
      ["plant/edge/dev/T", 60, 20, status.uncertainLastUsableValue],
    ],
  );
  assert.deepEqual(send("NDEATH", undefined, [{ name: "bdSeq", type: "Int64", value: 7 }]), []);
});

test("the death of a device makes its own values stale, and its aliases mean nothing any more", () => {
  const { send, births, point, wait, kinds } = listening();
  births();
  wait(5);
  assert.deepEqual(
    send("DDEATH", 2, []).map(({ tag, time }) => [tag, time]),
    [["plant/edge/dev/T", 5]],
  );
  assert.deepEqual(send("DDATA", 3, [point(2, 1, 6)]), []);
  assert.deepEqual(send("NDATA", 4, [point(1, 1, 6)]).length, 1);
  assert.deepEqual(kinds(), [["no-birth", 1]]);
});

test("a node that was born anew without a death has stale devices until their births", () => {
  const { send, births, wait } = listening();
  births(1);
  wait(30);
  const points = send("NBIRTH", 0, [
    { name: "bdSeq", type: "Int64", value: 2 },
    { name: "level", alias: 9, timestamp: (t0 + 30) * 1000, type: "Double", value: 3 },
  ]);
  assert.deepEqual(
    points.map(({ tag, value, status: code }) => [tag, value, severity(code)]),
    [
      ["plant/edge/level", 1.5, "uncertain"],
      ["plant/edge/dev/T", 20, "uncertain"],
      ["plant/edge/level", 3, "good"],
    ],
  );
});

test("a lost connection makes everything stale until it is born again", () => {
  const { sessions, births, send, point } = listening();
  births();
  const batch = pointBatch();
  sessions.lost(t0 + 100, batch);
  assert.deepEqual(
    Array.from(batch.time.subarray(0, batch.count), (t) => t - t0),
    [100, 100],
  );
  assert.equal(send("NDATA", 2, [point(1, 5, 101)])[0]!.reasons, reason.identitySuspect);
  assert.equal(sessions.takeCommands().length, 1);
});

test("a message that is delivered twice counts once", () => {
  const { send, births, point, kinds } = listening();
  births();
  const [first] = send("NDATA", 2, [point(1, 5, 1)], { at: 111 });
  assert.equal(first!.value, 5);
  assert.deepEqual(send("NDATA", 2, [point(1, 5, 1)], { at: 111 }), []);
  send("NDATA", 3, [point(1, 6, 2)], { at: 112 });
  assert.deepEqual(send("NDATA", 2, [point(1, 5, 1)], { at: 111 }), []);
  assert.equal(send("NDATA", 4, [point(1, 7, 3)], { at: 113 }).length, 1);
  assert.deepEqual(kinds(), [["repeated-message", 2]]);
});

test("what a broker kept is not taken for news", () => {
  const { sessions, send, kinds } = listening();
  const kept = send("NBIRTH", 0, [{ name: "level", alias: 1, type: "Double", value: 1 }], { retained: true });
  assert.deepEqual([kept, kinds()], [[], [["retained-message", 1]]]);
  assert.equal(sessions.takeCommands().length, 1);
});

test("quality, null, historical values, numbers that are none", () => {
  const { send, births, point } = listening();
  births();
  const quality = (value: number) => ({ properties: { Quality: { type: "Int32", value } as const } });
  const points = send("NDATA", 2, [
    point(1, 1, 1, quality(192)),
    point(1, 2, 2, quality(500)),
    point(1, 3, 3, quality(0)),
    point(1, 4, 4, quality(7)),
    { alias: 1, timestamp: (t0 + 5) * 1000, value: null },
    point(1, 6, 6, { historical: true }),
    point(1, Number.NaN, 7),
    point(1, Number.POSITIVE_INFINITY, 8),
    point(1, 9, 9, { status: status.uncertainSensorNotAccurate }),
  ]);
  assert.deepEqual(
    points.map(({ value, status: code, reasons }) => [value, code, reasons]),
    [
      [1, 0, 0],
      [2, status.uncertainLastUsableValue, reason.sourceUncertain],
      [3, status.bad, reason.sourceBad],
      [4, status.bad, reason.sourceBad],
      [0, status.badNoData, reason.notANumber | reason.sourceBad],
      [6, 0, reason.lateUpload],
      [0, status.badNoData, reason.notANumber | reason.sourceBad],
      [0, status.badNoData, reason.notANumber | reason.sourceBad],
      [9, status.uncertainSensorNotAccurate, reason.sourceUncertain],
    ],
  );
});

test("words are numbers only where it is said which; known states keep their meaning; others are Bad and counted", () => {
  const { send, kinds } = listening({ Open: 1, Closed: 0 });
  send("NBIRTH", 0, [{ name: "valve", alias: 1, type: "String", value: "Open" }]);
  const points = ["Closed", "I/O Timeout", "ajar"].flatMap((value, k) =>
    send("NDATA", k + 1, [{ alias: 1, value, timestamp: t0 * 1000 + k }]),
  );
  assert.deepEqual(
    points.map(({ value, status: code }) => [value, code]),
    [
      [0, 0],
      [0, status.badNoCommunication],
      [0, status.bad],
    ],
  );
  assert.deepEqual(kinds(), [["text", 2]]);
});

test("integers of all widths, switches and times", () => {
  const { send } = listening();
  const points = send("NBIRTH", 0, [
    { name: "i8", type: "Int8", value: -5 },
    { name: "u64", type: "UInt64", value: 2n ** 64n - 2048n },
    { name: "on", type: "Boolean", value: true },
    { name: "reported", type: "DateTime", value: t0 * 1000 + 250 },
  ]);
  assert.deepEqual(
    points.map(({ value }) => value),
    [-5, 2 ** 64 - 2048, 1, t0 + 0.25],
  );
});

test("two owners of one path are two tags; bytes that are no payload are counted; foreign topics are ignored", () => {
  const { sessions, send, kinds } = listening();
  send("NBIRTH", 0, [{ name: "a/b", type: "Double", value: 1 }]);
  send("DBIRTH", 1, [{ name: "b", type: "Double", value: 2 }], { device: "a" });
  assert.deepEqual(
    sessions.tags.map(({ tag }) => tag),
    ["plant/edge/a/b", "plant/edge/a/b (device a)"],
  );
  sessions.receive("spBv1.0/plant/NDATA/edge", Uint8Array.of(0x12, 0x7f), t0, pointBatch());
  sessions.receive("spBv1.0/STATE/host", Uint8Array.of(1), t0, pointBatch());
  sessions.receive("other/topic", Uint8Array.of(1), t0, pointBatch());
  assert.deepEqual(kinds(), [["unreadable-message", 1]]);
});
