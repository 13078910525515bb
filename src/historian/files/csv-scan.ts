/**
 * Splits delimited bytes into records and fields, without making an object for a cell.
 *
 * Quoting is RFC 4180: a field that begins with a quotation mark may hold delimiters, line breaks and doubled quotation marks. Works on
 * chunks as they arrive; a record that is not complete waits for the next chunk.
 */
import type { TextDecoder } from "node:util";
import { GreyboxError } from "../../core/index.ts";

export interface Dialect {
  /** Byte between fields; 0: runs of blanks and tabs. */
  readonly delimiter: number;
  /** False: quotation marks are ordinary characters. */
  readonly quote: boolean;
  /** Lines that begin with this byte are not records; −1: none. */
  readonly comment: number;
  /** Lines at the beginning that are passed over, whatever they hold. */
  readonly skip: number;
}

/** The record in hand. Field k is bytes[starts[k], ends[k]), blanks and quotation marks around it taken off. */
export interface Fields {
  bytes: Uint8Array;
  count: number;
  starts: Int32Array;
  ends: Int32Array;
  /** 1 where doubled quotation marks must be halved. */
  escaped: Uint8Array;
  /** 1 where the field was quoted. */
  quoted: Uint8Array;
  /** Line on which the record begins, from 1. */
  line: number;
}

const [tab, lineFeed, carriageReturn, blank, mark] = [9, 10, 13, 32, 34];

/** A record larger than this is an unclosed quotation mark. */
const longestRecord = 1 << 24;

export interface Scanner {
  push(chunk: Uint8Array): void;
  /** The last record may end without a line break. */
  end(): void;
}

/**
 * @param onRecord  called for each record that is not blank and no comment; `fields` is reused
 * @throws GreyboxError `historian/quote`
 */
export function scanner(path: string, dialect: Dialect, onRecord: (fields: Fields) => void): Scanner {
  const fields: Fields = {
    bytes: new Uint8Array(0),
    count: 0,
    starts: new Int32Array(64),
    ends: new Int32Array(64),
    escaped: new Uint8Array(64),
    quoted: new Uint8Array(64),
    line: 1,
  };
  /** The chunk in hand, behind what was left of the one before. */
  let held = new Uint8Array(1 << 16);
  let rest = 0;
  let line = 1;

  const scan = (bytes: Uint8Array, last: boolean): number => {
    fields.bytes = bytes;
    let start = 0;
    while (start < bytes.length) {
      if (line <= dialect.skip) {
        const lineEnd = bytes.indexOf(lineFeed, start);
        if (lineEnd < 0) return last ? bytes.length : start;
        start = lineEnd + 1;
        line++;
        continue;
      }
      fields.line = line;
      const end = dialect.delimiter === 0 ? splitBlanks(bytes, start, last) : split(bytes, start, last);
      if (end < 0) {
        if (bytes.length - start > longestRecord || last) throw new GreyboxError("historian/quote", { path, row: line });
        return start;
      }
      const empty = fields.count === 0 || (fields.count === 1 && fields.starts[0] === fields.ends[0] && fields.quoted[0] === 0);
      if (!empty && bytes[start] !== dialect.comment) onRecord(fields);
      start = end;
    }
    return start;
  };

  const grow = (): void => {
    const size = 2 * fields.starts.length;
    const [starts, ends, escaped, quoted] = [new Int32Array(size), new Int32Array(size), new Uint8Array(size), new Uint8Array(size)];
    starts.set(fields.starts);
    ends.set(fields.ends);
    escaped.set(fields.escaped);
    quoted.set(fields.quoted);
    Object.assign(fields, { starts, ends, escaped, quoted });
  };

  /** Splits the record at `start`; the place after its line break, or −1 when it is not complete. */
  const split = (bytes: Uint8Array, start: number, last: boolean): number => {
    const { delimiter, quote } = dialect;
    const size = bytes.length;
    const quotes = quote && bytes[start] !== dialect.comment;
    let { starts, ends, escaped, quoted } = fields;
    let count = 0;
    let lines = 0;
    let i = start;
    for (;;) {
      if (count === starts.length) {
        grow();
        ({ starts, ends, escaped, quoted } = fields);
      }
      while (i < size && bytes[i] === blank) i++;
      let from = i;
      let to: number;
      escaped[count] = 0;
      quoted[count] = 0;
      if (quotes && bytes[i] === mark) {
        quoted[count] = 1;
        from = ++i;
        for (;;) {
          while (i < size && bytes[i] !== mark) if (bytes[i++] === lineFeed) lines++;
          if (i >= size) return -1;
          if (i + 1 >= size && !last) return -1;
          if (bytes[i + 1] !== mark) break;
          escaped[count] = 1;
          i += 2;
        }
        to = i++;
        while (i < size && bytes[i] !== delimiter && bytes[i] !== lineFeed) i++;
      } else {
        for (; i < size; i++) {
          const byte = bytes[i];
          if (byte === delimiter || byte === lineFeed) break;
        }
        to = i;
        while (to > from && (bytes[to - 1] === blank || bytes[to - 1] === carriageReturn)) to--;
      }
      if (i >= size && !last) return -1;
      starts[count] = from;
      ends[count] = to;
      count++;
      if (i >= size || bytes[i] === lineFeed) {
        fields.count = count;
        line += lines + 1;
        return Math.min(i + 1, size);
      }
      i++;
    }
  };

  const splitBlanks = (bytes: Uint8Array, start: number, last: boolean): number => {
    const size = bytes.length;
    let [count, i] = [0, start];
    for (;;) {
      while (i < size && (bytes[i] === blank || bytes[i] === tab || bytes[i] === carriageReturn)) i++;
      if (i < size && bytes[i] !== lineFeed) {
        if (count === fields.starts.length) grow();
        fields.starts[count] = i;
        while (i < size && bytes[i]! > blank) i++;
        fields.ends[count] = i;
        fields.escaped[count] = fields.quoted[count] = 0;
        count++;
      }
      if (i >= size || bytes[i] === lineFeed) {
        if (i >= size && !last) return -1;
        fields.count = count;
        line++;
        return Math.min(i + 1, size);
      }
    }
  };

  return {
    push(chunk) {
      const size = rest + chunk.length;
      if (size > held.length) {
        const larger = new Uint8Array(Math.max(size, 2 * held.length));
        larger.set(held.subarray(0, rest));
        held = larger;
      }
      held.set(chunk, rest);
      const end = scan(held.subarray(0, size), false);
      held.copyWithin(0, end, size);
      rest = size - end;
    },
    end() {
      scan(held.subarray(0, rest), true);
      rest = 0;
    },
  };
}

/** Text of a field. */
export function fieldText(fields: Fields, k: number, decoder: TextDecoder): string {
  const text = decoder.decode(fields.bytes.subarray(fields.starts[k], fields.ends[k]));
  return fields.escaped[k] === 1 ? text.replaceAll('""', '"') : text;
}
