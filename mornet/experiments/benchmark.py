"""The measurements of a benchmark: cases by candidates by rounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.errors import OptionError
from mornet.records import Array, array, in_short


@dataclass(frozen=True, eq=False)
class Benchmark:
    """Times of the same work by several candidates, alternating within one process.

    Single-threaded candidates are compared by their processor times. These agree with wall times on
    a quiet machine, and a busy machine changes them little.
    """

    kind: ClassVar[str] = "benchmark"
    __repr__ = in_short
    name: str
    work: str
    case: tuple[str, ...] = array("case", about="the work that was done")
    candidate: tuple[str, ...] = array("candidate", about="the program that did the work")
    cpu: Array = array(
        "case", "candidate", "round", units="s", about="processor time", measured=True
    )
    wall: Array | None = array(
        "case", "candidate", "round", units="s", about="wall time", optional=True, measured=True
    )
    error: Array | None = array(
        "case", "candidate", "round", about="error that was reached", optional=True, measured=True
    )

    orthonormality: Array | None = array(
        "case",
        "candidate",
        "round",
        about="largest entry of |V^T V - I|",
        optional=True,
        measured=True,
    )
    memory: Array | None = array(
        "case",
        "candidate",
        units="byte",
        about="peak of the anonymous memory of a process that does nothing else",
        optional=True,
        measured=True,
    )

    bound: Array | None = array(
        "case", "candidate", about="proven bound of the error", optional=True, measured=True
    )

    def times(self, candidate: str) -> Array:
        """Return the median processor time of the candidate in each case (case,)."""
        if candidate not in self.candidate:
            raise OptionError(f"no candidate {candidate!r}; there are {', '.join(self.candidate)}")
        return np.median(self.cpu[:, self.candidate.index(candidate)], axis=-1)

    def best(self, prefix: str) -> Array:
        """Return the least time in each case among candidates whose name begins with ``prefix``."""
        names = [name for name in self.candidate if name.startswith(prefix)]
        if not names:
            raise OptionError(
                f"no candidate begins with {prefix!r}; there are {', '.join(self.candidate)}"
            )
        return np.min([self.times(name) for name in names], axis=0)
