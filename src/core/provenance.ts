/** Names things by their content: the same text, numbers or columns have the same hash on every machine. */
import { createHash } from "node:crypto";

/**
 * SHA-256 of plain data, as 64 hexadecimal digits. Independent of the order of object keys; typed arrays are hashed by their bytes
 * and kind; `undefined` entries of objects do not count. Numbers are told apart by bits, so −0 and 0 differ.
 *
 * @example
 * contentHash({ a: 1, b: 2 }) === contentHash({ b: 2, a: 1 }); // => true
 */
export function contentHash(data: unknown): string {
  const hash = createHash("sha256");
  feed(hash, data);
  return hash.digest("hex");
}

function feed(hash: ReturnType<typeof createHash>, data: unknown): void {
  if (ArrayBuffer.isView(data)) {
    hash.update(`${data.constructor.name}:${data.byteLength}:`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  } else if (Array.isArray(data)) {
    hash.update(`[${data.length}:`);
    for (const item of data) feed(hash, item);
  } else if (typeof data === "object" && data !== null) {
    const entries = Object.entries(data).filter(([, value]) => value !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    hash.update(`{${entries.length}:`);
    for (const [key, value] of entries) {
      hash.update(`${key.length}:${key}`);
      feed(hash, value);
    }
  } else if (typeof data === "string") {
    hash.update(`"${data.length}:${data}`);
  } else {
    hash.update(`${typeof data}:${Object.is(data, -0) ? "-0" : String(data)};`);
  }
}
