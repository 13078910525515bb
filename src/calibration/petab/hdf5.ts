/**
 * Arrays of numbers out of files of HDF5: groups and contiguous or compact datasets as the library writes them by default. What files may
 * have beside, such as chunks and compression, is refused.
 *
 * @see The HDF Group, "HDF5 File Format Specification Version 3.0".
 */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { GreyboxError } from "../../core/index.ts";

export interface NumberArray {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float64Array;
}

/**
 * All arrays of numbers of a file, by their path, such as `parameters/net1/layer1/weight`.
 *
 * @throws GreyboxError `calibration/petab`
 */
export async function readArrays(path: string): Promise<ReadonlyMap<string, NumberArray>> {
  const refuse = (why: string): never => {
    throw new GreyboxError("calibration/petab", { file: basename(path), line: undefined, why });
  };
  const bytes = await readFile(path).catch(() => refuse("it cannot be read"));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (at: number, length: number): string => bytes.toString("latin1", at, at + length);
  if (text(0, 8) !== "\x89HDF\r\n\x1a\n") refuse("it is no file of HDF5");
  if (bytes[8]! > 1 || bytes[13] !== 8 || bytes[14] !== 8) refuse(`its HDF5 superblock is of version ${bytes[8]}; 0 and 1 are read`);
  const found = new Map<string, NumberArray>();
  const address = (at: number): number => Number(view.getBigUint64(at, true));
  const root = bytes[8] === 0 ? 56 : 60;

  try {
    visit(address(root + 8), "");
  } catch (error) {
    if (error instanceof RangeError) refuse("it ends too early");
    throw error;
  }
  return found;

  function visit(header: number, name: string): void {
    const { messages, links } = messagesAt(header);
    const table = messages.get(0x11);
    if (table !== undefined) {
      const heap = address(address(table + 8) + 24);
      for (const node of leaves(address(table))) {
        const count = view.getUint16(node + 6, true);
        for (let k = 0; k < count; k++) {
          const entry = node + 8 + 40 * k;
          const at = heap + address(entry);
          const child = text(at, bytes.indexOf(0, at) - at);
          visit(address(entry + 8), name === "" ? child : `${name}/${child}`);
        }
      }
      return;
    }
    for (const link of links) follow(link, name);
    const [space, type, layout] = [messages.get(0x01), messages.get(0x03), messages.get(0x08)];
    if (space === undefined || type === undefined || layout === undefined) return;
    const array = arrayAt(name, space, type, layout);
    if (array) found.set(name, array);
  }

  /** A member of a group that has no table of names. */
  function follow(link: number, name: string): void {
    const flags = bytes[link + 1]!;
    let at = link + 2;
    if ((flags & 8) !== 0 && bytes[at++] !== 0) return;
    if ((flags & 4) !== 0) at += 8;
    if ((flags & 16) !== 0) at++;
    const width = 1 << (flags & 3);
    const length = width === 1 ? bytes[at]! : width === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
    const child = text(at + width, length);
    visit(address(at + width + length), name === "" ? child : `${name}/${child}`);
  }

  /** Places of the messages of an object, by their kind, and of its links. */
  function messagesAt(header: number): { readonly messages: ReadonlyMap<number, number>; readonly links: readonly number[] } {
    if (bytes[header] !== 1) refuse("its HDF5 objects are of a new kind; write it for the earliest version of the library");
    const messages = new Map<number, number>();
    const links: number[] = [];
    const blocks = [[header + 16, view.getUint32(header + 8, true)]] as [number, number][];
    for (const [start, length] of blocks) {
      for (let at = start; at + 8 <= start + length; ) {
        const kind = view.getUint16(at, true);
        if (kind === 0x10) blocks.push([address(at + 8), address(at + 16)]);
        else if (kind === 0x06) links.push(at + 8);
        else if (!messages.has(kind)) messages.set(kind, at + 8);
        at += 8 + view.getUint16(at + 2, true);
      }
    }
    return { messages, links };
  }

  /** Tables of names below a node of the tree of a group. */
  function leaves(node: number): number[] {
    if (text(node, 4) === "SNOD") return [node];
    const count = view.getUint16(node + 6, true);
    return Array.from({ length: count }, (_, k) => address(node + 24 + 8 + 16 * k)).flatMap(leaves);
  }

  function arrayAt(name: string, space: number, type: number, layout: number): NumberArray | undefined {
    const rank = bytes[space + 1]!;
    const first = space + (bytes[space] === 1 ? 8 : 4);
    const shape = Array.from({ length: rank }, (_, k) => address(first + 8 * k));
    const [kind, size] = [bytes[type]! & 15, view.getUint32(type + 4, true)];
    if (kind > 1) return undefined;
    const stored = bytes[layout + 1]!;
    if (bytes[layout] !== 3 || stored > 1) return refuse(`the array "${name}" is stored in chunks; write it as one piece`);
    const from = stored === 1 ? address(layout + 2) : layout + 4;
    const signed = (bytes[type + 1]! & 8) !== 0;
    const read = (at: number): number => {
      if (kind === 1) return size === 8 ? view.getFloat64(at, true) : view.getFloat32(at, true);
      if (size === 8) return Number(signed ? view.getBigInt64(at, true) : view.getBigUint64(at, true));
      if (size === 4) return signed ? view.getInt32(at, true) : view.getUint32(at, true);
      return size === 2 ? view.getInt16(at, true) : bytes[at]!;
    };
    const length = shape.reduce((product, one) => product * one, 1);
    return { shape, values: Float64Array.from({ length }, (_, i) => read(from + i * size)) };
  }
}
