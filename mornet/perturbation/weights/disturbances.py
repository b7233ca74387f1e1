"""Disturbances of trained parameters: noise, fewer singular values of W, fewer bits.

The data do not change, but the network is no longer at its minimum. Correctors repair it. Two of
them keep what the disturbance has saved: `NewtonStep(biases(net))` leaves W rounded, and
`FixedRank` keeps the ranks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.errors import OptionError
from mornet.linalg import thin_svd
from mornet.nn import Network
from mornet.perturbation.base_point.interface import Base
from mornet.perturbation.data.paths import DataPath
from mornet.perturbation.update.interface import ParameterCurve
from mornet.perturbation.work import Counts
from mornet.records import Array


def add_noise(p: Array, size: float, rng: np.random.Generator) -> Array:
    """Return p + v for a random direction v with ||v||_2 = ``size``."""
    v = rng.standard_normal(p.shape)
    return np.asarray(p + size * v / np.linalg.norm(v))


def truncate_ranks(net: Network, p: Array, rank: int) -> Array:
    """Return p with every W replaced by its best approximation of rank at most ``rank``.

    Raises OptionError if ``rank`` is below 1, and for layers that are not dense.
    """
    net.require_dense("a truncation of ranks")
    if rank < 1:
        raise OptionError(f"rank = {rank} must be at least 1")
    q = np.array(p)
    for W, *_ in net.layers(q):
        U, s, Vt = thin_svd(W)
        W[...] = (U[:, :rank] * s[:rank]) @ Vt[:rank]
    return q


def round_to(net: Network, p: Array, number_format: str) -> Array:
    """Return p rounded to "float16", "bfloat16" or "int8", as an array of float64.

    int8 has one scale for each W and each b; the entry of largest modulus becomes 127 or -127.
    Raises OptionError for another format.
    """
    if number_format not in FORMATS:
        raise OptionError(f"there is no format {number_format!r}; take one of {', '.join(FORMATS)}")
    q = np.array(p)
    for W, b, *_ in net.layers(q):
        for block in (W,) if b is None else (W, b):
            block[...] = FORMATS[number_format](block)
    return q


def _float16(a: Array) -> Array:
    return a.astype(np.float16).astype(float)


def _bfloat16(a: Array) -> Array:
    """Return the float32 of ``a`` rounded to its upper 16 bits, to the nearest, ties to even."""
    bits = np.ascontiguousarray(a, dtype=np.float32).view(np.uint32)
    rounded = bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))
    return (rounded & np.uint32(0xFFFF0000)).view(np.float32).astype(float)


def _int8(a: Array) -> Array:
    scale = float(np.max(np.abs(a))) / 127
    return np.asarray(np.round(a / scale) * scale) if scale > 0 else a


@dataclass(frozen=True, eq=False)
class Disturbed:
    """The disturbed parameters q(t) = p* + t v with ``v`` (P,), which a corrector repairs."""

    v: Array
    name: ClassVar[str] = "disturbed"
    error_order: ClassVar[int] = 1
    counts: ClassVar[Counts] = Counts()
    setup: ClassVar[Counts] = Counts()

    def along(self, base: Base, path: DataPath) -> ParameterCurve:
        return lambda t: base.p + t * self.v


FORMATS: dict[str, Callable[[Array], Array]] = {
    "float16": _float16,
    "bfloat16": _bfloat16,
    "int8": _int8,
}
