"""What models without equations may learn over: inputs that tell training snapshots apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mornet.errors import OptionError
from mornet.records import Array, Indices
from mornet.rom.methods.order import Path

ALIKE = 1e-6
"""Relative size up to which a scaled input is a linear function of others, but for rounding."""


@dataclass(frozen=True, eq=False)
class Inputs:
    """The rows ``kept`` (k,) of inputs x (p, m) in training; the others depend on them.

    [1; x_kept]^T ``dependence`` (k + 1, p) is x^T at the training snapshots. ``names`` are those of
    the rows.
    """

    names: Sequence[str]
    kept: Indices
    dependence: Array

    def of(self, x: Array) -> Array:
        """Return the kept rows (k, m) of ``x``; OptionError if the others do not depend on them."""
        wrong = np.max(np.abs(_with_one(x[self.kept]) @ self.dependence - x.T), axis=0)
        for row in np.flatnonzero(wrong > ALIKE * max(1.0, float(np.max(np.abs(x))))).tolist():
            kept = ", ".join(self.names[k] for k in self.kept.tolist())
            words = f"a linear function of {kept}" if self._depends(row) else "constant"
            raise OptionError(
                f"{self.names[row]} is {words} in the training snapshots, and a test trajectory "
                "differs from that: what it changes cannot be learned, so give training snapshots "
                f"in which {self.names[row]} varies by itself"
            )
        return x[self.kept]

    def _depends(self, row: int) -> bool:
        return bool(np.any(np.abs(self.dependence[1:, row]) > ALIKE))


def inputs_of(x: Array, names: Sequence[str]) -> Inputs:
    """Return which rows of training inputs ``x`` (p, m), scaled to about 1, vary by themselves.

    A row that is constant or a linear function of rows before it is not kept.
    """
    kept: list[int] = []
    for row in range(len(x)):
        if _misfit(x[kept], x[row]) > ALIKE:
            kept.append(row)
    dependence = np.linalg.lstsq(_with_one(x[kept]), x.T, rcond=None)[0]
    return Inputs(names, np.array(kept, dtype=int), dependence)


def _misfit(x: Array, y: Array) -> float:
    """Return the largest distance of ``y`` (m,) from a linear function of ``x`` (k, m)."""
    X = _with_one(x)
    return float(np.max(np.abs(X @ np.linalg.lstsq(X, y, rcond=None)[0] - y)))


def _with_one(x: Array) -> Array:
    return np.column_stack([np.ones(x.shape[1]), x.T])


def extents(x: Array) -> Array:
    """Return the width (p,) of each row of ``x`` (p, m); its size if it is constant."""
    width, size = np.ptp(x, axis=1), np.abs(x[:, 0])
    return np.where(width > 0, width, np.where(size > 0, size, 1.0))


def require_told_apart(paths: dict[int, Path], mu: Array | None) -> None:
    """Raise OptionError if training trajectories have one ``mu`` (p, m), and times that overlap.

    No function of time and parameters can return the states of both.
    """
    last: dict[bytes, tuple[int, float]] = {}
    for number, (columns, t) in sorted(paths.items(), key=lambda item: item[1].t[0]):
        key = b"" if mu is None else np.unique(mu[:, columns], axis=1).tobytes()
        if key in last and t[0] <= last[key][1]:
            same = "no parameters mu" if mu is None else f"one mu = {mu[:, columns[0]].tolist()}"
            raise OptionError(
                f"the training trajectories {last[key][0]} and {number} have {same}, and their "
                "times overlap: a regression over time and parameters cannot tell them apart, so "
                "give mu, or take operator_inference, which starts at the initial state"
            )
        last[key] = number, float(t[-1])
