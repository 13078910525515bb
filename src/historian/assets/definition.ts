/**
 * An asset tree: what a plant consists of, and what is known of each part: tags, laboratory results, batches and modes, data sheets, files.
 * Plain data, such as JSON.
 *
 * @see IEC 62264-1:2013 (ISA-95), §5.3: equipment hierarchy. A cell is its work centre (process cell, production line), a unit its work unit.
 */
import type { LabFields } from "../bind-lab.ts";
import type { ReadingFields, TagPeriod } from "../bind-periods.ts";
import type { Duration, Moment } from "../duration.ts";

/** From the whole to the parts. A node may leave levels out, but never stand above its parent. */
export const levels = ["enterprise", "site", "area", "cell", "unit", "equipment"] as const;
export type AssetLevel = (typeof levels)[number];

export interface AssetDefinition {
  /** Unique beside its siblings, without a slash. */
  readonly name: string;
  readonly level: AssetLevel;
  readonly description?: string | undefined;
  /** What is measured here, by its name in this tree. */
  readonly variables?: Readonly<Record<string, AssetVariable>> | undefined;
  /** What tells stretches of time apart here and in everything below: batches, grades, modes. */
  readonly contexts?: Readonly<Record<string, AssetContext>> | undefined;
  /** Facts of the data sheet. */
  readonly sheet?: Readonly<Record<string, SheetEntry>> | undefined;
  readonly documents?: readonly AssetDocument[] | undefined;
  readonly parts?: readonly AssetDefinition[] | undefined;
}

/** A tag or several one after the other, as in a binding, with the source that holds them. */
export type AssetVariable = ReadingFields & {
  /** Unit in which the tag is archived. */
  readonly unit: string;
  readonly description?: string | undefined;
  /** Which of the historians; may be left out where there is one. */
  readonly source?: string | undefined;
  readonly maxGap?: Duration | undefined;
  /** Present on laboratory results. */
  readonly lab?: LabFields | undefined;
} & ({ readonly tag: string; readonly periods?: undefined } | { readonly tag?: undefined; readonly periods: readonly TagPeriod[] });

/** Stretches that were written down, or the states of a tag. */
export type AssetContext =
  | { readonly events: readonly AssetEvent[] }
  | { readonly tag: string; readonly source?: string | undefined; readonly states: Readonly<Record<string, number>> };

/** Something with a beginning and an end: a batch, a campaign, a cleaning. */
export interface AssetEvent {
  /** Value of the context: number of the batch, name of the grade. */
  readonly value: string;
  readonly from: Moment;
  /** Absent: still going on. */
  readonly to?: Moment | undefined;
  /** What else is known of it. */
  readonly facts?: Readonly<Record<string, string | number>> | undefined;
}

export interface SheetEntry {
  readonly value: string | number;
  readonly unit?: string | undefined;
  /** Where the figure comes from. */
  readonly source?: string | undefined;
}

export interface AssetDocument {
  readonly title: string;
  /** Path or address. */
  readonly file: string;
}
