"""On what benchmarks ran."""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec

import mornet
from mornet.cost import processor

PROGRAMS = "numpy", "torch", "scikit-learn", "numba", "pymor", "opinf", "dask"
MODULES = {"scikit-learn": "sklearn"}


def machine() -> str:
    """Return the processor and the versions of the programs that take part, in words."""
    versions = [
        f"{name} {version(name)}" for name in PROGRAMS if find_spec(MODULES.get(name, name))
    ]
    return ", ".join([processor(), f"mornet {mornet.__version__}", *versions])
