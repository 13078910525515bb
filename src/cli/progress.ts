/** A progress bar on the error stream, only where a person watches it. */
import type { Shared } from "./io.ts";

export interface Progress {
  set(done: number, total: number, note?: string): void;
  stop(): void;
}

/** @param unit  what is counted, such as "starts" */
export async function progressBar({ io, json }: Shared, unit: string): Promise<Progress> {
  if (!io.interactive || json) return { set() {}, stop() {} };
  const { default: cliProgress } = await import("cli-progress");
  const bar = new cliProgress.SingleBar({
    format: `{bar} {value}/{total} ${unit} {note}`,
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
  });
  let started = false;
  return {
    set(done, total, note = "") {
      if (started) bar.update(done, { note });
      else bar.start(total, done, { note });
      started = true;
    },
    stop() {
      if (started) bar.stop();
    },
  };
}
