/** A PostgreSQL of the test's own: in a scratch folder, on a free port, ended with the test. It does not run as root. */
import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface PostgresServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Folder of the programs, or the reason why there is none. */
export function postgresPrograms(): { readonly folder: string } | { readonly missing: string } {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const folder = versions.map((version) => join(root, version, "bin")).find((bin) => existsSync(join(bin, "initdb")));
  return folder ? { folder } : { missing: "PostgreSQL is not installed (Debian package postgresql)" };
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });

export async function startPostgres(programs: string, password: string): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), "greybox-postgres-"));
  const asRoot = process.getuid?.() === 0;
  const owner = asRoot ? { uid: Number(execFileSync("id", ["-u", "postgres"])), gid: Number(execFileSync("id", ["-g", "postgres"])) } : {};
  if (asRoot) chownSync(folder, owner.uid!, owner.gid!);
  const data = join(folder, "data");
  const port = await freePort();
  const settings = { ...owner, cwd: folder, env: { ...process.env, LC_ALL: "C.UTF-8" } };
  execFileSync(
    "sh",
    ["-c", `echo '${password}' > pw && '${join(programs, "initdb")}' -D data -U plant --auth=scram-sha-256 --pwfile=pw -E UTF8 --no-sync`],
    { ...settings, stdio: "ignore" },
  );
  const options = [
    "-D",
    data,
    "-p",
    String(port),
    "-c",
    "listen_addresses=127.0.0.1",
    "-k",
    folder,
    "-c",
    "fsync=off",
    "-c",
    "max_connections=20",
  ];
  const server = spawn(join(programs, "postgres"), options, { ...settings, stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  await new Promise<void>((resolve, reject) => {
    server.stderr.on("data", (text) => {
      log += String(text);
      if (log.includes("ready to accept connections")) resolve();
    });
    server.once("exit", (code) => reject(new Error(`PostgreSQL ended with ${code}: ${log.slice(-500)}`)));
  });
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        server.once("exit", () => {
          rmSync(folder, { recursive: true, force: true });
          resolve();
        });
        server.kill("SIGINT");
      }),
  };
}
