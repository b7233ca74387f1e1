"""A parser of arguments that loses none of them."""

from __future__ import annotations

import argparse
from pathlib import Path
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
    """A parser whose arguments are `Given` unless they name another action, and are not empty.

    Arguments of the type str may be empty.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.register("action", None, Given)
        self.register("type", None, _word)
        self.register("type", Path, _path)


def _word(text: str) -> str:
    """Return an argument; raise ArgumentTypeError, which argparse expects, if it is empty."""
    if not text:
        raise argparse.ArgumentTypeError("the argument is empty: give a name or a value")
    return text


def _path(text: str) -> Path:
    """Return an argument as a path; an empty one would be the folder itself."""
    return Path(_word(text))
