/** Decodes a column in which few words repeat often: tags, status codes. Each word is decoded once. */
import type { TextDecoder } from "node:util";
import { type Fields, fieldText } from "./csv-scan.ts";
import { GrowingIntegers } from "./growing.ts";
import type { WordColumn } from "./table.ts";

export class WordCells {
  private readonly ids = new GrowingIntegers();
  private readonly words: string[] = [];
  /** Ids of words by the hash of their bytes; a bucket holds the rare collisions. */
  private readonly known = new Map<number, number[]>();
  private readonly bytesOf: Uint8Array[] = [];
  private previous = -1;
  private readonly decoder: TextDecoder;

  constructor(decoder: TextDecoder) {
    this.decoder = decoder;
  }

  take(fields: Fields, k: number): void {
    const { bytes } = fields;
    const [start, end] = [fields.starts[k]!, fields.ends[k]!];
    // Rows of one tag usually follow each other.
    if (this.previous >= 0 && this.same(bytes, start, end, this.previous)) {
      this.ids.push(this.previous);
      return;
    }
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    const bucket = this.known.get(hash);
    let id = bucket?.find((candidate) => this.same(bytes, start, end, candidate));
    if (id === undefined) {
      id = this.words.push(fieldText(fields, k, this.decoder).trim()) - 1;
      this.bytesOf.push(bytes.slice(start, end));
      if (bucket) bucket.push(id);
      else this.known.set(hash, [id]);
    }
    this.previous = id;
    this.ids.push(id);
  }

  finish(): WordColumn {
    return { words: this.words, ids: this.ids.finish() };
  }

  private same(bytes: Uint8Array, start: number, end: number, id: number): boolean {
    const word = this.bytesOf[id]!;
    if (word.length !== end - start) return false;
    for (let i = 0; i < word.length; i++) if (word[i] !== bytes[start + i]) return false;
    return true;
  }
}
