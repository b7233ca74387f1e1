from pathlib import Path

import numpy as np
import pytest

from mornet.experiments.ten_points.data import network, points
from mornet.experiments.ten_points.entering_example import (
    entering_example,
    published_indices,
    published_start,
    region,
)
from mornet.training import Objective, Prescribed, SteepestDescent, train
from tests.nn.cases import flat

with np.load(Path(__file__).parents[2] / "data" / "higham.npz") as arrays:
    REFERENCE = dict(arrays)


def weights(run, when):
    return flat(REFERENCE, f"{run}_{when}_", "", 3)


def test_the_start_is_the_published_one():
    np.testing.assert_array_equal(published_start(network()), weights("A10", "init"))


def test_the_points_are_the_published_ones():
    x, y = points()
    np.testing.assert_array_equal(x, REFERENCE["x10"])
    np.testing.assert_array_equal(y, REFERENCE["y10"])


@pytest.mark.sensitive
@pytest.mark.parametrize(("steps", "when"), [(1_000, "w1e3"), (100_000, "w1e5")])
def test_sums_of_squares_and_weights_agree_with_an_independent_run_of_the_published_program(
    steps, when
):
    run = entering_example(steps=steps, grid=3)
    np.testing.assert_allclose(run.p, weights("A10", when), rtol=1e-10)
    recorded = REFERENCE["A10_cost"][: steps // 1000 + 1]
    np.testing.assert_allclose(run.sum_of_squares, recorded, rtol=1e-10)


def test_a_second_independent_run_from_another_stream_agrees():
    rng = np.random.default_rng(5000)
    rng.standard_normal(23)
    indices = rng.integers(1, 11, size=10**6)[:1000] - 1
    J = Objective(network(), *points())
    p, history = train(
        J, weights("B10", "init"), SteepestDescent(0.05), steps=1000, sampling=Prescribed(indices)
    )
    np.testing.assert_allclose(p, weights("B10", "w1e3"), rtol=1e-10)
    np.testing.assert_allclose(20 * history.objective[-1], REFERENCE["B10_cost"][1], rtol=1e-10)


def test_the_point_numbers_are_uniform_and_repeat():
    indices = published_indices(1000)
    np.testing.assert_array_equal(indices, published_indices(2000)[:1000])
    assert set(indices) == set(range(10))


def test_the_region_says_which_output_wins():
    net, p = network(), weights("A10", "w1e6")
    axis = np.linspace(0, 1, 11)
    won = region(net, p, axis)
    for i, j in ((0, 0), (5, 9), (10, 3)):
        F = net.forward(p, np.array([[axis[j]], [axis[i]]]))
        assert won[i, j] == (F[0, 0] > F[1, 0])
    x, y = points()
    F = net.forward(p, x)
    np.testing.assert_array_equal(F[0] > F[1], y[0] == 1)


def test_only_the_published_run_is_compared_with_the_published_sum_of_squares():
    assert entering_example(steps=10, grid=3).reference_sum_of_squares is None
    assert (
        entering_example(steps=10, grid=3, start="seeded").sum_of_squares[0]
        != REFERENCE["A10_cost"][0]
    )
