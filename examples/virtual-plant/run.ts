/**
 * The main job: three weeks of a virtual plant, from the raw export of its historian to a soft sensor that predicts a week it has not seen.
 *
 * Everything after the export is what one does with any plant. The truth is read again only for the last table.
 */
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { biasUpdate, calibrate, ekf, fuse, loadSoftSensor, openHistorian, prepare, residual, softSensor, threads, validate } from "greybox";
import { gaussianProcess } from "greybox/fusion";
import { portraitText } from "greybox/historian";
import { predictAll } from "greybox/sensors";
import { type Figures, runExample } from "../example.ts";
import { file, tags } from "./binding.ts";
import { writeExport } from "./export.ts";
import { instruments } from "./instruments.ts";
import { laboratory } from "./laboratory.ts";
import { designFlow, reactor } from "./model.ts";
import { runPlant } from "./plant.ts";
import { figuresOf, scoreOf, summary } from "./summary.ts";
import { writeWeek } from "./week.ts";

const seed = 1;
const start = Date.UTC(2026, 2, 2) / 1000;
const heldOutFrom = start + 14 * 86_400;

await runExample({
  name: "virtual-plant",
  async run({ out }): Promise<Figures> {
    const path = (name: string): string => relative(".", join(out, name));
    const say = stopwatch();

    // The plant runs, and its historian is exported.
    const reality = runPlant({ days: 21, scanSeconds: 60, seed });
    const archived = writeExport(path("plant.csv"), instruments(reality, start, seed), laboratory(reality, start, seed));
    say(`21 days of plant, ${archived} archived values`);

    // What is in the export, and what is wrong with it.
    await using pool = threads();
    const plant = await openHistorian(path("plant.csv"), file);
    const maxGap = "30 min";
    const { windows: training, portrait } = await prepare(plant, tags, { to: heldOutFrom, maxGap });
    const { windows: pieces } = await prepare(plant, tags, { to: heldOutFrom, maxGap, windows: { length: "4 h" }, minLength: "2 h" });
    const { windows: heldOut } = await prepare(plant, tags, { from: heldOutFrom, maxGap });
    writeFileSync(path("portrait.txt"), portraitText(portrait));
    say("portrait and windows");

    // The mechanism holds up to the design flow: parameters come from such hours only (1 % for the noise of the flow meter).
    const mixed = pieces.filter(({ inputs }) => Math.max(...(inputs.q?.values ?? [])) <= 1.01 * designFlow);
    const fit = await calibrate({
      model: reactor,
      windows: mixed,
      estimate: ["kRef", "EoverR", "dH", "UA"],
      initial: { T: "measured", cA: { estimate: true } },
      starts: 6,
      search: { maxIterations: 60 },
      seed,
      compute: pool,
    });
    await fit.report(path("fit.html"));
    say(`calibration on ${mixed.length} of ${pieces.length} windows, ${fit.starts.length} starts`);

    // What it leaves over at all throughputs is learned, from what the plant measures.
    const learner = gaussianProcess();
    const hybrid = await fuse(fit, residual({ on: "cA", from: ["q", "cF", "TF", "Tj"], learner }), {
      windows: training,
      seed,
      compute: pool,
    });
    const scores = validate(hybrid, heldOut);
    say("learned residual, validated in blocks");

    // The sensor is saved, loaded again, and follows the held-out week as it would have come in.
    await softSensor(hybrid, { estimate: "cA", binding: tags, filter: ekf(), lab: biasUpdate(), interval: 0.9, maxAge: 1800 }).save(
      path("reactor.greybox"),
    );
    const sensor = await loadSoftSensor(path("reactor.greybox"));
    const week = await predictAll(sensor, heldOut, { compute: pool });
    writeWeek(path("week.csv"), week);
    say("soft sensor over the held-out week");

    const files = ["plant.csv", "portrait.txt", "fit.html", "reactor.greybox", "week.csv"].map(path);
    const results = { portrait, fit, heldOut: scores, live: scoreOf(week, heldOut, { reality, start }), files };
    console.log(summary(results));
    return figuresOf(results);
  },
});

/** Prints what was done and how long it took. */
function stopwatch(): (what: string) => void {
  let last = performance.now();
  return (what) => {
    const now = performance.now();
    console.log(`${((now - last) / 1000).toFixed(1).padStart(5)} s  ${what}`);
    last = now;
  };
}
