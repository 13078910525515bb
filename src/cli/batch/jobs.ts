/** What a batch has to do: one question for each asset, or each window, asked for when its turn comes. */
import type { Question } from "../../calibration/index.ts";
import { GreyboxError } from "../../core/index.ts";
import type { Window } from "../../historian/index.ts";
import type { QuestionOptions } from "../calibration/options.ts";
import { named, searchOf, unknownsOf } from "../calibration/question.ts";
import { windowsOf } from "../plant-data.ts";
import { loadStudy, type Study, studyOfAsset } from "../study.ts";
import { countOf } from "../values.ts";

export interface Job {
  readonly name: string;
  /** Of its files, without ending; unique in the batch. */
  readonly file: string;
  question(): Promise<Question>;
}

/** @param by  `asset`: as the study's `fleet` says, or `assets` of its `calibration`; `window`: each window by itself */
export async function jobsOf(path: string, by: string, options: QuestionOptions): Promise<readonly Job[]> {
  const said = named(options);
  const starts = options.starts === undefined ? {} : { starts: countOf("--starts", options.starts, 1) };
  const study = await loadStudy([path, options.binding, options.map]);
  const ask = (one: Study, windows: readonly Window[]): Question => {
    const asked = unknownsOf("batch", one, options);
    return { ...asked, ...searchOf(options, asked), ...starts, ...said, windows };
  };
  const groups = by === "asset" && study.fleet ? undefined : await groupsOf(by, study, options);
  const names = groups ? [...groups.keys()] : Object.keys(study.fleet ?? {});
  if (names.length === 0)
    throw new GreyboxError("cli/needs", { command: "batch", what: "something to calibrate", how: "The `fleet` of the study is empty." });
  const files = fileNames(names);
  return names.map((name, i): Job => {
    const question = async (): Promise<Question> => {
      const windows = groups?.get(name);
      if (windows) return ask(study, windows);
      const one = studyOfAsset(study, name);
      return ask(one, (await windowsOf("batch", options, one)).windows);
    };
    return { name, file: files[i]!, question };
  });
}

/** Windows of one record, by what they are fitted with. */
async function groupsOf(by: string, study: Study, options: QuestionOptions): Promise<ReadonlyMap<string, readonly Window[]>> {
  if (by !== "asset" && by !== "window") throw new GreyboxError("cli/option", { option: "--by", value: by, expected: "asset or window" });
  const assets = study.calibration?.assets;
  if (by === "asset" && !assets) {
    const how =
      "Export `fleet` from the study, `{ R101: { historian, binding, … } }`, or the asset of each window as `assets` in `calibration`.";
    throw new GreyboxError("cli/needs", { command: "batch", what: "to know which assets there are", how });
  }
  const { windows } = await windowsOf("batch", options, study);
  const groups = new Map<string, Window[]>();
  for (const window of windows) {
    const name = by === "window" ? window.name : assets?.[window.name];
    if (name === undefined) throw new GreyboxError("calibration/no-asset", { name: "fleet", window: window.name });
    groups.set(name, [...(groups.get(name) ?? []), window]);
  }
  return groups;
}

/** Names as files may be called on every system; those that would be called alike get a number. */
function fileNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = name.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[.-]+|[.-]+$/g, "") || "asset";
    let file = plain;
    for (let i = 2; taken.has(file.toLowerCase()) || file.toLowerCase() === "index"; i++) file = `${plain}-${i}`;
    taken.add(file.toLowerCase());
    return file;
  });
}
