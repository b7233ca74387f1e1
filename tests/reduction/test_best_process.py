"""Gaussian processes among the candidates of a race."""

import numpy as np
import pytest

from mornet.reduction import BestSettings, FitContext, fit_best, fit_pod, relative_error
from mornet.reduction.best.process import POINTS, Process
from mornet.storage import load, save

SHORT = {"steps": 1, "trial_steps": 1}
RACE, UNASKED = BestSettings(**SHORT, gaussian_process=True), BestSettings(**SHORT)
M, CURVES = 20, 12


def curves():
    """Points on smooth curves (40, m) with two coordinates that POD of rank 2 sees, and groups."""
    draw = np.random.default_rng(1)
    t, mu = np.tile(np.linspace(0, 1, M), CURVES), np.repeat(np.linspace(0.5, 1.5, CURVES), M)
    z = np.stack([np.cos(3 * mu * t), np.sin(3 * mu * t)]) * (1 + mu)
    features = np.stack(
        [*z, 0.3 * z[0] ** 2, 0.3 * z[0] * z[1], 0.2 * np.sin(z[1]), 0.1 * z[0] ** 3]
    )
    U = np.linalg.qr(draw.standard_normal((40, 6)))[0] @ features
    return U, FitContext(groups=np.repeat(np.arange(CURVES), M))


def raced(U, context, settings=RACE):
    return fit_best(U, 2, settings, rng=np.random.default_rng(0), context=context).best


def test_a_process_wins_where_the_further_coordinates_are_smooth_in_the_first_ones(tmp_path):
    U, context = curves()
    best = raced(U, context)
    assert best.variant == "Gaussian process"
    pod = min(relative_error(fit_pod(U, rank=2, centre=c), U) for c in (None, "mean"))
    assert relative_error(best, U) < 1e-2 * pod
    save(tmp_path / "best.h5", best)
    np.testing.assert_array_equal(
        load(tmp_path / "best.h5").decode(best.encode(U)), best.decode(best.encode(U))
    )


def test_processes_race_only_if_they_are_asked_for():
    assert not any("process" in name for name in raced(*curves(), UNASKED).candidate)


def test_no_process_is_accepted_where_the_further_coordinates_are_noise():
    draw = np.random.default_rng(0)
    U = draw.standard_normal((20, 300)) * np.linspace(2, 1, 20)[:, None]
    assert raced(U, FitContext()).variant in ("POD", "PCA")


@pytest.mark.parametrize("m", [30, 900])
def test_a_process_goes_through_its_points(m):
    t = np.linspace(0, 1, m)
    c = np.stack([t, np.sin(6 * t)])
    learned = Process(1, False).start(c, np.random.default_rng(0), None)
    assert learned.process.points.shape[1] == min(m, POINTS)
    np.testing.assert_allclose(learned.reconstruct(c), c, atol=1e-4)


def test_with_a_constant_code_a_process_is_pod():
    c = np.stack([np.ones(9), np.arange(9.0)])
    learned = Process(1, False).start(c, np.random.default_rng(0), None)
    np.testing.assert_array_equal(learned.reconstruct(c), [c[0], np.zeros(9)])


def test_a_snapshot_of_weight_0_counts_nowhere():
    t = np.linspace(0, 1, 30)
    c = np.stack([t, np.sin(6 * t)])
    outlier, weights = np.insert(c, 4, 1e6, axis=1), np.insert(np.ones(30), 4, 0.0)
    start, rng = Process(1, False).start, np.random.default_rng(0)
    alone, beside = start(c, rng, None), start(outlier, rng, weights)
    np.testing.assert_array_equal(beside.reconstruct(c), alone.reconstruct(c))
