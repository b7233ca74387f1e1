"""Codes of handwritten digits: PCA, dense and convolutional autoencoders."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mornet.records import Array, Indices, array, in_short
from mornet.reduction import (
    AutoencoderSettings,
    ConvolutionalAutoencoderSettings,
    FitContext,
    Reduction,
    fit_autoencoder,
    fit_convolutional_autoencoder,
    fit_pod,
    reconstruct,
)
from mornet.settings import Count, Seed, Several
from mornet.snapshots.digits import digits_classes, digits_data_set
from mornet.snapshots.snapshots import DataSet

COMPARED = ("PCA", "dense autoencoder", "convolutional autoencoder")
DENSE = AutoencoderSettings(epochs=150)
CONVOLUTIONAL = ConvolutionalAutoencoderSettings(epochs=150, size=3)
PLANE = 2  # entries of the codes that are drawn


@dataclass(frozen=True, eq=False)
class DigitsCodes:
    """Mean squares of the errors, over pixels and images, for every method, rank and seed.

    ``original`` holds the first test image of each digit, and ``reconstruction`` the images that
    the first seed gives back at the rank ``shown``. ``code`` holds the codes of two entries of all
    test images, ``digit`` the digits that they show. PCA is the same for all seeds.
    """

    kind: ClassVar[str] = "digits_codes"
    __repr__ = in_short
    shown: int
    method: tuple[str, ...] = array("method")
    rank: Indices = array("rank", about="entries of a code")
    train_error: Array = array("method", "rank", "seed", about="mean square over pixels")
    test_error: Array = array("method", "rank", "seed", about="mean square over pixels")
    parameters: Indices = array("method", "rank", about="entries of the fitted reduction")
    original: Array = array("image", "dof", about="test images")
    reconstruction: Array = array("method", "image", "dof", about="of rank ``shown``")
    code: Array = array("method", "coordinate", "sample", about="codes of two entries")
    digit: Indices = array("sample", about="0 to 9, of each test image")
    seconds: Array = array("method", units="s", about="processor time", measured=True)


def digits_codes(
    *,
    ranks: Several[Count] = (2, 5, 10, 30),
    seeds: Several[Seed] = (0, 1, 2),
    shown: Count = 5,
    dense: AutoencoderSettings = DENSE,
    convolutional: ConvolutionalAutoencoderSettings = CONVOLUTIONAL,
) -> DigitsCodes:
    """Return the errors of PCA and of both autoencoders at all ``ranks`` for all ``seeds``.

    The rank ``shown`` and the rank 2 are fitted for the pictures if they are not among the ranks.
    """
    data, (_, digit) = digits_data_set(), digits_classes()
    found = [
        _Fits(data, ranks, seeds, shown, settings) for settings in (None, dense, convolutional)
    ]
    images = data.test.U[:, [int(np.flatnonzero(digit == d)[0]) for d in range(10)]]
    return DigitsCodes(
        method=COMPARED,
        rank=np.array(ranks),
        train_error=np.array([fits.errors(data.train.U) for fits in found]),
        test_error=np.array([fits.errors(data.test.U) for fits in found]),
        parameters=np.array([[fits.models[r][0].parameters for r in ranks] for fits in found]),
        shown=shown,
        original=images.T,
        reconstruction=np.array([reconstruct(fits.models[shown][0], images).T for fits in found]),
        code=np.array([fits.models[PLANE][0].encode(data.test.U) for fits in found]),
        digit=digit,
        seconds=np.array([fits.seconds for fits in found]),
    )


class _Fits:
    """The reductions of one method: for each rank those of all seeds, or of the first one."""

    def __init__(
        self,
        data: DataSet,
        ranks: Sequence[int],
        seeds: Sequence[int],
        shown: int,
        settings: AutoencoderSettings | ConvolutionalAutoencoderSettings | None,
    ) -> None:
        begin = time.process_time()
        self.ranks = ranks
        self.models: dict[int, list[Reduction]] = {}
        for rank in {*ranks, shown, PLANE}:
            drawn = seeds if rank in ranks else seeds[:1]
            if settings is None:
                pca = fit_pod(data.train.U, rank=rank, centre="mean")
                self.models[rank] = [pca] * len(drawn)
            else:
                self.models[rank] = [_fitted(data, rank, seed, settings) for seed in drawn]
        self.seconds = time.process_time() - begin

    def errors(self, images: Array) -> Array:
        """Return the mean square over pixels (rank, seed) of the reconstructed ``images``."""
        return np.array([[_error(model, images) for model in self.models[r]] for r in self.ranks])


def _error(model: Reduction, images: Array) -> float:
    return float(np.mean((reconstruct(model, images) - images) ** 2))


def _fitted(
    data: DataSet,
    rank: int,
    seed: int,
    settings: AutoencoderSettings | ConvolutionalAutoencoderSettings,
) -> Reduction:
    rng, U = np.random.default_rng([seed, rank]), data.train.U
    if isinstance(settings, AutoencoderSettings):
        return fit_autoencoder(U, rank, settings, rng=rng).autoencoder
    context = FitContext(x=data.train.x)
    return fit_convolutional_autoencoder(U, rank, settings, rng=rng, context=context).autoencoder
