/** The bytes of a text file, in one encoding, whatever it was packed and written in. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { TextDecoder } from "node:util";
import { createGunzip } from "node:zlib";
import { GreyboxError } from "../../core/index.ts";
import type { FileOptions } from "./options.ts";

/** The bytes of the file: unpacked, in UTF-8, without a byte order mark. The first chunk holds at least 64 kB, or everything. */
export async function* textOf(path: string, options: FileOptions): AsyncGenerator<Uint8Array> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new GreyboxError("historian/file-missing", { path });
  const raw = createReadStream(path, { highWaterMark: 1 << 20 });
  const bytes: Readable = path.endsWith(".gz") ? raw.pipe(createGunzip()) : raw;
  raw.on("error", (error) => bytes.destroy(error));
  const transcode = options.encoding !== undefined && /^utf-?16/i.test(options.encoding) ? new TextDecoder(options.encoding) : undefined;
  let first: Uint8Array = new Uint8Array(0);
  let started = false;
  try {
    for await (const piece of bytes) {
      const chunk: Uint8Array = transcode ? Buffer.from(transcode.decode(piece as Uint8Array, { stream: true })) : (piece as Uint8Array);
      if (started) yield chunk;
      else {
        first = first.length === 0 ? chunk : Buffer.concat([first, chunk]);
        started = first.length >= 1 << 16;
        if (started) yield withoutMark(first);
      }
    }
  } catch (cause) {
    if ((cause as { code?: string }).code?.startsWith("Z_")) {
      throw new GreyboxError("historian/file-format", { path, why: `its compression is damaged (${(cause as Error).message})` }, { cause });
    }
    throw cause;
  } finally {
    raw.destroy();
  }
  if (!started && first.length > 0) yield withoutMark(first);
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}
