"""AMICI on models made of the same equations: forward sensitivities by its CVODES. Methods: simultaneous, staggered.

Models go in as SBML rate rules and are compiled once by AMICI, which is not timed; what was compiled is kept for the next bench in a folder
named after its content. States are divided by their nominal sizes, so that one absolute tolerance suits all.
"""
import hashlib
import os
import platform
import tempfile
from pathlib import Path
from types import SimpleNamespace

os.environ["PATH"] = f"{Path(os.sys.executable).parent}:{os.environ['PATH']}"

import amici
import amici.sim.sundials as sundials
import libsbml
import numpy as np
import sympy
from amici.importers.sbml import SbmlImporter

from protocol import generated, serve

texts = generated()
mathematics = SimpleNamespace(
    exp=sympy.exp, log=sympy.log, sqrt=sympy.sqrt, pow=lambda a, b: a**b, sin=sympy.sin, cos=sympy.cos, tan=sympy.tan, tanh=sympy.tanh, abs=sympy.Abs,
)
correctors = {
    "simultaneous": sundials.InternalSensitivityMethod_simultaneous,
    "staggered": sundials.InternalSensitivityMethod_staggered,
}
made = {}


def sbml(problem):
    """Rates of scaled states, with the parameters that are differentiated by name and the others as numbers."""
    names = {index: f"p_{index}" for index in problem.active.tolist()}
    p = [sympy.Symbol(names[i]) if i in names else value for i, value in enumerate(problem.p.tolist())]
    x = [sympy.Symbol(f"x_{i}") * size for i, size in enumerate(problem.nominal.tolist())]
    rates = getattr(texts, f"rhs_{problem.name}")(sympy.Symbol("time"), x, problem.u.tolist(), p, mathematics)
    document = libsbml.SBMLDocument(3, 1)
    model = document.createModel()
    model.setId(problem.name)
    values = {**{names[i]: (problem.p[i], True) for i in names}, **{f"x_{i}": (problem.x0[i] / problem.nominal[i], False) for i in range(problem.n)}}
    for name, (value, constant) in values.items():
        parameter = model.createParameter()
        parameter.setId(name)
        parameter.setValue(float(value))
        parameter.setConstant(constant)
    for i, rate in enumerate(rates):
        rule = model.createRateRule()
        rule.setVariable(f"x_{i}")
        rule.setMath(libsbml.parseL3Formula(sympy.sstr(sympy.sympify(rate / problem.nominal[i]), full_prec=True).replace("**", "^")))
    return libsbml.writeSBMLToString(document), names


def model_of(problem):
    if problem.name not in made:
        text, names = sbml(problem)
        folder = Path(tempfile.gettempdir()) / f"greybox-amici-{hashlib.sha256((amici.__version__ + text).encode()).hexdigest()[:16]}"
        if not (folder / "complete").exists():
            importer = SbmlImporter(text, from_file=False)
            importer.sbml2amici(problem.name, folder, verbose=False, compute_conservation_laws=False)
            (folder / "complete").touch()
        made[problem.name] = amici.import_model_module(problem.name, folder), names
    return made[problem.name]


def prepare(problem, method, rtol):
    module, names = model_of(problem)
    model = module.get_model()
    model.set_timepoints(problem.samples.tolist())
    solver = model.create_solver()
    solver.set_sensitivity_order(sundials.SensitivityOrder_first)
    solver.set_sensitivity_method(sundials.SensitivityMethod_forward)
    solver.set_internal_sensitivity_method(correctors[method])
    solver.set_relative_tolerance(rtol)
    solver.set_absolute_tolerance(1e-2 * rtol)
    solver.set_max_steps(1_000_000)
    states = [model.get_state_ids().index(f"x_{i}") for i in range(problem.n)]
    ids = list(model.get_free_parameter_ids())
    directions = [ids.index(names[i]) for i in problem.active.tolist()]

    def run():
        result = sundials.run_simulation(model, solver)
        if result["status"] != 0:
            raise ValueError(f"status {result['status']}")
        # Shape (samples, parameters, states).
        return np.asarray(result["sx"])[:, directions][:, :, states] * problem.nominal, int(result["numsteps"][-1])

    return run


serve(f"AMICI {amici.__version__}, Python {platform.python_version()}", prepare)
