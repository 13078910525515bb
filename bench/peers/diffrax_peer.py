"""diffrax on the CPU in double precision, compiled by JAX. Methods: tsit5, dopri8, kvaerno5.

Compiling is not timed. States are divided by their nominal sizes, so that one absolute tolerance suits all.
"""
import platform
from types import SimpleNamespace

import jax

jax.config.update("jax_enable_x64", True)
import diffrax
import jax.numpy as jnp
import numpy as np

from protocol import generated, serve

texts = generated()
mathematics = SimpleNamespace(
    exp=jnp.exp, log=jnp.log, log10=jnp.log10, sqrt=jnp.sqrt, pow=jnp.power, sin=jnp.sin, cos=jnp.cos, tan=jnp.tan, tanh=jnp.tanh,
    abs=jnp.abs, min=jnp.minimum, max=jnp.maximum, floor=jnp.floor, ceil=jnp.ceil, where=jnp.where,
)
solvers = {"tsit5": diffrax.Tsit5, "dopri8": diffrax.Dopri8, "kvaerno5": diffrax.Kvaerno5}
made = {}


def compiled(problem, method):
    text, u, p, nominal = getattr(texts, f"rhs_{problem.name}"), problem.u.tolist(), problem.p.tolist(), problem.nominal

    def rates(t, x, _):
        out = text(t, [x[i] * nominal[i] for i in range(problem.n)], u, p, mathematics)
        return jnp.stack([jnp.asarray(out[i] / nominal[i], dtype=float) for i in range(problem.n)])

    @jax.jit
    def solve(x0, samples, rtol):
        return diffrax.diffeqsolve(
            diffrax.ODETerm(rates),
            solvers[method](),
            t0=0.0,
            t1=samples[-1],
            dt0=None,
            y0=x0,
            saveat=diffrax.SaveAt(ts=samples),
            stepsize_controller=diffrax.PIDController(rtol=rtol, atol=1e-2 * rtol),
            max_steps=100_000,
            throw=False,
        )

    return solve


def prepare(problem, method, rtol):
    solve = made.setdefault((problem.name, method), compiled(problem, method))
    x0, samples = jnp.asarray(problem.x0 / problem.nominal), jnp.asarray(problem.samples)

    def run():
        solution = jax.block_until_ready(solve(x0, samples, rtol))
        return solution.ys * problem.nominal, solution.stats["num_accepted_steps"]

    def read():
        values, steps = run()
        return np.asarray(values), int(steps)

    return read


serve(f"diffrax {diffrax.__version__}, JAX {jax.__version__} (CPU, x64), Python {platform.python_version()}", prepare)
