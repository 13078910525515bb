#!/usr/bin/env node
/** The command `greybox`. Everything it can do is in the stages; here it is only parsed and printed. */
import { run } from "./run.ts";

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  interactive: process.stderr.isTTY === true,
});
