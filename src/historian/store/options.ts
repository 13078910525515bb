/** What can be chosen about a store. What concerns its files is fixed when it is made. */
import type { Period } from "./layout.ts";

export interface StoreOptions {
  /** Makes the store where there is none. Default: true. */
  readonly create?: boolean | undefined;
  /** False: its times count from the start of a record, not from 1970. Fixed when the store is made. Default: true. */
  readonly calendar?: boolean | undefined;
  /** Groups over which tags are spread. Fixed when the store is made. */
  readonly groups?: number | undefined;
  /** How long a stretch of time one segment may cover. Fixed when the store is made. */
  readonly period?: Period | undefined;
  /** Points held in memory before they are written as segments. */
  readonly segmentPoints?: number | undefined;
  /**
   * When points count as taken up. `always`: when the disk says that it holds them, so that they outlive a loss of power. `process`: when the
   * system has them, so that they outlive the end of the process, however it comes.
   */
  readonly sync?: "always" | "process" | undefined;
}

export const storeDefaults = {
  create: true,
  calendar: true,
  groups: 4,
  period: "month",
  segmentPoints: 1_000_000,
  sync: "always",
  /** Names of batches that are remembered, so that one that comes again is known. Numbers in streams are known for ever. */
  rememberedBatches: 65536,
} as const;
