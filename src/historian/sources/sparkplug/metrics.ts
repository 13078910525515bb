/** What a birth says about a metric: its tag, type, unit and range. */
import type { TagInfo } from "../../series.ts";
import { isStepped } from "./data-types.ts";
import type { PropertyContent } from "./decode.ts";

/** One metric of one edge node or device. */
export interface KnownMetric {
  /** Place of its tag in the list of all tags. */
  readonly place: number;
  type: number;
  readonly device: string | undefined;
}

type Properties = Readonly<Record<string, PropertyContent>> | undefined;

/**
 * The tag "group/edge node[/device]/metric" with what the properties of the metric say.
 *
 * The specification names no property but Quality. Read are those that Ignition writes (`engUnit`, `engLow`, `engHigh`, `documentation`)
 * and, by their names here, `stepped`, `compression`, `exception` and `maxInterval`.
 */
export function tagInfoOf(tag: string, type: number, properties: Properties): TagInfo {
  const own = properties ?? {};
  const unit = textOf(own["engUnit"] ?? own["unit"]);
  const description = textOf(own["documentation"] ?? own["description"]);
  const [low, high] = [numberOf(own["engLow"]), numberOf(own["engHigh"])];
  const stepped = own["stepped"];
  const optional = {
    unit,
    description,
    range: low !== undefined && high !== undefined && low < high ? ([low, high] as const) : undefined,
    stepped: typeof stepped === "boolean" ? stepped : isStepped(type) ? true : undefined,
    compression: numberOf(own["compression"]),
    exception: numberOf(own["exception"]),
    maxInterval: numberOf(own["maxInterval"]),
  };
  return { tag, ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)) };
}

const textOf = (content: PropertyContent | undefined): string | undefined =>
  typeof content === "string" && content !== "" ? content : undefined;

const numberOf = (content: PropertyContent | undefined): number | undefined =>
  typeof content === "number" && Number.isFinite(content) ? content : undefined;
