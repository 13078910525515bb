"""SciPy's integrators on machine code of the right-hand sides and analytic Jacobians: only the integrator is in the comparison.

Methods: odeint, LSODA, Radau, BDF, DOP853, RK45, and odeint-python, whose right-hand side is Python text, as most are written.
Jacobians are banded for odeint and LSODA and sparse for Radau and BDF where there are more than 50 states.
"""
import math
import platform
import warnings
from types import SimpleNamespace

import numpy as np
import scipy
from scipy.integrate import odeint, solve_ivp
from scipy.sparse import csc_array

from protocol import compiled, generated, problems, serve

warnings.filterwarnings("error", message="Excess work|Repeated|Illegal|Run terminated")
texts = generated()
explicit = ("DOP853", "RK45")
mathematics = SimpleNamespace(
    exp=math.exp, log=math.log, log10=math.log10, sqrt=math.sqrt, pow=math.pow, sin=math.sin, cos=math.cos, tan=math.tan, tanh=math.tanh,
    abs=abs, min=min, max=max, floor=math.floor, ceil=math.ceil, where=lambda test, yes, no: yes if test else no,
)


def jacobians(problem, values):
    """Dense, banded and sparse, as functions of (t, x)."""
    rows, columns, n = problem.rows, problem.columns, problem.n
    order = np.lexsort((rows, columns))
    starts = np.searchsorted(columns[order], np.arange(n + 1))

    def dense(t, x):
        out = np.zeros((n, n))
        out[rows, columns] = values(t, x)
        return out

    def banded(t, x):
        out = np.zeros((problem.lower + problem.upper + 1, n))
        out[rows - columns + problem.upper, columns] = values(t, x)
        return out

    def sparse(t, x):
        return csc_array((values(t, x)[order], rows[order], starts), shape=(n, n))

    return dense, banded, sparse


def prepare(problem, method, rtol):
    rhs_values, jacobian_values = compiled(problem)
    dense, banded, sparse = jacobians(problem, jacobian_values)
    rhs = lambda t, x: rhs_values(t, x).copy()
    large = problem.n > 50
    atol = problem.atol(rtol)
    grid = np.concatenate(([0.0], problem.samples))
    end = problem.samples[-1]
    if method == "odeint-python":
        text, u, p = getattr(texts, f"rhs_{problem.name}"), problem.u.tolist(), problem.p.tolist()
        rhs = lambda t, x: text(t, x.tolist(), u, p, mathematics)
        options = {}
    elif method == "odeint":
        options = {"Dfun": banded if large else dense, **({"ml": problem.lower, "mu": problem.upper} if large else {})}
    if method.startswith("odeint"):

        def run():
            x, info = odeint(rhs, problem.x0, grid, tfirst=True, rtol=rtol, atol=atol, mxstep=100_000, full_output=True, **options)
            if info["message"] != "Integration successful.":
                raise ValueError(info["message"])
            return x[1:], int(info["nst"][-1])

        return run
    if method in explicit:
        options = {}
    elif method == "LSODA":
        options = {"jac": banded, "lband": problem.lower, "uband": problem.upper} if large else {"jac": dense}
    else:
        options = {"jac": sparse if large else dense}

    def run():
        solution = solve_ivp(rhs, (0.0, end), problem.x0, method=method, t_eval=problem.samples, rtol=rtol, atol=atol, **options)
        if not solution.success:
            raise ValueError(solution.message)
        return solution.y.T, solution.nfev

    return run


serve(f"SciPy {scipy.__version__}, NumPy {np.__version__}, Python {platform.python_version()}", prepare)
