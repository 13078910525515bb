/**
 * The virtual plant: a cooled stirred tank A → B under temperature control, integrated by a fixed-step Runge–Kutta of its own.
 *
 * It stands for the reality behind the historian, so it shares nothing with the framework's solvers, and it knows one thing that the
 * mechanism in `model.ts` does not: above its design throughput part of the feed passes the tank unmixed. The mechanism takes the measured
 * jacket temperature; here the jacket and its controller are part of the plant. Time inside is in minutes, temperatures are in K.
 */
import { type Disturbances, disturbances } from "./disturbances.ts";
import { controller, truth } from "./truth.ts";

/** Length of an integration step, which is also the controller's period [min]. */
export const stepMinutes = 1 / 12;

/** States: concentration [mol/L], temperature [K], jacket temperature [K]; then six totals since the start, for the balances. */
const size = 9;

/** The course of the plant at the scan times, as it really was. Columns of equal length. */
export interface PlantRecord {
  /** [s] since the start. */
  readonly time: Float64Array;
  /** Feed flow [L/min], its concentration [mol/L] and temperature [K]. */
  readonly q: Float64Array;
  readonly cF: Float64Array;
  readonly TF: Float64Array;
  /** Tank and jacket [K], set-point [K], coolant flow [L/min]. */
  readonly T: Float64Array;
  readonly Tj: Float64Array;
  readonly setPoint: Float64Array;
  readonly coolant: Float64Array;
  /** Concentration of A in the tank, and in the outlet where the laboratory samples it [mol/L]. */
  readonly cTank: Float64Array;
  readonly cOut: Float64Array;
  /** What went in, out and became of it over the whole run. */
  readonly balance: Balance;
}

/** Moles of A [mol] and heat [J] over a run: in − out − reacted = stored, and likewise for heat. */
export interface Balance {
  readonly moles: { readonly in: number; readonly out: number; readonly reacted: number; readonly stored: number };
  readonly heat: { readonly flow: number; readonly reaction: number; readonly jacket: number; readonly stored: number };
}

/** Share of the feed that passes the tank without being mixed. */
export function bypassShare(q: number): number {
  return truth.bypass * Math.max(0, q / truth.designFlow - 1);
}

/** Rate constant [1/min] at a temperature [K]. */
export function rateConstant(T: number): number {
  return truth.kRef * Math.exp(-truth.EoverR * (1 / T - 1 / truth.Tref));
}

/** d/dt [1/min] of states and totals. `u` = feed flow, its concentration and temperature, coolant flow, its temperature. */
function derivatives(x: Float64Array, u: Float64Array, out: Float64Array): void {
  const [cA, T, Tj] = [x[0]!, x[1]!, x[2]!];
  const [q, cF, TF, coolant, TCoolant] = [u[0]!, u[1]!, u[2]!, u[3]!, u[4]!];
  const through = q * (1 - bypassShare(q));
  const reacted = truth.V * rateConstant(T) * cA;
  const toJacket = truth.UA * (T - Tj);
  out[3] = through * cF;
  out[4] = through * cA;
  out[5] = reacted;
  out[6] = through * truth.rhoCp * (TF - T);
  out[7] = -truth.dH * reacted;
  out[8] = toJacket;
  out[0] = (out[3]! - out[4]! - reacted) / truth.V;
  out[1] = (out[6]! + out[7]! - toJacket) / (truth.V * truth.rhoCp);
  out[2] = (coolant * (TCoolant - Tj)) / truth.VJacket + toJacket / (truth.VJacket * truth.rhoCpJacket);
}

/**
 * Runs the plant.
 *
 * @param options  `days` to run, `scanSeconds` between two records (a multiple of 5), `seed` of the disturbances
 */
