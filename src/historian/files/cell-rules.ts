/** Turns the options of a file into the rules by which its cells are read. */
import type { TextDecoder } from "node:util";
import { GreyboxError } from "../../core/index.ts";
import { zoneOf } from "../zone.ts";
import type { NumberSyntax } from "./numbers.ts";
import { type FileOptions, fileDefaults } from "./options.ts";
import { readIso, type Stamp } from "./stamps.ts";
import type { TimeSyntax } from "./time-cells.ts";
import type { CellRules } from "./value-cells.ts";

/** @throws GreyboxError `historian/option` when decimal and thousands sign are the same */
export function numberSyntax(options: FileOptions): NumberSyntax {
  const decimal = options.decimal ?? fileDefaults.decimal;
  if (decimal === options.thousands) {
    throw new GreyboxError("historian/option", {
      option: "thousands",
      value: JSON.stringify(decimal),
      expected: "another sign than `decimal`",
    });
  }
  return { decimal: decimal.charCodeAt(0), thousands: options.thousands === undefined ? 0 : options.thousands.charCodeAt(0) };
}

/** Time stamps among the values are resolved one by one: they stand in no order that could tell the two passes of an hour apart. */
export function cellRules(options: FileOptions, syntax: NumberSyntax, decoder: TextDecoder, times: TimeSyntax): CellRules {
  const stamp: Stamp = { seconds: 0, absolute: false };
  const zone = options.zone === undefined ? undefined : zoneOf(options.zone);
  return {
    syntax,
    decoder,
    sentinels: options.sentinels ?? fileDefaults.sentinels,
    texts: options.texts ?? {},
    stamp: (text) => {
      const bytes = new TextEncoder().encode(text);
      const read = times.words && times.read(bytes, 0, bytes.length, stamp);
      if (!read && !readIso(bytes, 0, bytes.length, stamp)) return undefined;
      if (stamp.absolute) return stamp.seconds;
      const offset = zone?.offsetsOf(stamp.seconds)[0];
      return offset === undefined ? undefined : stamp.seconds - offset;
    },
  };
}
