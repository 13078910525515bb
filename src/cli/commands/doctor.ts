/** `greybox doctor`: which optional parts are there, what they are for, and how to get the others. Asks this machine only. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { version } from "../../core/index.ts";
import { type ExitCode, exit, type Shared } from "../io.ts";
import { table } from "../text.ts";

interface Part {
  readonly name: string;
  /** npm packages that all have to be there; empty for parts of the machine. */
  readonly packages: readonly string[];
  readonly purpose: string;
  readonly get: string;
  /** Named in `probe.ts`: finds out whether what is installed also works. */
  readonly probe?: "tensorflow" | "webgpu" | undefined;
}

const optional: readonly Part[] = [
  {
    name: "TensorFlow.js on a GPU",
    packages: ["@tensorflow/tfjs-node-gpu"],
    purpose: "network() on CUDA",
    get: "npm install @tensorflow/tfjs-node-gpu@4 (needs CUDA 11 and cuDNN; its install script downloads the native library)",
    probe: "tensorflow",
  },
  {
    name: "TensorFlow.js native",
    packages: ["@tensorflow/tfjs-node"],
    purpose: "network() on the processor",
    get: "npm install @tensorflow/tfjs-node@4 (its install script downloads the native library)",
    probe: "tensorflow",
  },
  {
    name: "TensorFlow.js WebAssembly",
    packages: ["@tensorflow/tfjs-core", "@tensorflow/tfjs-layers", "@tensorflow/tfjs-backend-wasm"],
    purpose: "network() without native code",
    get: "npm install @tensorflow/tfjs-core@4 @tensorflow/tfjs-layers@4 @tensorflow/tfjs-backend-wasm@4",
    probe: "tensorflow",
  },
  {
    name: "TensorFlow.js plain",
    packages: ["@tensorflow/tfjs-core", "@tensorflow/tfjs-layers", "@tensorflow/tfjs-backend-cpu"],
    purpose: "network(), slowest",
    get: "npm install @tensorflow/tfjs-core@4 @tensorflow/tfjs-layers@4 @tensorflow/tfjs-backend-cpu@4",
    probe: "tensorflow",
  },
  {
    name: "WebGPU",
    packages: ["webgpu"],
    purpose: "ensembles on a GPU (gpu())",
    get: "npm install webgpu (needs a driver for Vulkan, Metal or Direct3D 12; on Linux libvulkan1 too)",
    probe: "webgpu",
  },
  {
    name: "ONNX Runtime",
    packages: ["onnxruntime-node"],
    purpose: "later: imported models",
    get: "npm install onnxruntime-node --onnxruntime-node-install=skip",
  },
  {
    name: "Redis jobs",
    packages: ["bullmq", "ioredis"],
    purpose: "later: calibrations on a cluster",
    get: "npm install bullmq ioredis, and a Redis server",
  },
  { name: "OPC UA", packages: ["node-opcua"], purpose: "later: historian and server", get: "npm install node-opcua" },
  { name: "MQTT", packages: ["mqtt"], purpose: "later: live points", get: "npm install mqtt" },
  { name: "PostgreSQL", packages: ["pg"], purpose: "later: historian in SQL", get: "npm install pg" },
  { name: "DuckDB", packages: ["@duckdb/node-api"], purpose: "later: large Parquet files", get: "npm install @duckdb/node-api" },
];

interface Finding {
  readonly name: string;
  readonly there: boolean;
  /** Version, or what is missing. */
  readonly detail: string;
  readonly purpose: string;
  readonly get: string;
}

