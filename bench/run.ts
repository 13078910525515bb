/**
 * `npm run bench [NAME …] [-- --print]`: runs benches and stores what they measured under `bench/results`.
 *
 * A result is stored only when the tree is committed, so that its commit says what was measured, and the machine is not busy otherwise;
 * `--print` shows it without storing.
 */
import { parseArgs } from "node:util";
import { calibrationPeers } from "./calibration-peers.ts";
import { calibrationVsScipy } from "./calibration-vs-scipy.ts";
import { closedLoop } from "./closed-loop.ts";
import { coldStart } from "./cold-start.ts";
import { compression } from "./compression.ts";
import { contaminationBench } from "./contamination.ts";
import { ensembles } from "./ensembles.ts";
import { generatedCode } from "./generated-code.ts";
import { gpuEnsemble } from "./gpu-ensemble.ts";
import { gradients } from "./gradients.ts";
import { growth } from "./growth.ts";
import { provenance, store, tableOf } from "./harness.ts";
import { historian } from "./historian.ts";
import { likelihoods } from "./likelihoods.ts";
import { longHorizon } from "./long-horizon.ts";
import { models } from "./models.ts";
import { multistartThreads } from "./multistart-threads.ts";
import { nist } from "./nist.ts";
import { petabBench } from "./petab.ts";
import { rightHandSide } from "./right-hand-side.ts";
import { searches } from "./searches.ts";
import { sensitivities } from "./sensitivities.ts";
import { sparkplugBench } from "./sparkplug.ts";
import { steadyStates } from "./steady-state.ts";
import { workPrecision } from "./work-precision.ts";

const benches = [
  rightHandSide,
  models,
  generatedCode,
  calibrationVsScipy,
  calibrationPeers,
  longHorizon,
  multistartThreads,
  nist,
  coldStart,
  ensembles,
  gpuEnsemble,
  growth,
  historian,
  workPrecision,
  sensitivities,
  gradients,
  contaminationBench,
  compression,
  likelihoods,
  sparkplugBench,
  steadyStates,
  closedLoop,
  petabBench,
  searches,
];
const { values, positionals } = parseArgs({ options: { print: { type: "boolean" }, list: { type: "boolean" } }, allowPositionals: true });
const unknown = positionals.filter((name) => !benches.some((bench) => bench.name === name));
const where = provenance();

if (values.list || unknown.length > 0) {
  if (unknown.length > 0) console.error(`There is no bench ${unknown.join(", ")}.`);
  for (const { name, about } of benches) console.log(`${name.padEnd(24)}${about}`);
  process.exitCode = unknown.length > 0 ? 2 : 0;
} else if (where.dirty && !values.print) {
  console.error("The tree has changes that are not committed: commit them first, or add `-- --print` to see figures without storing them.");
  process.exitCode = 2;
} else if (where.load > 1.5 * where.cores && !values.print) {
  console.error(`The machine is busy (load ${where.load.toFixed(1)} on ${where.cores} cores): wait, or add \`-- --print\`.`);
  process.exitCode = 3;
} else {
  console.log(
    `${where.cpu}, ${where.cores} cores, node ${where.node}, commit ${where.commit}${where.dirty ? " and changes" : ""}, load ${where.load.toFixed(1)}\n`,
  );
  for (const bench of benches.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    const result = await bench.run();
    console.log(`${tableOf(result)}\n`);
    if (!values.print) console.log(`Stored in ${store(bench.name, result, where)}\n`);
  }
}
