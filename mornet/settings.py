"""Settings from a file or the command line, checked against the signature of a callable.

A data set, a method or an experiment is a callable whose keyword arguments are its settings: names,
types, ranges and defaults stand in its signature and nowhere else. `bind` checks a mapping against
the signature and collects every mistake, so that one message lists all mistakes of a study.

Settings nest: an argument whose type is a frozen dataclass takes a mapping with the fields of the
dataclass as keys. An argument of the type ``Annotated[Chosen, OneOf(DATA_SETS)]`` takes an entry of
a registry with its settings: ``{kind: burgers, n: 100}``. An argument of the type
``dict[str, Count]`` takes a mapping and checks its values. A type without a check is refused.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import inspect
import json
import math
import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ParamSpec, TypeVar

from mornet.errors import OptionError

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Range:
    """The numbers from ``low`` to ``high``; ``above`` excludes ``low``, and ``below`` ``high``."""

    low: float
    high: float = math.inf
    above: bool = False
    below: bool = False

    def __contains__(self, value: float) -> bool:
        return (value > self.low if self.above else value >= self.low) and (
            value < self.high if self.below else value <= self.high
        )

    def __str__(self) -> str:
        low = f"{'greater than' if self.above else 'at least'} {self.low:g}"
        high = f"{'less than' if self.below else 'at most'} {self.high:g}"
        return low if math.isinf(self.high) else f"{low} and {high}"


@dataclass(frozen=True)
class NotEmpty:
    """The lists with at least one entry."""

    def __contains__(self, value: tuple[Any, ...]) -> bool:
        return len(value) > 0

    def __str__(self) -> str:
        return "a list with at least one entry"


@dataclass(frozen=True, eq=False)
class OneOf:
    """The ``names`` of a registry, such as the activations, or the registry itself."""

    names: Iterable[str]

    def __contains__(self, value: str) -> bool:
        return value in tuple(self.names)

    def __str__(self) -> str:
        return f"one of {', '.join(map(repr, self.names))}"


@dataclass(frozen=True)
class Chosen:
    """An entry of a registry by its ``kind``, and all settings of the function it stands for."""

    kind: str
    settings: dict[str, Any]


Count = Annotated[int, Range(1)]
Seed = Annotated[int, Range(0, 2**63 - 1)]
Positive = Annotated[float, Range(0, above=True)]
NotNegative = Annotated[float, Range(0)]
NotNegativeInteger = Annotated[int, Range(0)]
Fraction = Annotated[float, Range(0, 1, above=True)]
Part = Annotated[float, Range(0, 1, below=True)]
Several = Annotated[tuple[T, ...], NotEmpty()]  # over which an experiment runs


def bind(
    function: Callable[..., Any], given: Mapping[str, Any], path: str, mistakes: list[str]
) -> dict[str, Any]:
    """Return all keyword settings of ``function``, from ``given`` or their defaults.

    ``path`` is where the mapping stands, for the messages appended to ``mistakes``: unknown keys
    (with the nearest known one), missing keys, wrong types and values out of range.
    """
    return _bind(accepted(function), given, path, mistakes)


def _bind(
    known: Mapping[str, tuple[Any, Any]], given: Mapping[str, Any], path: str, mistakes: list[str]
) -> dict[str, Any]:
    homes = {key: _home_of(key, known) for key in given if key not in known}
    mistakes += [
        f"{path}.{key} is unknown; it belongs in {home}: write {home}: {{{key}: ...}}"
        for key, home in homes.items()
        if home
    ]
    mistakes += unknown_keys(
        {key: v for key, v in given.items() if not homes.get(key)}, known, path
    )
    bound: dict[str, Any] = {}
    for name, (hint, default) in known.items():
        if name in given:
            before = len(mistakes)
            bound[name] = convert(given[name], hint, f"{path}.{name}", mistakes, default)
            if len(mistakes) > before and isinstance(given[name], list | tuple):
                mistakes[-1] += _plural(name, known)
        elif default is inspect.Parameter.empty:
            mistakes.append(f"{path}.{name} is missing")
        else:
            bound[name] = default
    return bound


def _home_of(key: str, known: Mapping[str, tuple[Any, Any]]) -> str | None:
    """Return the setting whose value, a dataclass, has a field ``key``; None if there is none."""
    for name, (hint, _) in known.items():
        if isinstance(hint, type) and key in getattr(hint, "__dataclass_fields__", ()):
            return name
    return None


def checked(function: Callable[P, T]) -> Callable[P, T]:
    """Return ``function`` with its settings checked at every call, as `bind` checks a study's.

    Types and ranges stand in the annotations alone. A missing or unknown argument raises TypeError,
    as in every call. A wrong type and a value out of range raise OptionError, which lists all such
    mistakes. Numbers of NumPy are accepted as numbers of Python.

    >>> @checked
    ... def half(n: Count) -> float:
    ...     return n / 2
    >>> half(0)
    Traceback (most recent call last):
    mornet.errors.OptionError: half: n = 0 must be at least 1
    """

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        given = inspect.signature(function).bind(*args, **kwargs)
        known, mistakes = accepted(function), list[str]()
        for name, value in given.arguments.items():
            given.arguments[name] = convert(_plain(value), known[name][0], name, mistakes)
        if mistakes:
            raise OptionError(f"{function.__name__}: {'; '.join(mistakes)}")
        return function(*given.args, **given.kwargs)

    return call


def _plain(value: Any) -> Any:
    """Return NumPy's numbers and arrays as numbers and tuples of Python, lists as tuples."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    return tuple(map(_plain, value)) if isinstance(value, list | tuple) else value


