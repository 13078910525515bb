/** What other systems write for quality, as OPC UA status codes. A code that is not in a map is refused, not guessed. */
import { reason, status } from "../core/index.ts";

/** How a status column is written: a known convention, or words and numbers with what they mean. */
export type StatusMap = "ua" | "opc-classic" | "sparkplug" | Readonly<Record<string, "good" | "uncertain" | "bad" | number>>;

/**
 * OPC UA status code of a cell of a status column; undefined when the map does not know it.
 *
 * @param text  as written: decimal, `0x…`, or a word
 */
export function statusFrom(text: string, map: StatusMap): number | undefined {
  const written = text.trim();
  if (map === "ua") return uaStatus(written);
  if (map === "opc-classic") return /^\d{1,5}$/.test(written) ? classicStatus(Number(written)) : undefined;
  if (map === "sparkplug") return sparkplugStatus(written);
  const meant = map[written];
  if (meant === undefined) return undefined;
  return typeof meant === "number" ? meant >>> 0 : plainStatus[meant];
}

const plainStatus = { good: status.good, uncertain: status.uncertain, bad: status.bad } as const;

/**
 * UA codes as numbers, or the three words that exports write for them. A number from 1 to 255 is none: without an info type the low byte is
 * zero. It is a quality of OPC classic (192 means good there, and 0 bad), or a percentage.
 */
function uaStatus(written: string): number | undefined {
  if (/^(0x[0-9a-f]{1,8}|-?\d{1,10})$/i.test(written)) {
    // Databases without unsigned numbers keep a code as the signed number of the same bits.
    const signed = Number(written);
    const code = signed < 0 && signed >= -(2 ** 31) ? signed >>> 0 : signed;
    if (code < 0) return undefined;
    return code <= 0xffffffff && (code === 0 || code > 0xff) ? code : undefined;
  }
  const word = written.toLowerCase();
  return word === "good" || word === "uncertain" || word === "bad" ? plainStatus[word] : undefined;
}

/**
 * OPC Data Access quality QQSSSSLL in its low byte. The limit bits become those of UA (low, high, constant); a vendor's high byte is ignored.
 *
 * @see OPC Data Access Custom Interface 3.00 §6.8; OPC UA Part 8 (IEC 62541-8) annex A.
 */
export function classicStatus(quality: number): number | undefined {
  const code = classic.get(quality & 0xfc);
  if (code === undefined) return undefined;
  const limit = quality & 0b11;
  // UA: info type DataValue (bit 10), limit bits 8 and 9: 01 low, 10 high, 11 constant.
  return limit === 0 ? code : (code | 0x400 | (limit << 8)) >>> 0;
}

const classic = new Map<number, number>([
  [0, status.bad],
  [4, status.badConfigurationError],
  [8, status.badNotConnected],
  [12, status.badDeviceFailure],
  [16, status.badSensorFailure],
  [20, status.badNoCommunication],
  [24, status.badNoCommunication],
  [28, status.badOutOfService],
  [32, status.badWaitingForInitialData],
  [64, status.uncertain],
  [68, status.uncertainLastUsableValue],
  [80, status.uncertainSensorNotAccurate],
  [84, status.uncertainEngineeringUnitsExceeded],
  [88, status.uncertainSubNormal],
  [192, status.good],
  [216, status.goodLocalOverride],
]);

/** Sparkplug B: the property Quality; absent means good, 500 is stale. */
function sparkplugStatus(written: string): number | undefined {
  if (written === "" || written === "192") return status.good;
  if (written === "500") return status.uncertainLastUsableValue;
  return written === "0" ? status.bad : undefined;
}

/** What a text means that stands where a number belongs. */
export interface TextMeaning {
  readonly status: number;
  readonly reasons: number;
}

const meaning = (code: number, extra = 0): TextMeaning => ({ status: code, reasons: reason.notANumber | extra });

/** Nothing in the cell, or one of the many ways to write nothing. */
export const missing = meaning(status.badNoData);

const states = new Map<string, TextMeaning>(
  Object.entries({
    "": missing,
    "-": missing,
    "--": missing,
    nan: missing,
    "-nan": missing,
    "nan(ind)": missing,
    null: missing,
    none: missing,
    na: missing,
    "n/a": missing,
    nil: missing,
    inf: missing,
    "-inf": missing,
    infinity: missing,
    "-infinity": missing,
    "non un numero": missing,
    "no data": missing,
    nodata: missing,
    "no sample": missing,
    "no lab data": missing,
    "arc off-line": missing,
    "no result": missing,
    "resize to show all values": missing,
    "tag not found": meaning(status.badConfigurationError),
    configure: meaning(status.badConfigurationError),
    "the time is invalid.": meaning(status.badConfigurationError),
    "pt created": meaning(status.badWaitingForInitialData),
    "i/o timeout": meaning(status.badNoCommunication),
    "comm fail": meaning(status.badNoCommunication),
    "connection to the server lost.": meaning(status.badNoCommunication),
    "not connect": meaning(status.badNotConnected),
    "scan off": meaning(status.badOutOfService),
    "calc off": meaning(status.badOutOfService),
    "unit down": meaning(status.badOutOfService),
    "out of serv": meaning(status.badOutOfService),
    bad: meaning(status.bad),
    "bad input": meaning(status.badSensorFailure),
    "sample bad": meaning(status.bad),
    "calc failed": meaning(status.bad),
    error: meaning(status.bad),
    "over range": meaning(status.badOutOfRange, reason.saturated),
    "under range": meaning(status.badOutOfRange, reason.saturated),
  }),
);

/**
 * What a known text in a numeric column means; undefined for any other text.
 *
 * Covers the digital states of PI, what DataLink and spreadsheets leave in cells (`[-11059] No Good Data…`, `#N/A`), and the ways to
 * write "not a number". Case and blanks around the text do not count.
 */
export function meaningOf(text: string): TextMeaning | undefined {
  const key = text.trim().toLowerCase();
  const known = states.get(key);
  if (known) return known;
  if (/^\[-?\d+\]/.test(key)) return key.includes("timeout") ? meaning(status.badNoCommunication) : missing;
  // A column too narrow for its number.
  if (/^#{2,}$/.test(key)) return missing;
  if (/^#(n\/a|name\?|value!|ref!|div\/0!|num!|null!)/.test(key)) return meaning(status.bad);
  if (key.startsWith("invalid function argument")) return meaning(status.badConfigurationError);
  return undefined;
}
