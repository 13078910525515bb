"""SciPy's and lmfit's side of calibration-peers: fits the problem given on the first line of stdin once for each further line.

Every further line: {"with": "least_squares" | "lmfit", "solver": "odeint" | "LSODA", "z0": [4 numbers]}. Both differentiate by their own
two-point differences, keep the bounds, and search k0 in its logarithm, the others in shares of their nominal values.
Answers each with one line of JSON: milliseconds (perf_counter around the fit only), cost, parameters, evaluations, ok.
"""
import json
import sys
import time
import warnings
from math import exp

import lmfit
import numpy as np
import scipy
from scipy.integrate import odeint, solve_ivp
from scipy.optimize import least_squares

warnings.simplefilter("ignore")
problem = json.loads(sys.stdin.readline())
times = np.array(problem["times"])
measured = np.array(problem["measured"])  # shape (samples, 2): cA, T
sigma = np.array(problem["sigma"])
nominal = np.array(problem["nominal"])
x0 = problem["x0"]
q, V, cF, TF, Tc, rhoCp = (problem["constants"][name] for name in ("q", "V", "cF", "TF", "Tc", "rhoCp"))
low, high = np.array(problem["low"]), np.array(problem["high"])
rtol, atol = problem["rtol"], problem["atol"]
dilution = q / V
grid = np.concatenate(([0.0], times))
names = ["k0", "EoverR", "dH", "UA"]


def rhs(t, x, k0, EoverR, dH, UA):
    cA, T = x
    r = k0 * exp(-EoverR / T) * cA
    return [dilution * (cF - cA) - r, dilution * (TF - T) - dH / rhoCp * r + UA / (V * rhoCp) * (Tc - T)]


def simulate(p, solver):
    if solver == "odeint":
        return odeint(rhs, x0, grid, args=tuple(p), tfirst=True, rtol=rtol, atol=atol)[1:]
    return solve_ivp(rhs, (0, times[-1]), x0, method=solver, t_eval=times, args=tuple(p), rtol=rtol, atol=atol).y.T


def parameters(z):
    return np.array([nominal[0] * exp(z[0]), *(nominal[1:] * np.asarray(z[1:]))])


def fit(tool, solver, z0):
    calls = 0

    def residuals(z):
        nonlocal calls
        calls += 1
        found = simulate(parameters(z), solver)
        if found.shape != measured.shape or not np.all(np.isfinite(found)):
            return np.full(measured.size, 1e3)
        return ((found - measured) / sigma).ravel()

    start = time.perf_counter()
    if tool == "least_squares":
        result = least_squares(residuals, z0, bounds=(low, high), xtol=1e-10, ftol=1e-10, gtol=1e-10)
        z, cost, ok = result.x, result.cost, result.status > 0
    else:
        guess = lmfit.create_params(**{name: {"value": z0[i], "min": low[i], "max": high[i]} for i, name in enumerate(names)})
        result = lmfit.minimize(lambda p: residuals([p[name].value for name in names]), guess, method="leastsq", xtol=1e-10, ftol=1e-10)
        z, cost, ok = [result.params[name].value for name in names], 0.5 * result.chisqr, result.success
    milliseconds = 1e3 * (time.perf_counter() - start)
    return {"milliseconds": milliseconds, "cost": float(cost), "parameters": parameters(z).tolist(), "evaluations": calls, "ok": bool(ok)}


print(json.dumps({"scipy": scipy.__version__, "lmfit": lmfit.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(fit(request["with"], request["solver"], request["z0"])), flush=True)
