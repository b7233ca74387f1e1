import numpy as np
import pytest

from mornet.experiments.update_studies import DRAWN, UPDATE_STUDIES
from mornet.experiments.updates.bridge import bridge_study
from mornet.experiments.updates.burgers import burgers_study
from mornet.experiments.updates.cut_offs import cut_off_study
from mornet.experiments.updates.multi_start import multi_start_study
from mornet.experiments.updates.removal import removal_study
from mornet.figures import FIGURES
from mornet.perturbation import measure_slope


@pytest.fixture(scope="module")
def bridge():
    return bridge_study()


@pytest.fixture(scope="module")
def gallery():
    return cut_off_study(t=(1e-3, 3e-3, 1e-2, 3e-2, 1e-1))


@pytest.fixture(scope="module")
def burgers():
    return burgers_study(
        n=60, steps=40, hidden=4, decay=1e-2, starts=5, new_mu=1.02, adam_steps=500
    )


def test_bridge_holds_to_second_order(bridge):
    assert np.all(bridge.first <= 1e-9)
    assert np.all(bridge.second <= 1e-7)


@pytest.mark.sensitive
def test_series_of_pod_and_autoencoder_have_the_same_orders(bridge):
    for errors in (bridge.pod_error, bridge.autoencoder_error):
        for degree, error in zip(bridge.degree, errors, strict=True):
            slope, _ = measure_slope(bridge.t, error, floor=1e-14, scale=1.0)
            assert slope == pytest.approx(degree + 1, abs=0.05 if degree < 3 else 0.1)


def test_bounds_are_above_what_they_bound(bridge):
    assert np.all(bridge.change <= bridge.wedin)
    assert np.all(bridge.change <= bridge.davis_kahan)
    assert np.all(bridge.change <= bridge.cai_zhang)
    small = bridge.t < 0.1
    assert np.all(bridge.cai_zhang[small] < bridge.wedin[small])
    round_off = 1e-13
    assert np.all(bridge.incremental_true <= bridge.incremental_bound + round_off)
    assert bridge.incremental_error[-1] < 1e-13
    assert np.all(np.diff(bridge.incremental_error) < 0)


@pytest.mark.sensitive
def test_guessed_cut_offs_hide_the_order(gallery):
    def slope(errors):
        return measure_slope(gallery.t, errors, floor=1e-14, scale=1.0).slope

    first = dict(zip(gallery.treatment, map(slope, gallery.first_order), strict=True))
    assert first["gauge fixed"] == pytest.approx(2, abs=0.05)
    assert first["known nullity"] == pytest.approx(2, abs=0.05)
    assert first["cut-off 1e-12"] == pytest.approx(2, abs=0.05)
    for guessed in ("cut-off 1e-6", "cut-off 1e-3", "damping 1e-6"):
        assert first[guessed] == pytest.approx(1, abs=0.05)


@pytest.mark.sensitive
def test_a_small_cut_off_ruins_a_newton_step(gallery):
    newton = dict(zip(gallery.treatment, gallery.newton, strict=True))
    assert np.all(newton["cut-off 1e-12"] > 10 * gallery.no_update)
    assert np.all(newton["gauge fixed"] < gallery.no_update / 50)


@pytest.mark.sensitive
def test_null_spaces_are_explained(gallery):
    for spectrum in gallery.spectra:
        vanishing = np.sum(spectrum.eigenvalues < 1e-13 * spectrum.eigenvalues[0])
        assert vanishing == spectrum.orbit
    assert [spectrum.orbit for spectrum in gallery.spectra] == [9, 9, 3, 0, 0]


@pytest.mark.sensitive
def test_removals_name_their_folds():
    study = removal_study(minimum=0.1717093414)
    np.testing.assert_array_equal(np.flatnonzero(study.reached < 1), [3, 4, 6])
    assert {study.cause[i] for i in (3, 4, 6)} == {"fold"}
    for i in (3, 6):
        assert study.radius[i] == pytest.approx(study.reached[i], rel=0.02)
        assert "out of reach of perturbation" in study.verdict[i]
    assert study.error.shape == (len(study.method), 7)
    # the first-order change of the own cost ranks the points rightly
    influence = study.influence_loss[study.possible]
    np.testing.assert_array_equal(np.argsort(influence), np.argsort(study.true_loss))


