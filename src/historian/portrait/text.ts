/** The portrait as a table that a person reads. */
import type { Portrait, TagPortrait } from "./portrait.ts";

/** @example console.log(portraitText(portrait)); */
export function portraitText(portrait: Portrait): string {
  const header = [
    "tag",
    "unit",
    "points",
    "step",
    "good",
    "uncert.",
    "bad",
    "complete",
    "consist.",
    "timely",
    "valid",
    "noise",
    "quantum",
    "compr.",
    "gaps",
    "doubts",
  ];
  const rows = portrait.tags.map((tag) => row(tag));
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((cells) => cells[i]!.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (i < 2 || i === cells.length - 1 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join("  ")
      .trimEnd();
  const spans = portrait.tags.flatMap(({ span }) => (span ? [span] : []));
  const from = spans.reduce((low, span) => Math.min(low, span[0]), Infinity);
  const to = spans.reduce((high, span) => Math.max(high, span[1]), -Infinity);
  return [
    `${portrait.source}${spans.length > 0 ? `: ${moment(from, portrait.calendar)} to ${moment(to, portrait.calendar)}` : ": no points"}`,
    line(header),
    ...rows.map(line),
    ...portrait.findings.map(
      ({ message, rows: places }) =>
        `- ${message}${places.length > 0 ? ` Rows ${places.join(", ")}${portrait.findings.length > 0 ? "" : ""}.` : ""}`,
    ),
    ...portrait.rejected.map(
      (part) => `- not used: ${moment(part.from, portrait.calendar)} to ${moment(part.to, portrait.calendar)}, ${part.why}.`,
    ),
  ].join("\n");
}

function row(tag: TagPortrait): string[] {
  const share = (x: number | undefined): string => (x === undefined ? "–" : x.toFixed(3));
  const doubts = Object.entries(tag.doubts).map(([why, count]) => `${why} ${count}`);
  return [
    tag.name === undefined ? tag.tag : `${tag.tag} (${tag.name})`,
    tag.unit ?? "–",
    String(tag.points),
    `${short(tag.step)} s`,
    String(tag.status.good),
    String(tag.status.uncertain),
    String(tag.status.bad),
    share(tag.quality?.completeness),
    share(tag.quality?.consistency),
    share(tag.quality?.timeliness),
    share(tag.quality?.validity),
    short(tag.noise),
    tag.quantum === 0 ? "–" : short(tag.quantum),
    tag.compression === undefined ? "–" : short(tag.compression),
    String(tag.gaps.count),
    doubts.length > 0 ? doubts.join(", ") : "–",
  ];
}

const short = (x: number): string => String(Number(x.toPrecision(3)));

function moment(seconds: number, calendar: boolean): string {
  return calendar ? new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ") : `${short(seconds)} s`;
}
