"""pyPESTO with AMICI: fits from given starts, as its own importer of PEtab sets them up.

{"hello": true} is answered with {"versions": text}. Every line of stdin is a request, every line of stdout its answer, both JSON:
  {"path": yaml}                         -> {"versions": text, "nominal": negative log-likelihood}; the model is compiled here, which is not timed
  {"method": name, "starts": [{id: value}]} -> {"milliseconds": [...], "values": [...]}: each fit alone; NaN as null
Methods: "Fides" (its default: Fisher information first, BFGS later), "L-BFGS-B" (SciPy).
"""
import hashlib
import json
import logging
import math
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # What the tools print is no answer.

import amici
import fides
import numpy as np
import petab.v1 as petab
import pypesto
import pypesto.optimize
import pypesto.petab

logging.disable(logging.CRITICAL)
versions = f"pyPESTO {pypesto.__version__}, AMICI {amici.__version__}, Fides {fides.__version__}"
state = {}


def load(path):
    definition = petab.Problem.from_yaml(path)
    text = "".join(p.read_text() for p in sorted(Path(path).parent.iterdir()) if p.is_file())
    name = "greybox_" + hashlib.sha256((versions + text).encode()).hexdigest()[:12]
    importer = pypesto.petab.PetabImporter(definition, output_folder=str(Path(tempfile.gettempdir()) / f"amici-{name}"), model_name=name)
    problem = importer.create_problem(verbose=False)
    nominal = problem.get_reduced_vector(np.array(definition.x_nominal_scaled))
    state.update(problem=problem, scale=dict(definition.parameter_df.parameterScale), names=[problem.x_names[i] for i in problem.x_free_indices])
    return {"versions": versions, "nominal": float(problem.objective(nominal))}


def optimizer(method):
    if method == "Fides":
        return pypesto.optimize.FidesOptimizer(verbose=logging.CRITICAL, options={"maxiter": 1000})
    return pypesto.optimize.ScipyOptimizer(method=method, options={"maxiter": 1000})


def fit(method, starts):
    problem = state["problem"]
    to_scale = {"lin": float, "log": math.log, "log10": math.log10}
    milliseconds, values = [], []
    for i, start in enumerate(starts):
        x0 = np.array([to_scale[state["scale"][name]](start[name]) for name in state["names"]])
        begin = time.perf_counter()
        result = optimizer(method).minimize(problem, np.clip(x0, problem.lb, problem.ub), str(i))
        milliseconds.append(1e3 * (time.perf_counter() - begin))
        values.append(float(result.fval) if np.isfinite(result.fval) else None)
    return {"milliseconds": milliseconds, "values": values}


for line in sys.stdin:
    request = json.loads(line)
    try:
        if "hello" in request:
            answer = {"versions": versions}
        else:
            answer = load(request["path"]) if "path" in request else fit(request["method"], request["starts"])
    except Exception as error:
        answer = {"failed": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), file=answers, flush=True)
