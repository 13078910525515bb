/** A directory of its own for each test file, and files written into it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { type FailureCode, isGreyboxError } from "../../src/core/index.ts";

export const scratch = mkdtempSync(join(tmpdir(), "greybox-historian-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** Writes a file and gives its path. */
export function file(name: string, content: string | Uint8Array): string {
  const path = join(scratch, name);
  writeFileSync(path, content);
  return path;
}

/** For `assert.rejects` and `assert.throws`: the code, and texts that the message must hold. */
export function failsWith(code: FailureCode, ...texts: readonly string[]): (error: unknown) => boolean {
  return (error) => {
    if (!isGreyboxError(error, code)) throw error;
    for (const text of texts) if (!error.message.includes(text)) throw new Error(`"${text}" is not in: ${error.message}`);
    return true;
  };
}
