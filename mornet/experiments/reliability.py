"""How often mornet did what it promises when inputs were odd, files damaged and runs killed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.records import Indices, array, in_short


@dataclass(frozen=True, eq=False)
class Reliability:
    """The measures of `tests/reliability`: what was tried, and how often the promise was kept.

    ``about`` says what each measure tries, and what the promise is. ``fault`` holds the first
    broken promises in words, each after the name of its measure. ``commit`` is that of the code.
    """

    kind: ClassVar[str] = "reliability"
    __repr__ = in_short
    measure: tuple[str, ...] = array("measure")
    about: tuple[str, ...] = array("measure")
    tried: Indices = array("measure", about="number of trials")
    kept: Indices = array("measure", about="trials in which the promise was kept")
    accepted: Indices = array("measure", about="inputs that were no mistakes, and were used")
    slow: Indices = array("measure", about="trials that were stopped after a limit of seconds")
    number: tuple[str, ...] | None = array("measure", about="R1, ..., R18", optional=True)
    asked: Indices | None = array("measure", about="least number of trials", optional=True)
    commit: tuple[str, ...] | None = array("measure", about="of the code tried", optional=True)
    fault: tuple[str, ...] | None = array("fault", about="what went wrong", optional=True)

    @property
    def met(self) -> list[str]:
        """Return "yes", "no" or "too few trials" for each measure."""
        asked = np.zeros_like(self.tried) if self.asked is None else self.asked
        broken, few = self.kept < self.tried, self.tried < asked
        return [
            "no" if b else "too few trials" if f else "yes"
            for b, f in zip(broken, few, strict=True)
        ]
