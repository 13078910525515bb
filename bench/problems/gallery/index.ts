/** Models of the gallery with an operating point, for benches and tests that treat all alike. */
import type { Model } from "greybox/models";
import { column, kmolPerMinute } from "./column.ts";
import { hires } from "./hires.ts";
import { orego } from "./orego.ts";
import { plant } from "./plant.ts";
import { pollu } from "./pollu.ts";
import { rober } from "./rober.ts";
import { tubularReactor } from "./tubular-reactor.ts";
import { vdpol } from "./vdpol.ts";

export interface Exhibit {
  readonly model: Model;
  /** Inputs in the units of the model, constant. */
  readonly inputs: Readonly<Record<string, number>>;
  /** End of a run that shows what the model does, in its unit of time. */
  readonly end: number;
}

/** By the name that benches and tests use. */
export const gallery: Readonly<Record<string, Exhibit>> = {
  rober: { model: rober, inputs: {}, end: 1e11 },
  hires: { model: hires, inputs: {}, end: 321.8122 },
  orego: { model: orego, inputs: {}, end: 360 },
  vdpol: { model: vdpol, inputs: {}, end: 2000 },
  pollu: { model: pollu, inputs: {}, end: 60 },
  column: {
    model: column,
    inputs: { LT: 2.70629 * kmolPerMinute, VB: 3.20629 * kmolPerMinute, F: kmolPerMinute, zF: 0.5 },
    end: 60_000,
  },
  "tubular-reactor": { model: tubularReactor, inputs: { cIn: 1000, TIn: 340, Tw: 330 }, end: 400 },
  plant: {
    model: plant,
    inputs: { q: 1 / 600, cIn: 1000, TIn: 330, TcIn: 290, feedSetpoint: 350, reactorSetpoint: 350 },
    end: 1200,
  },
};
