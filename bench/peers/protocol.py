"""What Python's peers share: the problems of a folder, and the line protocol described in cvode.c."""
import importlib.util
import json
import os
import sys
import time
from ctypes import CDLL, c_double, c_void_p
from pathlib import Path

import numpy as np

folder = Path(sys.argv[1])

# Libraries that print must not print into the protocol.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


class Problem:
    def __init__(self, plain):
        self.__dict__.update(plain)
        for name in ("x0", "u", "p", "samples", "nominal"):
            setattr(self, name, np.array(plain[name], dtype=float))
        for name in ("rows", "columns", "active"):
            setattr(self, name, np.array(plain[name], dtype=int))
        self.n = len(self.x0)
        self.entries = len(self.rows)

    def atol(self, rtol):
        return 1e-2 * rtol * self.nominal


problems = {plain["name"]: Problem(plain) for plain in json.loads((folder / "problems.json").read_text())}


def generated():
    """The equations as Python text."""
    spec = importlib.util.spec_from_file_location("generated", folder / "generated.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def compiled(problem):
    """The equations as machine code: functions of (t, x) that fill and return one array each."""
    library = CDLL(str(folder / "problems.so"))
    x, u, p = np.empty(problem.n), problem.u, problem.p

    def function(name, size):
        call = getattr(library, f"{name}_{problem.name}")
        call.argtypes = [c_double] + 4 * [c_void_p]
        call.restype = None
        out = np.empty(size)
        places = [array.ctypes.data for array in (x, u, p, out)]

        def evaluate(t, state):
            x[:] = state
            call(t, *places)
            return out

        return evaluate

    return function("rhs", problem.n), function("jacobian", problem.entries)


def serve(versions, prepare):
    """`prepare(problem, method, rtol)` gives a function that runs once and returns (values, steps). It may raise."""
    print(versions, file=answers, flush=True)
    made = {}
    for line in sys.stdin:
        name, method, rtol, budget, wanted = line.split()
        try:
            key = (name, method, rtol)
            if key not in made:
                made[key] = prepare(problems[name], method, float(rtol))
                made[key]()  # What is compiled, found or cached at the first run is not timed.
            run, times, spent = made[key], [], 0.0
            while not times or spent < float(budget):
                start = time.perf_counter()
                values, steps = run()
                times.append(time.perf_counter() - start)
                spent += times[-1]
            values = np.asarray(values)
            if not np.all(np.isfinite(values)) or values.size < len(problems[name].samples) * problems[name].n:
                raise ValueError("it did not reach the end")
            words = [sorted(times)[len(times) // 2], len(times), steps]
            if wanted == "1":
                words += map(repr, values.ravel().tolist())
            print(*words, file=answers, flush=True)
        except Exception as error:
            print("failed", " ".join(str(error).split())[:300] or type(error).__name__, file=answers, flush=True)
