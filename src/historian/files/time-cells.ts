/** Decodes the cells of the time column, and refuses the file when one of them is no time. */
import type { TextDecoder } from "node:util";
import { conversion, GreyboxError } from "../../core/index.ts";
import { type Fields, fieldText } from "./csv-scan.ts";
import { confusesDayAndMonth } from "./day-month.ts";
import { countOf, countReader, type Epoch, epochSeconds, epochs } from "./epochs.ts";
import { GrowingFloats } from "./growing.ts";
import { type NumberSyntax, numberAt } from "./numbers.ts";
import { fileDefaults, type TimeOption } from "./options.ts";
import { patternReader, readIso, type Stamp, type StampReader } from "./stamps.ts";
import type { TimeColumn } from "./table.ts";

const [year1990, year2100] = [631152000, 4102444800];

export { epochSeconds } from "./epochs.ts";

/** How stamps are read, in words for messages, and whether they belong to a calendar. */
export interface TimeSyntax {
  readonly read: StampReader;
  readonly expected: string;
  readonly calendar: boolean;
  /** True for stamps written as dates, false for plain numbers. */
  readonly words: boolean;
  /** Seconds of a plain number; absent for stamps written as dates. */
  readonly count?: ((count: number) => number) | undefined;
  readonly epoch?: Epoch | undefined;
  /** The declared pattern, where day and month could be exchanged in it. */
  readonly confusable?: string | undefined;
}

/** True for instants in the years 1990 to 2100. */
export function plausibleEpoch(seconds: number): boolean {
  return seconds >= year1990 && seconds < year2100;
}

/** The declaration under which a count would fall into the years 1990 to 2100; "" when there is none. */
export function epochProposal(count: number): string {
  const fitting = epochs.filter((epoch) => plausibleEpoch(epochSeconds(count, epoch)));
  return fitting.map((epoch) => `time: { epoch: "${epoch}" }`).join(" or ");
}

/** @throws GreyboxError `historian/option`, `unit/unknown` */
export function timeSyntax(option: TimeOption | undefined, numbers: NumberSyntax): TimeSyntax {
  if (typeof option === "object" && "epoch" in option) {
    const { epoch } = option;
    if (!epochs.includes(epoch)) {
      throw new GreyboxError("historian/option", {
        option: "time.epoch",
        value: String(epoch),
        expected: '"s", "ms", "us", "ns", "excel", "filetime" or "dotnet"',
      });
    }
    const count = (counted: number): number => epochSeconds(counted, epoch);
    const read = countReader(epoch, numbers);
    return { read, expected: `a count since the epoch (${epoch}) with all its digits`, calendar: true, words: false, count, epoch };
  }
  if (typeof option === "object" && "elapsed" in option) {
    const { factor } = conversion(option.elapsed, "s");
    const count = (counted: number): number => counted * factor;
    return { read: numberReader(numbers, count, true), expected: `a number of ${option.elapsed}`, calendar: false, words: false, count };
  }
  const format = (typeof option === "object" && "format" in option ? option.format : undefined) ?? fileDefaults.timeFormat;
  if (format === "iso") return { read: readIso, expected: "an ISO 8601 time stamp", calendar: true, words: true };
  const confusable = confusesDayAndMonth(format) ? format : undefined;
  return { read: patternReader(format), expected: `"${format}"`, calendar: true, words: true, confusable };
}

function numberReader(syntax: NumberSyntax, seconds: (count: number) => number, absolute: boolean): StampReader {
  return (bytes, start, end, stamp) => {
    const count = start === end ? Number.NaN : numberAt(bytes, start, end, syntax);
    stamp.seconds = seconds(count);
    stamp.absolute = absolute;
    return !Number.isNaN(count);
  };
}

export class TimeCells {
  private readonly local = new GrowingFloats();
  private readonly relative: number[] = [];
  private relativeCount = 0;
  private absoluteCount = 0;
  private relativeText = "";
  private readonly stamp: Stamp = { seconds: 0, absolute: false };
  private absolute: Uint8Array | undefined;
  private readonly syntax: TimeSyntax;
  private readonly decoder: TextDecoder;

  constructor(syntax: TimeSyntax, decoder: TextDecoder) {
    this.syntax = syntax;
    this.decoder = decoder;
  }

  /** False when the cell is no time; nothing is added then. */
  take(fields: Fields, k: number): boolean {
    const { stamp, local } = this;
    if (!this.syntax.read(fields.bytes, fields.starts[k]!, fields.ends[k]!, stamp)) return false;
    if (stamp.absolute) this.absoluteCount++;
    else {
      if (this.relativeCount === 0) {
        this.relative.push(local.length);
        this.relativeText = fieldText(fields, k, this.decoder);
      }
      this.relativeCount++;
    }
    if (this.absoluteCount > 0 && this.relativeCount > 0) this.mark(stamp.absolute);
    local.push(stamp.seconds);
    return true;
  }

  /** The last time as it was written [s]; NaN where there is none. */
  latest(): number {
    return this.local.last();
  }

  finish(): TimeColumn {
    const local = this.local.finish();
    const absolute = this.absolute?.slice(0, local.length) ?? (this.relativeCount === 0 ? new Uint8Array(local.length).fill(1) : undefined);
    const sample = this.relativeCount > 0 ? { place: this.relative[0]!, text: this.relativeText, count: this.relativeCount } : undefined;
    return { local, absolute, sample };
  }

  /** Stamps with and without an offset in one column: from now on, and backwards, each is marked. */
  private mark(absolute: boolean): void {
    const place = this.local.length;
    if (this.absolute === undefined) {
      this.absolute = new Uint8Array(Math.max(1024, 2 * place));
      if (!absolute) this.absolute.fill(1, 0, place);
    } else if (place >= this.absolute.length) {
      const larger = new Uint8Array(2 * place);
      larger.set(this.absolute);
      this.absolute = larger;
    }
    this.absolute[place] = absolute ? 1 : 0;
  }
}

/** @throws GreyboxError `historian/time-magnitude` when a count falls outside the years 1990 to 2100 */
export function checkMagnitude(path: string, column: string, syntax: TimeSyntax, time: Float64Array, row: (place: number) => number): void {
  const { epoch } = syntax;
  if (epoch === undefined) return;
  const place = time.findIndex((seconds) => !plausibleEpoch(seconds));
  if (place < 0) return;
  const count = countOf(time[place]!, epoch);
  throw new GreyboxError("historian/time-magnitude", {
    path,
    column,
    row: row(place),
    value: count,
    declared: `epoch "${epoch}"`,
    proposal: epochProposal(count),
  });
}
