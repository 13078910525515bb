/** Problems of the PEtab collection, and random points within their bounds that every contestant starts from. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type PetabQuestion, readPetab } from "greybox/calibration";
import { random } from "greybox/core";
import { modelFromDefinition } from "greybox/models";

const folder = join(process.env["GREYBOX_DATA"] ?? "../shared/data", "petab");

export const petabProblems = {
  Boehm: "Boehm_JProteomeRes2014/Boehm_JProteomeRes2014.yaml",
  Crauste: "Crauste_CellSystems2017/Crauste_CellSystems2017.yaml",
  Bruno: "Bruno_JExpBot2016/Bruno_JExpBot2016.yaml",
  Perelson: "Perelson_Science1996/Perelson_Science1996.yaml",
  Bertozzi: "Bertozzi_PNAS2020/problem.yaml",
} as const;

export type PetabName = keyof typeof petabProblems;
/** Values of the estimated parameters, in the units of the problem. */
export type Point = Readonly<Record<string, number>>;

/** Undefined where the data is not here. */
export function pathOf(name: PetabName): string | undefined {
  const path = join(folder, petabProblems[name]);
  return existsSync(path) ? path : undefined;
}

/** `count` points, uniform within the bounds on the scale on which PEtab says that a parameter is searched. */
export function randomPoints({ model, estimate }: PetabQuestion, count: number): Point[] {
  return Array.from({ length: count }, (_, s) => {
    const draw = random(1).fork("petab").fork(s);
    return Object.fromEntries(
      estimate.map((name) => {
        const { bounds, scale } = model.definition.parameters[name]!;
        const [low, high] = bounds!;
        const share = draw.uniform();
        const value = scale === "log" ? low * (high / low) ** share : low + share * (high - low);
        return [name, Math.min(Math.max(value, low), high)];
      }),
    );
  });
}

/** The question with the model's own values replaced: what is published as the best fit must not be start 0. */
export function startingFrom(question: PetabQuestion, point: Point): PetabQuestion {
  const { definition } = question.model;
  const parameters = Object.fromEntries(
    Object.entries(definition.parameters).map(([name, parameter]) => [name, { ...parameter, value: point[name] ?? parameter.value }]),
  );
  return { ...question, model: modelFromDefinition({ ...definition, parameters }) };
}

export const read = readPetab;
