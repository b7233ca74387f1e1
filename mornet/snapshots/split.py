"""The choice of the test snapshots and its description in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypedDict

import numpy as np
from numpy.typing import NDArray

from mornet.checks import require_integer, require_number, require_whole
from mornet.errors import OptionError, counted
from mornet.records import Array
from mornet.snapshots.times import span

Mask = NDArray[np.bool_]
MOST = 20  # names or numbers that a sentence lists


class Testing(TypedDict, total=False):
    """The arguments of `split_columns`, of which at most one is given."""

    test_fraction: float | None
    test_every: int | None
    test_columns: Sequence[int] | Sequence[bool] | None
    test_parameters: Sequence[float] | None
    test_trajectories: Sequence[int | str] | None
    test_times: Sequence[float] | None


class Sampled(NamedTuple):
    """What is known of m snapshots: times (m,), parameters (p, m), trajectories (m,).

    ``labels`` are those of the trajectories 0, 1, ..., if a file has words for them, and ``names``
    those of the p parameters, if they are known.
    """

    m: int
    t: Array | None = None
    mu: Array | None = None
    trajectory: Any = None
    labels: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """The names of the parameters, or mu."""
        return ", ".join(self.names) or "mu"


def split_columns(m: int | Sampled, **test: Any) -> tuple[Mask, str]:
    """Return which of ``m`` snapshots are for testing, a mask (m,), and the split in words.

    At most one argument says which snapshots are for testing (`Testing`):

    - ``test_fraction`` in (0, 1): the last snapshots, rounded to a whole number of them; last in
      time, if all times differ;
    - ``test_every`` = k >= 2: the snapshots k - 1, 2k - 1, ..., counted from 0;
    - ``test_columns``: the numbers of the snapshots, or one bool for each snapshot;
    - ``test_parameters``: values of the parameter, if there is one parameter;
    - ``test_trajectories``: whole trajectories, by the numbers or labels that the file states;
    - ``test_times`` = (a, b): the block of all times a <= t <= b.

    Without any of them the test snapshots are those of inner parameters, or else the last
    trajectories, or else the last snapshots: a fifth of them.

    Raises OptionError for several of these arguments, a value out of range or of which there are no
    snapshots, and a part without snapshots.

    >>> split_columns(5, test_every=2)[0].astype(int)
    array([0, 1, 0, 1, 0])
    """
    known = m if isinstance(m, Sampled) else Sampled(_count(m))
    given = {name: value for name, value in test.items() if value is not None}
    if unknown := given.keys() - CHOICES.keys():
        raise OptionError(f"{sorted(unknown)}: there are {', '.join(CHOICES)}")
    if len(given) > 1:
        raise OptionError(
            f"say which snapshots are for testing by one of {', '.join(CHOICES)}, not by "
            f"{len(given)} of them: {', '.join(given)}"
        )
    mask, words = _default(known)
    for name, value in given.items():
        mask, words = CHOICES[name](known, value)
    tests = int(np.count_nonzero(mask))
    if not 0 < tests < known.m:
        raise OptionError(
            f"{tests} of {counted(known.m, 'snapshot')} would be for testing and "
            f"{known.m - tests} for training; both parts need at least one"
        )
    return mask, f"{words} for testing ({tests} of {known.m}), the others for training"


def _count(m: Any) -> int:
    require_whole(0, m=m)
    return int(m)


def listed(values: Sequence[float]) -> str:
    """Return the parameters of trajectories in words; a long arithmetic sequence is shortened.

    >>> listed([0.9, 1.1]), listed([100, 200, 300, 400, 500])
    ('0.9, 1.1', '100, 200, ..., 500')
    """
    words = [f"{value:g}" for value in values]
    if len(words) > 4 and np.allclose(np.diff(values, 2), 0):
        words = [*words[:2], "...", words[-1]]
    return ", ".join(words)


def _default(known: Sampled) -> tuple[Mask, str]:
    """Return a split by inner parameters, by trajectories, or by time: what the snapshots allow."""
    if known.mu is not None and len(sets := np.unique(known.mu, axis=1).T) > 1:
        tests = sets[1:-1][::4] if len(sets) > 2 else sets[1:]
        mask = np.any([np.all(mu == known.mu.T, axis=1) for mu in tests], axis=0)
        inner = "inner " if len(sets) > 2 else ""
        plural = "parameters" if len(tests) > 1 else "parameter"
        values = "; ".join(listed(mu) for mu in tests[:4]) + (", ..." if len(tests) > 4 else "")
        return (
            mask,
            f"by default, {len(tests)} {inner}{plural} of {len(sets)} ({known.called} = {values})",
        )
    runs = np.unique(known.trajectory) if known.trajectory is not None else np.zeros(1)
    if len(runs) > 1:
        last = runs[-max(1, round(len(runs) / 5)) :]
        words = f"by default, the last {len(last)} of {counted(len(runs), 'trajectory')}"
        return np.isin(known.trajectory, last), words + in_brackets(known.labels, last)
    mask, words = _last(known, 0.2) if known.m > 2 else _last(known, 0.5)
    return mask, f"by default, {words}"


def in_brackets(labels: Sequence[str], numbers: Any) -> str:
    """Return the labels of some trajectories, at most `MOST`; nothing without labels.

    >>> in_brackets(("dry", "wet"), [1]), in_brackets((), [1])
    (' (wet)', '')
    """
    words = [labels[int(number)] for number in sorted(numbers)[:MOST]] if labels else []
    more = ", ..." if len(numbers) > MOST else ""
    return f" ({', '.join(words)}{more})" if words else ""


def _last(known: Sampled, fraction: float) -> tuple[Mask, str]:
    require_number("test_fraction", fraction)
    if not 0 < fraction < 1:
        raise OptionError(f"test_fraction = {fraction} must lie between 0 and 1")
    tests = round(fraction * known.m)
    place = np.arange(known.m)
    if known.t is not None and len(np.unique(known.t)) == known.m:
        place = np.argsort(np.argsort(known.t))
    return place >= known.m - tests, f"the last {counted(tests, 'snapshot')}"


def _every(known: Sampled, k: int) -> tuple[Mask, str]:
    require_integer("test_every", k)
    if k < 2:
        raise OptionError(f"test_every = {k!r} must be an integer >= 2")
    mask = np.arange(known.m) % k == k - 1
    return mask, f"every {ordinal(k)} snapshot, starting with number {k - 1},"


def ordinal(k: int) -> str:
    """Return the ordinal of k >= 1.

    >>> [ordinal(k) for k in (2, 5, 11, 21, 112)]
    ['second', 'fifth', '11th', '21st', '112th']
    """
    if k < 10:
        return WORDS[k - 1]
    teens = 10 <= k % 100 < 20
    return f"{k}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(k % 10, 'th')}"


WORDS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]


def _columns(known: Sampled, columns: Any) -> tuple[Mask, str]:
    columns, m = np.asarray(columns), known.m
    if columns.dtype == bool:
        if columns.shape != (m,):
            raise OptionError(
                f"test_columns has shape {columns.shape} for {counted(m, 'snapshot')}"
            )
        return np.array(columns), "the snapshots marked by the user"
    if columns.ndim != 1 or columns.dtype.kind not in "iu":
        raise OptionError("test_columns must be a list of snapshot numbers or of bools")
    bad = columns[(columns < 0) | (columns >= m)]
    if len(bad) or len(np.unique(columns)) < len(columns):
        what = f"holds {bad[0]}" if len(bad) else "holds a number twice"
        raise OptionError(f"test_columns {what}; give different numbers from 0 to {m - 1}")
    mask = np.zeros(m, dtype=bool)
    mask[columns] = True
    return mask, "the snapshots listed by the user"


def _parameters(known: Sampled, values: Sequence[float]) -> tuple[Mask, str]:
    if known.mu is None or len(known.mu) != 1:
        p = 0 if known.mu is None else len(known.mu)
        raise OptionError(
            f"test_parameters needs snapshots of one parameter, but there are {p}: "
            + ("name them by test_trajectories" if p else "give mu under fields")
        )
    return _named("test_parameters", known.mu[0], values, f"parameter {known.called} =")


def _trajectories(known: Sampled, values: Sequence[int | str]) -> tuple[Mask, str]:
    if known.trajectory is None:
        raise OptionError("test_trajectories needs trajectories: give trajectory under fields")
    if known.labels:
        words = [_label(value, known.labels) for value in values]
        return _labelled(np.asarray(known.trajectory), known.labels, words)
    return _named("test_trajectories", np.asarray(known.trajectory), values, "trajectory")


def _label(value: int | str, labels: tuple[str, ...]) -> str:
    """Return the label that a word is, or that has a number in the order of labels that are words.

    >>> _label(1, ("dry", "wet")), _label(1, ("1", "7")), _label(7, ("1", "7"))
    ('wet', '1', '7')
    """
    is_number = isinstance(value, int) and 0 <= value < len(labels)
    words_alone = not any(label.isdecimal() for label in labels)
    return labels[int(value)] if is_number and words_alone else str(value)


def _labelled(number: Any, labels: tuple[str, ...], wanted: list[str]) -> tuple[Mask, str]:
    """Return the snapshots of the trajectories of these labels."""
    if absent := [word for word in wanted if word not in labels]:
        there = ", ".join(labels[:MOST]) + (", ..." if len(labels) > MOST else "")
        raise OptionError(f"test_trajectories holds {absent[0]}; there are {there}")
    mask = np.isin(number, [labels.index(word) for word in wanted])
    return mask, f"all snapshots of trajectory {', '.join(wanted)}"


def _named(name: str, all_values: Array, values: Sequence[Any], what: str) -> tuple[Mask, str]:
    if np.asarray(values).dtype.kind not in "biuf":
        raise OptionError(
            f"{name} holds {np.ravel(values)[0]!s}, which is no number; there are "
            f"{_first_of(all_values)}"
        )
    near: Any = np.isclose(all_values[:, None], np.ravel(values)[None, :], rtol=1e-9, atol=1e-12)
    absent = np.flatnonzero(~near.any(axis=0))
    if len(absent):
        there = _first_of(all_values)
        raise OptionError(f"{name} holds {np.ravel(values)[absent[0]]:g}; there are {there}")
    return near.any(axis=1), f"all snapshots of {what} {listed(list(np.ravel(values)))}"


def _first_of(values: Array) -> str:
    """Return the different values in words, at most `MOST` of them."""
    return listed(np.unique(values)[:MOST].tolist())


def _times(known: Sampled, block: Sequence[float]) -> tuple[Mask, str]:
    if known.t is None:
        raise OptionError("test_times needs times: give t under fields")
    if len(block) != 2 or not block[0] <= block[1]:
        raise OptionError(f"test_times = {list(block)} must be two times, the earlier one first")
    mask = (known.t >= block[0]) & (known.t <= block[1])
    return mask, f"the block of times {span(block[0], block[1])}"


CHOICES: dict[str, Any] = {
    "test_fraction": _last,
    "test_every": _every,
    "test_columns": _columns,
    "test_parameters": _parameters,
    "test_trajectories": _trajectories,
    "test_times": _times,
}
