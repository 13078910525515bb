/**
 * Sparkplug B from bytes to windows: 1000 tags of 20 edge nodes, messages of 50 values, decoded, followed, checked, cleaned and cut into
 * windows of a minute of 10 values a second, in one process and in two.
 *
 * The stamping of the messages is part of the time: a sender is simulated in the same process. Chosen seconds: `GREYBOX_SECONDS` (60).
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Bench, Result, Row } from "./harness.ts";
import { medianRatio, quantile } from "./harness.ts";

interface Told {
  readonly sent: number;
  readonly measured: number;
  readonly windows: number;
  readonly wrong: number;
  readonly elapsed: number;
  readonly cpu: number;
  readonly memory: readonly number[];
}

function child(seconds: number, stage: string): Promise<Told> {
  const path = fileURLToPath(new URL("sparkplug-child.ts", import.meta.url));
  const running = spawn(process.execPath, ["--conditions=greybox-source", "--import", "tsx", path, String(seconds), stage], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  running.stdout.on("data", (bytes) => {
    text += String(bytes);
  });
  return new Promise((resolve, reject) =>
    running.once("exit", (code) => (code === 0 ? resolve(JSON.parse(text) as Told) : reject(new Error(`ended with ${code}`)))),
  );
}

/** Milliseconds for a million points. */
const each = (told: readonly Told[]): number => 1e9 / told.reduce((sum, { sent, elapsed }) => sum + sent / elapsed, 0);

function rowOf(name: string, rounds: readonly (readonly Told[])[]): Row {
  const times = rounds.map(each);
  const all = rounds.flat();
  const memory = all.at(-1)!.memory;
  // After the first third everything that is kept is there.
  const settled = memory.slice(Math.ceil(memory.length / 3));
  return {
    name,
    rounds: rounds.length,
    milliseconds: quantile(times, 0.5),
    quartiles: [quantile(times, 0.25), quantile(times, 0.75)],
    error: all.reduce((sum, { wrong }) => sum + wrong, 0),
    counts: {
      "points/s": Math.round(1e9 / quantile(times, 0.5)),
      "points/CPU s": Math.round(all.reduce((sum, { sent }) => sum + sent, 0) / all.reduce((sum, { cpu }) => sum + cpu, 0)),
      "MiB first third": Math.max(...memory.slice(0, Math.ceil(memory.length / 3))),
      "MiB after": Math.max(...settled),
    },
  };
}

export const sparkplugBench: Bench = {
  name: "sparkplug",
  about: "Sparkplug B payloads decoded, validated and cut into cleaned windows",
  async run(): Promise<Result> {
    const seconds = Number(process.env["GREYBOX_SECONDS"] ?? 60);
    const short = Math.min(10, seconds);
    const [decode, points] = [[await child(short, "decode")], [await child(short, "points")]];
    const [one, two]: [Told[][], Told[][]] = [[], []];
    for (let round = 0; round < 3; round++) {
      one.push([await child(round === 0 ? seconds : short, "windows")]);
      two.push(await Promise.all([child(short, "windows"), child(short, "windows")]));
    }
    const rows = [
      rowOf("decode and follow", [decode]),
      rowOf("… to pages of series", [points]),
      rowOf("… to windows, one process", one),
      rowOf("… to windows, two processes", two),
    ];
    return {
      about: `Sparkplug B for ${seconds} s and ${short} s: milliseconds for a million points.`,
      error: "windows that are missing or came twice",
      rows,
      ratios: { "one process over two": medianRatio(one.map(each), two.map(each)) },
      remarks: [`Resident memory of the long run [MiB]: ${one[0]![0]!.memory.join(" ")}.`],
    };
  },
};
