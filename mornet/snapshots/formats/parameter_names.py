"""Names of parameters, as files give them: they stand beside the units of snapshots."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from mornet.errors import counted
from mornet.snapshots.formats.contents import (
    LETTERS,
    OF_PARAMETERS,
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
    counts = _counts(contents)
    found = (words_of(load(name)) for name in names if counts and names_parameters(name))
    if not (words := next(filter(None, found), ())):
        return contents
    known, notes = fitting(words, counts)
    return contents._replace(parameters=known, notes=(*contents.notes, *notes))


def fitting(words: tuple[str, ...], counts: Collection[int]) -> tuple[tuple[str, ...], list[str]]:
    """Return the names of parameters, and a note if they are left out: ``counts`` may be right.

    >>> fitting(("Re", "Ma"), [2]), fitting(("Re", "Ma"), [1])[0]
    ((('Re', 'Ma'), []), ())
    """
    if len(words) in counts:
        return words, []
    has = f"{counted(len(words), 'word')} for {counted(min(counts), 'parameter')}"
    return (), [f"{OF_PARAMETERS} has {has}, and is left out"]


def words_of(array: Any) -> tuple[str, ...]:
    """Return the words in an array; () if it holds none."""
    words: Any = np.ravel(array)
    return tuple(in_words(words).tolist()) if words.dtype.kind in LETTERS else ()


def _counts(contents: Contents) -> set[int]:
    """Return how many parameters mu may have; nothing without mu.

    A vector in the fields is one of each snapshot. Of several axes that of the parameters is the
    one beside which all others are axes of the snapshots.
    """
    if "mu" not in contents.fields:
        return {np.size(contents.coordinates["mu"])} if "mu" in contents.coordinates else set()
    shape, lengths = np.shape(contents.fields["mu"]), set(np.shape(contents.array))
    if len(shape) < 2:
        return {1}
    rest = [shape[:i] + shape[i + 1 :] for i in range(len(shape))]
    found = {n for n, others in zip(shape, rest, strict=True) if set(others) <= lengths}
    return found or {shape[0]}
