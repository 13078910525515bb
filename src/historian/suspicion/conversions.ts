/** Changes of unit that happen by themselves in plants: a transmitter, a driver or an export that speaks another unit from one day on. */
import { conversion, parseUnit, sameDimension } from "../../core/index.ts";

export interface UnitChange {
  readonly from: string;
  readonly to: string;
  /** New number = factor · old number + shift. */
  readonly factor: number;
  readonly shift: number;
}

/** Units among which one quantity is measured. Pairs within a group are candidates. */
const groups: readonly (readonly string[])[] = [
  ["degC", "degF", "K"],
  ["bar", "psi", "kPa", "MPa", "Pa", "mbar"],
  ["kg/h", "kg/s", "t/h", "kg/min", "lb/h"],
  ["m^3/h", "L/min", "L/h", "m^3/s", "L/s", "gal/min"],
  ["m", "cm", "mm", "in", "ft"],
  ["kW", "W", "MW"],
  ["kJ/kg", "J/kg", "kcal/kg"],
  ["1", "%"],
  ["kg/m^3", "g/cm^3"],
  ["s", "min", "h"],
];

/** All changes within the groups, but for those that a bias would look like (bar and atm); those from the declared unit alone where it is known. Units that the unit system lacks are left out. */
export function unitChanges(declared?: string): readonly UnitChange[] {
  const changes: UnitChange[] = [];
  for (const group of groups) {
    const units = group.filter(isKnown);
    for (const from of units) {
      if (declared !== undefined && !isSameUnit(declared, from)) continue;
      for (const to of units) {
        if (to === from) continue;
        const { factor, shift } = conversion(from, to);
        changes.push({ from, to, factor, shift });
      }
    }
  }
  return changes;
}

function isKnown(unit: string): boolean {
  try {
    parseUnit(unit);
    return true;
  } catch {
    return false;
  }
}

/** Same dimension, factor and shift, whatever it is called. */
function isSameUnit(a: string, b: string): boolean {
  try {
    if (!sameDimension(parseUnit(a), parseUnit(b))) return false;
    const { factor, shift } = conversion(a, b);
    return Math.abs(factor - 1) < 1e-12 && Math.abs(shift) < 1e-12;
  } catch {
    return false;
  }
}

/** One atmosphere in a unit of pressure; undefined for other units. */
export function atmosphereIn(unit: string | undefined): number | undefined {
  if (unit === undefined) return undefined;
  try {
    return conversion("Pa", unit).factor * 101_325;
  } catch {
    return undefined;
  }
}
