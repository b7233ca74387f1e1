"""Symbols, names and values of times and parameters in labels and titles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mornet.snapshots.formats.parameter_names import names_of_mu


def symbol(name: str) -> str:
    """Return a name for a label: one letter is a symbol, a word stands as it is.

    >>> symbol("a"), symbol("Re")
    ('$a$', 'Re')
    """
    return f"${name}$" if len(name) == 1 else name.replace("$", r"\$")


def parameters_at(mu: Iterable[float], units: Mapping[str, str]) -> Iterator[str]:
    r"""Yield each of the parameters mu (p,) with its name, or all as one mu without names.

    >>> list(parameters_at([3.0, 0.5], {"names of mu": "Re\nMa"}))
    ['Re = 3', 'Ma = 0.5']
    """
    values = [f"{value:.4g}" for value in mu]
    names = parameters_in(units, len(values))
    if not names:
        names, values = (r"$\mu$",), [f"({', '.join(values)})"]
    yield from (
        equation(name, value, units.get("mu", ""))
        for name, value in zip(names, values, strict=True)
    )


def parameters_in(units: Mapping[str, str], p: int) -> tuple[str, ...]:
    r"""Return p symbols or names of the parameters for labels; without names only that of one is.

    >>> parameters_in({"names of mu": "Re"}, 1), parameters_in({}, 1), parameters_in({}, 2)
    (('Re',), ('$\\mu$',), ())
    """
    return tuple(map(symbol, names_of_mu(units, p))) or (r"$\mu$",) * (p == 1)


def equation(name: str, value: str, unit: str) -> str:
    """Return "name = value unit" for a label; the name may be a symbol between dollar signs.

    >>> equation("$t$", "0.5", "s"), equation("Re", "100", "1")
    ('$t=0.5$ s', 'Re = 100')
    """
    says = f"{name[:-1]}={value}$" if name.startswith("$") else f"{name} = {value}"
    return says + ("" if unit in ("", "1") else f" {unit}")