export async function doctor({ io, json }: Shared): Promise<ExitCode> {
  const findings: Finding[] = [gpu(), await redis()];
  for (const part of optional) findings.push(await look(part));
  const needed = [
    { name: "Node", detail: process.version },
    { name: "greybox", detail: version },
  ];
  if (json) {
    io.out(`${JSON.stringify({ ok: true, node: process.version, greybox: version, parts: findings })}\n`);
    return exit.ok;
  }
  io.out(`${needed.map(({ name, detail }) => `${name} ${detail}`).join(", ")}. Everything below is optional.\n\n`);
  io.out(
    table(
      ["part", "there", "for", ""],
      findings.map(({ name, there, purpose, detail }) => [name, there ? "yes" : "no", purpose, detail]),
    ),
  );
  const absent = findings.filter(({ there }) => !there);
  if (absent.length > 0) io.out(`\nTo get the others:\n${absent.map(({ name, get }) => `- ${name}: ${get}\n`).join("")}`);
  io.out('\n"later": no part of this version uses it yet.\n');
  return exit.ok;
}

async function look({ name, packages, purpose, get, probe }: Part): Promise<Finding> {
  const versions = packages.map((it) => ({ package: it, version: installed(it) }));
  const missing = versions.filter((it) => it.version === undefined).map((it) => it.package);
  if (missing.length > 0) return { name, there: false, detail: `not installed: ${missing.join(", ")}`, purpose, get };
  const found = versions
    .map((it) => it.version)
    .filter((it, i, all) => all.indexOf(it) === i)
    .join(", ");
  if (!probe) return { name, there: true, detail: found, purpose, get };
  const { works, detail } = await tried(probe, packages);
  return { name, there: works, detail: works ? `${found}, ${detail}` : `${found} is installed but does not work: ${detail}`, purpose, get };
}

/** Version of a package as seen from here or from where the command runs; nothing of it is loaded. */
function installed(name: string): string | undefined {
  const here = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const there = createRequire(join(process.cwd(), "x.js")).resolve.paths(name) ?? [];
  for (const folder of [...here, ...there]) {
    const file = join(folder, name, "package.json");
    if (!existsSync(file)) continue;
    const found: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof found === "object" && found !== null && "version" in found) return String(found.version);
  }
  return undefined;
}

/** In a process of its own: native libraries that do not fit can end the process that loads them. */
async function tried(probe: string, packages: readonly string[]): Promise<{ works: boolean; detail: string }> {
  const file = new URL(`../probe.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`, import.meta.url);
  const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(file), probe, ...packages], {
    stdio: ["ignore", "pipe", "ignore"],
    timeout: 30_000,
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => {
    child.on("error", () => resolve(null));
    child.on("close", resolve);
  });
  const detail = text.trim().split("\n").at(-1) ?? "";
  return { works: code === 0, detail: detail === "" ? "it ended without an answer" : detail };
}

/** The driver says so in a file; nothing is run. */
function gpu(): Finding {
  const driver = "/proc/driver/nvidia/version";
  const there = existsSync(driver);
  const detail = there ? (/Kernel Module\s+(?:for \S+\s+)?(\S+)/.exec(readFileSync(driver, "utf8"))?.[1] ?? "") : "no driver";
  return {
    name: "NVIDIA GPU",
    there,
    detail: there ? `driver ${detail}` : detail,
    purpose: "network()",
    get: "a machine with an NVIDIA GPU and its driver",
  };
}

/** A server on the usual port of this machine, or where REDIS_URL points. */
async function redis(): Promise<Finding> {
  const { connect } = await import("node:net");
  const address = process.env["REDIS_URL"] ?? "redis://127.0.0.1:6379";
  const purpose = "later: jobs on a cluster";
  const get = "apt install redis-server, or set REDIS_URL";
  if (!URL.canParse(address)) return { name: "Redis server", there: false, detail: "REDIS_URL is not an address", purpose, get };
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port || 6379), timeout: 1000 });
  const there = await new Promise<boolean>((resolve) => {
    socket.on("connect", () => resolve(true));
    for (const trouble of ["error", "timeout"]) socket.on(trouble, () => resolve(false));
  });
  socket.destroy();
  return {
    name: "Redis server",
    there,
    detail: there ? `${hostname}:${port || 6379}` : `none at ${hostname}:${port || 6379}`,
    purpose,
    get,
  };
}
