"""Names of parameters, as files give them: they stand beside the units of snapshots."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from mornet.snapshots.formats.contents import (
    LETTERS,
    Contents,
    in_words,
    meaning,
    names_parameters,
)

OF_MU = "names of mu"  # beside the units: the names of the parameters, one in a line


def beside_units(names: Sequence[str]) -> dict[str, str]:
    r"""Return what units hold about the ``names`` of parameters: nothing if they only mean mu.

    >>> beside_units(["Re", "Ma"]), beside_units(["mu"])
    ({'names of mu': 'Re\nMa'}, {})
    """
    said = [" ".join(name.split()) for name in names]
    known = all(said) and len(set(said)) == len(said) and any(meaning(n) != "mu" for n in said)
    return {OF_MU: "\n".join(said)} if known else {}


def names_of_mu(units: Mapping[str, str], p: int) -> tuple[str, ...]:
    r"""Return the names of ``p`` parameters that stand beside units; () if they are not known.

    >>> names_of_mu({"mu": "m", "names of mu": "Re\nMa"}, 2), names_of_mu({"mu": "m"}, 2)
    (('Re', 'Ma'), ())
    """
    names = tuple(units.get(OF_MU, "").split("\n"))
    return names if OF_MU in units and len(names) == p else ()


def names_note(names: Sequence[str]) -> Iterator[str]:
    """Yield the note on the names of several parameters."""
    if len(names) > 1:
        yield f"the parameters are, in this order: {', '.join(names)}"


def with_names_beside(
    contents: Contents, names: Sequence[str], load: Callable[[str], Any]
) -> Contents:
    """Return contents with the names of parameters, if one of the arrays ``names`` holds them."""
    found = [words_of(load(name)) for name in names if names_parameters(name)]
    words = next(iter(found), ())
    return contents._replace(parameters=words) if len(words) in _counts(contents) else contents


def words_of(array: Any) -> tuple[str, ...]:
    """Return the words in an array; () if it holds none."""
    words: Any = np.ravel(array)
    return tuple(in_words(words).tolist()) if words.dtype.kind in LETTERS else ()


def _counts(contents: Contents) -> tuple[int, ...]:
    """Return how many parameters mu may have; a vector in the fields is one of each snapshot."""
    if "mu" not in contents.fields:
        return (np.size(contents.coordinates["mu"]),) if "mu" in contents.coordinates else ()
    shape = np.shape(contents.fields["mu"])
    return shape if len(shape) > 1 else (1,)