def accepted(function: Callable[..., Any]) -> dict[str, tuple[Any, Any]]:
    """Return the settings of ``function``: name -> (type, default).

    Keywords ``**options: Unpack[Options]`` are the keys of the TypedDict ``Options``. Each of them
    is None unless it is given.
    """
    hints = typing.get_type_hints(function, include_extras=True)
    known: dict[str, tuple[Any, Any]] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            (options,) = typing.get_args(hints[name])
            of_keys = typing.get_type_hints(options, include_extras=True)
            known |= {key: (hint, None) for key, hint in of_keys.items()}
        else:
            known[name] = (hints[name], parameter.default)
    return known


def unknown_keys(given: Mapping[str, Any], known: Iterable[str], path: str) -> list[str]:
    """Return one message for each key of ``given`` that is not ``known``."""
    known = list(known)
    return [
        f"{path}.{key} is unknown{did_you_mean(str(key), known)}"
        for key in given
        if key not in known
    ]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return "; did you mean ...?" with the nearest known word, or the list of all of them."""
    known = list(known)
    near = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(known) or 'none'}"


def kind_needed(value: Any, kinds: Iterable[str]) -> str:
    """Return the words on a ``value`` that stands where a mapping with one of ``kinds`` does.

    >>> kind_needed("galerkn", ["galerkin", "deim"])
    "= 'galerkn' must be a mapping: give {kind: galerkin}"
    >>> kind_needed(3, ["galerkin", "deim"])
    '= 3 must be a mapping: give {kind: KIND}; there are galerkin, deim'
    """
    kinds = list(kinds)
    near = difflib.get_close_matches(str(value), kinds, n=1)
    others = "" if near else f"; there are {', '.join(kinds)}"
    return f"= {value!r} must be a mapping: give {{kind: {(near or ['KIND'])[0]}}}{others}"


def as_word(key: str, value: Any) -> str:
    """Return a setting as a word key=value of a command line, its value in JSON that is YAML too.

    JSON writes a character beyond the first 65536 as a pair of escapes, which YAML does not know.

    >>> as_word("path", "😀.npy")
    'path="😀.npy"'
    """
    return f"{key}={PAIR.sub(_character, json.dumps(plain(value)))}"


PAIR = re.compile(r"\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}")


def _character(pair: re.Match[str]) -> str:
    return str(json.loads(f'"{pair[0]}"'))


def plain(value: Any) -> Any:
    """Return ``value`` with nested settings as dicts and tuples as lists, ready for JSON.

    >>> plain({"range": Range(0, 1), "ranks": (1, 2)})
    {'range': {'low': 0, 'high': 1, 'above': False, 'below': False}, 'ranks': [1, 2]}
    """
    if isinstance(value, Chosen):
        return {"kind": value.kind, **plain(value.settings)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, Mapping):
        return {key: plain(entry) for key, entry in value.items()}
    return [plain(entry) for entry in value] if isinstance(value, list | tuple) else value


def _plural(name: str, known: Iterable[str]) -> str:
    """Return where several values stand, if a setting that takes one has such a neighbour."""
    return f"; several of them stand under {name}s" if f"{name}s" in known else ""


def convert(value: Any, hint: Any, path: str, mistakes: list[str], default: Any = None) -> Any:
    """Return ``value`` as the type ``hint``; otherwise append to ``mistakes`` and return it as is.

    If the type is float, an integer becomes a float, and so does a string like "1e-3", which YAML
    1.1 does not read as a number. A mapping becomes nested settings; a missing key has its value in
    ``default``. Nothing else is converted: "yes" is not a bool, and 2.0 is not an int.

    Raises TypeError for a type that no rule checks, such as a bare dict: the fault is in the code.
    """
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated and arguments[0] is Chosen:
        return _chosen(value, arguments[1].names, path, mistakes)
    if dataclasses.is_dataclass(hint) and hint is not Chosen:
        return _nested(value, hint, path, mistakes, default)
    if origin is Annotated:
        before = len(mistakes)
        value = convert(value, arguments[0], path, mistakes)
        if len(mistakes) == before and value not in arguments[1]:
            mistakes.append(f"{path} = {value!r} must be {arguments[1]}")
        return value
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in arguments:
            return None
        kinds = [a for a in arguments if a is not type(None)]
        return convert(value, _kind_of(value, kinds), path, mistakes)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            mistakes.append(f"{path} = {value!r} must be a list")
            return value
        return tuple(
            convert(v, arguments[0], f"{path}[{i}]", mistakes) for i, v in enumerate(value)
        )
    if origin is dict and arguments[0] is str:
        return _mapping(value, arguments[1], path, mistakes)
    if origin is typing.Literal:
        if value not in arguments:
            options = ", ".join(map(repr, arguments))
            mistakes.append(f"{path} = {value!r} must be one of {options}")
        return value
    return _scalar(value, hint, path, mistakes)


def _kind_of(value: Any, kinds: Sequence[Any]) -> Any:
    """Return which of several types a value is meant to have: its own one, or else the first."""
    if isinstance(value, list | tuple):
        return next((kind for kind in kinds if typing.get_origin(kind) is tuple), kinds[0])
    return type(value) if type(value) in kinds else kinds[0]


def _nested(value: Any, hint: Any, path: str, mistakes: list[str], default: Any) -> Any:
    """Return the nested settings ``hint`` of a mapping, with missing keys as in ``default``."""
    known = accepted(hint)
    if isinstance(value, hint):
        value = vars(value)
    if not isinstance(value, Mapping):
        mistakes.append(f"{path} = {value!r} must be a mapping with keys of {', '.join(known)}")
        return value
    if isinstance(default, hint):
        known = {name: (inner, getattr(default, name)) for name, (inner, _) in known.items()}
    before = len(mistakes)
    bound = _bind(known, value, path, mistakes)
    return hint(**bound) if len(mistakes) == before else value


def _chosen(value: Any, registry: Any, path: str, mistakes: list[str]) -> Any:
    """Return the `Chosen` entry of the ``registry``, with its settings checked."""
    given = plain(value)
    if not isinstance(given, Mapping):
        mistakes.append(f"{path} {kind_needed(value, registry)}")
        return value
    kind: Any = given.get("kind")
    if kind not in tuple(registry):
        mistakes.append(f"{path}.kind = {kind!r} is unknown{did_you_mean(str(kind), registry)}")
        return value
    settings = {key: entry for key, entry in given.items() if key != "kind"}
    return Chosen(kind, bind(registry[kind].load(), settings, path, mistakes))


def _mapping(value: Any, hint: Any, path: str, mistakes: list[str]) -> Any:
    """Return a mapping from strings, with each value as the type ``hint``."""
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        mistakes.append(f"{path} = {value!r} must be a mapping whose keys are strings")
        return value
    return {key: convert(v, hint, f"{path}.{key}", mistakes) for key, v in value.items()}


_NAMES = {int: "an integer", float: "a finite number", bool: "true or false", str: "a string"}
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")


def _scalar(value: Any, hint: Any, path: str, mistakes: list[str]) -> Any:
    if hint not in _NAMES:
        raise TypeError(f"{path} has the type {hint}, which no rule of mornet.settings checks")
    if hint is float and isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value)
    if hint is float and type(value) is int and abs(value) < 2**1023:  # else no finite number
        value = float(value)
    if type(value) is not hint or (hint is float and not math.isfinite(value)):
        mistakes.append(f"{path} = {value!r} must be {_NAMES[hint]}")
    elif hint is int and not -(2**63) <= value < 2**63:  # no array and no file holds it
        mistakes.append(f"{path} = {value!r} must be an integer that 64 bits hold")
    return value


@functools.cache
def _fields(settings: Callable[..., Any]) -> dict[str, tuple[Any, Any]]:
    return accepted(settings)


@dataclass(frozen=True)
class Settings:
    """A record of settings: a frozen dataclass whose annotations say what each field may be.

    A record is checked when it is made, from Python or from a study. A list becomes a tuple, and a
    number of NumPy becomes a number of Python. Raises OptionError, which lists all mistakes.
    """

    def __post_init__(self) -> None:
        mistakes: list[str] = []
        made: Callable[..., Any] = type(self)
        for name, (hint, _) in _fields(made).items():
            value = getattr(self, name)
            object.__setattr__(self, name, convert(_plain(value), hint, name, mistakes))
        if mistakes:
            raise OptionError("; ".join(mistakes))
