/** Decodes a column in which few words repeat often: tags, status codes. Each word is decoded once. */
import type { TextDecoder } from "node:util";
import { type Fields, fieldText } from "./csv-scan.ts";
import { GrowingIntegers } from "./growing.ts";
import type { WordColumn } from "./table.ts";

export class WordCells {
  private readonly ids = new GrowingIntegers();
  private readonly words: string[] = [];
  private readonly idOf = new Map<string, number>();
  /** Each way of writing a word, with or without blanks around it: its bytes and the word it means. */
  private readonly written: { readonly bytes: Uint8Array; readonly id: number }[] = [];
  /** Places in `written` by the hash of the bytes; a bucket holds the rare collisions. */
  private readonly byHash = new Map<number, number[]>();
  private previous = -1;
  private readonly decoder: TextDecoder;

  constructor(decoder: TextDecoder) {
    this.decoder = decoder;
  }

  take(fields: Fields, k: number): void {
    const start = fields.starts[k]!;
    const end = fields.ends[k]!;
    // Rows of one tag usually follow each other.
    if (this.previous < 0 || !this.same(fields.bytes, start, end, this.previous)) this.previous = this.find(fields, k, start, end);
    this.ids.push(this.written[this.previous]!.id);
  }

  finish(): WordColumn {
    return { words: this.words, ids: this.ids.finish() };
  }

  private find(fields: Fields, k: number, start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ fields.bytes[i]!, 0x01000193);
    const bucket = this.byHash.get(hash) ?? [];
    const found = bucket.find((place) => this.same(fields.bytes, start, end, place));
    if (found !== undefined) return found;
    const word = fieldText(fields, k, this.decoder).trim();
    let id = this.idOf.get(word);
    if (id === undefined) {
      id = this.words.push(word) - 1;
      this.idOf.set(word, id);
    }
    const place = this.written.push({ bytes: fields.bytes.slice(start, end), id }) - 1;
    bucket.push(place);
    this.byHash.set(hash, bucket);
    return place;
  }

  private same(bytes: Uint8Array, start: number, end: number, place: number): boolean {
    const word = this.written[place]!.bytes;
    if (word.length !== end - start) return false;
    for (let i = 0; i < word.length; i++) if (word[i] !== bytes[start + i]) return false;
    return true;
  }
}
