/** A service that is killed in the middle of a stream and started again answers as one that never stopped. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { isGreyboxError } from "../../src/core/index.ts";
import { ekf } from "../../src/fusion/index.ts";
import { biasUpdate, loadSoftSensor, type Prediction, type SoftSensor, softSensor } from "../../src/sensors/index.ts";
import { serve } from "../../src/service/index.ts";
import { fitOf, tank } from "../sensors/fixtures.ts";

let folder = "";
const tags = { T: { unit: "K", points: 9, rmse: 0.5, bias: 0, sigma: 0.5, sigmaEstimated: true, ratio: 1, neighbours: 0 } };
const make = () =>
  softSensor(fitOf(tank, tags), {
    estimate: "rise",
    name: "tank.rise",
    filter: ekf(),
    measured: { T: { sigma: 0.5 } },
    lab: biasUpdate(),
  }) as SoftSensor;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "greybox-state-"));
  await make().save(join(folder, "tank.greybox"));
});
after(() => rm(folder, { recursive: true }));

const point = (i: number) => ({ time: 1_700_000_000 + 60 * i, q: 10 + (i % 3), Tin: 290, Q: 70_000, T: 316 + Math.sin(i) });
const lab = { sampleTime: 1_700_000_000 + 200, reportedTime: 1_700_000_000 + 300, value: 26 };

async function ask(url: string, what: "predict" | "lab", body: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(`${url}/v1/sensors/tank.rise/${what}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200);
  const { latency: _, ...rest } = (await answer.json()) as Record<string, unknown>;
  return rest;
}

/** A service in a process of its own, which can be killed. */
async function started(state: string): Promise<{ url: string; child: ChildProcess }> {
  const program = `
    const { serve } = await import(${JSON.stringify(new URL("../../src/service/index.ts", import.meta.url).href)});
    const { url } = await serve({ dir: ${JSON.stringify(folder)} }, { port: 0, state: ${JSON.stringify(state)} });
    console.log(url);`;
  const child = spawn(process.execPath, ["--conditions=greybox-source", "--import", "tsx", "--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  return { url: line.toString().trim(), child };
}

async function killed({ child }: { readonly child: ChildProcess }): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

test("killed twice without warning, it gives the answers of a sensor that ran through", async () => {
  const state = join(folder, "state");
  const through = await loadSoftSensor(join(folder, "tank.greybox"));
  const expected = Array.from({ length: 9 }, (_, i) => {
    if (i === 6) through.lab(lab);
    return through.predict(point(i));
  });

  const answers: unknown[] = [];
  let service = await started(state);
  for (let i = 0; i < 9; i++) {
    if (i === 3 || i === 6) {
      await killed(service);
      service = await started(state);
    }
    if (i === 6) await ask(service.url, "lab", lab);
    answers.push(await ask(service.url, "predict", point(i)));
  }
  await killed(service);
  assert.deepEqual(answers, expected);
  const files = await readdir(state);
  assert.equal(files.length, 1);
  assert.deepEqual(JSON.parse(await readFile(join(state, files[0]!), "utf8")), JSON.parse(JSON.stringify(through.snapshot())));
});

test("requests at the same time are each answered when their state is written, and streams of their own leave no trace", async () => {
  const state = join(folder, "together");
  const sensor = make();
  const service = await serve({ sensors: [sensor] }, { port: 0, state });
  const post = (url: string, payload: unknown) =>
    service.app.inject({ method: "POST", url, headers: { "content-type": "application/json" }, payload: JSON.stringify(payload) });
  await Promise.all(Array.from({ length: 20 }, (_, i) => post("/v1/sensors/tank.rise/predict", point(i))));
  await post("/v1/sensors/tank.rise/predict?stream=own", point(99));
  await service.close();
  const again = make();
  const second = await serve({ sensors: [again] }, { port: 0, state });
  await second.close();
  assert.deepEqual(again.snapshot(), sensor.snapshot());
  const [a, b]: Prediction[] = [sensor.predict(point(21)), again.predict(point(21))];
  assert.deepEqual(b, a);
});

test("another bundle of the same name starts anew, a damaged state is refused before listening", async () => {
  const state = join(folder, "other");
  const first = await serve({ sensors: [make()] }, { port: 0, state });
  await first.app.inject({ method: "POST", url: "/v1/sensors/tank.rise/predict", payload: point(0) });
  await first.close();
  const newer = softSensor(fitOf(tank, tags), { estimate: "rise", name: "tank.rise", maxAge: 99 }) as SoftSensor;
  const fresh = newer.snapshot();
  await (await serve({ sensors: [newer] }, { port: 0, state })).close();
  assert.deepEqual(newer.snapshot(), fresh);

  const [file] = await readdir(state);
  await writeFile(join(state, file!), '{"format":');
  await assert.rejects(serve({ sensors: [make()] }, { port: 0, state }), (error) => isGreyboxError(error, "service/state"));
  await writeFile(join(state, file!), "{}");
  await assert.rejects(serve({ sensors: [make()] }, { port: 0, state }), (error) => isGreyboxError(error, "sensor/snapshot"));
});
