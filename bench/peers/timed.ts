/** Median seconds of runs that take `budget` seconds together; at least one. */
export function timed<T>(run: () => T, budget: number): { readonly seconds: number; readonly runs: number; readonly last: T } {
  const times: number[] = [];
  let spent = 0;
  let last: T;
  do {
    const start = performance.now();
    last = run();
    times.push((performance.now() - start) / 1000);
    spent += times.at(-1)!;
  } while (spent < budget);
  times.sort((a, b) => a - b);
  return { seconds: times[times.length >> 1]!, runs: times.length, last };
}
