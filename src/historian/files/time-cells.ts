/** Decodes the cells of the time column, and refuses the file when one of them is no time. */
import type { TextDecoder } from "node:util";
import { conversion, GreyboxError } from "../../core/index.ts";
import { type Fields, fieldText } from "./csv-scan.ts";
import { GrowingFloats } from "./growing.ts";
import { type NumberSyntax, numberAt } from "./numbers.ts";
import { fileDefaults, type TimeOption } from "./options.ts";
import { patternReader, readIso, type Stamp, type StampReader } from "./stamps.ts";
import type { TimeColumn } from "./table.ts";

const [year1990, year2100] = [631152000, 4102444800];

/** Seconds per unit of each epoch; Excel counts days from 1899-12-30. */
const epochs = { s: [1, 0], ms: [1e-3, 0], us: [1e-6, 0], ns: [1e-9, 0], excel: [86400, 25569] } as const;
type Epoch = keyof typeof epochs;

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
}

/** Seconds since 1970 of a count since an epoch. Dividing by a power of ten rounds once; multiplying by 1e-3 would round twice. */
export function epochSeconds(count: number, epoch: Epoch): number {
  if (epoch === "excel") return Math.round((count - epochs.excel[1]) * 86400e3) / 1e3;
  return epoch === "s" ? count : count / { ms: 1e3, us: 1e6, ns: 1e9 }[epoch];
}

/** True for instants in the years 1990 to 2100. */
export function plausibleEpoch(seconds: number): boolean {
  return seconds >= year1990 && seconds < year2100;
}

/** The declaration under which a count would fall into the years 1990 to 2100; "" when there is none. */
export function epochProposal(count: number): string {
  const fitting = (Object.keys(epochs) as Epoch[]).filter((epoch) => plausibleEpoch(epochSeconds(count, epoch)));
  return fitting.map((epoch) => `time: { epoch: "${epoch}" }`).join(" or ");
}

/** @throws GreyboxError `historian/option`, `unit/unknown` */
export function timeSyntax(option: TimeOption | undefined, numbers: NumberSyntax): TimeSyntax {
  if (typeof option === "object" && "epoch" in option) {
    const { epoch } = option;
    if (!Object.hasOwn(epochs, epoch)) {
      throw new GreyboxError("historian/option", {
        option: "time.epoch",
        value: String(epoch),
        expected: '"s", "ms", "us", "ns" or "excel"',
      });
    }
    const count = (counted: number): number => epochSeconds(counted, epoch);
    const read = numberReader(numbers, count, epoch !== "excel");
    return { read, expected: `a count since the epoch (${epoch})`, calendar: true, words: false, count, epoch };
  }
  if (typeof option === "object" && "elapsed" in option) {
    const { factor } = conversion(option.elapsed, "s");
    const count = (counted: number): number => counted * factor;
    return { read: numberReader(numbers, count, true), expected: `a number of ${option.elapsed}`, calendar: false, words: false, count };
  }
  const format = (typeof option === "object" && "format" in option ? option.format : undefined) ?? fileDefaults.timeFormat;
  if (format === "iso") return { read: readIso, expected: "an ISO 8601 time stamp", calendar: true, words: true };
  return { read: patternReader(format), expected: `"${format}"`, calendar: true, words: true };
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
  const count = epoch === "excel" ? time[place]! / 86400 + 25569 : time[place]! * { s: 1, ms: 1e3, us: 1e6, ns: 1e9 }[epoch];
  throw new GreyboxError("historian/time-magnitude", {
    path,
    column,
    row: row(place),
    value: count,
    declared: `epoch "${epoch}"`,
    proposal: epochProposal(count),
  });
}
