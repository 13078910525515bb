/**
 * A soft sensor as one file: the model as text, parameters, learned weights, guard, agreements. Self-contained, and named by its content.
 *
 * The hash covers the canonical content (independent of the order of keys and of white space), so the same sensor has the same hash
 * wherever it is made. It protects against damage and careless edits; it is not a signature.
 */
import { readFile, writeFile } from "node:fs/promises";
import { type Calibrated, fitFromState, fitToState } from "../calibration/index.ts";
import { contentHash, fromPlain, GreyboxError, toPlain } from "../core/index.ts";
import { type Hybrid, type HybridState, hybridFromState } from "../fusion/index.ts";
import type { SensorParts } from "./live.ts";
import { restoreFilter } from "./restore-filter.ts";
import type { SensorSpec } from "./spec.ts";

export const bundleFormat = { format: "greybox/soft-sensor", version: 1 } as const;

/** Plain JSON data. */
export interface Bundle {
  readonly format: typeof bundleFormat.format;
  readonly version: typeof bundleFormat.version;
  /** SHA-256 of `content`. */
  readonly hash: string;
  readonly content: unknown;
}

interface BundleContent {
  readonly spec: SensorSpec;
  readonly fit: unknown;
  readonly hybrid: HybridState | null;
}

export function bundleOf(fit: Calibrated, hybrid: Hybrid | undefined, spec: SensorSpec): Bundle {
  const state = hybrid ? hybrid.toState() : null;
  const filter = spec.filter && { kind: spec.filter.kind, options: spec.filter.options };
  // A trip through JSON first: the hash must be that of what a reader will see.
  const content: unknown = JSON.parse(
    JSON.stringify(toPlain({ spec: { ...spec, filter }, fit: fitToState(fit, { residuals: false }), hybrid: state })),
  );
  return { ...bundleFormat, hash: contentHash(content), content };
}

/** Writes a bundle in one go: a reader sees the old file or the new one, never half of one. */
export async function writeBundle(path: string, bundle: Bundle): Promise<void> {
  const { rename } = await import("node:fs/promises");
  const beside = `${path}.${process.pid}.part`;
  await writeFile(beside, `${JSON.stringify(bundle, undefined, 1)}\n`);
  await rename(beside, path);
}

/** @throws GreyboxError `bundle/unreadable`, `bundle/version`, `bundle/invalid`, `bundle/tampered` */
export async function readBundle(path: string): Promise<Bundle> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const why = missing ? "there is no such file" : String(error);
    throw new GreyboxError("bundle/unreadable", { path, why }, { cause: error });
  });
  return checkBundle(text, path);
}

/** Text of a bundle, checked but for what only the owners of its parts can check. */
export async function checkBundle(text: string, path: string): Promise<Bundle> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw new GreyboxError("bundle/unreadable", { path, why: "it is not JSON" }, { cause: error });
  }
  const { format, version } = (typeof raw === "object" && raw !== null ? raw : {}) as { format?: unknown; version?: unknown };
  if (format !== bundleFormat.format)
    throw new GreyboxError("bundle/unreadable", { path, why: `its format is not "${bundleFormat.format}"` });
  if (version !== bundleFormat.version) {
    throw new GreyboxError("bundle/version", { path, found: String(version), supported: String(bundleFormat.version) });
  }
  const { bundleSchema } = await import("./bundle-schema.ts");
  const checked = bundleSchema.safeParse(raw);
  if (!checked.success) {
    const problems = checked.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new GreyboxError("bundle/invalid", { path, problems: problems.slice(0, 10) });
  }
  // The content as it was read, not as the schema passed it on: the hash covers every byte of meaning.
  const { hash, content } = raw as Bundle;
  const computed = contentHash(content);
  if (computed !== hash) throw new GreyboxError("bundle/tampered", { path, written: hash, computed });
  return { ...bundleFormat, hash, content };
}

/** From a bundle that has been checked to what a sensor is made of. */
export function partsOf({ content, hash }: Bundle): SensorParts {
  const { spec, fit: stored, hybrid: state } = content as BundleContent;
  const fit = fitFromState(stored);
  return { spec: specFrom(spec), fit, hybrid: state ? hybridFromState(fromPlain(state) as HybridState, fit) : undefined, hash };
}

/** What is absent in JSON is `undefined` again; the filter gets its function back. */
function specFrom(plain: unknown): SensorSpec {
  const spec = fromPlain(plain) as SensorSpec;
  return { ...spec, filter: spec.filter && restoreFilter(spec.filter), lab: spec.lab };
}
