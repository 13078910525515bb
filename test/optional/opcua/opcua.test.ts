/** OPC UA against a server process of its own: encryption and approval first, then everything every source promises, then news. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { reason, status } from "../../../src/core/index.ts";
import { type OpcUaOptions, opcUaSource, type Series, type Source, seriesOf } from "../../../src/historian/index.ts";
import { failsWith } from "../../historian/scratch.ts";
import { conformanceSeries, sourceConformance } from "../../historian/source-conformance.ts";
import { absent, approve, startServer, type TestServer } from "./opcua.ts";

const flow = seriesOf(
  "FIC1.PV",
  {
    time: Array.from({ length: 25_001 }, (_, i) => 1767225600 + i),
    value: Array.from({ length: 25_001 }, (_, i) => i),
    status: new Array(25_001).fill(0),
  },
  { unit: "m^3/h", range: [0, 50], stepped: false, exception: 0.25, maxInterval: 120, description: "Feed flow" },
);
const server: TestServer | undefined = absent ? undefined : await startServer([...conformanceSeries, flow]);
after(() => server?.kill());
const folder = server ? join(server.folder, "client") : "";
const options = (more: Partial<OpcUaOptions> = {}): OpcUaOptions => ({
  url: server!.url,
  certificates: folder,
  root: "ns=1;s=Plant",
  user: "reader",
  password: "secret",
  ...more,
});
const skip = absent;

test("a server whose certificate nobody approved is refused: fingerprint, where the certificate lies, where to move it", {
  skip,
}, async () => {
  let kept = "";
  await assert.rejects(opcUaSource(options()), (error: Error) => {
    failsWith("historian/certificate-untrusted", "SHA-256", "rejected", "trusted")(error);
    kept = (error as unknown as { details: { kept: string } }).details.kept;
    return true;
  });
  assert.ok(existsSync(kept), kept);
});

test("a client that the server has not approved is told where its own certificate lies", { skip }, async () => {
  await approve({ ...server!, trust: async () => {} }, folder);
  await assert.rejects(opcUaSource(options()), failsWith("historian/certificate-refused", "own/certs"));
  await server!.trust(join(folder, "own/certs"));
});

test("a wrong password is refused, and does not stand in the message", { skip }, async () => {
  await assert.rejects(opcUaSource(options({ password: "guess" })), (error: Error) => {
    assert.ok(!error.message.includes("guess"));
    return failsWith("historian/login")(error);
  });
});

test("a password comes from the environment; one that is not set is refused by its name", { skip }, async () => {
  await assert.rejects(
    opcUaSource(options({ password: { env: "GREYBOX_NOT_SET" } })),
    failsWith("historian/credentials", "GREYBOX_NOT_SET"),
  );
  process.env["GREYBOX_OPCUA_TEST"] = "secret";
  await (await opcUaSource(options({ password: { env: "GREYBOX_OPCUA_TEST" } }))).close();
});

test("a security that the server does not offer is refused with what it offers", { skip }, async () => {
  await assert.rejects(
    opcUaSource(options({ security: "sign" })),
    failsWith("historian/security-unavailable", "SignAndEncrypt with Basic256Sha256"),
  );
});

test("a server that does not answer is a failure with its address", { skip }, async () => {
  const lonely = mkdtempSync(join(tmpdir(), "greybox-opcua-"));
  await assert.rejects(
    opcUaSource({ url: "opc.tcp://127.0.0.1:9", certificates: lonely, timeout: 2 }),
    failsWith("historian/server-failed", "opc.tcp://127.0.0.1:9"),
  );
  rmSync(lonely, { recursive: true, force: true });
});

test("an address that is none is refused before anything is asked", { skip }, async () => {
  await assert.rejects(opcUaSource(options({ url: "http://127.0.0.1" })), failsWith("historian/source-option", "opc.tcp://"));
});

let shared: Promise<Source> | undefined;
/** One connection for all promises: a session takes a second to make. */
const lasting = async (): Promise<Source> => {
  shared ??= opcUaSource(options());
  const source = await shared;
  const names = new Set(conformanceSeries.map(({ tag }) => tag));
  return {
    ...source,
    browse: async () => (await source.browse()).filter(({ tag }) => names.has(tag)),
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
};
after(async () => (await shared)?.close());

// The package knows the codes of the specification; of others it keeps the severity.
const code = (one: number): number => (one === 0xffffffff ? 0x8000ffff : one);
sourceConformance("opc-ua", { make: lasting, metadata: false, arrival: false, code, skip });

test("knows unit, range, description, stepping, exception deviation and longest interval of a tag", { skip }, async () => {
  const source = await opcUaSource(options());
  assert.deepEqual(
    (await source.browse()).find(({ tag }) => tag === "FIC1.PV"),
    { tag: "FIC1.PV", unit: "m^3/h", description: "Feed flow", range: [0, 50], stepped: false, exception: 0.25, maxInterval: 120 },
  );
  await source.close();
  await source.close();
});

test("nodes can be named, then nothing is looked for", { skip }, async () => {
  await using source = await opcUaSource(options({ nodes: { flow: "ns=1;s=FIC1.PV" } }));
  assert.deepEqual(
    (await source.browse()).map(({ tag, unit }) => [tag, unit]),
    [["flow", "m^3/h"]],
  );
});

test("pages of any size are the same whole, and reading can stop in the middle", { skip }, async () => {
  for (const pageSize of [1000, 7919]) {
    await using source = await opcUaSource(options({ pageSize, nodes: { flow: "ns=1;s=FIC1.PV" } }));
    const times: number[] = [];
    for await (const page of source.readRaw("flow")) times.push(...page.time);
    assert.deepEqual(times, Array.from(flow.time));
    for await (const page of source.readRaw("flow")) {
      assert.ok(page.time.length > 0);
      break;
    }
    for await (const page of source.readRaw("flow", { from: 1767225600 + 24_990 })) assert.equal(page.time.length, 11);
  }
});

test("news come with source time and status; a tag that is not there is refused", { skip }, async () => {
  await using source = await opcUaSource(options({ interval: 0.1 }));
  assert.throws(() => source.subscribe!(["FIC1"]), failsWith("historian/tag-missing", "FIC1.PV"));
  const seen: [number, number, number, number][] = [];
  const now = 1767300000;
  let next = 0;
  const timer = setInterval(() => {
    if (next < 3)
      server!.set({ tag: "FIC1.PV", value: 10 + next, status: next === 1 ? status.uncertainLastUsableValue : 0, time: now + next++ });
  }, 250);
  for await (const page of source.subscribe!(["FIC1.PV"])) {
    page.time.forEach((time, i) => {
      if (time >= now && time < now + 10) seen.push([time, page.value[i]!, page.status[i]!, page.reasons[i]!]);
    });
    if (seen.length >= 3) break;
  }
  clearInterval(timer);
  assert.deepEqual(seen, [
    [now, 10, 0, 0],
    [now + 1, 11, status.uncertainLastUsableValue, reason.sourceUncertain],
    [now + 2, 12, 0, 0],
  ]);
});

test("when the server dies, subscribed values become stale", { skip }, async () => {
  const mortal = await startServer([flow], { secure: false });
  const source = await opcUaSource({
    url: mortal.url,
    certificates: join(mortal.folder, "client"),
    security: "none",
    root: "ns=1;s=Plant",
    interval: 0.1,
  });
  mortal.set({ tag: "FIC1.PV", value: 5, time: 1767300000 });
  const points: Pick<Series, "value" | "status" | "reasons">[] = [];
  for await (const page of source.subscribe!(["FIC1.PV"])) {
    if (page.value[0] === 5 && page.status[0] === 0) void mortal.kill();
    points.push(page);
    if (((page.reasons.at(-1) ?? 0) & reason.groupStale) !== 0) break;
  }
  assert.equal(points.at(-1)!.status.at(-1), status.uncertainLastUsableValue);
  assert.equal(points.at(-1)!.value.at(-1), 5);
  await source.close();
});
