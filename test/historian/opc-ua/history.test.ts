/** Reading history page by page from a server that is hard to deal with: a session in memory in place of a real one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rows } from "../../../src/historian/sources/cells.ts";
import type { Connection } from "../../../src/historian/sources/opc-ua/connect.ts";
import { readHistory } from "../../../src/historian/sources/opc-ua/history.ts";
import { readingOf } from "../../../src/historian/sources/opc-ua/points.ts";
import { failsWith } from "../scratch.ts";

const start = Date.UTC(2026, 0, 1);
/** Two values a millisecond, so that a page can end between values of one time. */
const archive = Array.from({ length: 1000 }, (_, i) => ({
  value: { dataType: 11, value: i },
  statusCode: { value: 0 },
  sourceTimestamp: new Date(start + Math.floor(i / 2)),
}));
const code = (name: string, value: number) => ({ value, toString: () => name });
const good = code("Good", 0);

interface Request {
  readonly historyReadDetails: { readonly startTime: Date; readonly endTime: Date; readonly numValuesPerNode: number };
  readonly releaseContinuationPoints: boolean;
  readonly nodesToRead: readonly [{ readonly continuationPoint?: Uint8Array }];
}

/** @param forgets  true where the server loses its place at that call */
function connection(forgets: (call: number) => boolean, answer?: (request: Request) => object) {
  const released: Uint8Array[] = [];
  let calls = 0;
  const session = {
    async historyRead(request: Request) {
      const [{ continuationPoint }] = request.nodesToRead;
      if (request.releaseContinuationPoints) {
        released.push(continuationPoint!);
        return { results: [] };
      }
      if (answer) return { results: [answer(request)] };
      if (forgets(calls++) && continuationPoint) return { results: [{ statusCode: code("BadContinuationPointInvalid", 0x804a0000) }] };
      const { startTime, endTime, numValuesPerNode } = request.historyReadDetails;
      const inside = archive.filter(({ sourceTimestamp: t }) => t >= startTime && t <= endTime);
      const from = continuationPoint ? new DataView(continuationPoint.buffer).getUint32(0) : 0;
      const place = new Uint8Array(4);
      new DataView(place.buffer).setUint32(0, from + numValuesPerNode);
      return {
        results: [
          {
            statusCode: good,
            continuationPoint: from + numValuesPerNode < inside.length ? place : undefined,
            historyData: { dataValues: inside.slice(from, from + numValuesPerNode) },
          },
        ],
      };
    },
  };
  const record = class {
    constructor(options: object) {
      Object.assign(this, options);
    }
  };
  const opcua = { ReadRawModifiedDetails: record, HistoryReadRequest: record };
  return { released, one: { name: "opc.tcp://test", session, opcua } as unknown as Connection };
}

// In whole pages the place from which it goes on is the session's; after a loss it is the last time seen.
async function valuesOf(rows: AsyncIterable<Rows>): Promise<number[]> {
  const values: number[] = [];
  for await (const { value } of rows) values.push(...(Array.from(value) as number[]));
  return values;
}
const all = archive.map((_, i) => i);

test("a server that loses its place is asked again from the last value: nothing is lost, nothing comes twice", async () => {
  for (const pageSize of [7, 50, 333]) {
    for (const every of [2, 3, 5]) {
      const { one } = connection((call) => call % every === 1);
      assert.deepEqual(await valuesOf(readHistory(one, "ns=1;s=x", {}, pageSize)), all, `pages of ${pageSize}, lost every ${every}`);
    }
  }
});

test("a reader that stops gives the server's place back", async () => {
  const { one, released } = connection(() => false);
  for await (const page of readHistory(one, "ns=1;s=x", {}, 100)) {
    assert.equal(page.time.length, 100);
    break;
  }
  assert.equal(released.length, 1);
  const whole = connection(() => false);
  await valuesOf(readHistory(whole.one, "ns=1;s=x", {}, 100));
  assert.equal(whole.released.length, 0);
});

test("a server that promises more for ever, or refuses, is a failure and not a short answer", async () => {
  const empty = { statusCode: good, continuationPoint: Uint8Array.of(1), historyData: { dataValues: [] } };
  await assert.rejects(
    valuesOf(
      readHistory(
        connection(
          () => false,
          () => empty,
        ).one,
        "ns=1;s=x",
        {},
        100,
      ),
    ),
    failsWith("historian/server-failed", "gives nothing"),
  );
  const bad = { statusCode: code("BadHistoryOperationUnsupported", 0x80720000) };
  await assert.rejects(
    valuesOf(
      readHistory(
        connection(
          () => false,
          () => bad,
        ).one,
        "ns=1;s=x",
        {},
        100,
      ),
    ),
    failsWith("historian/server-refused", "BadHistoryOperationUnsupported"),
  );
});

test("source times to the tenth of a microsecond, status codes to the last bit, words of 64 bits with their sign", () => {
  const at = new Date(start + 1);
  const reading = readingOf({
    value: { dataType: 8, value: [0xffffffff, 0xfffffffe] },
    statusCode: { value: 0x40a40405 },
    sourceTimestamp: at,
    sourcePicoseconds: 234_000_000,
  });
  assert.deepEqual(reading, { time: (start * 1000 + 1234) / 1e6, value: -2, text: undefined, status: 0x40a40405, reasons: 0 });
  assert.equal(readingOf({ value: { dataType: 9, value: [1, 1] }, statusCode: { value: 0 }, sourceTimestamp: at })!.value, 2 ** 32 + 1);
  assert.equal(readingOf({ statusCode: { value: 0 } }), undefined);
});
