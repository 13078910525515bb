/** `npm run example NAME -- --data DIR`: runs one example; without a name, lists them. */
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL("../examples/", import.meta.url);
const names = readdirSync(folder).filter((name) => existsSync(new URL(`${name}/run.ts`, folder)));
const name = process.argv[2];

if (name !== undefined && names.includes(name)) {
  process.argv.splice(1, 2, fileURLToPath(new URL(`${name}/run.ts`, folder)));
  await import(new URL(`${name}/run.ts`, folder).href);
} else {
  console.error(name === undefined ? "Which one? `npm run example NAME -- --data DIR`" : `There is no example "${name}".`);
  console.error(`Examples: ${names.join(", ")}.`);
  process.exitCode = 2;
}
