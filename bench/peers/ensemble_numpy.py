"""Members of an ensemble by Dormand-Prince 5(4) in NumPy: all of them in one array, each with its own time and step; those that have ended are
taken out. Reads requests line by line ("lv FILE MEMBERS" or "cstr …"), answers "milliseconds tries" and writes the final states to FILE.out."""
import sys, time
import numpy as np

A = [[], [1/5], [3/40, 9/40], [44/45, -56/15, 32/9], [19372/6561, -25360/2187, 64448/6561, -212/729],
     [9017/3168, -355/33, 46732/5247, 49/176, -5103/18656], [35/384, 0, 500/1113, 125/192, -2187/6784, 11/84]]
E = np.array([71/57600, 0, -71/16695, 71/1920, -17253/339200, 22/525, -1/40])

def lv(x, p):
    a, b, c, d = p
    return np.stack([a*x[0] - b*x[0]*x[1], -c*x[1] + d*x[0]*x[1]])

def cstr(x, p):
    rate = p[0]*np.exp(-p[1]/x[1])*x[0]
    return np.stack([1 - x[0] - rate, 350 - x[1] + 209.205*rate + p[2]/23900*(300 - x[1])])

problems = {"lv": (lv, 4, [1, 1], 20, [1e-8, 1e-8]), "cstr": (cstr, 3, [0.5, 350], 10, [0.5e-8, 350e-8])}

def solve(f, p, x0, end, atol, rtol=1e-6):
    members = p.shape[1]
    out, who = np.empty((2, members)), np.arange(members)
    x = np.repeat(np.array(x0, float)[:, None], members, 1)
    t, h, tries, atol = np.zeros(members), np.full(members, 1e-3*end), 0, np.array(atol)[:, None]
    first = f(x, p)
    while who.size:
        tries += who.size
        h = np.minimum(h, end - t)
        k = [first]
        for row in A[1:]:
            y = x + h*sum(a*kk for a, kk in zip(row, k) if a)
            k.append(f(y, p))
        error = h*sum(e*kk for e, kk in zip(E, k) if e)
        norm = np.sqrt(np.mean((error/(atol + rtol*np.maximum(abs(x), abs(y))))**2, 0))
        ok = norm <= 1
        last = ok & (t + h >= end)
        t, x, first = np.where(ok, t + h, t), np.where(ok, y, x), np.where(ok, k[6], first)
        h = h*np.clip(0.9*np.maximum(norm, 1e-10)**-0.2, 0.2, 10)
        if last.any():
            out[:, who[last]] = x[:, last]
            go = ~last
            who, t, h, x, p, first = who[go], t[go], h[go], x[:, go], p[:, go], first[:, go]
    return out, tries

for line in sys.stdin:
    name, file, members = line.split()
    f, width, x0, end, atol = problems[name]
    p = np.ascontiguousarray(np.fromfile(file)[:int(members)*width].reshape(-1, width).T)
    start = time.perf_counter()
    out, tries = solve(f, p, x0, end, atol)
    elapsed = 1e3*(time.perf_counter() - start)
    np.ascontiguousarray(out.T).tofile(file + ".out")
    print(elapsed, tries, flush=True)
