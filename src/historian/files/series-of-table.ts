/** Cells into series: local times to UTC, status words to codes, exceptions to status and reasons, long rows to one series a tag. */
import { GreyboxError, reason, status } from "../../core/index.ts";
import { gathered, gatheredCodes, reasonOfSeverity, type Series, type TagInfo } from "../series.ts";
import type { Finding } from "../source.ts";
import { statusFrom } from "../status-codes.ts";
import { resolveLocal, type Zone, zoneOf } from "../zone.ts";
import { type Exceptions, exceptionsOf, located, refuseDecimals } from "./exceptions.ts";
import { cellFindings, disorderFindings } from "./findings.ts";
import type { FileOptions } from "./options.ts";
import type { Table, ValueColumn } from "./table.ts";

export interface FileContent {
  readonly calendar: boolean;
  readonly series: ReadonlyMap<string, Series>;
  /** Tags without a single number, with samples of what they hold. */
  readonly textTags: ReadonlyMap<string, readonly string[]>;
  readonly findings: readonly Finding[];
}

/**
 * @param settings  `keepText`: a column without a number is a series of Bad points as well, as in one page of several
 * @throws GreyboxError `historian/zone-required`, `historian/zone-unknown`, `historian/zone-gap`, `historian/decimal`, `historian/status-map`
 */
export function seriesOfTable(table: Table, options: FileOptions, { keepText = false }: { readonly keepText?: boolean } = {}): FileContent {
  const zone = zoneFor(table, options);
  const lineOf = (place: number): number => table.lines?.[place] ?? place + 1;
  const series = new Map<string, Series>();
  const textTags = new Map<string, readonly string[]>();
  const findings: Finding[] = [...table.findings];

  const codes = new Map([...table.statuses].map(([of]) => [of, statusCodes(table, of)]));
  const add = (tag: string, column: ValueColumn, rows: Int32Array | undefined, time: Placed): void => {
    const exceptions = exceptionsOf(column, rows);
    const where = (place: number): number => lineOf(rows ? rows[place]! : place);
    const words = located(exceptions, (cause) => cause.unknown);
    if (words.count > 0 && exceptions.places.length === (rows?.length ?? table.rows)) {
      textTags.set(tag, words.texts);
      if (!keepText) {
        findings.push({
          kind: "text-column",
          tag,
          count: words.count,
          rows: [],
          samples: words.texts,
          message: `${tag} holds text, no numbers.`,
        });
        return;
      }
    }
    refuseDecimals(table.path, tag, exceptions, where, options);
    const isTime = options.times?.includes(tag) ?? false;
    findings.push(...cellFindings(tag, exceptions, where, isTime));
    series.set(tag, make(infoOf(table, tag, column, options), column, rows, exceptions, time, codes.get(column.name), isTime, options));
  };

  if (table.tags === undefined) {
    const time = placed(table, zone, undefined, lineOf);
    findings.push(...disorderFindings(undefined, time.time, time, lineOf));
    for (const column of table.values) add(column.name, column, undefined, time);
  } else {
    const [column] = table.values;
    const chosen = options.tags && new Set(options.tags);
    for (const [word, places] of placesOfTags(table.tags.ids, table.tags.words)) {
      if (chosen && !chosen.has(word)) continue;
      const time = placed(table, zone, places, lineOf);
      findings.push(...disorderFindings(word, time.time, time, (place) => lineOf(places[place]!)));
      add(word, column!, places, time);
    }
  }
  return { calendar: table.calendar, series, textTags, findings };
}

function zoneFor(table: Table, options: FileOptions): Zone | undefined {
  if (options.zone !== undefined) return zoneOf(options.zone);
  const { sample } = table.time;
  if (sample === undefined) return undefined;
  throw new GreyboxError("historian/zone-required", {
    path: table.path,
    column: table.timeName,
    row: table.lines?.[sample.place] ?? sample.place + 1,
    sample: sample.text,
    count: sample.count,
  });
}

/** Times of some rows in UTC. */
interface Placed {
  readonly time: Float64Array;
  readonly byOrder: readonly number[];
  readonly ambiguous: readonly number[];
}

function placed(table: Table, zone: Zone | undefined, places: Int32Array | undefined, lineOf: (place: number) => number): Placed {
  const { local, absolute } = table.time;
  const own = places ? gathered(local, places) : local;
  if (zone === undefined || (absolute !== undefined && table.time.sample === undefined)) return { time: own, byOrder: [], ambiguous: [] };
  const resolved = resolveLocal(own, zone, places && absolute ? Uint8Array.from(places, (place) => absolute[place]!) : absolute);
  if (resolved.impossible.length > 0) {
    const shown = resolved.impossible.slice(0, 5);
    throw new GreyboxError("historian/zone-gap", {
      path: table.path,
      zone: zone.name,
      count: resolved.impossible.length,
      rows: shown.map((i) => lineOf(places ? places[i]! : i)),
      samples: shown.slice(0, 2).map((i) => new Date(own[i]! * 1000).toISOString().slice(0, 19).replace("T", " ")),
    });
  }
  return resolved;
}

