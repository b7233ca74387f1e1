"""Travelling waves: the matrices against their closed-form singular values."""

import numpy as np
import pytest

from mornet.errors import OptionError, ShapeError
from mornet.fom.travelling_waves import (
    cyclic_shifts,
    gaussian,
    gaussian_data_set,
    shift_singular_values,
    step_wave,
    step_wave_data_set,
    step_wave_eigenvalues,
    step_wave_error,
    step_wave_singular_values,
)

RANKS = (1, 2, 5, 10, 20, 50, 100)
MEASURED = {
    False: (0.43524, 0.31523, 0.20098, 0.14229, 0.10064, 0.06364, 0.04497),
    True: (0.62616, 0.48999, 0.33201, 0.24053, 0.17218, 0.10969, 0.07769),
}
THEORY = {
    False: (0.43524, 0.31523, 0.20099, 0.14229, 0.10065, 0.06366, 0.04502),
    True: (0.62616, 0.48999, 0.33201, 0.24053, 0.17219, 0.10972, 0.07778),
}


def relative_error(s, r):
    return np.linalg.norm(s[r:]) / np.linalg.norm(s)


def centre(U, centred):
    return U - U.mean(axis=1, keepdims=True) if centred else U


def assert_singular_values(U, theory):
    s = np.linalg.svd(U, compute_uv=False)
    np.testing.assert_allclose(s[: len(theory)], theory, rtol=0, atol=1e-13 * theory[0])
    np.testing.assert_allclose(s[len(theory) :], 0, atol=1e-13 * theory[0])


def test_step_wave_is_one_where_x_is_before_the_step():
    n = 7
    x, s = (np.arange(n) + 0.5) / n, np.arange(n + 1) / n
    np.testing.assert_array_equal(step_wave(n), x[:, None] < s)


@pytest.mark.parametrize("centred", [False, True])
@pytest.mark.parametrize("n", [2, 9, 120])
def test_step_wave_has_its_closed_form_singular_values(n, centred):
    assert_singular_values(centre(step_wave(n), centred), step_wave_singular_values(n, centred))


@pytest.mark.parametrize("centred", [False, True])
def test_even_shifts_have_the_singular_values_of_half_the_cells(centred):
    U = centre(step_wave_data_set(n=120).train.U, centred)
    assert_singular_values(U, np.sqrt(2) * step_wave_singular_values(60, centred))


@pytest.mark.parametrize("centred", [False, True])
def test_discrete_covariance_tends_to_the_continuous_one(centred):
    gap = [
        np.max(abs(step_wave_singular_values(n, centred)[:5] ** 2 / n**2
                   / step_wave_eigenvalues(5, centred) - 1))
        for n in (400, 800, 1600, 3200)
    ]  # fmt: skip
    np.testing.assert_allclose(-np.diff(np.log2(gap)), 1, atol=0.05)


@pytest.mark.parametrize("centred", [False, True])
def test_step_wave_errors_are_the_tabulated_ones(centred):
    s = step_wave_singular_values(2000, centred)
    for r, measured, theory in zip(RANKS, MEASURED[centred], THEORY[centred], strict=True):
        assert relative_error(s, r) == pytest.approx(measured, abs=5.1e-6)
        assert step_wave_error(r, centred) == pytest.approx(theory, abs=5.1e-6)


def test_step_wave_error_decays_like_the_square_root_of_the_rank():
    for r in (100, 1000):
        expected = np.sqrt(2 / (np.pi**2 * r))
        assert step_wave_error(r) == pytest.approx(expected, rel=0.1 / r)


def test_gaussian_is_periodic_even_if_wide():
    n, width = 64, 0.5
    frequencies = np.fft.fftfreq(n, 1 / n)
    theory = n * width * np.sqrt(2 * np.pi) * np.exp(-2 * (np.pi * width * frequencies) ** 2)
    np.testing.assert_allclose(abs(np.fft.fft(gaussian(n, width))), theory, atol=1e-12 * n)


def test_a_pulse_much_narrower_than_the_grid_is_one_node_or_refused():
    """The middle of the pulse is a node if n is even, and between two nodes if n is odd."""
    np.testing.assert_array_equal(gaussian(10, 1e-300), np.arange(10) == 5)
    gaussian_data_set(n=11, width=0.5 / 11)
    with pytest.raises(OptionError, match=r"width = 0.001 is too narrow .*, or a larger n"):
        gaussian_data_set(n=11, width=1e-3)


def test_shifts_roll_the_profile():
    g = gaussian(16, 0.1)
    C = cyclic_shifts(g)
    for j in range(16):
        np.testing.assert_array_equal(C[:, j], np.roll(g, j))


@pytest.mark.parametrize("every", [1, 2, 4, 256])
def test_cyclic_shifts_have_the_singular_values_of_the_fourier_transform(every):
    g = gaussian(256)
    assert_singular_values(cyclic_shifts(g)[:, ::every], shift_singular_values(g, every))


def test_all_shifts_have_the_moduli_of_the_fourier_transform():
    g = np.random.default_rng(0).standard_normal(33)
    moduli = np.sort(abs(np.fft.fft(g)))[::-1]
    np.testing.assert_allclose(shift_singular_values(g), moduli, rtol=1e-15)


def test_gaussian_errors_are_the_tabulated_ones():
    s = np.linalg.svd(cyclic_shifts(gaussian(256)), compute_uv=False)
    for r, expected in (
        (1, 0.9638993),
        (5, 0.8101916),
        (11, 0.5724653),
        (21, 0.2483877),
        (31, 0.07623513),
        (41, 0.01625842),
    ):
        assert relative_error(s, r) == pytest.approx(expected, rel=5e-7)  # printed to 7 digits
        theory = relative_error(shift_singular_values(gaussian(256)), r)
        assert theory == pytest.approx(relative_error(s, r), rel=1e-12)


@pytest.mark.parametrize(
    ("data", "n", "all_columns"),
    [
        (step_wave_data_set(n=30), 30, step_wave(30)),
        (gaussian_data_set(n=30), 30, cyclic_shifts(gaussian(30))),
    ],
    ids=["step_wave", "gaussian"],
)
def test_even_shifts_train_and_odd_shifts_test(data, n, all_columns):
    assert "even j for training, odd j for testing" in data.split
    np.testing.assert_array_equal(data.train.U, all_columns[:, ::2])
    np.testing.assert_array_equal(data.test.U, all_columns[:, 1::2])
    np.testing.assert_array_equal(data.test.t, np.arange(1, all_columns.shape[1], 2) / n)
    assert data.train.x.shape == (1, n)


def test_default_sizes_are_those_of_the_tables():
    assert (gaussian_data_set().train.n, gaussian_data_set().train.m) == (256, 128)
    assert (step_wave_data_set().train.n, step_wave_data_set().train.m) == (2000, 1001)


def test_bad_options_are_refused():
    with pytest.raises(OptionError, match="n = 1 must be at least 2"):
        step_wave_data_set(n=1)
    with pytest.raises(OptionError, match="width = 0"):
        gaussian_data_set(n=10, width=0)
    with pytest.raises(ShapeError, match="every = 3 does not divide the 16 cyclic shifts"):
        shift_singular_values(gaussian(16), every=3)
