"""A parser of arguments that loses none of them."""

from __future__ import annotations

import argparse
from typing import Any


class Given(argparse.Action):
    """Stores the values of an argument; an option that is given again adds to its list.

    An option of one value, given twice, is an error, because one of the two would be lost.
    """

    again = False

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Store the ``values`` under the name of the argument."""
        if self.again:
            if self.nargs not in ("*", "+"):
                parser.error(f"{option_string} is given twice: it takes one value")
            values = [*getattr(namespace, self.dest), *values]
        self.again = bool(self.option_strings)
        setattr(namespace, self.dest, values)


class CarefulParser(argparse.ArgumentParser):
    """A parser whose arguments are `Given` unless they name another action."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.register("action", None, Given)
