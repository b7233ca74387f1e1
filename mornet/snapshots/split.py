"""The choice of the test snapshots, in three ways, and its description in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from mornet.errors import OptionError

Mask = NDArray[np.bool_]


class Testing(TypedDict, total=False):
    """The arguments of `split_columns`, of which exactly one is given."""

    test_fraction: float | None
    test_every: int | None
    test_columns: Sequence[int] | Sequence[bool] | None


def split_columns(
    m: int,
    test_fraction: float | None = None,
    test_every: int | None = None,
    test_columns: Sequence[int] | Sequence[bool] | None = None,
) -> tuple[Mask, str]:
    """Return which of ``m`` snapshots are for testing, a mask (m,), and the split in words.

    Exactly one argument says which snapshots are for testing:

    - ``test_fraction`` in (0, 1): the last snapshots, rounded to a whole number of them;
    - ``test_every`` = k >= 2: the snapshots k - 1, 2k - 1, ..., counted from 0;
    - ``test_columns``: the numbers of the snapshots, or one bool for each snapshot.

    Raises OptionError for none or several of these arguments, a value out of range, and a part
    without snapshots.

    >>> split_columns(5, test_every=2)[0].astype(int)
    array([0, 1, 0, 1, 0])
    """
    given = [test_fraction is not None, test_every is not None, test_columns is not None]
    if sum(given) != 1:
        raise OptionError(
            "say which snapshots are for testing by exactly one of test_fraction, test_every and "
            f"test_columns, not {sum(given)} of them"
        )
    if test_fraction is not None:
        mask, words = _last(m, test_fraction)
    elif test_every is not None:
        mask, words = _every(m, test_every)
    else:
        mask, words = _columns(m, np.asarray(test_columns))
    tests = int(np.count_nonzero(mask))
    if not 0 < tests < m:
        raise OptionError(
            f"of {m} snapshots {tests} are for testing and {m - tests} for training; both parts "
            "need at least one"
        )
    return mask, f"{words} for testing ({tests} of {m}), the others for training"


def listed(values: Sequence[float]) -> str:
    """Return the parameters of trajectories in words; a long arithmetic sequence is shortened.

    >>> listed([0.9, 1.1]), listed([100, 200, 300, 400, 500])
    ('0.9, 1.1', '100, 200, ..., 500')
    """
    words = [f"{value:g}" for value in values]
    if len(words) > 4 and np.allclose(np.diff(values, 2), 0):
        words = [*words[:2], "...", words[-1]]
    return ", ".join(words)


def _last(m: int, fraction: float) -> tuple[Mask, str]:
    if not 0 < fraction < 1:
        raise OptionError(f"test_fraction = {fraction} must lie between 0 and 1")
    tests = round(fraction * m)
    return np.arange(m) >= m - tests, f"the last {tests} snapshots"


def _every(m: int, k: int) -> tuple[Mask, str]:
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 2:
        raise OptionError(f"test_every = {k!r} must be an integer >= 2")
    return np.arange(m) % k == k - 1, f"every {k}. snapshot, starting with number {k - 1},"


def _columns(m: int, columns: NDArray[Any]) -> tuple[Mask, str]:
    if columns.dtype == bool:
        if columns.shape != (m,):
            raise OptionError(f"test_columns has shape {columns.shape} for {m} snapshots")
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
