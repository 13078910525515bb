/**
 * Runs the tests: all, or those whose path contains one of the given words (`npm test -- solvers units`).
 *
 * What needs a real optional component lies in `test/optional` and runs only when named.
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const words = process.argv.slice(2);
const files = readdirSync("test", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => join("test", file))
  .filter((file) => (words.length > 0 ? words.some((word) => file.includes(word)) : !file.startsWith(join("test", "optional"))))
  .sort();
if (files.length === 0) {
  console.error(`No test file has ${words.join(" or ")} in its path.`);
  process.exit(2);
}
const { status } = spawnSync(
  process.execPath,
  ["--conditions=greybox-source", "--import", "tsx", "--test", "--test-concurrency=2", ...files],
  {
    stdio: "inherit",
  },
);
process.exit(status ?? 1);
