"""Published numbers beside the same numbers computed here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from mornet.errors import DivergenceError
from mornet.records import Array, array


@dataclass(frozen=True)
class Published:
    """One published number; ``value`` is None where the publication prints nan.

    ``settings`` are those of the function that computes it.
    """

    settings: Mapping[str, Any]
    value: float | None

    @property
    def case(self) -> str:
        """The settings in words."""
        return ", ".join(
            f"{key} = {value if isinstance(value, str) else f'{value:g}'}"
            for key, value in self.settings.items()
        )


@dataclass(frozen=True, eq=False)
class Reproduction:
    """Published numbers beside the numbers that were computed here.

    ``published_nan`` names the cases that the publication prints as nan, ``diverged`` those whose
    computation left the finite numbers here.
    """

    kind: ClassVar[str] = "reproduction"
    source: str
    quantity: str
    case: tuple[str, ...] = array("case", about="settings of the number")
    published: Array = array("case", about="as printed")
    computed: Array = array("case", about="computed here")
    difference: Array = array("case", about="|computed / published - 1|")
    tolerance: float = array(about="difference below which a number counts as reproduced")
    published_nan: tuple[str, ...] = array("published_nan", about="cases printed as nan")
    diverged: tuple[str, ...] = array("diverged", about="cases that diverged here")


def reproduce(
    numbers: tuple[Published, ...],
    compute: Callable[..., float],
    *,
    source: str,
    quantity: str,
    tolerance: float,
) -> Reproduction:
    """Return the published ``numbers`` beside those that ``compute`` returns for their settings."""
    found = {number.case: _computed(compute, number.settings) for number in numbers}
    both = [n for n in numbers if n.value is not None and found[n.case] is not None]
    published = np.array([n.value for n in both], dtype=float)
    computed = np.array([found[n.case] for n in both], dtype=float)
    return Reproduction(
        source=source,
        quantity=quantity,
        case=tuple(n.case for n in both),
        published=published,
        computed=computed,
        difference=np.abs(computed / published - 1),
        tolerance=tolerance,
        published_nan=tuple(n.case for n in numbers if n.value is None),
        diverged=tuple(case for case, value in found.items() if value is None),
    )


def _computed(compute: Callable[..., float], settings: Mapping[str, Any]) -> float | None:
    try:
        return compute(**settings)
    except DivergenceError:
        return None
