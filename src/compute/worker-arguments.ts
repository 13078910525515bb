/** Which of this process's Node options its workers get: those that say how modules are found and read, and no others. */

/** With a value, either as `--name=value` or as the next argument. Short forms beside long ones. */
const withValue = ["--conditions", "-C", "--import", "--loader", "--experimental-loader", "--require", "-r", "--disable-warning"];

const withoutValue = [
  "--enable-source-maps",
  "--experimental-strip-types",
  "--experimental-transform-types",
  "--experimental-wasm-modules",
  "--no-deprecation",
  "--no-warnings",
  "--preserve-symlinks",
  "--preserve-symlinks-main",
];

/**
 * Options of the process as a whole, such as the size of its heap, are refused by workers with ERR_WORKER_INVALID_EXEC_ARGV, and what
 * `--eval` or `--test` was told is not for a file that runs tasks: so they are named that are passed on, not those that are left out.
 *
 * @param execArgv  as in `process.execArgv`
 */
export function workerArguments(execArgv: readonly string[]): string[] {
  const passed: string[] = [];
  for (let i = 0; i < execArgv.length; i++) {
    const argument = execArgv[i]!;
    if (withValue.includes(argument)) {
      const value = execArgv[++i];
      if (value !== undefined) passed.push(argument, value);
    } else if (withoutValue.includes(argument) || withValue.includes(argument.slice(0, Math.max(argument.indexOf("="), 0)))) {
      passed.push(argument);
    }
  }
  return passed;
}
