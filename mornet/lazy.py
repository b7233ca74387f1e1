"""Names of functions that are imported when they are needed.

A registry holds such names, so that a list of its entries imports none of the functions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Lazy:
    """The function (or class) with the dotted ``name``, its module included.

    >>> Lazy("math.sqrt").load()(4.0), Lazy("math.sqrt").module
    (2.0, 'math')
    """

    name: str

    @property
    def module(self) -> str:
        """Name of the module that holds the function."""
        return self.name.rpartition(".")[0]

    @property
    def modules(self) -> tuple[str, ...]:
        """Names of the modules whose code decides what the function returns."""
        return (self.module,)

    def load(self) -> Callable[..., Any]:
        """Return the function itself."""
        function: Callable[..., Any] = getattr(
            import_module(self.module), self.name.rpartition(".")[2]
        )
        return function
