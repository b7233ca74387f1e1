"""Names of parameters, as files give them: they stand beside the units of snapshots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mornet.snapshots.formats.contents import meaning

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
