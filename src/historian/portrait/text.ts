/** The portrait as a table that a person reads. */
import type { Portrait, TagPortrait } from "./portrait.ts";
import { told } from "./suspicions.ts";
import { lasting, moment, percent, short } from "./words.ts";

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
    ...portrait.tags.flatMap((tag) => remarks(tag).map((remark) => `- ${tag.tag}: ${remark}`)),
    ...portrait.findings.map(({ message, rows: places }) => `- ${message}${places.length > 0 ? ` Rows ${places.join(", ")}.` : ""}`),
    ...told(portrait.suspicions).map(({ tags, seen, proposal }) => `? ${tags.join(", ")}: ${seen} ${proposal}`),
    ...portrait.rejected.map(
      (part) => `- not used: ${moment(part.from, portrait.calendar)} to ${moment(part.to, portrait.calendar)}, ${part.why}.`,
    ),
  ].join("\n");
}

/** What is worth a sentence. */
function remarks({ clock, manual, flat, steps, quality }: TagPortrait): string[] {
  return [
    clock.back > 0 ? `time stamps go back ${clock.back} times, by at most ${lasting(clock.furthest)}.` : "",
    manual !== undefined && manual > 0 ? `${percent(manual)} of the time in manual.` : "",
    flat.share > 0.05 ? `without change for ${percent(flat.share)} of the time.` : "",
    quality !== undefined && steps.regular < 0.5
      ? `only ${percent(steps.regular)} of the steps are regular, so that completeness says little.`
      : "",
  ].filter((remark) => remark !== "");
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
