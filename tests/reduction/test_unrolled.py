from dataclasses import replace

import numpy as np
import pytest

from mornet.fom.pulse import pulse, pulse_data_set
from mornet.fom.travelling_waves import gaussian_data_set
from mornet.reduction import FitContext, HybridSettings, fit_hybrid, fit_pod, relative_error
from mornet.reduction.hybrid.correction import Design
from mornet.reduction.hybrid.fit import hybrid_curve
from mornet.reduction.hybrid.isomap import euclidean_distances, geodesic_distances, scaled_codes
from mornet.reduction.hybrid.unrolled import (
    farthest_points,
    unrolled_codes,
    unrolled_correction,
    winding,
)
from mornet.storage import load, save
from tests.contracts import check_reduction


def circle(m, part=1.0):
    angle = 2 * np.pi * part * np.arange(m) / m
    return np.vstack([np.cos(angle), np.sin(angle)])


def geodesics(X, neighbours=8):
    return geodesic_distances(euclidean_distances(X), neighbours)


def pulses(n=128, times=400):
    """POD coordinates of a pulse that moves through many of its widths, and leaves."""
    U = pulse_data_set(n=n, times=times, width=8e-4).train.U
    return fit_pod(U, rank=50).encode(U)


def fit(U, r, seed=0, *, groups=None, **settings):
    settings = {"steps": 50, "trial_steps": 5, "hidden": 150} | settings
    return fit_hybrid(
        U,
        r,
        HybridSettings(**settings),
        rng=np.random.default_rng(seed),
        context=FitContext(groups=groups),
    )


def test_paths_on_a_circle_follow_its_chords():
    m = 30
    G = geodesics(circle(m), neighbours=2)
    steps = np.abs(np.subtract.outer(np.arange(m), np.arange(m)))
    chord = 2 * np.sin(np.pi / m)
    np.testing.assert_allclose(G, chord * np.minimum(steps, m - steps), atol=1e-13)


def test_pieces_are_joined_by_the_shortest_bridge():
    left = np.vstack([np.arange(6.0), np.zeros(6)])
    X = np.hstack([left, left + np.array([[105.0], [0.0]])])
    G = geodesics(X, neighbours=2)
    np.testing.assert_allclose(G, euclidean_distances(X), rtol=1e-13)  # all on one line


def test_paths_do_not_leap_to_a_point_off_the_curve_and_back():
    # zero is nearer to every pulse than its eighth neighbour, but nearest to the others near zero
    U = pulse(np.linspace(0, 1, 128), np.linspace(0, 0.08, 81), width=8e-4)
    size = np.linalg.norm(U[:, 40])
    X = np.hstack([U, 1e-3 * np.random.default_rng(0).standard_normal((128, 10))])
    G = geodesics(X)
    assert G[0, 80] > 20 * size  # 2 size by way of zero
    assert np.isfinite(G).all()


def test_equal_points_are_no_distance_apart():
    X = np.repeat(circle(20, part=0.5), 3, axis=1)
    G = geodesics(X)
    assert np.isfinite(G).all()
    assert G[0, 2] < 1e-300
    np.testing.assert_allclose(G, G.T, rtol=1e-13)


def test_scaling_recovers_points_from_their_distances():
    X = np.random.default_rng(0).standard_normal((3, 40)) * np.array([[3.0], [2.0], [1.0]])
    D = euclidean_distances(X)
    Z = scaled_codes(D, 3)
    np.testing.assert_allclose(euclidean_distances(Z), D, atol=1e-12)
    np.testing.assert_allclose(Z.mean(axis=1), 0, atol=1e-13)
    np.testing.assert_allclose(scaled_codes(D, 5)[3:], 0, atol=1e-6)  # sqrt of round-off


def test_winding_is_that_of_a_segment_a_circle_and_a_pulse():
    rng = np.random.default_rng(0)
    assert winding(np.linspace(0, 1, 200)[None], rng) == pytest.approx(1, rel=1e-12)
    # chords of one step instead of arcs, and sums instead of integrals: errors of O(1 / m)
    assert winding(circle(200), rng) == pytest.approx(np.pi**2 / 8, rel=1 / 200)
    assert winding(pulses(), rng) > 5


def test_the_code_of_a_curve_is_its_arc_length():
    c = pulses()
    Z = unrolled_codes(c, 1, anchored=False)
    inside = slice(0, 170)  # later the pulse leaves
    steps = np.linalg.norm(np.diff(c, axis=1), axis=0)[inside]
    found = np.abs(np.diff(Z[0]))[inside]
    assert (np.diff(Z[0])[inside] * np.diff(Z[0])[0] > 0).all()
    # paths skip points where that is shorter: chords of a few steps
    assert found.sum() == pytest.approx(steps.sum(), rel=0.2)
    assert found.std() < 0.05 * found.mean()


def test_coordinates_that_paths_do_not_need_stay_those_of_pod():
    c = pulses()
    correction = unrolled_correction(c, 3, Design(True, 50, "swish"), np.random.default_rng(0))
    np.testing.assert_allclose(correction.encode(c)[1:], c[1:3], atol=1e-12 * np.abs(c).max())