@pytest.mark.sensitive
def test_burgers_update_reaches_the_branch_at_a_fraction_of_the_cost(burgers):
    cold = np.median(burgers.cold_gradients)
    near = burgers.error[:, -1] <= 1.05 * burgers.branch_error[-1]
    cheap = burgers.marginal <= 0.05 * cold
    taylor = np.array([name.endswith("order") for name in burgers.method])
    assert np.any(near & cheap & taylor)
    assert not near[0]
    assert burgers.distance < 1e-10
    assert burgers.radius > 0


@pytest.mark.sensitive
def test_burgers_updates_of_higher_order_are_nearer_in_every_measure(burgers):
    names = ("no update", "first order", "second order", "third order")
    ranks = [burgers.method.index(name) for name in names]
    for measure in (burgers.gap, burgers.parameter_error, burgers.residual):
        assert np.all(np.diff(measure[ranks, 0]) < 0)


def test_cold_starts_are_told_as_median_and_spread(burgers):
    np.testing.assert_array_equal(burgers.quantile, [0, 0.25, 0.5, 0.75, 1])
    for each, summed_up in (
        (burgers.cold_error, burgers.cold_error_quantiles),
        (burgers.cold_gradients, burgers.cold_gradients_quantiles),
        (burgers.cold_curve, burgers.cold_curve_quantiles),
    ):
        np.testing.assert_array_equal(summed_up, np.sort(each, axis=0))  # five starts: all entries
    # the curves end where the trainings did, but for the last digits of a line search
    assert burgers.cold_spent[-1] >= burgers.cold_gradients.max()
    np.testing.assert_allclose(burgers.cold_curve[:, -1], burgers.cold_error, rtol=1e-5)
    median = burgers.rival.index("L-BFGS, cold")
    np.testing.assert_array_equal(
        burgers.equal_gradients[median], burgers.cold_gradients_quantiles[2]
    )


@pytest.fixture(scope="module")
def again():
    return multi_start_study(decay=1e-4, minimum=0.02882662591, starts=60, again=15, t=(1e-4, 1e-2))


@pytest.mark.sensitive
def test_two_retrainings_differ_by_their_minima_and_not_by_the_data(again):
    median = 2
    for i, factor in ((1, 100), (2, 3)):
        assert again.independent_quantiles[median, i] > factor * again.change[i]
        # from the same start most trainings come to the continuation of the same minimum
        assert again.stayed[i] > again.cost.shape[1] / 2
    # the scatter is there without any change of the data
    assert again.independent_quantiles[median, 0] > 100 * again.change[1]


def test_what_moves_at_all_has_moved_by_the_order_of_t(again):
    assert again.change[0] == 0
    assert again.change[2] == pytest.approx(100 * again.change[1], rel=0.01)
    np.testing.assert_array_equal(again.pair[0], 0)
    assert again.hits.sum() == again.cost.shape[1] == 15 - again.lost
    assert np.all(np.diff(again.minima) > 0)


def test_who_reaches_the_branch_has_its_cost(again):
    for i in range(len(again.t)):
        there = again.scatter[i] < 1e-6 * again.output
        assert np.sum(there) == again.on_branch[i]
        np.testing.assert_allclose(again.cost[i, there], again.branch_cost[i], rtol=1e-9)


def test_incremental_svd_computes_the_new_pod(burgers):
    error = dict(zip(burgers.pod_method, burgers.pod_error, strict=True))
    np.testing.assert_allclose(error["incremental SVD"], error["new modes"], rtol=1e-9)
    np.testing.assert_allclose(error["third order"], error["new modes"], rtol=1e-3)


def test_every_kind_has_figures():
    assert DRAWN.keys() == UPDATE_STUDIES.keys()
    assert {name for names in DRAWN.values() for name in names} <= FIGURES.keys()
