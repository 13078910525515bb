/** The service: answers, refusals with code and remedy, and a description that fits what it does. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { biasUpdate, softSensor } from "../../src/sensors/index.ts";
import { type Service, serve } from "../../src/service/index.ts";
import { labUpdateSchema, predictionSchema } from "../../src/service/schemas.ts";
import { fitOf, tank } from "../sensors/fixtures.ts";

let folder = "";
let service: Service;
const tags = { T: { unit: "K", points: 9, rmse: 0.5, bias: 0, sigma: 0.5, sigmaEstimated: true, ratio: 1, neighbours: 0 } };
const sensor = softSensor(fitOf(tank, tags), { estimate: "T", name: "tank.T", initial: { T: 300 }, lab: biasUpdate() });
const good = { q: 10, Tin: 290, Q: 70_000 };

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "greybox-service-"));
  await sensor.save(join(folder, "tank.greybox"));
  service = await serve({ dir: folder }, { port: 0, bodyLimit: 20_000 });
});
after(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

const post = async (url: string, payload: unknown, headers: Record<string, string> = { "content-type": "application/json" }) => {
  const answer = await service.app.inject({
    method: "POST",
    url,
    headers,
    payload: typeof payload === "string" ? payload : JSON.stringify(payload),
  });
  return { status: answer.statusCode, body: answer.json() };
};

test("a point is answered as the sensor in this program answers it", async () => {
  const { status, body } = await post("/v1/sensors/tank.T/predict?stream=own", { time: 100, ...good });
  assert.equal(status, 200);
  const { latency, ...prediction } = body;
  assert.equal(typeof latency, "number");
  assert.deepEqual(prediction, sensor.fresh().predict({ time: 100, ...good }));
});

test("an array is answered in order, ISO times and readings with a status are understood", async () => {
  const points = [
    { time: "2026-03-01T06:00:00Z", ...good },
    { time: "2026-03-01T07:01:00+01:00", ...good, q: { value: 10, status: 0x40000000, time: "2026-03-01T06:00:30Z" } },
  ];
  const { status, body } = await post("/v1/sensors/tank.T/predict?stream=own", points);
  assert.equal(status, 200);
  assert.deepEqual(
    body.map((it: { time: number }) => it.time),
    [1772344800, 1772344860],
  );
  assert.equal(body[0].status.name, "Good");
  assert.equal(body[1].status.name, "Uncertain");
  assert.equal(body[1].age, 30);
});

test("bad data is answered with 200 and a Bad point", async () => {
  const { status, body } = await post("/v1/sensors/tank.T/predict?stream=own", { time: 0, q: null, Tin: { value: null }, Q: 1 });
  assert.equal(status, 200);
  assert.equal(body.value, null);
  assert.equal(body.status.severity, "bad");
});

test("the live stream goes on from request to request, and laboratory values act on it", async () => {
  const live = (time: number) => post("/v1/sensors/tank.T/predict", { time, ...good });
  const first = (await live(1000)).body;
  const second = (await live(1060)).body;
  assert.ok(second.value > first.value);
  const lab = await post("/v1/sensors/tank.T/lab", { sampleTime: 1000, reportedTime: 1060, value: first.value + 1 });
  assert.equal(lab.status, 200);
  assert.equal(lab.body.decision, "accepted");
  assert.ok(Math.abs((await live(1061)).body.bias - 0.3) < 1e-12);
});

test("malformed requests get 4xx with code and remedy, never a stack", async () => {
  const url = "/v1/sensors/tank.T/predict";
  const json = { "content-type": "application/json" };
  const cases: readonly [string, unknown, number, string, Record<string, string>?][] = [
    [url, { q: 1 }, 400, "service/invalid-body"],
    [url, { time: 0, q: "ten" }, 400, "service/invalid-body"],
    [url, { time: 0, q: { value: 1, state: 3 } }, 400, "service/invalid-body"],
    [url, { time: "yesterday" }, 400, "service/invalid-body"],
    [url, { time: "2026-03-01T06:00:00" }, 400, "service/invalid-body"],
    [url, [], 400, "service/invalid-body"],
    [url, 7, 400, "service/invalid-body"],
    [url, { time: 1e12 }, 400, "sensor/point-time"],
    [url, '{"time": NaN}', 400, "service/not-json", json],
    [url, "", 400, "service/not-json", json],
    [url, "time=1", 415, "service/not-json", { "content-type": "application/x-www-form-urlencoded" }],
    [url, { time: 0, note: 1, pad: Array(9000).fill(0) }, 400, "service/invalid-body"],
    [url, Array(2000).fill({ time: 0, ...good }), 413, "service/too-large"],
    [`${url}?stream=mine`, { time: 0 }, 400, "service/invalid-body"],
    ["/v1/sensors/none/predict", { time: 0 }, 404, "service/unknown-sensor"],
    ["/v1/sensors/tank.T/lab", { sampleTime: 0, value: 1 }, 400, "service/invalid-body"],
    ["/v2/everything", {}, 404, "service/unknown-route"],
  ];
  for (const [address, payload, expected, code, headers] of cases) {
    const { status, body } = await post(address, payload, headers);
    const subject = `${address} ${JSON.stringify(payload).slice(0, 60)}`;
    assert.equal(body.code, code, `${subject}: ${JSON.stringify(body)}`);
    assert.equal(status, expected, subject);
    assert.ok(body.problem.length > 10 && body.remedy.length > 10, subject);
    assert.doesNotMatch(JSON.stringify(body), /\.ts:\d|node_modules/);
  }
});

test("a message names the place in the body", async () => {
  const { body } = await post("/v1/sensors/tank.T/predict", [{ time: 0 }, { time: 1, q: true }]);
  assert.match(body.problem, /\[1\]\.q: Give a number, null, or \{ value, status\?, time\? \}/);
});

test("health and the list of sensors say what is served", async () => {
  const health = (await service.app.inject("/health")).json();
  assert.equal(health.status, "ok");
  assert.equal(health.sensors, 1);
  const [listed] = (await service.app.inject("/v1/sensors")).json();
  assert.equal(listed.hash, sensor.hash);
  assert.deepEqual(
    listed.tags.map((it: { name: string }) => it.name),
    ["q", "Tin", "Q"],
  );
});

test("the OpenAPI document is 3.1, describes every route, and every reference in it leads somewhere", async () => {
  const document = (await service.app.inject("/openapi.json")).json();
  assert.match(document.openapi, /^3\.1\./);
  assert.deepEqual(Object.keys(document.paths).sort(), ["/health", "/v1/sensors", "/v1/sensors/{name}/lab", "/v1/sensors/{name}/predict"]);
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods as Record<string, Operation>)) {
      assert.ok(operation.summary, `${method} ${path} has a summary`);
      assert.ok(operation.responses["200"]?.content["application/json"].schema, `${method} ${path} describes its answer`);
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((found) => found[1]);
      const declared = (operation.parameters ?? []).filter((it) => it.in === "path").map((it) => it.name);
      assert.deepEqual(declared, named);
    }
  }
  const references: string[] = [];
  JSON.stringify(document, (key, value) => {
    if (key === "$ref") references.push(value);
    return value;
  });
  for (const reference of references) {
    const target = reference
      .replace(/^#\//, "")
      .split("/")
      .reduce((at, key) => at?.[key.replaceAll("~1", "/")], document);
    assert.ok(target, `${reference} leads nowhere`);
  }
});

test("what is answered is exactly what the schemas describe", async () => {
  const { body } = await post("/v1/sensors/tank.T/predict?stream=own", [{ time: 0, ...good }, { time: 60 }, { time: 500 }]);
  for (const prediction of body) assert.deepEqual(predictionSchema.strict().parse(prediction), prediction);
  const lab = await post("/v1/sensors/tank.T/lab", { sampleTime: 5, reportedTime: 6, value: 1, censored: "below" });
  assert.deepEqual(labUpdateSchema.strict().parse(lab.body), lab.body);
});

test("the service listens, and lets a request under way end before it closes", async () => {
  const own = await serve({ sensors: [sensor.fresh()] }, { port: 0 });
  const answer = await fetch(`${own.url}/health`);
  assert.equal(answer.status, 200);
  await own.close();
  await own.close();
  await assert.rejects(fetch(`${own.url}/health`));
});

test("nothing to serve, two of a name, a taken port and a tampered bundle are refused before listening", async () => {
  const empty = await mkdtemp(join(tmpdir(), "greybox-empty-"));
  await assert.rejects(serve({ dir: empty }, { port: 0 }), { code: "service/nothing-to-serve" });
  await assert.rejects(serve({ sensors: [sensor, sensor] }, { port: 0 }), { code: "service/same-name" });
  await assert.rejects(serve({ sensors: [sensor] }, { port: Number(new URL(service.url).port) }), { code: "service/address" });
  await writeFile(join(empty, "x.greybox"), JSON.stringify({ ...sensor.toBundle(), hash: "0".repeat(64) }));
  await assert.rejects(serve({ dir: empty }, { port: 0 }), { code: "bundle/tampered" });
  await rm(empty, { recursive: true });
});

interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<"application/json", { readonly schema: unknown }>> }>>;
}
