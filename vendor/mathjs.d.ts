/** Types of the bundled part of mathjs; see `scripts/vendor.mjs`. */
export { parse, Unit } from "mathjs";
