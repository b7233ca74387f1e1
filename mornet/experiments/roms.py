"""The reduced-order models that a study may name: kind -> the class of its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mornet.experiments.data_sets import DATA_SETS
from mornet.lazy import Lazy


@dataclass(frozen=True)
class RomKind(Lazy):
    """The settings of a reduced-order model; ``intrusive`` models need the equation."""

    intrusive: bool = True


ROMS = {
    "galerkin": RomKind("mornet.rom.methods.projection.GalerkinMethod"),
    "deim": RomKind("mornet.rom.methods.interpolation.InterpolatedGalerkinMethod"),
    "least_squares": RomKind("mornet.rom.methods.projection.LeastSquaresMethod"),
    "regression": RomKind("mornet.rom.methods.regression.RegressionMethod", intrusive=False),
    "operator_inference": RomKind(
        "mornet.rom.methods.operator_inference.OperatorInferenceMethod", intrusive=False
    ),
}


def has_equation(kind: str, settings: Mapping[str, Any]) -> bool:
    """Return whether the data set of this ``kind`` with these ``settings`` has an equation."""
    from mornet.fom.problem import problem_of  # late: it takes SciPy's solvers along

    if settings.get("equation") is not None:
        return True
    return problem_of(DATA_SETS[kind].load()) is not None
