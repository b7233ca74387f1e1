"""FitzHugh-Nagumo: orders of the scheme, and the reduced models of the reference run."""

from itertools import pairwise

import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.experiments.validation.fitzhugh_nagumo import PodDeim, bases_of, both_fields
from mornet.fom.fitzhugh_nagumo import EPS, FitzHughNagumo, fitzhugh_nagumo_data_set
from mornet.fom.time_stepping import BDF2, march
from mornet.rom.deim import deim_indices
from mornet.rom.galerkin import Galerkin
from mornet.rom.trial import AffineTrial

METHOD = BDF2(0.01, 1e-9, relative=False)
N = 1024


@pytest.fixture(scope="module")
def truth():
    """Return the trajectory (2048, 801) of the reference run."""
    return march(FitzHughNagumo(), np.zeros(2 * N), METHOD, 800)


@pytest.fixture(scope="module")
def bases(truth):
    """Return the decompositions of v, w and g(v) at every 8th step."""
    return bases_of(truth)


def relative_errors(truth, U):
    return [
        np.linalg.norm((truth - U)[rows]) / np.linalg.norm(truth[rows])
        for rows in (slice(N), slice(N, None))
    ]


def test_time_stepping_is_second_order():
    model = FitzHughNagumo(65)

    def at_one(steps):
        return march(model, np.zeros(130), BDF2(1 / steps, 1e-11, relative=False), steps)[:, -1]

    U = [at_one(steps) for steps in (200, 400, 800, 1600)]
    change = [np.linalg.norm(b - a) for a, b in pairwise(U)]
    np.testing.assert_allclose(-np.diff(np.log2(change)), 2, atol=0.1)