export function runPlant(options: { readonly days: number; readonly scanSeconds: number; readonly seed: number }): PlantRecord {
  const drive = disturbances(options.days, options.seed);
  const steps = Math.round((options.days * 1440) / stepMinutes);
  const every = Math.round(options.scanSeconds / 60 / stepMinutes);
  const rows = Math.floor(steps / every);
  const column = () => new Float64Array(rows);
  const record = {
    ...{ time: column(), q: column(), cF: column(), TF: column(), T: column(), Tj: column() },
    ...{ setPoint: column(), coolant: column(), cTank: column(), cOut: column() },
  };

  const x = startOfRun(drive);
  const first = x.slice();
  const u = new Float64Array(5);
  const step = rungeKutta(derivatives);
  let integral = 0;
  for (let i = 0; i < rows * every; i++) {
    const t = i * stepMinutes;
    const minute = Math.floor(t);
    const error = x[1]! - drive.setPoint[minute]!;
    const wanted = controller.bias + controller.gain * (error + integral);
    const coolant = Math.min(Math.max(wanted, 2), truth.coolantLimit);
    if (coolant === wanted) integral += (error * stepMinutes) / controller.resetMinutes;
    u[0] = drive.q[minute]!;
    u[1] = drive.cF[minute]!;
    u[2] = drive.TF[minute]!;
    u[3] = coolant;
    u[4] = drive.TCoolant[minute]!;
    if (i % every === 0) write(record, i / every, t, x, u, drive.setPoint[minute]!);
    step(x, u, stepMinutes);
  }
  return { ...record, balance: balanceBetween(first, x) };
}

/** Begins near the steady state of the first disturbances; the totals begin at 0. */
function startOfRun(drive: Disturbances): Float64Array {
  const x = new Float64Array(size);
  x[0] = 0.12 * drive.cF[0]!;
  x[1] = drive.setPoint[0]!;
  x[2] = drive.setPoint[0]! - 30;
  return x;
}

type Columns = { readonly [K in Exclude<keyof PlantRecord, "balance">]: Float64Array };

function write(record: Columns, row: number, t: number, x: Float64Array, u: Float64Array, setPoint: number): void {
  const share = bypassShare(u[0]!);
  record.time[row] = t * 60;
  record.q[row] = u[0]!;
  record.cF[row] = u[1]!;
  record.TF[row] = u[2]!;
  record.T[row] = x[1]!;
  record.Tj[row] = x[2]!;
  record.setPoint[row] = setPoint;
  record.coolant[row] = u[3]!;
  record.cTank[row] = x[0]!;
  record.cOut[row] = (1 - share) * x[0]! + share * u[1]!;
}

function balanceBetween(first: Float64Array, last: Float64Array): Balance {
  return {
    moles: { in: last[3]!, out: last[4]!, reacted: last[5]!, stored: truth.V * (last[0]! - first[0]!) },
    heat: { flow: last[6]!, reaction: last[7]!, jacket: last[8]!, stored: truth.V * truth.rhoCp * (last[1]! - first[1]!) },
  };
}

/**
 * The classical Runge–Kutta step of order 4, in place. Linear invariants, such as the balances here, hold to rounding.
 *
 * @see Hairer, Nørsett & Wanner, *Solving ODEs I*, 2nd ed., Springer 1993, §II.1.
 */
export function rungeKutta(f: (x: Float64Array, u: Float64Array, out: Float64Array) => void, n = size) {
  const [k1, k2, k3, k4, mid] = [new Float64Array(n), new Float64Array(n), new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  return (x: Float64Array, u: Float64Array, h: number): void => {
    f(x, u, k1);
    for (let i = 0; i < n; i++) mid[i] = x[i]! + 0.5 * h * k1[i]!;
    f(mid, u, k2);
    for (let i = 0; i < n; i++) mid[i] = x[i]! + 0.5 * h * k2[i]!;
    f(mid, u, k3);
    for (let i = 0; i < n; i++) mid[i] = x[i]! + h * k3[i]!;
    f(mid, u, k4);
    for (let i = 0; i < n; i++) x[i]! += (h / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!);
  };
}
