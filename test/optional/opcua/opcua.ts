/** Starts the server of these tests as a process and stops it; says why where it cannot be had. */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { reason } from "../../../src/core/index.ts";
import type { Series } from "../../../src/historian/index.ts";

export const absent: string | false = (() => {
  try {
    createRequire(import.meta.url).resolve("node-opcua");
    return false;
  } catch {
    return "node-opcua is not installed: npm install --no-save node-opcua@2.182.2";
  }
})();
if (absent) console.log(`# skipped: ${absent}`);

/** JSON does not know −0. */
const bits = (column: Float64Array): string => Buffer.from(column.slice().buffer).toString("base64");

export interface TestServer {
  readonly url: string;
  readonly folder: string;
  /** Makes the server trust the certificates in a folder. */
  trust(folder: string): Promise<void>;
  set(change: { readonly tag: string; readonly value: number; readonly status?: number; readonly time: number }): void;
  kill(): Promise<void>;
}

export async function startServer(series: readonly Series[], options: { readonly secure?: boolean } = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), "greybox-opcua-"));
  const description = join(folder, "server.json");
  const tags = series.map(({ tag, info, time, value, status, reasons }) => ({
    tag,
    info,
    time: bits(time),
    value: bits(value),
    missing: Array.from(reasons.keys()).filter((i) => (reasons[i]! & reason.notANumber) !== 0),
    status: Array.from(status),
  }));
  writeFileSync(description, JSON.stringify({ tags, ...options }));
  const child: ChildProcess = fork(fileURLToPath(new URL("server.mjs", import.meta.url)), [folder, description], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [],
  });
  const ready = await new Promise<{ url: string }>((resolve, reject) => {
    child.once("message", (message) => resolve(message as { url: string }));
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return {
    ...ready,
    folder,
    trust: (certificates) =>
      new Promise((resolve) => {
        child.once("message", () => resolve());
        child.send({ trust: certificates });
      }),
    set: (change) => void child.send({ set: change }),
    kill: () =>
      new Promise((resolve) => {
        child.removeAllListeners("exit");
        child.once("exit", () => {
          rmSync(folder, { recursive: true, force: true });
          resolve();
        });
        child.kill("SIGKILL");
      }),
  };
}

/** What a person does once: approves the server for the client, and the client for the server. */
export async function approve(server: TestServer, client: string): Promise<void> {
  const trusted = join(client, "trusted/certs");
  for (const file of readdirSync(join(client, "rejected"))) renameSync(join(client, "rejected", file), join(trusted, file));
  await server.trust(join(client, "own/certs"));
}
