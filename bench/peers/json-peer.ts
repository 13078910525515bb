/** A peer in Python that answers JSON line for line. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface JsonPeer extends Disposable {
  ask(request: object): Promise<Readonly<Record<string, unknown>>>;
}

/** Starts a script of this folder with the Python of GREYBOX_PYTHON and asks it whether it is there; or says why it is not. */
export async function jsonPeer(script: string): Promise<JsonPeer | string> {
  const python = process.env["GREYBOX_PYTHON"] ?? "python3";
  const child = spawn(python, [fileURLToPath(new URL(script, import.meta.url))], {
    stdio: "pipe",
    env: { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
  });
  let complaint = "";
  child.stderr.on("data", (text) => {
    complaint = `${complaint}${text}`.slice(-2000);
  });
  child.on("error", (error) => {
    complaint += error.message;
  });
  child.stdin.on("error", () => {}); // An early end shows as the end of its lines.
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask: JsonPeer["ask"] = async (request) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await lines.next();
    if (done) return { failed: complaint.trim().split("\n").at(-1) || "it said nothing" };
    return JSON.parse(value);
  };
  const hello = await ask({ hello: true });
  if ("failed" in hello) return `${hello["failed"]}`;
  return { ask, [Symbol.dispose]: () => child.stdin.end() };
}
