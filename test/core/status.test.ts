import assert from "node:assert/strict";
import { test } from "node:test";
import { reason, reasonsIn, severity, status, worse } from "../../src/core/index.ts";

test("the two top bits are the severity", () => {
  assert.equal(severity(status.good), "good");
  assert.equal(severity(status.goodLocalOverride), "good");
  assert.equal(severity(status.uncertainLastUsableValue), "uncertain");
  assert.equal(severity(status.badSensorFailure), "bad");
  assert.equal(severity(new Uint32Array([status.bad])[0]!), "bad");
});

test("the worse of two codes wins, the first where they tie", () => {
  assert.equal(worse(status.good, status.bad), status.bad);
  assert.equal(worse(status.badNoData, status.bad), status.badNoData);
  assert.equal(worse(status.uncertain, status.good), status.uncertain);
});

test("reasons are distinct bits and a mask names them", () => {
  const bits = Object.values(reason);
  assert.equal(new Set(bits).size, bits.length);
  assert.ok(bits.every((bit) => Math.log2(bit) % 1 === 0));
  assert.deepEqual(reasonsIn(reason.spike | reason.unverified), ["unverified", "spike"]);
  assert.deepEqual(reasonsIn(0), []);
});