@pytest.mark.parametrize("r", [1, 2])
def test_anchored_it_takes_zero_to_zero_outside_the_curve(r):
    c = pulses()
    Z = unrolled_codes(c, r, anchored=True)
    assert (Z[0] > 0).all() or (Z[0] < 0).all()
    correction = unrolled_correction(c, r, Design(True, 50, "tanh"), np.random.default_rng(0))
    assert not correction.encode(np.zeros((50, 1))).any()
    assert not correction.decode(np.zeros((r, 1))).any()


def test_its_jacobian_is_that_of_differences():
    c = pulses()
    correction = unrolled_correction(c, 2, Design(False, 50, "swish"), np.random.default_rng(0))
    z, unit = correction.encode(c)[:, 70], correction.code_scale[0]
    steps = 1e-5 * unit * np.eye(2)
    plus, minus = (correction.decode(z[:, None] + sign * steps) for sign in (1, -1))
    J = correction.decode_jacobian(z)
    # of second order on the scale of unit / slope; rounding is of eps |z| / step
    atol = 1e-8 * np.linalg.norm(J)
    np.testing.assert_allclose(J, (plus - minus) / (2e-5 * unit), atol=atol)


def test_weights_draw_the_least_squares_to_heavy_snapshots():
    c = pulses()
    m = c.shape[1]

    def errors(weights):
        correction = unrolled_correction(
            c, 1, Design(False, 50, "swish"), np.random.default_rng(0),
            weights=weights,
        )  # fmt: skip
        return np.linalg.norm(c - correction.decode(correction.encode(c)), axis=0)

    heavy = np.arange(m) < m // 2
    plain = errors(None)
    # equal weights are none; least squares lose four digits to the penalty
    np.testing.assert_allclose(errors(np.full(m, 4.0)), plain, rtol=1e-8, atol=1e-8 * plain.max())
    drawn = errors(np.where(heavy, 1e4, 1.0))
    assert np.linalg.norm(drawn[heavy]) < np.linalg.norm(plain[heavy])


def test_farthest_points_halve_a_segment_and_leave_out_equal_ones():
    x = np.linspace(0, 1, 17)[None]
    chosen = farthest_points(np.hstack([x, x]), 5)
    np.testing.assert_allclose(np.sort(x[0, chosen % 17]), [0, 0.25, 0.5, 0.75, 1])
    assert len(farthest_points(np.hstack([x, x]), 40)) == 17


def test_one_number_describes_a_moving_pulse(tmp_path):
    data = pulse_data_set(n=128, times=400, width=8e-4)
    fitted = fit(data.train.U, 1)
    hybrid = fitted.hybrid
    assert hybrid.variant == "unrolled"
    assert fitted.history is None
    assert relative_error(fit_pod(data.train.U, rank=1), data.test.U) > 0.9
    assert relative_error(hybrid, data.test.U) < 0.02
    assert "unrolled along their manifold" in hybrid.words
    # its differences are those of column 3, with steps in proportion to its code: a unit long
    k = int(np.argmin(np.abs(hybrid.encode(data.train.U)[0] - hybrid.correction.code_scale)))
    check_reduction(hybrid, np.roll(data.train.U, 3 - k, axis=1))
    again = fit(data.train.U, 1).hybrid
    np.testing.assert_array_equal(again.correction.p, hybrid.correction.p)
    save(tmp_path / "hybrid.h5", hybrid)
    np.testing.assert_array_equal(
        load(tmp_path / "hybrid.h5").encode(data.test.U), hybrid.encode(data.test.U)
    )
    epoch, error = hybrid_curve(hybrid, None, data.train.U)
    assert (epoch, error) == (0, pytest.approx(relative_error(hybrid, data.train.U, 1.0)))


def test_a_closed_curve_needs_two_numbers():
    U = gaussian_data_set(n=512).train.U
    one, two = (fit(U, r).hybrid for r in (1, 2))
    assert one.rho[one.candidate.index("unrolled")] > 0.75
    assert two.rho[two.candidate.index("unrolled")] < 0.75
    assert one.variant == "POD"


@pytest.mark.sensitive
def test_a_correction_that_needs_longer_training_is_judged_after_it():
    # so few hidden units serve a trained correction better, but not after a short trial
    U = gaussian_data_set(n=512).train.U
    fitted = fit(U, 4, hidden=30, trial_steps=100, steps=1200)
    rho = dict(zip(fitted.hybrid.candidate, fitted.hybrid.rho, strict=True))
    assert rho["unrolled"] < rho["both"] < 0.75
    assert fitted.hybrid.variant == "both"
    assert relative_error(fitted.hybrid, U) < 0.5 * rho["unrolled"]
    # ten short trials and one long one on four fifths of the 256 snapshots, then all of them
    assert fitted.sample_gradients > 10 * 100 * 90 + 1200 * 90 + 1200 * 80


def test_it_is_tried_only_where_snapshots_wind_and_groups_can_be_held_out():
    data = pulse_data_set(n=128, times=160, width=8e-4)
    U = data.train.U
    assert "unrolled" in fit(U, 1).hybrid.candidate
    assert "unrolled" not in fit(U, 1, groups=np.arange(80) // 40).hybrid.candidate
    assert "unrolled" in fit(U, 1, groups=np.arange(80) // 20).hybrid.candidate
    wide = replace(data.train, U=np.exp(-((data.train.x.T - data.train.t) ** 2)))
    assert "unrolled" not in fit(wide.U, 1).hybrid.candidate
