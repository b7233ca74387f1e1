"""How often mornet did what it promises when inputs were odd, files damaged and runs killed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mornet.records import Indices, array


@dataclass(frozen=True, eq=False)
class Reliability:
    """The measures of `tests/reliability`: what was tried, and how often the promise was kept.

    ``about`` says what each measure tries, and what the promise is.
    """

    kind: ClassVar[str] = "reliability"
    measure: tuple[str, ...] = array("measure")
    about: tuple[str, ...] = array("measure")
    tried: Indices = array("measure", about="number of trials")
    kept: Indices = array("measure", about="trials in which the promise was kept")
    accepted: Indices = array("measure", about="inputs that were no mistakes, and were used")
    slow: Indices = array("measure", about="trials that were stopped after a limit of seconds")