def test_space_is_second_order_boundaries_included():
    def at_common_nodes(nodes):
        model = FitzHughNagumo(nodes)
        u = march(model, np.zeros(model.n), METHOD, 60)[:, -1]
        return u.reshape(2, nodes)[:, :: (nodes - 1) // 64]

    U = [at_common_nodes(nodes) for nodes in (129, 257, 513, 1025)]
    change = [np.max(abs(b - a)) for a, b in pairwise(U)]
    np.testing.assert_allclose(-np.diff(np.log2(change)), 2, atol=0.15)


def test_jacobian_is_the_derivative_by_complex_steps():
    model, h = FitzHughNagumo(9), 1e-30
    u = np.random.default_rng(0).standard_normal(18)
    steps = np.column_stack([model.f(0.3, u + 1j * h * e).imag / h for e in np.eye(18)])
    J = model.jacobian(0.3, u).toarray()
    np.testing.assert_allclose(J, steps, atol=1e-14 * np.max(abs(J)))


def test_linear_terms_reaction_and_forcing_make_up_the_equation():
    model, u = FitzHughNagumo(20), np.random.default_rng(0).standard_normal(40)
    expected = model.linear @ u + model.forcing(0.2)
    expected[:20] += model.reaction(u[:20]) / EPS
    np.testing.assert_allclose(model.f(0.2, u), expected, rtol=1e-11)


def test_a_fibre_without_gradients_stays_so_when_no_current_flows():
    model = FitzHughNagumo(16)
    rate = model.f(0.0, np.repeat([0.7, 0.2], 16)).reshape(2, 16)  # i_0(0) = 0
    np.testing.assert_allclose(rate[0], (0.7 * 0.6 * 0.3 - 0.2 + 0.05) / EPS, rtol=1e-13)
    np.testing.assert_allclose(rate[1], 0.5 * 0.7 - 2 * 0.2 + 0.05, atol=1e-15)


def test_range_of_the_reference_run(truth):
    v, w = truth[:N], truth[N:]
    assert v.min() == pytest.approx(-0.23025, abs=5e-6)
    assert v.max() == pytest.approx(1.25881, abs=5e-6)
    assert (w.min(), w.max()) == (0, pytest.approx(0.19629, abs=5e-6))


def test_singular_values_of_the_reference_run(bases):
    for s, table in (
        (
            bases[0][1],
            {2: 2.220e-2, 3: 7.872e-3, 4: 3.885e-3, 5: 1.444e-3, 6: 4.982e-4, 10: 1.045e-5,
             15: 8.338e-8, 20: 1.201e-9},
        ),
        (
            bases[2][1],
            {2: 6.653e-2, 3: 3.492e-2, 4: 1.150e-2, 5: 4.062e-3, 6: 1.912e-3, 10: 7.048e-5,
             15: 7.959e-7, 20: 7.173e-9},
        ),
    ):  # fmt: skip
        for k, expected in table.items():
            assert s[k - 1] / s[0] == pytest.approx(expected, rel=5e-4)


def test_deim_rows_of_the_reference_run(bases):
    expected = [1023, 0, 45, 189, 104, 10, 365, 265, 22, 538]
    np.testing.assert_array_equal(deim_indices(bases[2][0][:, :10]), expected)


def tolerance(s, k):
    """Return half a digit of a printed error, and the turn of the k-th mode by rounding.

    Rounding of the snapshots, of size eps s_1, turns the k-th left singular vector by about
    eps s_1 / s_k. An error of that basis is a sum over modes of this size and changes by this part.
    """
    return 6e-4 + np.finfo(float).eps * s[0] / s[k - 1]


def projection_error(truth, bases, k):
    v, V = truth[:N], bases[0][0][:, :k]
    return np.linalg.norm(v - V @ (V.T @ v)) / np.linalg.norm(v)


@pytest.mark.sensitive
@pytest.mark.parametrize(
    ("k", "expected"), [(5, 8.809e-4), (10, 1.809e-5), (20, 1.072e-8), (29, 4.066e-11)]
)
def test_projection_errors_of_v_over_all_steps(truth, bases, k, expected):
    rel = tolerance(bases[0][1], k)
    assert projection_error(truth, bases, k) == pytest.approx(expected, rel=rel)


def test_a_mode_more_never_raises_the_projection_error(truth, bases):
    # the spaces are nested, also where the mode is rounding: s_30 is below 1e-13 of s_1
    assert bases[0][1][29] < 1e-13 * bases[0][1][0]
    assert projection_error(truth, bases, 30) <= projection_error(truth, bases, 29)


@pytest.mark.sensitive
@pytest.mark.parametrize(
    ("k", "v", "w"),
    [(5, 2.552e-3, 9.085e-4), (10, 1.123e-4, 4.268e-5)],
)
def test_galerkin_errors_of_the_reference_run(truth, bases, k, v, w):
    trial = AffineTrial(both_fields(bases, k), np.zeros(2 * N))
    model = Galerkin(FitzHughNagumo(), trial)
    U = trial.state(march(model, np.zeros(2 * k), METHOD, 800))
    assert relative_errors(truth, U) == pytest.approx([v, w], rel=5e-4)


@pytest.mark.sensitive
@pytest.mark.parametrize(
    ("k", "v", "w"),
    [
        (5, 6.528e-3, 2.467e-3),
        (10, 9.287e-5, 3.498e-5),
        (20, 3.824e-8, 7.849e-9),
        (28, 1.374e-10, 1.185e-11),
    ],
)
def test_pod_deim_errors_of_the_reference_run(truth, bases, k, v, w):
    model = PodDeim(bases, k)
    U = model.V @ march(model, np.zeros(2 * k), METHOD, 800)
    for error, expected, (_, s, _) in zip(relative_errors(truth, U), (v, w), bases, strict=False):
        assert error == pytest.approx(expected, rel=tolerance(s, k))


def test_the_pod_deim_model_is_the_equation_with_an_interpolated_reaction(bases):
    # the interpolant by the normal equations of its rows, on full-order states
    k, full = 5, FitzHughNagumo()
    model, a = PodDeim(bases, k), np.random.default_rng(0).standard_normal(2 * k)
    u, G = model.V @ a, bases[2][0][:, :k]
    rows = deim_indices(G)
    interpolant = G @ np.linalg.lstsq(G[rows], full.reaction(u[:N])[rows], rcond=None)[0]
    rate = full.f(0.3, u)
    rate[:N] += (interpolant - full.reaction(u[:N])) / EPS
    np.testing.assert_allclose(model.f(0.3, a), model.V.T @ rate, rtol=1e-10)


def test_training_and_test_states_interleave_on_one_trajectory(truth):
    data = fitzhugh_nagumo_data_set()
    assert (data.train.n, data.train.m, data.test.m) == (2 * N, 100, 100)
    np.testing.assert_array_equal(data.train.U, truth[:, 8::8])
    np.testing.assert_array_equal(data.test.U, truth[:, 4::8])
    assert (data.train.t[0], data.test.t[0]) == (pytest.approx(0.08), pytest.approx(0.04))
    assert data.split == ("one trajectory: steps 8, 16, ... for training, 4, 12, ... for testing")


@pytest.mark.parametrize(("fields", "rows"), [("v", slice(20)), ("w", slice(20, None))])
def test_one_field_alone_is_half_of_both(fields, rows):
    small = {"nodes": 20, "steps": 32, "final_time": 1.0}
    both, one = fitzhugh_nagumo_data_set(**small), fitzhugh_nagumo_data_set(**small, fields=fields)
    np.testing.assert_array_equal(one.test.U, both.test.U[rows])
    np.testing.assert_array_equal(one.test.x[0], both.test.x[0, rows])
    assert (one.test.x.shape, both.test.x.shape) == ((1, 20), (2, 40))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"every": 1}, "every = 1 must be at least 2"),
        ({"steps": 4}, "every = 8 must be at most steps = 4"),
        ({"fields": "u"}, "fields = 'u' must be one of 'both', 'v', 'w'"),
        ({"nodes": 1}, "nodes = 1 must be at least 2"),
        ({"final_time": 0.0}, "final_time = 0.0 must be greater than 0"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(OptionError, match=message):
        fitzhugh_nagumo_data_set(**options)
