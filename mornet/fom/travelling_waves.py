"""Travelling waves: two transport problems whose POD is known in closed form.

The step 1[x < s] is the classical example of slow decay: no linear space of dimension r does better
than O(r^{-1/2}) (M. Ohlberger and S. Rave, Reduced basis methods: success, limitations and future
challenges, ALGORITMY 2016; C. Greif and K. Urban, Appl. Math. Lett. 96, 2019), although one number,
s, describes it. The cyclic shifts of any profile form a circulant matrix, which the discrete
Fourier transform diagonalises: its POD modes are trigonometric polynomials.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from scipy.linalg import circulant

from mornet.errors import OptionError, ShapeError
from mornet.records import Array
from mornet.settings import Positive, Range, checked
from mornet.snapshots.snapshots import DataSet, Snapshots

Shifts = Annotated[int, Range(2)]
"""A number of shifts: both parts of the split need one."""


def step_wave(n: int) -> Array:
    """Return 1[x_i < s_j] (n, n + 1) for the cells x_i = (i + 1/2) / n and shifts s_j = j / n."""
    return np.triu(np.ones((n, n + 1)), 1)


def step_wave_singular_values(n: int, centred: bool = False) -> Array:
    """Return the n singular values of `step_wave`, less its mean column if ``centred``, descending.

    sigma_k = 1 / (2 sin theta_k), with theta_k = (k - 1/2) pi / (2n + 1), or k pi / (2n + 2) if
    ``centred``. The reason: the inverse of the Gram matrix U U^T is the second difference matrix.
    It has Dirichlet conditions at both ends if centred; otherwise it has a Dirichlet condition at
    one end and a Neumann condition at the other.

    For even n the matrix of the even shifts has every row twice. Its singular values are sqrt(2)
    times those of `step_wave` for n / 2.
    """
    k = np.arange(1, n + 1)
    theta = k * np.pi / (2 * n + 2) if centred else (k - 0.5) * np.pi / (2 * n + 1)
    return 0.5 / np.sin(theta)


def step_wave_eigenvalues(r: int, centred: bool = False) -> Array:
    """Return the r largest eigenvalues of the covariance of 1[x < s], s uniform on (0, 1).

    lambda_k = 1 / ((k - 1/2) pi)^2 belongs to the kernel 1 - max(x, y), whose trace is 1/2. If
    ``centred``, lambda_k = 1 / (k pi)^2 belongs to the Brownian bridge, min(x, y) - x y, whose
    trace is 1/6.
    """
    k = np.arange(1, r + 1)
    return ((k if centred else k - 0.5) * np.pi) ** -2.0


def step_wave_error(r: int, centred: bool = False) -> float:
    """Return the relative error of r modes as n -> inf, sqrt(sum_{k > r} lambda_k / trace).

    Without centring the error tends to sqrt(2 / (pi^2 r)) = 0.45 r^{-1/2}.
    """
    captured = float(np.sum(step_wave_eigenvalues(r, centred)))
    return float(np.sqrt(1 - captured * (6 if centred else 2)))


def gaussian(n: int, width: float = 0.02) -> Array:
    """Return exp(-(x - 1/2)^2 / (2 width^2)) (n,) at x_i = i / n, summed over all periods."""
    return periodic_gaussian(np.arange(n) / n, width)


def periodic_gaussian(x: Array, width: float) -> Array:
    """Return exp(-(x - 1/2)^2 / (2 width^2)), of the shape of ``x``, summed over all periods."""
    periods = int(np.ceil(40 * width)) + 1  # exp(-40^2 / 2) underflows
    distance = (x % 1)[..., None] - 0.5 - np.arange(-periods, periods + 1)
    with np.errstate(over="ignore"):  # far from a narrow pulse
        return np.asarray(np.exp(-0.5 * (distance / width) ** 2).sum(axis=-1))


def require_visible(width: float, least: float, more: str) -> None:
    """Raise OptionError if a pulse of this ``width`` could vanish between the nodes of its grid.

    ``least`` is the width for which half the distance of two nodes is one standard deviation, so
    that some node always shows 61 % of the height. ``more`` says in words how to refine the grid.
    """
    if width < least:
        raise OptionError(
            f"width = {width:g} is too narrow for the grid, between whose nodes the pulse could "
            f"vanish: take a width of at least {least}, or {more}"
        )


def cyclic_shifts(g: Array) -> Array:
    """Return the circulant matrix (n, n) of the profile ``g`` (n,): column j is g shifted by j."""
    return np.asarray(circulant(g))


def shift_singular_values(g: Array, every: int = 1) -> Array:
    """Return the singular values of every ``every``-th column of `cyclic_shifts`, descending.

    With q = ``every`` and ghat = fft(g) they are the n / q numbers sqrt(sum_l |ghat_l|^2 / q). The
    sum runs over the frequencies l that the coarser shifts cannot tell apart: those that are equal
    modulo n / q. For q = 1 the singular values are |ghat_l|. Raises ShapeError unless q divides n.
    """
    if every < 1 or len(g) % every:
        raise ShapeError(f"every = {every} does not divide the {len(g)} cyclic shifts")
    power = np.abs(np.fft.fft(g)) ** 2
    return np.sqrt(np.sort(power.reshape(every, -1).sum(axis=0) / every)[::-1])


@checked
def step_wave_data_set(*, n: Shifts = 2000) -> DataSet:
    """Return the data set "step_wave": a step that moves, 1[x_i < s_j] on n cells, t = s_j.

    Raises OptionError for a setting out of range.
    """
    return _interleaved("step_wave", step_wave(n), (np.arange(n) + 0.5) / n, n)


@checked
def gaussian_data_set(*, n: Shifts = 256, width: Positive = 0.02) -> DataSet:
    """Return the data set "gaussian": pulses exp(-(x - 1/2 - t)^2 / (2 width^2)), periodic.

    Raises OptionError for a setting out of range, and for a pulse that is narrower than half the
    distance of two nodes if n is odd. If n is even, a node is in the middle of each pulse.
    """
    if n % 2:
        require_visible(width, 0.5 / n, "a larger n")
    return _interleaved("gaussian", cyclic_shifts(gaussian(n, width)), np.arange(n) / n, n)


def _interleaved(name: str, U: Array, x: Array, n: int) -> DataSet:
    def shifts(first: int) -> Snapshots:
        columns = np.arange(first, U.shape[1], 2)
        return Snapshots.of_trajectories([U[:, columns]], x=x[None], t=columns / n)

    return DataSet(
        name=name,
        train=shifts(0),
        test=shifts(1),
        split="interleaved shifts s_j = j/n: even j for training, odd j for testing",
    )
