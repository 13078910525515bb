/** Decodes the cells of a column of values: numbers straight from bytes, everything else by cause. */
import type { TextDecoder } from "node:util";
import { reason, status } from "../../core/index.ts";
import { meaningOf, missing } from "../status-codes.ts";
import { type Fields, fieldText } from "./csv-scan.ts";
import { GrowingFloats, GrowingIntegers } from "./growing.ts";
import { type NumberSyntax, numberAt } from "./numbers.ts";
import type { Cause, ValueColumn } from "./table.ts";

/** What decides the meaning of a cell; the same for all columns of a file. */
export interface CellRules {
  readonly syntax: NumberSyntax;
  readonly sentinels: readonly number[];
  readonly texts: Readonly<Record<string, number>>;
  readonly decoder: TextDecoder;
  /** Seconds UTC of a cell that holds a time stamp; undefined when it does not. */
  readonly stamp?: ((text: string) => number | undefined) | undefined;
}

/** More different words than this in one column are counted together: it is free text. */
const mostWords = 2000;

/** Looks like a number written in the other convention. */
const otherDecimal = /^[-+]?(\d+[.,])+\d+(e[-+]?\d+)?$/i;
const belowLimit = /^[<>≤≥]\s*(.+)$/;

const upperE = 69;
const shownRows = 5;

/** One digit, a sign, two digits, E, a sign, two digits. */
function isRounded(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] === 45 ? start + 1 : start;
  return end - first === 8 && (bytes[end - 3] === 43 || bytes[end - 3] === 45) && (bytes[first + 1] === 46 || bytes[first + 1] === 44);
}

export class ValueCells {
  private readonly values = new GrowingFloats();
  private readonly places = new GrowingIntegers();
  private readonly cause = new GrowingIntegers();
  private readonly causes: Cause[] = [];
  private readonly ids = new Map<string, number>();
  private readonly rules: CellRules;
  /** Cells in the format 0.00E+00, to which spreadsheets round on their way to text: lines of the first few, and how many. */
  readonly rounded = { count: 0, rows: [] as number[] };
  /** Cause of empty cells, which can be most of a sparse table; −1 before the first. */
  private emptyId = -1;

  constructor(rules: CellRules) {
    this.rules = rules;
  }

  take(fields: Fields, k: number): void {
    const start = fields.starts[k]!;
    const end = fields.ends[k]!;
    if (start === end && this.emptyId >= 0) {
      this.except(this.emptyId, 0);
      return;
    }
    const value = start === end ? Number.NaN : numberAt(fields.bytes, start, end, this.rules.syntax);
    if (Number.isNaN(value)) this.takeText(fieldText(fields, k, this.rules.decoder).trim());
    else {
      if (fields.bytes[end - 4] === upperE && isRounded(fields.bytes, start, end)) this.noteRounded(fields.line);
      this.takeNumber(value);
    }
  }

  /** A cell that was a number already; undefined: no value. */
  takeNumber(value: number | undefined): void {
    if (value === undefined || !Number.isFinite(value)) this.exception("", 0, empty);
    else if (this.rules.sentinels.length > 0 && this.rules.sentinels.includes(value)) this.exception(String(value), 0, sentinel);
    else this.values.push(value);
  }

  /** A cell that was text in a file of typed columns. */
  takeWord(word: string): void {
    const bytes = new TextEncoder().encode(word.trim());
    const value = bytes.length === 0 ? Number.NaN : numberAt(bytes, 0, bytes.length, this.rules.syntax);
    if (Number.isNaN(value)) this.takeText(word.trim());
    else this.takeNumber(value);
  }

  finish(name: string, unit?: string): ValueColumn {
    return { name, unit, value: this.values.finish(), places: this.places.finish(), cause: this.cause.finish(), causes: this.causes };
  }

  private noteRounded(line: number): void {
    if (this.rounded.count++ < shownRows) this.rounded.rows.push(line);
  }

  private takeText(text: string): void {
    const meant = Object.hasOwn(this.rules.texts, text) ? this.rules.texts[text] : undefined;
    if (meant !== undefined) {
      this.values.push(meant);
      return;
    }
    const seconds = text === "" ? undefined : this.rules.stamp?.(text);
    if (seconds !== undefined) {
      this.exception("", seconds, stamped);
      return;
    }
    const cause = this.causes[this.ids.get(`text ${text}`) ?? -1] ?? this.causeOf(text);
    this.exception(text, cause.kind === "censored" ? this.censoringLimit(text)! : 0, cause);
  }

  private exception(text: string, value: number, cause: Omit<Cause, "text">): void {
    const key = cause.kind === "sentinel" || cause.kind === "stamp" ? `${cause.kind} ${text}` : `text ${text}`;
    let id = this.ids.get(key);
    if (id === undefined) {
      if (this.causes.length >= mostWords && cause.unknown) id = this.causes.findIndex((known) => known.unknown);
      if (id === undefined || id < 0) id = this.causes.push({ ...cause, text }) - 1;
      if (this.causes.length <= mostWords) this.ids.set(key, id);
    }
    if (text === "" && cause.kind === "empty") this.emptyId = id;
    this.except(id, value);
  }

  private except(id: number, value: number): void {
    this.places.push(this.values.length);
    this.cause.push(id);
    this.values.push(value);
  }

  private causeOf(text: string): Omit<Cause, "text"> {
    if (text === "") return empty;
    const known = meaningOf(text);
    if (known) return { kind: "text", ...known, unknown: false };
    if (this.censoringLimit(text) !== undefined) return censored;
    return otherDecimal.test(text) ? decimal : unexplained;
  }

  /** The number behind "<" or ">": a laboratory value beyond a limit of detection. */
  private censoringLimit(text: string): number | undefined {
    const digits = belowLimit.exec(text)?.[1];
    if (digits === undefined) return undefined;
    const bytes = new TextEncoder().encode(digits);
    const limit = numberAt(bytes, 0, bytes.length, this.rules.syntax);
    return Number.isNaN(limit) ? undefined : limit;
  }
}

const sentinel = { kind: "sentinel", status: status.badNoData, reasons: reason.sentinel | reason.notANumber, unknown: false } as const;
const empty = { kind: "empty", ...missing, unknown: false } as const;
const stamped = { kind: "stamp", ...missing, unknown: false } as const;
const censored = { kind: "censored", status: status.uncertainSubNormal, reasons: reason.censored, unknown: false } as const;
const decimal = { kind: "decimal", ...missing, unknown: false } as const;
const unexplained = { kind: "text", status: status.bad, reasons: reason.notANumber, unknown: true } as const;
