"""SciPy's side of calibration-vs-scipy: fits the problem given on the first line of stdin once for each further line.

First line: the problem as JSON. Every further line: {"solver": "LSODA" | "RK45" | "odeint", "method": "trf" | "lm"}.
Answers each with one line of JSON: milliseconds (perf_counter around the fit only), cost, parameters, evaluations.
"""
import json
import sys
import time
from math import exp

import numpy as np
import scipy
from scipy.integrate import odeint, solve_ivp
from scipy.optimize import least_squares

problem = json.loads(sys.stdin.readline())
times = np.array(problem["times"])
measured = np.array(problem["measured"])  # shape (samples, 2): cA, T
sigma = np.array(problem["sigma"])
nominal = np.array(problem["nominal"])
x0 = problem["x0"]
q, V, cF, TF, Tc, rhoCp = (problem["constants"][name] for name in ("q", "V", "cF", "TF", "Tc", "rhoCp"))
rtol, atol = problem["rtol"], problem["atol"]
dilution = q / V
grid = np.concatenate(([0.0], times))


def rhs(t, x, k0, EoverR, dH, UA):
    cA, T = x
    r = k0 * exp(-EoverR / T) * cA
    return [dilution * (cF - cA) - r, dilution * (TF - T) - dH / rhoCp * r + UA / (V * rhoCp) * (Tc - T)]


def simulate(p, solver):
    if solver == "odeint":
        return odeint(rhs, x0, grid, args=tuple(p), tfirst=True, rtol=rtol, atol=atol)[1:]
    return solve_ivp(rhs, (0, times[-1]), x0, method=solver, t_eval=times, args=tuple(p), rtol=rtol, atol=atol).y.T


# k0 is searched in its logarithm, as on the other side; the others in shares of their nominal value.
def parameters(z):
    return np.array([nominal[0] * exp(z[0]), *(nominal[1:] * z[1:])])


def fit(solver, method):
    calls = 0

    def residuals(z):
        nonlocal calls
        calls += 1
        return ((simulate(parameters(z), solver) - measured) / sigma).ravel()

    z0 = np.array(problem["z0"])
    start = time.perf_counter()
    result = least_squares(residuals, z0, method=method, x_scale=problem["scale"], diff_step=problem.get("diff_step"), xtol=1e-10, ftol=1e-10, gtol=1e-10)
    milliseconds = 1e3 * (time.perf_counter() - start)
    return {
        "milliseconds": milliseconds,
        "cost": result.cost,
        "parameters": parameters(result.x).tolist(),
        "evaluations": calls,
    }


print(json.dumps({"scipy": scipy.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(fit(request["solver"], request["method"])), flush=True)
