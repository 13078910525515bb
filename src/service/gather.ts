/** Finds the sensors that are to be served, and sees to it that each has its own name. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { GreyboxError } from "../core/index.ts";
import { loadSoftSensor, type SoftSensor } from "../sensors/index.ts";

export interface ServiceSources {
  /** Sensors made in this program. */
  readonly sensors?: readonly SoftSensor[] | undefined;
  /** Paths of bundles. */
  readonly bundles?: readonly string[] | undefined;
  /** A folder; every file in it that ends in `.greybox` is served. */
  readonly dir?: string | undefined;
}

export async function gatherSensors({ sensors = [], bundles = [], dir }: ServiceSources): Promise<Map<string, SoftSensor>> {
  const inDir = dir === undefined ? [] : (await readdir(dir)).filter((file) => file.endsWith(".greybox")).sort();
  const paths = [...bundles, ...inDir.map((file) => join(dir ?? "", file))];
  const found = new Map<string, SoftSensor>();
  const origin = new Map<string, string>();
  const add = (sensor: SoftSensor, from: string): void => {
    const { name } = sensor;
    const earlier = origin.get(name);
    if (earlier !== undefined) throw new GreyboxError("service/same-name", { name, sources: [earlier, from] });
    found.set(name, sensor);
    origin.set(name, from);
  };
  for (const sensor of sensors) add(sensor, "this program");
  for (const path of paths) add(await loadSoftSensor(path), path);
  if (found.size === 0) throw new GreyboxError("service/nothing-to-serve", { where: dir ?? "the list of bundles" });
  return found;
}
