/** Precision and recall of cleaning on a simulated plant in which all kinds of faults are mixed. */

import { type Bench, interleave, type Result } from "./harness.ts";
import { type Contaminated, cleanedPlant, contaminatedPlant, contamination, scored } from "./problems/contaminated-plant.ts";

const seeds = Array.from({ length: 20 }, (_, i) => i + 1);

export const contaminationBench: Bench = {
  name: "contamination",
  about:
    "Cleaning a simulated plant with a third of its points spoilt by fourteen kinds of faults: precision and recall of each, over 20 seeds.",
  async run(): Promise<Result> {
    const plants = seeds.map((seed) => contaminatedPlant(seed));
    const scores = scored(plants, plants.map(cleanedPlant));
    const points = (plant: readonly Contaminated[]): number => plant.reduce((sum, { truth }) => sum + truth.length, 0);
    const { rows } = await interleave(
      [
        {
          name: "one plant, cleaned and compared",
          run() {
            const start = performance.now();
            cleanedPlant(plants[0]!);
            return { milliseconds: performance.now() - start, error: 1 - scores.at(-1)!.recall, counts: { points: points(plants[0]!) } };
          },
        },
      ],
      { rounds: 5, warmup: 1 },
    );
    const share = plants.reduce((sum, plant) => sum + contamination(plant), 0) / plants.length;
    const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;
    return {
      about: this.about,
      error: "share of the spoilt points that nothing doubted",
      rows,
      ratios: {},
      remarks: [
        `${percent(share)} of ${plants.reduce((sum, plant) => sum + points(plant), 0)} points are spoilt.`,
        ...scores.map(
          ({ kind, points: count, recall, named, precision }) =>
            `${kind.padEnd(16)} ${String(count).padStart(7)} points: recall ${recall.toFixed(3)}, for the right reason ${named.toFixed(3)}, precision ${precision.toFixed(3)}`,
        ),
      ],
    };
  },
};
