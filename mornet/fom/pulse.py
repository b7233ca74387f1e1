"""An advecting Gaussian pulse: a manifold of dimension one that needs dozens of POD modes.

    s_t + 10 s_x = 0,        s(x, t) = exp(-(x - 0.1 - 10 t)^2 / w) / sqrt(pi w),

after R. Geelen, S. Wright, K. Willcox, Operator inference for non-intrusive model reduction with
quadratic manifolds, Comput. Methods Appl. Mech. Engrg. 403, 115717 (2023), and P. Schwerdtner, B.
Peherstorfer, Greedy construction of quadratic manifolds for nonlinear dimensionality reduction and
nonlinear model reduction, arXiv:2403.06732. The pulse has area one and leaves through x = 1 at t =
0.09; nothing is periodic. All quantities are dimensionless.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from mornet.fom.travelling_waves import require_visible
from mornet.records import Array
from mornet.settings import Positive, Range, checked
from mornet.snapshots.snapshots import DataSet, Snapshots
from mornet.snapshots.split import Mask, split_columns

START, SPEED = 0.1, 10.0


def pulse(x: Array, t: Array, width: float = 2e-4) -> Array:
    """Return s(x, t) (n, m) at the points ``x`` (n,) and times ``t`` (m,); ``width`` is w."""
    distance = x[:, None] - START - SPEED * t
    return np.exp(-(distance**2) / width) / np.sqrt(np.pi * width)


@checked
def pulse_data_set(
    *,
    n: Annotated[int, Range(2)] = 4096,
    times: Annotated[int, Range(2)] = 2000,
    final_time: Positive = 0.1,
    width: Positive = 2e-4,
) -> DataSet:
    """Return the data set "pulse": n nodes linspace(0, 1, n), times linspace(0, final_time, times).

    The defaults are the published ones. Times 0, 2, 4, ... are for training, the others for
    testing. Nothing is subtracted.

    Raises OptionError for a setting out of range, and for a pulse whose standard deviation
    (width / 2)^{1/2} is less than half the distance of two nodes.
    """
    require_visible(width, 0.5 / (n - 1) ** 2, "a larger n")
    x, t = np.linspace(0, 1, n), np.linspace(0, final_time, times)
    chosen, split = split_columns(times, test_every=2)

    def part(mask: Mask) -> Snapshots:
        columns = np.flatnonzero(mask)
        U = pulse(x, t[columns], width)
        return Snapshots.of_trajectories([U], x=x[None], t=t[columns])

    return DataSet(name="pulse", train=part(~chosen), test=part(chosen), split=split)
