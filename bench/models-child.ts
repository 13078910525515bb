/**
 * One process of the models bench: from a model's text to its first right-hand side or first Jacobian. Imports of the package are done before the
 * clock starts; the model's own file is part of what is timed. Prints one line of JSON.
 */
import { interpret } from "greybox/kernel";
import { modelKernels } from "greybox/models";
import "greybox/models/library";
import type { Exhibit } from "./problems/gallery/index.ts";

const [file, name, what] = process.argv.slice(2) as [string, string, "rhs" | "jacobian"];

const start = performance.now();
const model = (await import(file))[name] as Exhibit["model"];
const text = performance.now();
const system = model.system();
const n = system.states.length;
const [x, u] = [new Float64Array(n), new Float64Array(system.inputs.length).fill(1)];
system.initial.evaluate(0, x, u, system.p, x);
const { jacobian } = system;
if (!jacobian) throw new Error("The model has no Jacobian.");
const out = new Float64Array(what === "rhs" ? n : jacobian.size);
(what === "rhs" ? system.rhs : jacobian).evaluate(0, x, u, system.p, out);
const end = performance.now();

const exact = new Float64Array(out.length);
interpret(modelKernels(model)[what])(0, x, u, system.p, exact);
const error = Math.max(...exact.map((value, i) => (Object.is(value, out[i]) ? 0 : Math.abs(out[i]! - value) / Math.abs(value))));
process.stdout.write(`${JSON.stringify({ milliseconds: end - start, text: text - start, error })}\n`);
