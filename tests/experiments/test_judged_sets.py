"""Theorems about particular data sets of the judge's study."""

import numpy as np
from scipy.special import erfc

from mornet.experiments.judge import happenings, recordings
from mornet.experiments.judge.sets import SETS
from mornet.experiments.judge.waves import line


def test_no_water_is_lost_when_a_dam_breaks():
    n = 4000
    train = happenings.dam_breaks(n=n).train
    h, d = train.mu
    water = 2 * train.U.mean(axis=0)  # on (-1, 1), and no wave has reached the ends
    np.testing.assert_allclose(water, h + d, atol=4 / n)


def test_behind_the_bore_mass_and_momentum_are_conserved():
    h, d = 1.0, 0.1
    m, bore = happenings.bore_of(h, d)
    u = 2 * (np.sqrt(h) - np.sqrt(m))  # the invariant u + 2 h^(1/2) of the rarefaction
    np.testing.assert_allclose(bore * (m - d), m * u, rtol=1e-12)
    np.testing.assert_allclose(bore * m * u, m * u**2 + (m**2 - d**2) / 2, rtol=1e-12)


def test_ice_without_a_warm_sea_follows_the_equation_of_one_phase(monkeypatch):
    monkeypatch.setattr(happenings, "WARM", 0.0)
    # lambda exp(lambda^2) erf(lambda) = Ste / pi^(1/2), which lambda = 1 / 2 solves for this one
    ste = np.sqrt(np.pi) * 0.5 * np.exp(0.25) * 0.5204998778130465
    np.testing.assert_allclose(happenings.ice_of(ste), 0.5, rtol=1e-12)


def test_a_packet_that_tunnels_keeps_its_norm():
    train = happenings.tunnelling(times=40).train
    n = len(train.U) // 2
    # the integral of exp(-2 (x / 4)^2) at the nodes' distance 60 / n
    np.testing.assert_allclose((train.U**2).sum(axis=0) * 60 / n, 4 * np.sqrt(np.pi / 2))


def test_no_dye_is_lost_in_a_sheared_flow():
    nodes = 40
    train = happenings.sheared(nodes=nodes).train
    near = train.mu[0] < 1  # stronger shear draws the dye out of the picture
    mass = train.U[:, near].sum(axis=0) / (nodes - 1) ** 2
    # the nearest edge is 0.35 away, 3.6 standard deviations along the flow of the widest patch
    np.testing.assert_allclose(mass, 2 * np.pi * 0.004, rtol=erfc(3.6 / np.sqrt(2)) / 2)


def test_a_buckled_rod_keeps_its_length_and_its_pinned_ends():
    n = 800
    U = recordings.elasticas(n=n, noise=0.0).train.U
    x, y = U[:n], U[n:]
    lengths = np.hypot(np.diff(x, axis=0), np.diff(y, axis=0)).sum(axis=0)
    np.testing.assert_allclose(lengths, 1, atol=1e-5)
    np.testing.assert_allclose(y[[0, -1]], 0, atol=1e-12)
    np.testing.assert_allclose(
        x + x[::-1], np.broadcast_to(2 * x.mean(axis=0), x.shape), atol=1e-12
    )


def test_second_differences_vanish_in_the_sum_and_are_those_of_a_parabola():
    change = happenings.second_differences(np.arange(6.0) ** 2)
    assert change.sum() == 0
    np.testing.assert_array_equal(change[1:-1], 2)


def test_spectra_with_scatter_span_seven_dimensions():
    U = SETS["scatter_r7"].data().train.U
    s = np.linalg.svd(U, compute_uv=False)
    assert s[7] < 1.05 * 0.005 * (np.sqrt(len(U)) + np.sqrt(U.shape[1])) < s[6]


def test_modes_of_a_clamped_beam_are_orthogonal():
    n = 4000
    modes, omega = recordings.clamped(line(n + 1).T)
    trapezoids = (modes.T @ modes - np.outer(modes[-1], modes[-1]) / 2) / n
    # by Euler and Maclaurin 1 / (12 n^2) times the slope of a product at x = 1, at most 2 * 2 * 22
    np.testing.assert_allclose(trapezoids, np.eye(4), atol=88 / (12 * n**2))
    np.testing.assert_allclose(omega[1], 6.2669, atol=1e-4)  # Blevins, table 8-1
