/**
 * Takes out of mathjs what Greybox uses, into `vendor/mathjs.js`: the expression parser, bundled, and the table of units, as data.
 *
 * mathjs is some 700 modules; importing it takes 0.6 to 1.3 s, bundling all of the parser and `Unit` 0.1 s, this file 0.01 s. Workers, the
 * command line and every test pay that once each. Runs on install; `--if-missing` makes it a no-op when the file is there.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = `${root}vendor/mathjs.js`;
const { version } = JSON.parse(readFileSync(`${root}node_modules/mathjs/package.json`, "utf8"));
const banner = `/* mathjs ${version}, Apache-2.0: parser and units, taken out by scripts/vendor.mjs */`;

/** Every unit mathjs knows, as [SI scale, offset, name of its prefixes, exponents of kg, m, s, A, K, cd, mol, bit], and the prefixes. */
async function unitTable() {
  const { create, UnitDependencies } = await import("mathjs");
  const { Unit } = create({ UnitDependencies });
  const sets = new Map(Object.entries(Unit.PREFIXES).map(([name, set]) => [set, name]));
  const units = Object.entries(Unit.UNITS)
    .filter(([, { value }]) => Number.isFinite(Number(value)))
    .map(([name, { value, offset, prefixes, dimensions }]) => {
      const [kilogram, metre, second, ampere, kelvin, candela, mole, , bit] = dimensions;
      return [
        name,
        [Number(value), Number(offset), sets.get(prefixes), [kilogram, metre, second, ampere, kelvin, candela, mole, bit ?? 0]],
      ];
    });
  const used = new Set(units.map(([, [, , set]]) => set));
  const prefixes = [...used].map((set) => [set, Object.entries(Unit.PREFIXES[set]).map(([name, { value }]) => [name, Number(value)])]);
  return `export const unitTable = ${JSON.stringify(units)};\nexport const prefixTable = ${JSON.stringify(prefixes)};\n`;
}

const upToDate = existsSync(target) && readFileSync(target, "utf8").startsWith(banner);
if (!(process.argv.includes("--if-missing") && upToDate)) {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { create, parseDependencies } from "mathjs/number";
        export const { parse } = create({ parseDependencies });`,
      resolveDir: root,
    },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    legalComments: "none",
    write: false,
    logLevel: "warning",
  });
  writeFileSync(target, `${banner}\n${outputFiles[0].text}${await unitTable()}`);
}
