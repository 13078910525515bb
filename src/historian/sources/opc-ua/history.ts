/** Reads raw history page by page: continuation points to the end, released when the reader stops, and picked up anew when the server loses them. */
import { GreyboxError } from "../../../core/index.ts";
import type { TimeRange } from "../../source.ts";
import type { Rows } from "../cells.ts";
import type { Connection } from "./connect.ts";
import { type DataValue, type HistoryReadResult, ua } from "./package.ts";
import { rowsOf } from "./points.ts";

/** Widest range that is asked for: one without limits would be answered without continuation. */
const widest = { from: Date.UTC(1900, 0, 1), to: Date.UTC(2200, 0, 1) } as const;

/** Empty pages in a row, or resumptions without progress, before the server is held to be broken. */
const patience = 20;

/**
 * @param pageSize  most values in one answer
 * @throws GreyboxError `historian/server-refused`, `historian/server-failed`
 */
export async function* readHistory(connection: Connection, nodeId: string, range: TimeRange, pageSize: number): AsyncGenerator<Rows, void> {
  const to = range.to === undefined ? widest.to : Math.min(widest.to, Math.ceil(range.to * 1000) + 1);
  let from = range.from === undefined ? widest.from : Math.max(widest.from, Math.floor(range.from * 1000));
  /** Where the question began that a continuation point belongs to: it must be asked the same way. */
  let asked = from;
  /** Values at `from` that were handed on before the reading was resumed there. */
  let known = 0;
  /** How many of them the server is still to repeat. */
  let repeated = 0;
  let point: Uint8Array | null | undefined;
  let futile = 0;
  try {
    for (;;) {
      const result = await ask(connection, nodeId, asked, to, pageSize, point);
      const verdict = result.statusCode.toString();
      if (point && /BadContinuationPointInvalid|BadNoContinuationPoints/.test(verdict)) {
        point = undefined;
        asked = from;
        repeated = known;
        futile++;
        if (futile > patience) throw failed(connection.name, nodeId, "it forgets where it was in the middle of reading");
        continue;
      }
      if (result.statusCode.value >>> 30 >= 2) {
        throw new GreyboxError("historian/server-refused", { source: connection.name, request: `HistoryRead ${nodeId}`, why: verdict });
      }
      const values = result.historyData?.dataValues ?? [];
      const fresh = values.slice(repeated);
      repeated = Math.max(0, repeated - values.length);
      point = result.continuationPoint?.length ? result.continuationPoint : undefined;
      if (fresh.length > 0) {
        ({ from, known } = mark(fresh, from, known));
        futile = 0;
        yield rowsOf(fresh);
      } else futile++;
      if (!point) return;
      if (futile > patience) throw failed(connection.name, nodeId, "it promises more and gives nothing");
    }
  } finally {
    if (point) await release(connection, nodeId, point);
  }
}

/** The time of the last value [ms], and how many values there are at it. */
function mark(values: readonly DataValue[], from: number, before: number): { from: number; known: number } {
  const millisecond = (data: DataValue): number => (data.sourceTimestamp ?? data.serverTimestamp)?.getTime() ?? from;
  const last = millisecond(values.at(-1)!);
  let known = 0;
  for (let i = values.length - 1; i >= 0 && millisecond(values[i]!) === last; i--) known++;
  return { from: last, known: last === from ? before + known : known };
}

async function ask(
  { opcua, session, name }: Connection,
  nodeId: string,
  from: number,
  to: number,
  numValuesPerNode: number,
  continuationPoint: Uint8Array | null | undefined,
): Promise<HistoryReadResult> {
  const historyReadDetails = new opcua.ReadRawModifiedDetails({
    isReadModified: false,
    startTime: new Date(from),
    endTime: new Date(to),
    numValuesPerNode,
    returnBounds: false,
  });
  const request = new opcua.HistoryReadRequest({
    historyReadDetails,
    timestampsToReturn: ua.timestamps.both,
    releaseContinuationPoints: false,
    nodesToRead: [{ nodeId, continuationPoint: continuationPoint ?? undefined }],
  });
  try {
    const { results } = await session.historyRead(request);
    const [result] = results ?? [];
    if (result) return result;
  } catch (cause) {
    throw failed(name, nodeId, (cause as Error).message.split("\n")[0]!, cause as Error);
  }
  throw failed(name, nodeId, "the answer is empty");
}

async function release({ opcua, session }: Connection, nodeId: string, continuationPoint: Uint8Array): Promise<void> {
  const historyReadDetails = new opcua.ReadRawModifiedDetails({ isReadModified: false, numValuesPerNode: 1 });
  const nodesToRead = [{ nodeId, continuationPoint }];
  const request = new opcua.HistoryReadRequest({ historyReadDetails, releaseContinuationPoints: true, nodesToRead });
  // The server forgets it by itself with the session; the reader has what it wanted.
  await session.historyRead(request).catch(() => {});
}

function failed(source: string, nodeId: string, why: string, cause?: Error): GreyboxError {
  return new GreyboxError(
    "historian/server-failed",
    { source, request: `HistoryRead ${nodeId}`, attempts: 1, why: why.replace(/\.$/, "") },
    cause ? { cause } : undefined,
  );
}
