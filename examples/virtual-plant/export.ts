/** Writes what the plant's historian holds as the long CSV that such systems export: one row a value, in order of time. */
import { writeFileSync } from "node:fs";
import { status } from "greybox/core";
import type { Tag } from "./instruments.ts";
import type { LabResults } from "./laboratory.ts";

/** Columns: tag, time (ISO 8601, UTC), value, status (OPC UA StatusCode in hexadecimal). A result's time of report is a value, too. */
export function writeExport(path: string, tags: readonly Tag[], lab: LabResults): number {
  const rows: { readonly at: number; readonly text: string }[] = [];
  const row = (tag: string, at: number, value: string, code: number): void => {
    rows.push({ at, text: `${tag},${stamp(at)},${value},0x${code.toString(16).padStart(8, "0")}` });
  };
  for (const { tag, time, value, status: codes } of tags) {
    for (const [i, at] of time.entries()) row(tag, at, String(value[i]), codes[i]!);
  }
  for (const [i, at] of lab.sampled.entries()) {
    row("LAB.CA", at, String(lab.value[i]), status.good);
    row("LAB.CA.REPORTED", at, stamp(lab.reported[i]!), status.good);
  }
  rows.sort((a, b) => a.at - b.at);
  writeFileSync(path, `tag,time,value,status\n${rows.map(({ text }) => text).join("\n")}\n`);
  return rows.length;
}

function stamp(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
