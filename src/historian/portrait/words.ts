/** How portraits write numbers, moments and lengths of time. */

/** Three significant digits. */
export const short = (x: number): string => String(Number(x.toPrecision(3)));

/** On the calendar in UTC to the second, or seconds since the start. */
export function moment(seconds: number, calendar: boolean): string {
  return calendar ? new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ") : `${short(seconds)} s`;
}

/** "45 s", "12 min", "3.5 h", "8 d". */
export function lasting(seconds: number): string {
  const [size, unit] = (
    [
      [86400, "d"],
      [3600, "h"],
      [60, "min"],
    ] as const
  ).find(([length]) => seconds >= 2 * length) ?? [1, "s"];
  return `${short(seconds / size)} ${unit}`;
}

/** 0.98765 as "98.8 %"; never 100 % of what is not all, nor 0 % of what is something. */
export function percent(share: number): string {
  const text = (100 * share).toFixed(1);
  if (text === "100.0" && share < 1) return "> 99.9 %";
  if (text === "0.0" && share > 0) return "< 0.1 %";
  return `${text.replace(/\.0$/, "")} %`;
}