/** Rows of each tag in file order, tags in order of their first row. */
function placesOfTags(ids: Int32Array, words: readonly string[]): Map<string, Int32Array> {
  const counts = new Int32Array(words.length);
  for (const id of ids) counts[id]!++;
  const places = words.map((_, id) => new Int32Array(counts[id]!));
  counts.fill(0);
  for (let i = 0; i < ids.length; i++) places[ids[i]!]![counts[ids[i]!]!++] = i;
  return new Map(words.map((word, id) => [word, places[id]!]));
}

/** Status code of each row for a value column. */
function statusCodes(table: Table, of: string): Uint32Array {
  const { words, ids } = table.statuses.get(of)!;
  const map = table.statusMap!;
  const codes = words.map((word) => statusFrom(word, map));
  const allowed = codes.includes(undefined) ? emptyPlaces(table, of, words) : undefined;
  const unknown = new Set<string>();
  let count = 0;
  for (let place = 0; allowed && place < ids.length; place++) {
    if (codes[ids[place]!] !== undefined || allowed[place] === 1) continue;
    unknown.add(words[ids[place]!]!);
    count++;
  }
  if (count > 0) {
    const name = typeof map === "string" ? `"${map}"` : JSON.stringify(map);
    throw new GreyboxError("historian/status-map", {
      path: table.path,
      column: `status of ${of}`,
      count,
      samples: [...unknown].slice(0, 5),
      map: name,
    });
  }
  return gatheredCodes(
    Uint32Array.from(codes, (code) => code ?? status.badNoData),
    ids,
  );
}

/** 1 where neither value nor status stands: in a sparse table that is no point, and no status to be explained. */
function emptyPlaces(table: Table, of: string, words: readonly string[]): Uint8Array {
  const marks = new Uint8Array(table.rows);
  const { ids } = table.statuses.get(of)!;
  const { places, cause, causes } = table.values.find((column) => column.name === of)!;
  places.forEach((place, k) => {
    if (causes[cause[k]!]!.kind === "empty" && words[ids[place]!] === "") marks[place] = 1;
  });
  return marks;
}

function make(
  info: TagInfo,
  column: ValueColumn,
  places: Int32Array | undefined,
  exceptions: Exceptions,
  { time, ambiguous }: Placed,
  codes: Uint32Array | undefined,
  isTime: boolean,
  options: FileOptions,
): Series {
  const count = places?.length ?? time.length;
  const value = places ? gathered(column.value, places) : column.value;
  const statuses = codes === undefined ? new Uint32Array(count) : places ? gatheredCodes(codes, places) : codes.slice();
  const reasons = new Uint32Array(count);
  if (codes === undefined) reasons.fill(reason.unverified);
  else {
    for (let i = 0; i < count; i++) reasons[i] = reasonOfSeverity(statuses[i]!);
  }
  const absent = new Uint8Array(count);
  let absentCount = 0;
  for (let k = 0; k < exceptions.places.length; k++) {
    const place = exceptions.places[k]!;
    const { kind, status: code, reasons: mask } = exceptions.kinds[exceptions.causes[k]!]!;
    if (kind === "stamp" && isTime) continue;
    if (kind === "empty" && options.empty === "absent" && places === undefined) {
      absent[place] = 1;
      absentCount++;
      continue;
    }
    if (kind === "stamp") value[place] = 0;
    reasons[place]! |= mask;
    if (code >>> 30 > statuses[place]! >>> 30) statuses[place] = code;
  }
  for (const place of ambiguous) {
    reasons[place]! |= reason.timeSuspect;
    if (statuses[place]! >>> 30 === 0) statuses[place] = status.uncertain;
  }
  const whole: Series = { tag: info.tag, info, time, value, status: statuses, reasons };
  return absentCount === 0 ? whole : without(whole, absent, count - absentCount);
}

function without(series: Series, absent: Uint8Array, count: number): Series {
  const keep = <A extends Float64Array | Uint32Array>(from: A, to: A): A => {
    let next = 0;
    for (let i = 0; i < from.length; i++) if (absent[i] === 0) to[next++] = from[i]!;
    return to;
  };
  return {
    ...series,
    time: keep(series.time, new Float64Array(count)),
    value: keep(series.value, new Float64Array(count)),
    status: keep(series.status, new Uint32Array(count)),
    reasons: keep(series.reasons, new Uint32Array(count)),
  };
}

function infoOf(table: Table, tag: string, column: ValueColumn, options: FileOptions): TagInfo {
  const unit = typeof options.units === "object" ? options.units[tag] : column.unit;
  const zone = options.zone;
  return { ...table.info?.get(tag), tag, ...(unit ? { unit } : {}), ...(zone ? { zone } : {}), ...options.info?.[tag] };
}
