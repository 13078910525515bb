/** The payload of Sparkplug B: bytes of another encoder, there and back, and bytes that are none. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { dataType, typedValue } from "../../../src/historian/sources/sparkplug/data-types.ts";
import { metricFlag, payloadDecoder } from "../../../src/historian/sources/sparkplug/decode.ts";
import { encodePayload, type Metric } from "../../../src/historian/sources/sparkplug/encode.ts";

/** Written by Eclipse Tahu's encoder for JavaScript (sparkplug-payload 1.0.3). */
const golden = [
  "08fbd0eab6b73312410a06412f54656d7010ac0218fdd0eab6b733200a4a220a075175616c6974790a07656e67556e69741205080318f4031207080c4203c2b04369",
  "0000000000203540120e0a0269381001200150fbffffff0f120f0a036931361002200250d4fdffff0f120f0a03693332100320035090ddfbff0f12140a0369363410",
  "04200458ffffffffffffffffff01120f0a0375363410052008588180808010120f0a037533321006200758ffffffff0f120c0a01661007200965cdcccc3d12090a01",
  "621008200b7001120f0a01731009200c7a066cc3a4756674120b0a016e100a200a280138011807",
].join("");

const decoded = (bytes: Uint8Array) => {
  const { decode, payload } = payloadDecoder();
  assert.ok(decode(bytes));
  return payload;
};

test("reads what another encoder wrote: every type, alias, time, quality and property", () => {
  const payload = decoded(Buffer.from(golden, "hex"));
  assert.deepEqual([payload.timestamp, payload.seq, payload.count], [1767225600123, 7, 11]);
  const { name, alias, type, field, value, text, quality, flags, time, properties } = payload;
  assert.deepEqual(name.slice(0, 11), ["A/Temp", "i8", "i16", "i32", "i64", "u64", "u32", "f", "b", "s", "n"]);
  assert.deepEqual(Array.from(alias.subarray(0, 11)), [300, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.deepEqual(
    Array.from({ length: 9 }, (_, i) => typedValue(value[i]!, field[i]!, type[i]!)),
    [21.125, -5, -300, -70000, -1, 4294967297, 4294967295, Math.fround(0.1), 1],
  );
  assert.equal(text[9], "läuft");
  assert.equal(flags[10], metricFlag.isNull | metricFlag.historical);
  assert.deepEqual([time[0], quality[0], quality[1]], [1767225600125, 500, -1]);
  assert.ok(Number.isNaN(time[1]));
  assert.equal(properties[0]!["engUnit"], "°C");
});

test("writes the same bytes as that encoder", () => {
  const bytes = encodePayload({
    timestamp: 1767225600123,
    seq: 7,
    metrics: [
      {
        name: "A/Temp",
        alias: 300,
        timestamp: 1767225600125,
        type: "Double",
        value: 21.125,
        properties: { Quality: { type: "Int32", value: 500 }, engUnit: { type: "String", value: "°C" } },
      },
      { name: "i8", alias: 1, type: "Int8", value: -5 },
      { name: "i16", alias: 2, type: "Int16", value: -300 },
      { name: "i32", alias: 3, type: "Int32", value: -70000 },
      { name: "i64", alias: 4, type: "Int64", value: -1n },
      { name: "u64", alias: 5, type: "UInt64", value: 4294967297 },
      { name: "u32", alias: 6, type: "UInt32", value: 4294967295 },
      { name: "f", alias: 7, type: "Float", value: 0.1 },
      { name: "b", alias: 8, type: "Boolean", value: true },
      { name: "s", alias: 9, type: "String", value: "läuft" },
      { name: "n", alias: 10, type: "Double", value: null, historical: true },
    ],
  });
  assert.equal(Buffer.from(bytes).toString("hex"), golden);
});

const metric: fc.Arbitrary<Metric> = fc.oneof(
  fc.record({ type: fc.constant("Double" as const), value: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
  fc.record({ type: fc.constant("Float" as const), value: fc.float({ noNaN: true, noDefaultInfinity: true }) }),
  fc.record({ type: fc.constant("Int8" as const), value: fc.integer({ min: -128, max: 127 }) }),
  fc.record({ type: fc.constant("Int16" as const), value: fc.integer({ min: -32768, max: 32767 }) }),
  fc.record({ type: fc.constant("Int32" as const), value: fc.integer() }),
  fc.record({ type: fc.constant("UInt32" as const), value: fc.nat(2 ** 31 - 1).map((n) => 2 * n + 1) }),
  fc.record({ type: fc.constant("Int64" as const), value: fc.maxSafeInteger() }),
  fc.record({ type: fc.constant("UInt64" as const), value: fc.maxSafeNat() }),
);

test("numbers go there and back, bit for bit, with alias, time and status", () => {
  const { decode, payload } = payloadDecoder();
  const described = fc.tuple(
    metric,
    fc.nat(),
    fc.integer({ min: -(2 ** 40), max: 2 ** 42 }),
    fc.option(fc.nat(0xffffffff), { nil: undefined }),
  );
  fc.assert(
    fc.property(fc.array(described, { maxLength: 100 }), fc.nat(255), (list, seq) => {
      const metrics = list.map(([one, alias, timestamp, status]): Metric => ({ ...one, alias, timestamp, status }));
      assert.ok(decode(encodePayload({ timestamp: 5, seq, metrics })));
      assert.deepEqual([payload.count, payload.seq], [metrics.length, seq]);
      metrics.forEach((one, i) => {
        assert.ok(Object.is(typedValue(payload.value[i]!, payload.field[i]!, dataType[one.type!]), one.value), `${one.type} ${one.value}`);
        assert.deepEqual([payload.alias[i], payload.time[i], payload.code[i]], [one.alias, one.timestamp, one.status ?? -1]);
      });
    }),
    { numRuns: 200, seed: 11 },
  );
});

test("bytes that are none, or are cut short, are said to be broken; nothing throws, hangs or invents numbers of metrics", () => {
  const { decode, payload } = payloadDecoder();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      decode(bytes);
      assert.ok(payload.count <= bytes.length);
    }),
    { numRuns: 2000, seed: 13 },
  );
  const whole = Buffer.from(golden, "hex");
  let broken = 0;
  for (let length = 0; length < whole.length; length++) if (!decode(whole.subarray(0, length))) broken++;
  // Between two fields a cut cannot be seen: before the first metric, after each, and between time stamp and sequence number.
  assert.equal(broken, whole.length - 13);
  const long = Uint8Array.of(0x12, 0xff, 0xff, 0xff, 0xff, 0x7f, 1);
  assert.equal(decode(long), false);
});
