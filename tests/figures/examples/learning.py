"""Synthetic records of what networks learn."""

import numpy as np

from mornet.experiments.learning.cures import CURES
from mornet.experiments.learning.digits_classifier import DigitsClassifier
from mornet.experiments.learning.digits_codes import COMPARED, DigitsCodes
from mornet.experiments.learning.grid_sizes import COMPARED as COMPARED_ON_GRIDS
from mornet.experiments.learning.grid_sizes import GridSizes
from mornet.experiments.learning.layers import DATA, FORMS, MODELS, Layers
from mornet.experiments.learning.overfitting import Overfitting
from mornet.experiments.learning.overfitting_trajectories import OverfittingTrajectories
from tests.figures.examples.drawn import drawn


def digits_classifier():
    rng, epoch = np.random.default_rng(0), np.arange(6)
    loss = 2.0**-epoch * rng.uniform(0.8, 1.2, (4, 3, 6))
    return drawn(
        DigitsClassifier,
        source="digits",
        rate=0.25,
        images=np.array([200, 50, 60]),
        parameters=np.array([40, 40, 42, 42]),
        epoch=epoch,
        train_loss=loss,
        validation_loss=loss + 0.2,
        kernels=rng.standard_normal((5, 3, 3)),
    )


def digits_codes():
    rng = np.random.default_rng(0)
    error = 1 / np.array([2.0, 5.0, 10.0])[:, None] * rng.uniform(0.8, 1.2, (3, 3, 4))
    return drawn(
        DigitsCodes,
        method=COMPARED,
        rank=np.array([2, 5, 10]),
        train_error=0.5 * error,
        test_error=error,
        shown=5,
        original=rng.random((10, 16)),
        reconstruction=rng.random((3, 10, 16)),
        code=rng.standard_normal((3, 2, 40)),
        digit=np.arange(40) % 10,
    )


def overfitting():
    rng, P = np.random.default_rng(0), np.array([[4, 7, 40], [6, 20, 200]])
    error = rng.uniform(0.1, 2, (len(CURES), 2, 3, 5))
    polynomial = rng.uniform(0.1, 2, (4, 5))
    return drawn(
        Overfitting,
        samples=20,
        noise=0.2,
        depth=np.array([1, 2]),
        width=np.array([1, 2, 12]),
        parameters=P,
        cure=CURES,
        train_error=0.1 * error,
        test_error=error,
        coefficients=np.array([2, 10, 20, 40]),
        polynomial_train_error=0.1 * polynomial,
        polynomial_test_error=polynomial,
    )


def overfitting_trajectories():
    rng, P = np.random.default_rng(0), np.array([[80, 300, 5000], [100, 370, 5600]])
    error = rng.uniform(0.01, 0.2, (len(CURES), 2, 3, 4))
    return drawn(
        OverfittingTrajectories,
        code=2,
        n=256,
        steps=100,
        trajectories=np.array([1, 3]),
        samples=np.array([1500, 5000]),
        width=np.array([2, 8, 128]),
        parameters=P,
        cure=CURES,
        train_error=0.1 * error,
        test_error=error,
        pod_error=np.array([0.15, 0.16]),
    )


def layers():
    rng, size = np.random.default_rng(0), np.array([50, 200, 800])
    return drawn(
        Layers,
        steps=1000,
        data=DATA,
        form=FORMS,
        code=np.array([2, 5]),
        depth=np.array([1, 2]),
        width=np.array([8, 16, 32]),
        error=rng.uniform(0.01, 1, (2, 2, 2, 2, 3)),
        pod_error=rng.uniform(0.1, 0.5, (2, 2)),
        model=MODELS,
        gap_code=5,
        size=size,
        gap=1 / size[None, :, None] * rng.uniform(0.8, 1.2, (3, 3, 2)),
        rate=np.array([-1.0, -0.9, -1.1]),
    )


def grid_sizes():
    rng, n = np.random.default_rng(0), np.array([1000, 4000, 16000])
    return drawn(
        GridSizes,
        data_set="burgers",
        code=5,
        epochs=60,
        snapshots=200,
        method=COMPARED_ON_GRIDS,
        n=n,
        parameters=np.array([5 * n, 260 * n, 500 + n, 20_000 + 30 * n]),
        test_error=rng.uniform(0.01, 0.1, (4, 3, 2)),
        seconds=rng.uniform(1, 100, (4, 3)),
    )
