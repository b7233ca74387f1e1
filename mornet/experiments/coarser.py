"""Full-order models on coarser grids and with longer time steps: what a reduced model must beat.

A reduced-order model is often timed against a full-order model that is far more accurate. The
honest rival is the full-order model whose error is the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from mornet.errors import MornetError
from mornet.fom.problem import Grid, Problem
from mornet.records import Array

FACTORS = (2, 4, 8, 16)
SIZES = ("n", "cells", "nodes", "steps")
"""Settings that a coarser model divides: of the grid, and the number of time steps."""


class CoarserModels(NamedTuple):
    """The coarser models that could be made: factor, error and seconds for each trajectory."""

    factor: list[int]
    error: list[list[float]]
    seconds: list[list[float]]


@dataclass(frozen=True)
class Coarser:
    """The problem that ``build`` makes with its ``settings``, coarser by each factor."""

    build: Callable[..., Problem]
    settings: Mapping[str, Any]

    @property
    def fine(self) -> Problem:
        """The problem itself."""
        return self.build(**self.settings)

    def against(self, tests: Sequence[Any]) -> CoarserModels:
        """Return the errors and processor times of coarser models on the test trajectories.

        A factor that does not divide the sizes, and one whose model fails, is left out.
        """
        fine, rivals = self.fine, CoarserModels([], [], [])
        for factor in FACTORS:
            sizes = {key: self.settings[key] for key in SIZES if key in self.settings}
            if not sizes or any(value % factor for value in sizes.values()):
                continue
            try:
                coarse = self.build(
                    **{**self.settings, **{key: v // factor for key, v in sizes.items()}}
                )
                measured = [_measure(coarse, fine, test) for test in tests]
            except MornetError:
                continue
            rivals.factor.append(factor)
            rivals.error.append([error for error, _ in measured])
            rivals.seconds.append([seconds for _, seconds in measured])
        return rivals


def _measure(coarse: Problem, fine: Problem, test: Any) -> tuple[float, float]:
    """Return the relative error of the coarse trajectory at the test times, and its time."""
    begin = time.process_time()
    W = coarse.trajectory(test.start.mu)
    seconds = time.process_time() - begin
    return error_of(W, coarse, fine, test), seconds


def error_of(W: Array, coarse: Problem, fine: Problem, test: Any) -> float:
    """Return the relative error of a trajectory ``W`` of the coarse problem at the test states."""
    at = np.array([np.interp(test.t, coarse.t, row) for row in W])
    wrong = np.linalg.norm(on_grid(at, coarse.grid, fine.grid) - test.states)
    return float(wrong / np.linalg.norm(test.states))


def on_grid(W: Array, coarse: Grid, fine: Grid) -> Array:
    """Return the columns of ``W`` (n, m) on ``coarse``, linearly interpolated to ``fine``.

    Beyond the outermost nodes the interpolation goes on linearly.
    """
    from scipy.interpolate import RegularGridInterpolator

    d, fields = len(coarse.shape), len(coarse.fields)
    parts = W.reshape(fields, *coarse.shape, -1)
    nodes, points = (np.split(grid.x[:d], fields, axis=1) for grid in (coarse, fine))
    return np.concatenate(
        [
            RegularGridInterpolator(
                tuple(map(np.unique, of)), part, bounds_error=False, fill_value=None
            )(at.T)
            for part, of, at in zip(parts, nodes, points, strict=True)
        ]
    )
