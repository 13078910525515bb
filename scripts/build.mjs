/** Builds `dist`: one JavaScript file and one declaration file for each source file, and the bundled part of mathjs beside it. */
import { execFileSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const run = (...args) => execFileSync(process.execPath, args, { cwd: root, stdio: "inherit" });

rmSync(`${root}dist`, { recursive: true, force: true });
run("scripts/vendor.mjs", "--if-missing");
run("node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json");
chmodSync(`${root}dist/cli/main.js`, 0o755);
