"""The reduced-order models that a study may name: kind -> the class of its settings."""

from __future__ import annotations

from mornet.experiments.data_sets import DATA_SETS
from mornet.lazy import Lazy

ROMS = {
    "galerkin": Lazy("mornet.rom.methods.projection.GalerkinMethod"),
    "deim": Lazy("mornet.rom.methods.interpolation.InterpolatedGalerkinMethod"),
    "least_squares": Lazy("mornet.rom.methods.projection.LeastSquaresMethod"),
    "regression": Lazy("mornet.rom.methods.regression.RegressionMethod"),
    "operator_inference": Lazy("mornet.rom.methods.operator_inference.OperatorInferenceMethod"),
}


def has_equation(kind: str) -> bool:
    """Return whether the data sets of this ``kind`` come from an equation."""
    from mornet.fom.problem import problem_of  # late: it takes SciPy's solvers along

    return problem_of(DATA_SETS[kind].load()) is not None
