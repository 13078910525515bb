/** News of OPC UA nodes by monitored items, at the pace of the slowest reader. */
import { GreyboxError, reason, status } from "../../../core/index.ts";
import { append, pointBatch, takeSeries } from "../../live/batch.ts";
import { hub } from "../../live/hub.ts";
import type { Series, TagInfo } from "../../series.ts";
import type { HistoricalNode } from "./browse.ts";
import { type Connection, inTime } from "./connect.ts";
import { type DataValue, type Subscription, ua } from "./package.ts";
import { livePoint, readingOf } from "./points.ts";

export interface SubscriptionOptions {
  /** How often the server sends what is new [ms]. */
  readonly interval: number;
  /** Values of one node that the server keeps for us between two sendings. */
  readonly queue: number;
  /** Points a reader may be behind before the server is told to wait. */
  readonly behind: number;
  readonly texts: Readonly<Record<string, number>>;
  readonly clock: () => number;
  /** The server had to throw values of this tag away. */
  readonly onOverflow: (tag: string) => void;
}

/** Set in a status when the queue of a monitored item ran over. @see OPC UA Part 4 (IEC 62541-4) §7.39.1, InfoBits. */
const overflow = 0x480;

export async function* newsOf(
  connection: Connection,
  nodes: readonly HistoricalNode[],
  options: SubscriptionOptions,
): AsyncGenerator<Series, void> {
  const { session, client, name } = connection;
  const news = hub(options.behind);
  const infos: TagInfo[] = nodes.map(({ info }) => info);
  const batch = pointBatch();
  const newest = new Float64Array(nodes.length).fill(Number.NEGATIVE_INFINITY);
  const values = new Float64Array(nodes.length);
  let scheduled = false;
  let waiting = false;
  let ended = false;

  const subscription: Subscription = await session.createSubscription2({
    requestedPublishingInterval: options.interval,
    requestedLifetimeCount: 1000,
    requestedMaxKeepAliveCount: 10,
    maxNotificationsPerPublish: 0,
    publishingEnabled: true,
    priority: 1,
  });
  const flush = (): void => {
    scheduled = false;
    news.publish(takeSeries(batch, infos));
    const room = news.room();
    if (!room || waiting) return;
    // The server keeps what comes meanwhile, up to its queue, and says so where that runs over.
    waiting = true;
    void subscription
      .setPublishingMode(false)
      .then(() => room)
      .then(() => (ended ? undefined : subscription.setPublishingMode(true)))
      .catch(() => {})
      .finally(() => {
        waiting = false;
      });
  };
  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  };
  const take = (data: DataValue, place: number): void => {
    const reading = readingOf(data);
    if (!reading) return;
    if ((reading.status & overflow) === overflow) options.onOverflow(infos[place]!.tag);
    const point = livePoint(reading, options.texts);
    newest[place] = reading.time;
    values[place] = point.value;
    append(batch, place, reading.time, point.value, point.status, point.reasons);
    schedule();
  };
  const lost = (): void => {
    if (ended) return;
    const now = options.clock();
    newest.forEach((time, place) => {
      if (time === Number.NEGATIVE_INFINITY) return;
      append(batch, place, Math.max(now, time + 0.001), values[place]!, status.uncertainLastUsableValue, reason.groupStale);
    });
    if (batch.count > 0) schedule();
  };
  client.on("connection_lost", lost);

  try {
    const items = nodes.map(({ nodeId }) => ({ nodeId, attributeId: ua.attribute.value }));
    const reader = news.subscribe([]);
    const parameters = { samplingInterval: options.interval, queueSize: options.queue, discardOldest: true };
    const group = await subscription.monitorItems(items, parameters, ua.timestamps.both);
    group.on("changed", (_, data, place) => take(data, place));
    const refused = group.monitoredItems.findIndex((item) => item.statusCode !== undefined && item.statusCode.value >>> 30 >= 2);
    if (refused >= 0) {
      const request = `CreateMonitoredItems ${nodes[refused]!.nodeId}`;
      throw new GreyboxError("historian/server-refused", { source: name, request, why: String(group.monitoredItems[refused]!.statusCode) });
    }
    yield* reader;
  } finally {
    ended = true;
    news.close();
    await inTime(subscription.terminate());
  }
}
