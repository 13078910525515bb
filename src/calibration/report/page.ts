/** The page of a calibration: self-contained HTML without scripts or outside resources, readable offline and in ten years. */
import type { Calibrated } from "../calibrated.ts";
import { compareFits } from "../comparison/compare.ts";
import { short } from "../verdict/sentences.ts";
import { changes } from "./changes.ts";
import { diagnosisSection, identifiabilitySection } from "./diagnosis.ts";
import { document } from "./document.ts";
import { bootstrapSection, sampleSection } from "./draws.ts";
import { estimates, intervals } from "./estimates.ts";
import { sentenceList } from "./html.ts";
import type { ReportOptions } from "./options.ts";
import { profileSection } from "./profile-charts.ts";
import { provenance } from "./provenance.ts";
import { correlations, starts } from "./starts.ts";
import { escaped } from "./svg.ts";
import { charts, tagTable } from "./tags.ts";

/**
 * The report of a fit as one HTML page: what `fit.report("fit.html")` writes.
 *
 * @param options  what is shown beside the fit
 */
export function reportPage(fit: Calibrated, options: ReportOptions = {}): string {
  const { diagnosis, identifiability, profiles, sample, bootstrap, former } = options;
  return document(`Calibration of ${fit.model.name}`, [
    verdict(fit),
    `<h2>Estimates</h2>${estimates(fit)}${intervals(fit, options)}`,
    former ? `<h2>What changed since the former fit</h2>${changes(compareFits(former, fit))}` : "",
    identifiabilitySection(identifiability),
    diagnosisSection(diagnosis),
    `<h2>Fit by tag</h2>${tagTable(fit, diagnosis)}${charts(fit, diagnosis)}`,
    `<div class="beside">${starts(fit)}${correlations(fit)}</div>`,
    profileSection(fit, profiles),
    sampleSection(fit, sample),
    bootstrapSection(fit, bootstrap),
    `<h2>Provenance</h2>${provenance(fit)}`,
  ]);
}

function verdict({ verdict: found, termination, cost, tags, method }: Calibrated): string {
  const points = Object.values(tags).reduce((sum, tag) => sum + tag.points, 0);
  const ended = termination.ok ? `converged (${termination.kind})` : `did not converge (${termination.kind})`;
  const how = method ? ` by ${method.name} (${method.reason})` : "";
  const summary = `<p>The search${escaped(how)} ${ended} at a cost of ${short(cost)} for ${points} measured values.</p>`;
  if (found.length === 0) return `${summary}<p class="good">Nothing to object to.</p>`;
  return summary + sentenceList(found, "verdict");
}
