/** Run by `greybox doctor` as a process of its own: loads an optional part, prints what it found on the last line, ends with 0 if it works. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [kind, ...packages] = process.argv.slice(2);

/** A package as seen from here, else from where the command runs. */
async function load(name: string): Promise<Record<string, unknown>> {
  try {
    return await import(name);
  } catch {
    return import(pathToFileURL(createRequire(join(process.cwd(), "x.js")).resolve(name)).href);
  }
}

async function tensorflow(): Promise<string> {
  // tfjs-node 4 calls functions that newer versions of Node no longer have.
  const util = (await import("node:util")).default as unknown as Record<string, unknown>;
  util["isNullOrUndefined"] ??= (value: unknown) => value === null || value === undefined;
  util["isArray"] ??= Array.isArray;
  for (const name of packages) await load(name);
  const core = packages.length === 1 ? await load(packages[0] ?? "") : await load("@tensorflow/tfjs-core");
  const tf = (core["default"] ?? core) as { setBackend(name: string): Promise<boolean>; ready(): Promise<void>; getBackend(): string };
  const wanted = packages.find((name) => name.includes("backend-"))?.split("backend-")[1];
  if (wanted !== undefined) await tf.setBackend(wanted);
  await tf.ready();
  return `backend ${tf.getBackend()}`;
}

async function webgpu(): Promise<string> {
  interface Gpu {
    requestAdapter(): Promise<{ readonly info?: { readonly vendor?: string; readonly description?: string } } | null>;
  }
  const found = (await load("webgpu")) as { create(flags: readonly string[]): Gpu };
  const gpu = found.create([]);
  // Dawn ends the process when this object is collected while it is in use.
  (globalThis as { keptGpu?: Gpu }).keptGpu = gpu;
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new Error("no adapter: there is no Vulkan, Metal or Direct3D driver that Dawn can use");
  return `adapter ${adapter.info?.description || adapter.info?.vendor || "found"}`;
}

try {
  process.stdout.write(`\n${kind === "webgpu" ? await webgpu() : await tensorflow()}\n`);
  process.exit(0);
} catch (error) {
  process.stdout.write(`\n${error instanceof Error ? error.message.split("\n")[0] : String(error)}\n`);
  process.exit(1);
}
