/** Kills a process that writes to a store, again and again, and counts what is lost or doubled afterwards. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { random } from "../../src/core/index.ts";
import { openHistorian } from "../../src/historian/index.ts";
import { liveBatch, pagePoints, streamPage, streamTags } from "./store-writer.ts";

const writer = fileURLToPath(new URL("store-writer.ts", import.meta.url));

export interface Killed {
  readonly kills: number;
  /** Processes that came to their end before they were killed. */
  readonly completed: number;
  readonly lost: number;
  readonly doubled: number;
  readonly points: number;
  /** Batches that were acknowledged and sent again, as a sender does that was cut off from the answer. */
  readonly sentAgain: number;
}

/** Each round has a little more to do than the one before; the last one is let to its end. */
export async function killRounds(path: string, rounds: number, seed: number, tell = (_: string): void => {}): Promise<Killed> {
  const draw = random(seed);
  const pagesPerRound = 15;
  const batchesPerRound = 60;
  let [kills, completed, acknowledged, sentAgain] = [0, 0, -1, 0];
  for (let round = 1; round <= rounds + 1; round++) {
    const last = round > rounds;
    // A sender does not know how far its last batches came: it begins a few before what it heard of.
    const again = Math.min(acknowledged + 1, Math.floor(draw.uniform() * 5));
    sentAgain += again;
    const child = spawn(
      process.execPath,
      [
        ...process.execArgv.filter((argument) => !argument.startsWith("--test")),
        writer,
        path,
        round * pagesPerRound,
        acknowledged + 1 - again,
        round * batchesPerRound,
      ].map(String),
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    let [text, started] = ["", () => {}];
    const begun = new Promise<void>((resolve) => {
      started = resolve;
    });
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      started();
    });
    const gone = once(child, "exit");
    if (!last) {
      await Promise.race([begun, gone]);
      await Promise.race([setTimeout(draw.uniform() * 400), gone]);
      if (child.exitCode === null) kills++;
      child.kill("SIGKILL");
    }
    const [code] = await gone;
    if (code === 0) completed++;
    else if (code !== null) throw new Error(`The writer ended with ${code}: ${text}`);
    for (const line of text.split("\n").slice(0, -1)) if (line !== "done") acknowledged = Math.max(acknowledged, Number(line));
    const seen = await countLive(path, acknowledged);
    if (seen.lost > 0 || seen.doubled > 0) return { kills, completed, points: 0, sentAgain, ...seen };
    tell(`round ${round}: ${code === 0 ? "came to its end" : "killed"}, ${acknowledged + 1} batches acknowledged`);
  }
  const pages = (rounds + 1) * pagesPerRound;
  const stream = await countStream(path, pages);
  const live = await countLive(path, acknowledged);
  return {
    kills,
    completed,
    lost: stream.lost + live.lost,
    doubled: stream.doubled + live.doubled,
    points: pages * pagePoints + 3 * (acknowledged + 1),
    sentAgain,
  };
}

interface Count {
  readonly lost: number;
  readonly doubled: number;
}

/** What was acknowledged must be there once; what was not may be there, once. */
async function countLive(path: string, acknowledged: number): Promise<Count> {
  let [lost, doubled] = [0, 0];
  for (let k = 0; k < 3; k++) {
    const expected = new Map(Array.from({ length: acknowledged + 1 }, (_, n) => [liveBatch(n)[k]!.time[0]!, liveBatch(n)[k]!.value[0]!]));
    const found = await pointsOf(path, `LIVE${k}`);
    const seen = new Map<number, number>();
    for (const [time, value] of found) {
      if (seen.has(time)) doubled++;
      seen.set(time, value);
    }
    for (const [time, value] of expected) if (seen.get(time) !== value) lost++;
  }
  return { lost, doubled };
}

async function countStream(path: string, pages: number): Promise<Count> {
  let [lost, doubled] = [0, 0];
  for (let tag = 0; tag < streamTags; tag++) {
    const expected = new Map<string, number>();
    const key = (time: number, value: number): string => `${time} ${value}`;
    for (let k = tag; k < pages; k += streamTags) {
      const { time, value } = streamPage(k);
      time.forEach((t, i) => {
        expected.set(key(t, value[i]!), (expected.get(key(t, value[i]!)) ?? 0) + 1);
      });
    }
    for (const [time, value] of await pointsOf(path, `STREAM${tag}`)) {
      const left = expected.get(key(time, value)) ?? 0;
      if (left === 0) doubled++;
      else expected.set(key(time, value), left - 1);
    }
    for (const left of expected.values()) lost += left;
  }
  return { lost, doubled };
}

async function pointsOf(path: string, tag: string): Promise<[number, number][]> {
  const plant = await openHistorian(path);
  if (!plant.tags.some((info) => info.tag === tag)) return [];
  const { time, value } = await plant.read(tag);
  return Array.from(time, (t, i) => [t, value[i]!]);
}
