"""CasADi's side of calibration-peers: multiple shooting with IPOPT, as in CasADi's own example of system identification.

Every sample is a node; states at the nodes start at the measured values; each interval is integrated by RK4 in equal steps; the Hessian is
that of Gauss-Newton ("gn") or exact ("exact"). See docs/examples/python/sysid.py of CasADi, J. Gillis and J. Andersson.

First line of stdin: the problem as JSON. Every further line: {"hessian": "gn" | "exact", "z0": [4 numbers]}.
Answers each with one line of JSON: milliseconds (perf_counter around the call of the solver only), cost, parameters, evaluations, ok.
"""
import json
import sys
import time

import casadi as ca
import numpy as np

problem = json.loads(sys.stdin.readline())
times = np.array(problem["times"])
measured = np.array(problem["measured"]).T  # shape (2, samples): cA, T
sigma = np.array(problem["sigma"])
nominal = np.array(problem["nominal"])
x0 = ca.DM(problem["x0"])
q, V, cF, TF, Tc, rhoCp = (problem["constants"][name] for name in ("q", "V", "cF", "TF", "Tc", "rhoCp"))
low, high = np.array(problem["low"]), np.array(problem["high"])
size = np.array([1.0, 350.0])  # nodes are scaled, as the example advises
count = len(times)
step = float(times[1] - times[0])
parts = problem.get("parts", 20)

z = ca.MX.sym("z", 4)
x = ca.MX.sym("x", 2)


def rhs(x, z):
    k0, EoverR, dH, UA = nominal[0] * ca.exp(z[0]), nominal[1] * z[1], nominal[2] * z[2], nominal[3] * z[3]
    r = k0 * ca.exp(-EoverR / x[1]) * x[0]
    return ca.vertcat(
        q / V * (cF - x[0]) - r,
        q / V * (TF - x[1]) - dH / rhoCp * r + UA / (V * rhoCp) * (Tc - x[1]),
    )


f = ca.Function("f", [x, z], [rhs(x, z)])
h = step / parts
state = x
for _ in range(parts):
    k1 = f(state, z)
    k2 = f(state + h / 2 * k1, z)
    k3 = f(state + h / 2 * k2, z)
    k4 = f(state + h * k3, z)
    state = state + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
interval = ca.Function("interval", [x, z], [state]).expand()

nodes = ca.MX.sym("X", 2, count)
scaled = ca.diag(ca.DM(size)) @ nodes
starts = ca.horzcat(x0, scaled[:, :-1])
ends = interval.map(count)(starts, ca.repmat(z, 1, count))
gaps = ca.diag(ca.DM(1 / size)) @ (ends - scaled)
residuals = ca.vec(ca.diag(ca.DM(1 / sigma)) @ (scaled - ca.DM(measured)))
unknowns = ca.veccat(z, nodes)
nlp = {"x": unknowns, "f": 0.5 * ca.dot(residuals, residuals), "g": ca.vec(gaps)}
options = {"ipopt.print_level": 0, "ipopt.sb": "yes", "print_time": False, "ipopt.max_iter": 500}

begun = time.perf_counter()
J = ca.jacobian(residuals, unknowns)
lam_f, lam_g = ca.MX.sym("lam_f"), ca.MX.sym("lam_g", 2 * count)
hess_gn = ca.Function("nlp_hess_l", [unknowns, ca.MX.sym("p", 0), lam_f, lam_g], [lam_f * ca.triu(ca.mtimes(J.T, J))], ["x", "p", "lam_f", "lam_g"], ["triu_hess_gamma_x_x"])
solvers = {"exact": ca.nlpsol("exact", "ipopt", nlp, options), "gn": ca.nlpsol("gn", "ipopt", nlp, {**options, "hess_lag": hess_gn})}
built = 1e3 * (time.perf_counter() - begun)

guess = (measured / size[:, None]).T.ravel()
lbx = np.concatenate((low, np.full(2 * count, -np.inf)))
ubx = np.concatenate((high, np.full(2 * count, np.inf)))

print(json.dumps({"casadi": ca.__version__, "python": sys.version.split()[0], "built": built}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    solver = solvers[request["hessian"]]
    first = np.concatenate((request["z0"], guess))
    start = time.perf_counter()
    found = solver(x0=first, lbx=lbx, ubx=ubx, lbg=0, ubg=0)
    milliseconds = 1e3 * (time.perf_counter() - start)
    stats = solver.stats()
    zs = np.array(found["x"]).ravel()[:4]
    print(json.dumps({
        "milliseconds": milliseconds,
        "cost": float(found["f"]) if stats["success"] else None,
        "parameters": [nominal[0] * np.exp(zs[0]), *(nominal[1:] * zs[1:])],
        "evaluations": stats["iter_count"],
        "ok": bool(stats["success"]),
    }), flush=True)
