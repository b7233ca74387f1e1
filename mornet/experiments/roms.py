"""The reduced-order models that a study may name: kind -> the class of its settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mornet.errors import OptionError
from mornet.experiments.data_sets import DATA_SETS
from mornet.experiments.methods import METHODS
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


def refusals(
    name: str,
    kind: str,
    settings: Mapping[str, Any],
    methods: Mapping[str, str],
    data_sets: Mapping[str, str],
) -> Iterator[str]:
    """Yield what the model ``name`` demands and kinds of methods or data sets do not offer.

    ``methods`` and ``data_sets`` are kinds by their names. Settings that contradict each other are
    a refusal too.
    """
    from mornet.rom.methods.demands import OF_REDUCTIONS, refusal  # late: it takes SciPy along

    try:
        model = ROMS[kind].load()(**settings)
    except OptionError as error:
        yield f"{name}: {error}"
        return
    for demand in model.demands:
        kinds = methods if demand in OF_REDUCTIONS else data_sets
        registry: Mapping[str, Lazy] = METHODS if demand in OF_REDUCTIONS else DATA_SETS
        offered = {key: getattr(registry[value], demand) for key, value in kinds.items()}
        if said := refusal(name, demand, offered):
            yield said


def require_no_refusal(*given: Any) -> None:
    """Raise OptionError for the first of `refusals`, of the same arguments."""
    for said in refusals(*given):
        raise OptionError(said)


def has_equation(kind: str, settings: Mapping[str, Any]) -> bool:
    """Return whether the data set of this ``kind`` with these ``settings`` has an equation."""
    from mornet.fom.problem import problem_of  # late: it takes SciPy's solvers along

    if settings.get("equation") is not None:
        return True
    return problem_of(DATA_SETS[kind].load()) is not None
