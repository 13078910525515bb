/** What every place to compute promises. A new place is tested by one line that calls this; a new promise is tested on all of them. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type Compute, inline, task } from "../../src/compute/index.ts";
import { isGreyboxError } from "../../src/core/index.ts";
import * as tasks from "./tasks.ts";

export function computeConformance(name: string, place: Compute): void {
  after(() => place[Symbol.asyncDispose]());

  test(`${name}: results come in the order of the inputs, whatever the order of execution`, async () => {
    const inputs = [30, 1, 20, 2, 10].map((milliseconds, value) => ({ value, milliseconds }));
    const arrived: number[] = [];
    const results = await place.map(tasks.slowlyTask, inputs, { onResult: (index) => arrived.push(index) });
    assert.deepEqual(results, [0, 1, 2, 3, 4]);
    assert.deepEqual(arrived.toSorted(), [0, 1, 2, 3, 4]);
    assert.deepEqual(await place.map(tasks.squareTask, []), []);
  });

  test(`${name}: gives the bits that inline gives`, async () => {
    const seeds = Array.from({ length: 20 }, (_, i) => i);
    assert.deepEqual(await place.map(tasks.wanderTask, seeds), await inline().map(tasks.wanderTask, seeds));
  });

  test(`${name}: an error keeps its class, code and details`, async () => {
    await assert.rejects(place.map(tasks.failOnTask, [{ value: 7, fail: "greybox" }]), (error) => {
      assert.ok(isGreyboxError(error, "signal/length"));
      assert.equal(error.details.times, 7);
      assert.match(error.message, /A signal has 7 times/);
      return true;
    });
    await assert.rejects(place.map(tasks.failOnTask, [{ value: 3, fail: "plain" }]), { name: "RangeError", message: "value 3" });
  });

  test(`${name}: the error raised is that of the first input that fails`, async () => {
    const inputs = Array.from({ length: 40 }, (_, value) => ({ value, fail: value >= 5 ? ("greybox" as const) : ("no" as const) }));
    for (let round = 0; round < 5; round++) {
      await assert.rejects(
        place.map(tasks.failOnTask, inputs),
        (error) => isGreyboxError(error, "signal/length") && error.details.times === 5,
      );
    }
  });

  test(`${name}: what inputs share is the same object for all tasks of a worker`, async () => {
    const shared = { text: "hello", column: Float64Array.of(1, 2.5) };
    const rounds = [
      await place.map(tasks.firstSightTask, [0, 1, 2, 3, 4, 5], { shared }),
      await place.map(tasks.firstSightTask, [0, 1], { shared }),
    ];
    const sights = rounds.flat();
    assert.ok(sights.every(([text, number]) => text === "hello" && number === 2.5));
    const firsts = sights.reduce((sum, [, , first]) => sum + first, 0);
    assert.ok(firsts >= 1 && firsts <= place.workers, `${firsts} first sights in ${place.workers} workers`);
  });

  test(`${name}: a running task hears of an abort, its result is still seen, and the call rejects`, async () => {
    const controller = new AbortController();
    const late: string[] = [];
    const run = place.map(tasks.untilToldTask, [1e9], {
      signal: controller.signal,
      onResult: (_, result) => late.push(result),
      onReport: () => controller.abort(),
    });
    await assert.rejects(run, { name: "AbortError" });
    assert.deepEqual(late, ["stopped early"]);
    await assert.rejects(place.map(tasks.squareTask, [1], { signal: AbortSignal.abort() }), { name: "AbortError" });
    assert.deepEqual(await place.map(tasks.squareTask, [3]), [9]);
  });

  test(`${name}: a task cannot change its caller's input`, async () => {
    const input = { list: [5] };
    assert.deepEqual(await place.map(tasks.changeInputTask, [input]), [[5, 1]]);
    assert.deepEqual(input, { list: [5] });
  });

  test(`${name}: what cannot travel, and what is not there, is named`, async () => {
    const unsendable = tasks.squareTask as unknown as ReturnType<typeof task<() => number, number>>;
    await assert.rejects(place.map(unsendable, [() => 1]), (error) => isGreyboxError(error, "compute/not-plain"));
    await assert.rejects(place.map(tasks.giveFunctionTask, [1]), (error) => isGreyboxError(error, "compute/not-plain"));
    await assert.rejects(place.map(tasks.missingTask, [1]), (error) => isGreyboxError(error, "compute/no-such-task"));
    await assert.rejects(place.map(task<number, number>("file:///nowhere.js", "x"), [1]), (error) =>
      isGreyboxError(error, "compute/no-such-task"),
    );
  });
}
