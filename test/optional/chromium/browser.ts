/** Chromium without a window, spoken to through a pipe: opens a page and tells what happened. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { pathToFileURL } from "node:url";

export interface Opened {
  /** What was written to the console, and errors nobody caught. */
  readonly console: readonly string[];
  /** Addresses that were asked for, that of the page itself included. */
  readonly requests: readonly string[];
  /** The value of an expression in the page; plain data. */
  value(expression: string): Promise<unknown>;
}

export interface Browser extends AsyncDisposable {
  /** Opens a file and waits until it is there. */
  open(file: string, options?: { readonly dark?: boolean; readonly print?: boolean; readonly width?: number }): Promise<Opened>;
}

/** The command that starts Chromium here, or undefined: `GREYBOX_CHROMIUM`, or what is called so on this machine. */
export function chromium(): string | undefined {
  const names = [process.env["GREYBOX_CHROMIUM"], "chromium", "chromium-browser", "google-chrome"];
  return names.find((name) => name !== undefined && spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0);
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/** @see https://chromedevtools.github.io/devtools-protocol, here over `--remote-debugging-pipe`. */
export async function launch(command: string): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), "greybox-chromium-"));
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
  const child = spawn(command, [...flags, `--user-data-dir=${profile}`, "--remote-debugging-pipe"], {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
  });
  const [, , , input, output] = child.stdio as unknown as [null, null, null, Writable, Readable];
  const waiting = new Map<number, { resolve(result: Message): void; reject(error: Error): void }>();
  const listeners = new Set<(message: Message) => void>();
  let [next, rest] = [1, ""];
  output.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\0");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const message = JSON.parse(part) as Message;
      if (message.id === undefined) for (const listener of listeners) listener(message);
      else if (message.error) waiting.get(message.id)?.reject(new Error(message.error.message));
      else waiting.get(message.id)?.resolve(message);
    }
  });
  child.on("exit", () => {
    for (const { reject } of waiting.values()) reject(new Error("Chromium ended."));
  });
  const call = (method: string, params: object = {}, sessionId?: string): Promise<Readonly<Record<string, unknown>>> =>
    new Promise<Message>((resolve, reject) => {
      const id = next++;
      waiting.set(id, { resolve, reject });
      input.write(`${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
    }).then(({ result }) => result ?? {});

  return {
    async open(file, { dark = false, print = false, width = 1100 } = {}) {
      const { targetId } = await call("Target.createTarget", { url: "about:blank" });
      const { sessionId } = await call("Target.attachToTarget", { targetId, flatten: true });
      const own = sessionId as string;
      const [said, requests]: [string[], string[]] = [[], []];
      const loaded = new Promise<void>((resolve) => {
        listeners.add(({ method, params = {}, sessionId: from }) => {
          if (from !== own) return;
          if (method === "Network.requestWillBeSent") requests.push((params["request"] as { url: string }).url);
          if (method === "Runtime.consoleAPICalled" || method === "Runtime.exceptionThrown" || method === "Log.entryAdded")
            said.push(JSON.stringify(params));
          if (method === "Page.loadEventFired") resolve();
        });
      });
      for (const domain of ["Page", "Network", "Runtime", "Log"]) await call(`${domain}.enable`, {}, own);
      await call("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: false }, own);
      const features = [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }];
      await call("Emulation.setEmulatedMedia", { media: print ? "print" : "screen", features }, own);
      await call("Page.navigate", { url: pathToFileURL(file).href }, own);
      await loaded;
      return {
        console: said,
        requests,
        async value(expression) {
          const { result, exceptionDetails } = await call("Runtime.evaluate", { expression, returnByValue: true }, own);
          if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
          return (result as { readonly value: unknown }).value;
        },
      };
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      await call("Browser.close").catch(() => child.kill());
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
