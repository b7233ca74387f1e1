"""A POD, and then another reduction of its coordinates, is a reduction of the snapshots."""

import numpy as np
import pytest

from mornet.comparison import AutoencoderMethod, HybridMethod, PODMethod, QuadraticManifoldMethod
from mornet.comparison.methods import FitInput
from mornet.errors import ShapeError
from mornet.linalg import orthonormality_error
from mornet.reduction import POD, fit_pod, reconstruct
from mornet.reduction.at_rows import at_rows, summed
from mornet.reduction.composed import Composed, composed
from tests.contracts import check_reduction

N, R = 40, 2
WEIGHTS = np.linspace(1, 2, N)
METHODS = [
    PODMethod(),
    PODMethod(centre=True),
    QuadraticManifoldMethod(),
    AutoencoderMethod(hidden=(4,), epochs=3),
    HybridMethod(steps=20, trial_steps=20),
]


def pulses():
    x, t = np.linspace(0, 1, N)[:, None], np.linspace(0, 0.5, 30)
    return 1 + np.exp(-((x - 0.2 - t) ** 2) / 0.02)


@pytest.fixture(params=METHODS, ids=lambda m: f"{type(m).__name__}-{getattr(m, 'centre', '')}")
def both(request):
    """The snapshots, a POD of all of them but round-off, and a reduction of its coordinates."""
    U = pulses()
    outer = fit_pod(U, tolerance=1e-6, centre="mean", inner_product=WEIGHTS)
    fit = request.param.fit(FitInput(outer.encode(U), R, np.random.default_rng(0)))
    return U, outer, fit.reduction


def test_it_keeps_the_contract_of_a_reduction(both):
    U, outer, inner = both
    check_reduction(composed(outer, inner), U)
    check_reduction(Composed(outer, inner), U)


def test_two_pods_are_a_pod_of_the_snapshots(both):
    U, outer, inner = both
    whole, plain = composed(outer, inner), Composed(outer, inner)
    assert isinstance(whole, POD) == isinstance(inner, POD)
    np.testing.assert_allclose(reconstruct(whole, U), reconstruct(plain, U), atol=1e-12)
    np.testing.assert_allclose(whole.encode(U), plain.encode(U), atol=1e-12)
    if isinstance(whole, POD):
        assert orthonormality_error(whole.V, whole.inner_product) < 1e-13
        assert whole.inner_product is outer.inner_product


def test_its_decoder_is_evaluated_at_rows_and_summed(both):
    U, outer, inner = both
    whole = Composed(outer, inner)
    Z, rows, g = whole.encode(U), np.array([3, 0, 17]), np.sin(np.arange(N))
    np.testing.assert_allclose(at_rows(whole, rows).decode(Z), whole.decode(Z)[rows], atol=1e-13)
    np.testing.assert_allclose(summed(whole, g).decode(Z)[0], g @ whole.decode(Z), atol=1e-12)
    J = at_rows(whole, rows).decode_jacobian(Z[:, 0])
    np.testing.assert_allclose(J, whole.decode_jacobian(Z[:, 0])[rows], atol=1e-13)


def test_the_numbers_of_coordinates_must_agree(both):
    _, outer, inner = both
    few = outer.truncate(outer.r - 1)
    with pytest.raises(ShapeError, match=f"{outer.r} coordinates, but there are {few.r} modes"):
        composed(few, inner)
