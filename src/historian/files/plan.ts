/** Decides from the header and the options what each column of a file is for. */
import { GreyboxError, nearestNames } from "../../core/index.ts";
import type { StatusMap } from "../status-codes.ts";
import { type FileOptions, fileDefaults, isSideBySide } from "./options.ts";

export type Role =
  | { readonly kind: "time" | "tag" | "ignored" }
  | { readonly kind: "value"; readonly name: string }
  | { readonly kind: "status"; readonly of: string };

export interface Plan {
  readonly roles: readonly Role[];
  readonly timeName: string;
  readonly long: boolean;
  /** Convention of the status columns; undefined: there are none. */
  readonly statusMap: StatusMap | undefined;
}

/** Names of the time column as Greybox writes it: on the calendar, or in seconds since the start. */
export const ownTimes = ["time", "elapsed"];

/** True for a header as Greybox writes it for data without a calendar. */
export function ownElapsed(columns: readonly string[], options: FileOptions): boolean {
  return options.layout === undefined && options.time === undefined && ["tag", "elapsed", "value"].every((name) => columns.includes(name));
}

/** Name of the value column of a long table. */
export const longValue = "value";

/**
 * @throws GreyboxError `historian/column-missing`, `historian/column-twice`, `historian/time-column`, `historian/option`
 */
export function planColumns(path: string, columns: readonly string[], options: FileOptions): Plan {
  const find = (column: string, purpose: string): number => {
    const positions = columns.flatMap((name, i) => (name === column ? [i] : []));
    if (positions.length > 1) throw new GreyboxError("historian/column-twice", { path, column, positions: positions.map((i) => i + 1) });
    if (positions.length === 0) {
      throw new GreyboxError("historian/column-missing", { path, column, purpose, nearest: nearestNames(column, columns), columns });
    }
    return positions[0]!;
  };
  const roles: Role[] = columns.map(() => ({ kind: "ignored" }));

  const own =
    options.layout === undefined &&
    ["tag", "value"].every((name) => columns.includes(name)) &&
    ownTimes.some((name) => columns.includes(name));
  const time = timeColumn(path, columns, options, find);
  if (time >= 0) roles[time] = { kind: "time" };
  const timeName = time >= 0 ? columns[time]! : "time";

  const layout = own ? { tag: "tag", value: "value" } : (options.layout ?? "wide");
  if (isSideBySide(layout)) {
    throw new GreyboxError("historian/option", {
      option: "layout",
      value: JSON.stringify(layout),
      expected: '"wide" or { tag, value } for this kind of file',
    });
  }
  if (typeof layout === "object") {
    roles[find(layout.tag, "the tag of each row")] = { kind: "tag" };
    roles[find(layout.value, "the value of each row")] = { kind: "value", name: longValue };
    const { status } = options;
    if (status && !("column" in status)) {
      throw new GreyboxError("historian/option", {
        option: "status",
        value: JSON.stringify(status),
        expected: "{ column, map } where each row is one value",
      });
    }
    const column = status?.column ?? (own && columns.includes("status") ? "status" : undefined);
    if (column !== undefined) roles[find(column, "the status of each row")] = { kind: "status", of: longValue };
    return { roles, timeName, long: true, statusMap: column === undefined ? undefined : (status?.map ?? "ua") };
  }

  const statusOf = wideStatusColumns(columns, options, find);
  for (const [column, of] of statusOf) roles[column] = { kind: "status", of };
  if (options.tags) for (const tag of options.tags) roles[find(tag, "listed in `tags`")] = { kind: "value", name: tag };
  else
    columns.forEach((name, i) => {
      if (roles[i]!.kind === "ignored") roles[i] = { kind: "value", name: columns[find(name, "a tag")]! };
    });
  return { roles, timeName, long: false, statusMap: options.status?.map };
}

function timeColumn(
  path: string,
  columns: readonly string[],
  options: FileOptions,
  find: (column: string, purpose: string) => number,
): number {
  const { time } = options;
  if (typeof time === "object" && "every" in time) return -1;
  const name = typeof time === "string" ? time : (time?.column ?? (ownElapsed(columns, options) ? "elapsed" : undefined));
  if (name !== undefined) return find(name, "the time");
  const named = columns.flatMap((column, i) => ((fileDefaults.timeNames as readonly string[]).includes(column.toLowerCase()) ? [i] : []));
  if (named.length !== 1) throw new GreyboxError("historian/time-column", { path, columns });
  return named[0]!;
}

function wideStatusColumns(
  columns: readonly string[],
  options: FileOptions,
  find: (column: string, purpose: string) => number,
): Map<number, string> {
  const found = new Map<number, string>();
  const { status } = options;
  if (status === undefined) return found;
  if ("column" in status || !("columns" in status || "suffix" in status)) {
    throw new GreyboxError("historian/option", {
      option: "status",
      value: JSON.stringify(status),
      expected: "{ columns, map } or { suffix, map } where each tag has its own column",
    });
  }
  if ("columns" in status) {
    for (const [tag, column] of Object.entries(status.columns)) {
      find(tag, "a tag with a status");
      found.set(find(column, `the status of ${tag}`), tag);
    }
  } else {
    columns.forEach((column, i) => {
      const tag = column.slice(0, -status.suffix.length);
      if (column.endsWith(status.suffix) && columns.includes(tag)) found.set(i, tag);
    });
  }
  return found;
}
