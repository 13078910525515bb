/** The page about a fleet: one row an asset, one drawing a parameter. */
import { type FleetMember, type FleetParameter, fleetOf } from "../comparison/fleet.ts";
import { short } from "../verdict/sentences.ts";
import { document } from "./document.ts";
import { cell, folded, gallery, number, row, rowHead, sentenceList, table, unitText } from "./html.ts";
import { digits } from "./numbers.ts";
import { drawing, escaped, type Frame, logTicks, pixel, polyline, rangeOf } from "./svg.ts";

/** What became of one asset. */
export interface FleetRow {
  readonly name: string;
  /** Where its own page is. */
  readonly link?: string | undefined;
  /** Undefined: there is no fit. */
  readonly member?: FleetMember | undefined;
  /** Why there is none. */
  readonly failure?: string | undefined;
  /** What changed since the fit before. */
  readonly changed?: readonly string[] | undefined;
}

const drawn = { open: 12, most: 48 } as const;
const size = { width: 585, height: 200 } as const;
/** From such a ratio on the axis is logarithmic, for parameters on a log scale. */
const wide = 5;

/** A fleet as one HTML page, assets in the order given. */
export function fleetPage(title: string, rows: readonly FleetRow[]): string {
  const members = rows.flatMap(({ member }) => (member ? [member] : []));
  const fleet = fleetOf(members);
  const outstanding = fleet.flatMap((one) => outstandingSentences(one));
  const failed = rows.filter(({ member }) => !member);
  return document(title, [
    `<p>${rows.length} assets: ${members.filter(({ ok }) => ok).length} converged, ${members.filter(({ ok }) => !ok).length} did not, ${failed.length} without a fit.</p>`,
    outstanding.length > 0 ? sentenceList(outstanding, "notes") : "",
    failed.length > 0 ? `<h2>Without a fit</h2>${failureTable(failed)}` : "",
    `<h2>Parameters</h2>${gallery(
      fleet.map((one) => parameterChart(one, members)),
      "parameters",
      drawn,
    ).replaceAll("charts many", "charts pairs")}`,
    `<h2>Assets</h2>${assetTable(rows, fleet)}`,
  ]);
}

/** One sentence for each asset that is not like the others. */
export function outstandingSentences({ name, unit, median, outstanding }: FleetParameter): string[] {
  return outstanding.map(({ name: asset, distance }) => {
    const side = distance > 0 ? "above" : "below";
    return `${asset} stands out by ${name}: ${Math.abs(distance).toFixed(1)} times what the fleet and its own error allow ${side} the median, ${short(median)}${unit === "1" ? "" : ` ${unit}`}.`;
  });
}

function failureTable(rows: readonly FleetRow[]): string {
  return table(
    ["", "why"],
    rows.map(({ name, failure = "" }) => row([rowHead(name), cell(failure)])),
  );
}

function assetTable(rows: readonly FleetRow[], fleet: readonly FleetParameter[]): string {
  const lines = rows.flatMap(({ name, link, member, changed = [] }) => {
    if (!member) return [];
    const title = link === undefined ? escaped(name) : `<a href="${escaped(link)}">${escaped(name)}</a>`;
    const values = fleet.map((parameter) => {
      const estimate = member.parameters[parameter.name];
      if (!estimate) return number("–");
      const { value, standardError, atBound, identifiable } = estimate;
      const remark = atBound ? " (bound)" : identifiable ? "" : " (not fixed)";
      return number(digits(value, standardError) + remark);
    });
    const said = [...member.verdict, ...changed];
    return [
      row([
        `<th scope="row">${title}</th>`,
        cell(member.ok ? "" : member.termination),
        number(String(member.points)),
        ...values,
        `<td>${said.length > 0 ? folded(`${said.length} to read`, sentenceList(said, "notes")) : ""}</td>`,
      ]),
    ];
  });
  return table(["", "", "#points", ...fleet.map(({ name, unit }) => `#${name}${unitText(unit)}`), ""], lines);
}

/** Every asset with its interval, in the order of the table, and the median of the fleet. */
function parameterChart(
  { name, unit, median, range: [least, greatest], outstanding }: FleetParameter,
  members: readonly FleetMember[],
): string {
  const shown = members.flatMap((member, i) => {
    const estimate = member.parameters[name];
    return estimate && member.ok ? [{ i, asset: member.name, ...estimate }] : [];
  });
  const onLog = least > 0 && greatest / least > wide && shown.every(({ scale, interval }) => scale === "log" && (interval?.[0] ?? 1) > 0);
  const place = (value: number): number => (onLog ? Math.log10(value) : value);
  // Intervals that leave the range of the values by far would hide the others.
  const [low, high] = rangeOf(shown.map(({ value }) => place(value)));
  const room = 0.3 * (high - low);
  const frame: Frame = {
    title: name,
    x: { low: 0, high: members.length + 1, label: "asset, in the order of the table" },
    y: {
      low: low - room,
      high: high + room,
      label: `${name}${unitText(unit)}`,
      ticks: onLog ? logTicks(low - room, high + room) : undefined,
    },
    ...size,
  };
  const far = new Set(outstanding.map((one) => one.name));
  const clamp = (value: number): number => Math.min(Math.max(value, low - room), high + room);
  return drawing(frame, (scales) => {
    const marks = shown.map(({ i, asset, value, interval, standardError, unit: own }) => {
      const [x, kind] = [pixel(scales.x(i + 1)), far.has(asset) ? "whisker out" : "whisker"];
      const title = `<title>${escaped(asset)}: ${digits(value, standardError)} ${escaped(own === "1" ? "" : own)}</title>`;
      const ends = interval?.map((end) => pixel(scales.y(clamp(onLog && end <= 0 ? low - room : place(end)))));
      const bar = ends ? `<line class="${kind}" x1="${x}" x2="${x}" y1="${ends[0]}" y2="${ends[1]}"/>` : "";
      return `<g>${title}${bar}<circle class="${kind}" cx="${x}" cy="${pixel(scales.y(place(value)))}" r="2.6"/></g>`;
    });
    return polyline([0, members.length + 1], [place(median), place(median)], scales, "reference") + marks.join("");
  });
}
