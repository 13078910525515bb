/** What callers can do wrong with `sensors`. One entry a code; every code is explained in `docs/errors.md`. */
import { counted, type Kind, kind, listed } from "../failure.ts";

export const sensorsFailures = {
  "sensor/point-time": kind<{ time: string }>(
    (d) => `A point has time ${d.time}, which is not a number of seconds.`,
    () => "Give `time` in seconds since 1970 UTC (divide milliseconds by 1000), or in seconds from any origin.",
  ),
  "sensor/bias-option": kind<{ option: string; value: string; must: string }>(
    (d) => `Option \`${d.option}\` of \`biasUpdate\` is ${d.value}; it must ${d.must}.`,
    () => "Give limits in the unit of the sensor's answer and times in seconds.",
  ),
  "sensor/option": kind<{ sensor: string; option: string; value: string; must: string }>(
    (d) => `Sensor "${d.sensor}": option \`${d.option}\` is ${d.value}; it must ${d.must}.`,
    (d) => `Correct \`${d.option}\` where the sensor is made.`,
  ),
  "sensor/estimate": kind<{ sensor: string; estimate: string; observables: readonly string[] }>(
    (d) => `Sensor "${d.sensor}" is to estimate "${d.estimate}", which the model does not compute.`,
    (d) => `Choose one of ${listed(d.observables, "or")}.`,
  ),
  "sensor/tag": kind<{ sensor: string; tag: string; known: readonly string[] }>(
    (d) => `Sensor "${d.sensor}": "${d.tag}" is neither an input nor an observable of the model.`,
    (d) => `The model has ${listed(d.known)}.`,
  ),
  "sensor/lab-not-configured": kind<{ sensor: string }>(
    (d) => `Sensor "${d.sensor}" was given a laboratory value but has no rule for it.`,
    () => "Make the sensor with `lab: biasUpdate({ … })`.",
  ),
  "sensor/snapshot": kind<{ sensor: string; why: string }>(
    (d) => `Sensor "${d.sensor}" cannot go on from this snapshot: ${d.why}.`,
    () => "Give what `sensor.snapshot()` of a sensor from the same bundle gave, unchanged; or start anew without a snapshot.",
  ),
  "sensor/not-bound": kind<{ sensor: string }>(
    (d) => `Sensor "${d.sensor}" does not know which archived tags it reads.`,
    () => "Make it with `binding: bind(model, { … })`, or give points instead of a historian.",
  ),
  "bundle/unreadable": kind<{ path: string; why: string }>(
    (d) => `"${d.path}" cannot be read as a soft-sensor bundle: ${d.why}.`,
    () => "Give the path of a file written by `sensor.save(path)`.",
  ),
  "bundle/version": kind<{ path: string; found: string; supported: string }>(
    (d) => `"${d.path}" is a bundle of format version ${d.found}; this Greybox reads version ${d.supported}.`,
    () => "Save the sensor again with this version of Greybox, or serve it with the version that wrote it.",
  ),
  "bundle/invalid": kind<{ path: string; problems: readonly string[] }>(
    (d) => `"${d.path}" is not a complete bundle; ${counted(d.problems.length, "problem")}: ${d.problems.join("; ")}.`,
    () => "Save the sensor again; a bundle is not to be edited by hand.",
  ),
  "bundle/tampered": kind<{ path: string; written: string; computed: string }>(
    (d) =>
      `The content of "${d.path}" is not what was saved: its hash is ${d.computed.slice(0, 12)}…, the file says ${d.written.slice(0, 12)}….`,
    () => "Fetch the bundle again from where it was released, or save the sensor anew; do not use this file.",
  ),
} as const satisfies Record<string, Kind<never>>;
