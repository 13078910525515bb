/**
 * One process of the cold-start bench: imports the built package, defines a model of 20 states and 40 parameters, and computes one cost
 * with its exact gradient. Prints one line of JSON as soon as the gradient is there.
 *
 * The model is a cascade of ten stirred tanks with saturating Arrhenius kinetics and cooling, in plain numbers.
 */
const marks = {};
let last = 0;
const mark = (what) => {
  const now = performance.now();
  marks[what] = now - last;
  last = now;
};
mark("node");

const { defineModel } = await import("greybox/models");
const { solve } = await import("greybox/solvers");
mark("import");

const parameters = {};
const states = {};
const algebraic = {};
const derivatives = {};
for (let i = 0; i < 10; i++) {
  parameters[`k${i}`] = { value: 1e8 * (1 + 0.05 * i), unit: "1" };
  parameters[`E${i}`] = { value: 6000 + 20 * i, unit: "1" };
  parameters[`q${i}`] = { value: 10 + i, unit: "1" };
  parameters[`h${i}`] = { value: 3, unit: "1" };
  states[`c${i}`] = { unit: "1", initial: 0, nominal: 1 };
  states[`T${i}`] = { unit: "1", initial: 320 };
  algebraic[`r${i}`] = { unit: "1", is: `k${i}*exp(-E${i}/T${i})*c${i}/(1 + 0.1*c${i})` };
  const [cIn, TIn] = i === 0 ? ["1", "330"] : [`c${i - 1}`, `T${i - 1}`];
  derivatives[`c${i}`] = `q${i}*(${cIn} - c${i}) - r${i}`;
  derivatives[`T${i}`] = `q${i}*(${TIn} - T${i}) + 120*r${i} - h${i}*(T${i} - 320)`;
}
const model = defineModel({ name: "cascade", time: "1", parameters, inputs: {}, states, algebraic, derivatives });
mark("define");

const active = Object.keys(parameters);
const system = model.system({ active });
mark("system");

/** Half the sum of squares of the states in shares of their typical size, and its gradient along the relative change of each parameter. */
function gradientAt(rtol) {
  const count = active.length;
  const dp = new Float64Array(count * count);
  for (let k = 0; k < count; k++) dp[k * count + k] = parameters[active[k]].value;
  const samples = Float64Array.from({ length: 100 }, (_, i) => 0.03 * (i + 1));
  const solution = solve(system, { span: [0, 3], samples, directions: { count, dp } }, { rtol });
  const n = system.states.length;
  const gradient = new Float64Array(count);
  let cost = 0;
  for (let row = 0; row < samples.length; row++) {
    for (let i = 0; i < n; i++) {
      const residual = solution.states[row * n + i] / system.nominal[i];
      cost += 0.5 * residual * residual;
      for (let k = 0; k < count; k++) gradient[k] += (residual * solution.tangents[(row * count + k) * n + i]) / system.nominal[i];
    }
  }
  return { outcome: solution.outcome.kind, method: solution.method, cost, gradient };
}

const first = gradientAt(1e-6);
mark("solve");
const milliseconds = performance.now();
process.stdout.write(`${JSON.stringify({ milliseconds, marks, ...first, gradient: [...first.gradient] })}\n`);

if (process.argv.includes("--reference")) {
  const { gradient } = gradientAt(1e-11);
  process.stdout.write(`${JSON.stringify({ gradient: [...gradient] })}\n`);
}
