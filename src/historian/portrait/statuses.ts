/** Which status codes a source delivered, by their names in OPC UA. */
import { status } from "../../core/index.ts";

export interface StatusCount {
  /** OPC UA StatusCode without its information bits. */
  readonly code: number;
  /** Such as `BadNoData`; hexadecimal where Greybox has no name for it. */
  readonly name: string;
  readonly count: number;
}

const names = new Map(Object.entries(status).map(([name, code]) => [code as number, name[0]!.toUpperCase() + name.slice(1)]));

/** Most frequent first. */
export function statusesOf(codes: Uint32Array): readonly StatusCount[] {
  const counts = new Map<number, number>();
  for (const code of codes) {
    const bare = (code & 0xffff0000) >>> 0;
    counts.set(bare, (counts.get(bare) ?? 0) + 1);
  }
  return [...counts]
    .map(([code, count]) => ({ code, name: names.get(code) ?? `0x${code.toString(16).toUpperCase().padStart(8, "0")}`, count }))
    .sort((a, b) => b.count - a.count || a.code - b.code);
}
