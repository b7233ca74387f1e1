"""The radius of convergence chooses the update: sums of errors fall with the order."""

import numpy as np
import pytest

from mornet.experiments.updates.trained_networks import sigmoid_autoencoder_network
from mornet.perturbation import BranchEndError, ByRadius, Taylor, continue_branch, remove_samples
from mornet.perturbation.update import by_radius
from mornet.perturbation.update.by_radius import means_for, reliable_radius
from mornet.training.newton import find_minimum

from .conftest import STORED, ten_point_objective


def network(name):
    if name == "autoencoder":
        trained = sigmoid_autoencoder_network(1e-3)
        return trained.objective, trained.base
    objective = ten_point_objective(float(f"1e-{name[-1]}"))
    return objective, find_minimum(objective, STORED[f"hh_decay_{name}"])


@pytest.fixture(scope="module", params=["1e3", "1e4", "autoencoder"])
def left_out(request):
    """An objective, its minimum, the path of each sample that leaves, and the trained ends."""
    objective, base = network(request.param)
    paths = [remove_samples(objective, [i]) for i in range(min(objective.N, 10))]
    ends = []
    for path in paths:
        try:
            ends.append(continue_branch(path, base, [1.0], gradient_tolerance=1e-12).p[0])
        except BranchEndError:  # a fold: the network is trained on from the old minimum
            ends.append(find_minimum(path.objective(1.0), base.p).p)
    return objective, base, paths, ends


def own_loss(objective, p, i):
    return 0.5 * float(np.sum((objective.net.forward(p, objective.x) - objective.y)[:, i] ** 2))


def total(left_out, update):
    """The sum over the samples of the errors of their losses, over that of the losses' changes."""
    objective, base, paths, ends = left_out
    error = change = 0.0
    for i, (path, end) in enumerate(zip(paths, ends, strict=True)):
        true = own_loss(objective, end, i)
        error += abs(own_loss(objective, update.along(base, path)(1.0), i) - true)
        change += abs(own_loss(objective, base.p, i) - true)
    return error / change


@pytest.fixture
def series_once(monkeypatch):
    """The series that gives the radius of a path does not depend on the order of the update."""
    found, coefficients = {}, by_radius.taylor_coefficients

    def once(p, solve, path, degree):
        assert degree == by_radius.TERMS
        if path not in found:
            found[path] = coefficients(p, solve, path, degree)
        return found[path]

    monkeypatch.setattr(by_radius, "taylor_coefficients", once)


def test_totals_of_leaving_each_sample_out_fall_with_the_order(left_out, series_once):
    totals = [total(left_out, ByRadius(order)) for order in (1, 2, 4)]
    assert totals[0] > totals[1] > totals[2]
    assert totals[2] < 5e-3
    for order, found in zip((1, 2, 4), totals, strict=True):
        assert found <= total(left_out, Taylor(order))


def test_below_half_the_radius_the_series_of_the_order_serves(base):
    objective, point = base
    path = remove_samples(objective, [0])
    curve, series = ByRadius(2).along(point, path), Taylor(2).along(point, path)
    for t in (1e-3, 0.1):
        np.testing.assert_array_equal(curve(t), series(t))


def test_means_follow_the_radius():
    assert [means_for(R, 0.5) for R in (1.1, 0.9, 0.5, 0.0)] == [
        "series",
        "Pade",
        "Newton",
        "Newton",
    ]


@pytest.mark.parametrize("pole", [2.0, 2.0j, 1.5 + 1.0j])
def test_reliable_radius_is_the_modulus_of_the_nearest_pole(pole):
    k = np.arange(25)
    c = np.stack([np.real(pole ** -k.astype(complex)), 0.3 * np.imag((1j * pole) ** -k)], axis=1)
    c[:, 1] += 1e-3 * abs(pole) ** -k
    assert reliable_radius(c) == pytest.approx(abs(pole), rel=0.15)


def test_a_series_that_ends_converges_everywhere():
    c = np.zeros((25, 2))
    c[:3] = 1.0
    assert reliable_radius(c) == np.inf


@pytest.mark.parametrize("gap", [2, 3, 5])
@pytest.mark.parametrize("odd", [0, 1])
def test_coefficients_that_vanish_in_turn_do_not_make_a_series_converge(gap, odd):
    c = np.zeros((25, 1))
    c[odd::gap, 0] = (-0.5) ** np.arange(len(c[odd::gap]))  # 1 / (1 + t^gap / 2)
    assert reliable_radius(c) == pytest.approx(2 ** (1 / gap), rel=1e-12)
