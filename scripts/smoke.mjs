/** Packs the package, installs the tarball in an empty folder and uses it as a stranger would: from plain JavaScript and from the shell. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "greybox-smoke-"));
const run = (command, args) => execFileSync(command, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

try {
  execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "stranger", private: true, type: "module" }));
  run("npm", ["install", "--silent", "--no-fund", "--no-audit", `./${tarball}`]);

  writeFileSync(
    join(folder, "use.js"),
    `import { defineModel, simulate } from "greybox";
     const decay = defineModel({
       name: "decay", time: "s",
       parameters: { k: { value: 0.5, unit: "1/s" } },
       states: { c: { unit: "mol/L", initial: 1 } },
       derivatives: { c: "-k*c" },
     });
     const run = simulate(decay, { span: [0, 2] });
     const error = Math.abs(run.at(2).c - Math.exp(-1));
     if (!(error < 1e-5)) throw new Error("decay is off by " + error);
     console.log("simulate: ok, error " + error.toExponential(1));`,
  );
  writeFileSync(
    join(folder, "decay.ts"),
    `import { defineModel } from "greybox";
     export const decay = defineModel({
       name: "decay", time: "s",
       parameters: { k: { value: 0.5, unit: "1/s" } },
       states: { c: { unit: "mol/L", initial: 1 } },
       derivatives: { c: "-k*c" },
     });`,
  );
  process.stdout.write(run("node", ["use.js"]));
  const greybox = join("node_modules", ".bin", "greybox");
  const checked = JSON.parse(run(greybox, ["check", "decay.ts", "--json"]));
  process.stdout.write(`check: ${JSON.stringify(checked).slice(0, 120)}\n`);
  run(greybox, ["doctor", "--json"]);
  process.stdout.write("doctor: ok\n");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
