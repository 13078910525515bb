/** What single precision can hold. */
import { GreyboxError } from "../../../core/index.ts";

/** Neither too large nor, unless it is zero, too small. Smaller ones than 1.2e-38 are zero on many GPUs. */
export const fitsSingle = (value: number): boolean => value === 0 || (Math.abs(value) <= 3.4e38 && Math.abs(value) >= 1.2e-38);

/** @throws GreyboxError `solver/gpu-precision` */
export function requireSingle(name: string, value: number): void {
  if (!fitsSingle(value)) throw new GreyboxError("solver/gpu-precision", { name, value, limit: "sizes between 1.2e-38 and 3.4e38" });
}
