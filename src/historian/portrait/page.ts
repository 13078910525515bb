/** The page of a portrait: self-contained HTML without scripts or outside resources, with a ribbon of status over time for each tag. */
import type { Suspicion } from "../suspicion/suspicion.ts";
import { courseDrawing, type Extent, escaped, ribbonDrawing, sharesOf } from "./page-drawing.ts";
import { style } from "./page-style.ts";
import type { Portrait, TagPortrait } from "./portrait.ts";
import { told } from "./suspicions.ts";
import { lasting, moment, percent, short } from "./words.ts";

/** Tags that are described one by one; of the others there is a row in each table. */
const described = 200;

/**
 * A portrait as one HTML page.
 *
 * @example
 * const page = portraitPage(await portraitOf(plant));
 * page.startsWith("<!doctype html>"); // => true
 */
export function portraitPage(portrait: Portrait): string {
  const { source, tags, findings, suspicions, rejected, calendar } = portrait;
  const spans = tags.flatMap(({ span }) => (span ? [span] : []));
  const extent = {
    from: spans.reduce((low, [from]) => Math.min(low, from), Infinity),
    to: spans.reduce((high, [, to]) => Math.max(high, to), -Infinity),
  };
  const points = tags.reduce((sum, tag) => sum + tag.points, 0);
  const zone = calendar ? " (UTC)" : "";
  const when = spans.length > 0 ? `, ${moment(extent.from, calendar)} to ${moment(extent.to, calendar)}${zone}` : "";
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<title>Portrait of ${escaped(source)}</title><style>${style}</style></head><body>`,
    `<h1>Portrait of ${escaped(source)}</h1>`,
    `<p>${tags.length} ${tags.length === 1 ? "tag" : "tags"}, ${points} archived points${escaped(when)}.</p>`,
    `<h2>Status over time</h2>${ribbons(tags, extent, calendar)}`,
    suspicions.length > 0 ? `<h2>For a person to decide</h2>${suspicionList(suspicions, calendar)}` : "",
    findings.length > 0
      ? `<h2>Noticed while reading</h2>${list(findings.map(({ message, rows }) => `${escaped(message)}${rows.length > 0 ? ` Rows ${rows.join(", ")}.` : ""}`))}`
      : "",
    `<h2>Figures</h2>${figures(tags)}`,
    rejected.length > 0
      ? `<h2>Not used</h2>${list(rejected.map(({ from, to, why }) => escaped(`${moment(from, calendar)} to ${moment(to, calendar)}: ${why}.`)))}`
      : "",
    `<h2>Tag by tag</h2>${tags
      .slice(0, described)
      .map((tag) => section(tag, extent, calendar))
      .join("")}`,
    tags.length > described ? `<p>${tags.length - described} more tags are in the tables above only.</p>` : "",
    "</body></html>\n",
  ].join("\n");
}

function ribbons(tags: readonly TagPortrait[], extent: Extent, calendar: boolean): string {
  const legend = (["good", "uncertain", "bad", "silent"] as const).map((kind) => `<span style="--swatch: var(--${kind})">${kind}</span>`);
  const rows = tags.map((tag) => {
    const { good } = sharesOf(tag.ribbon);
    const shown = tag.ribbon.length > 0 ? `${percent(good)} good` : "–";
    return `<tr><th scope="row">${escaped(nameOf(tag))}</th><td>${ribbonDrawing(tag.tag, tag.ribbon, extent)}</td><td class="number">${shown}</td></tr>`;
  });
  const axis =
    extent.to > extent.from
      ? `<tr><td></td><td><div class="axis"><span>${moment(extent.from, calendar)}</span><span>${moment(extent.to, calendar)}</span></div></td><td></td></tr>`
      : "";
  return `<p class="soft">After cleaning. A point stands for the time until the next one, for as long as silence is usual for its tag.</p><div class="legend">${legend.join("")}</div><table class="ribbons"><tbody>${rows.join("")}${axis}</tbody></table>`;
}

function suspicionList(suspicions: readonly Suspicion[], calendar: boolean): string {
  const items = told(suspicions).map(({ tags, seen, proposal, suspicion }) => {
    const ends = suspicion ? [suspicion.from, suspicion.to].filter(Number.isFinite).map((at) => moment(at, calendar)) : [];
    const figures = Object.entries(suspicion?.figures ?? {}).map(([name, value]) => `${name} ${short(value)}`);
    const behind = [ends.join(" to "), ...figures].filter((text) => text !== "").join("; ");
    return `<strong>${escaped(tags.join(", "))}</strong> <span class="proposal">${escaped(seen)}</span> ${escaped(proposal)}${behind === "" ? "" : ` <span class="soft">(${escaped(behind)})</span>`}`;
  });
  return `<p>Nothing of this was applied. Who agrees writes it into the mapping.</p>${list(items)}`;
}

/** Columns of the table: heading, and the cell of a tag. */
const columns: readonly (readonly [string, (tag: TagPortrait) => string])[] = [
  ["unit", ({ unit }) => unit ?? "–"],
  ["points", ({ points }) => String(points)],
  ["step", ({ step }) => lasting(step)],
  ["regular", ({ steps }) => percent(steps.regular)],
  ["complete", ({ quality }) => share(quality?.completeness)],
  ["consistent", ({ quality }) => share(quality?.consistency)],
  ["timely", ({ quality }) => share(quality?.timeliness)],
  ["valid", ({ quality }) => share(quality?.validity)],
  ["noise σ", ({ noise }) => short(noise)],
  ["quantum", ({ quantum }) => orDash(quantum === 0 ? undefined : quantum)],
  ["compression", ({ compression }) => orDash(compression)],
  ["flat", ({ flat }) => percent(flat.share)],
  ["gaps", ({ gaps }) => String(gaps.count)],
  ["duplicates", ({ duplicates }) => String(duplicates.same + duplicates.other)],
  ["clock back", ({ clock }) => String(clock.back)],
  ["manual", ({ manual }) => (manual === undefined ? "–" : percent(manual))],
];

function figures(tags: readonly TagPortrait[]): string {
  const number = (i: number): string => (i === 0 ? "" : ' class="number"');
  const head = columns.map(([title], i) => `<th scope="col"${number(i)}>${title}</th>`).join("");
  const rows = tags.map((tag) => {
    const cells = columns.map(([, cell], i) => `<td${number(i)}>${escaped(cell(tag))}</td>`).join("");
    return `<tr><th scope="row">${escaped(nameOf(tag))}</th>${cells}</tr>`;
  });
  const note = `<p class="soft">Complete, consistent, timely and valid by the formulas of Apache IoTDB, which presume a scan at equal steps: where few steps are regular, they say little.</p>`;
  return `${note}<div class="scroll"><table><thead><tr><th></th>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function section(tag: TagPortrait, extent: Extent, calendar: boolean): string {
  const { span, extent: values, course, ribbon, unit } = tag;
  const drawn = span && values && course.low.some((v) => v !== null);
  const plot = drawn
    ? `<div class="plot"><div class="values"><span>${short(values[1])} ${escaped(unit ?? "")}</span><span>${short(values[0])}</span></div>${courseDrawing(tag.tag, course, span, extent)}<span></span>${ribbonDrawing(tag.tag, ribbon, extent)}</div>`
    : "";
  const stretch = ({ from, to }: Extent): string => `${lasting(to - from)} from ${moment(from, calendar)}`;
  const most = Math.max(1, ...tag.steps.histogram.map(({ count }) => count));
  const facts: readonly (readonly [string, readonly string[]])[] = [
    ["Status as delivered", tag.statuses.slice(0, 8).map(({ name, count }) => `${name} ${count}`)],
    ["Doubts after cleaning", Object.entries(tag.doubts).map(([why, count]) => `${why} ${count}`)],
    ["Layers", tag.cleaning.filter(({ count }) => count > 0).map(({ method, count }) => `${method}: ${count}`)],
    ["Longest gaps", tag.gaps.longest.slice(0, 5).map(stretch)],
    ["Longest flat lines", tag.flat.longest.map((run) => `${stretch(run)} at ${short(run.value)}`)],
    ["Clock", tag.clock.back > 0 ? [`back ${tag.clock.back} times, at most ${lasting(tag.clock.furthest)}`] : []],
    ["Manual", tag.manual === undefined ? [] : [`${percent(tag.manual)} of the time`]],
  ];
  const steps = tag.steps.histogram.map(({ atMost, count }) => {
    const bar = `<span class="bar" style="width: ${Math.round((60 * count) / most) / 10}em"></span>`;
    return `<tr><td class="number">≤ ${lasting(atMost)}</td><td class="number">${count}</td><td>${bar}</td></tr>`;
  });
  const lists = facts
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `<div><h4>${title}</h4>${lines.map(escaped).join("<br>")}</div>`);
  const histogram = steps.length > 0 ? `<div><h4>Steps between points</h4><table><tbody>${steps.join("")}</tbody></table></div>` : "";
  return `<section class="tag"><h3>${escaped(nameOf(tag))}</h3>${plot}<div class="facts">${lists.join("")}${histogram}</div></section>`;
}

const nameOf = ({ tag, name }: TagPortrait): string => (name === undefined ? tag : `${tag} (${name})`);
const list = (items: readonly string[]): string => `<ul>${items.map((item) => `<li>${item}</li>`).join("")}</ul>`;
const share = (x: number | undefined): string => (x === undefined ? "–" : x.toFixed(3));
const orDash = (x: number | undefined): string => (x === undefined ? "–" : short(x));
