"""Hybrids that are POD outside the cloud of their training codes."""

import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.reduction import Hybrid, fit_pod
from mornet.reduction.hybrid.correction import Design, untrained_correction
from mornet.rom import cloud_of
from mornet.rom.faded import INNER, OUTER, FadedHybrid, fade
from tests.contracts import check_jacobian, check_second_derivative

EPS = np.finfo(float).eps
RNG = np.random.default_rng(0)
U = RNG.standard_normal((20, 60)) * 0.6 ** np.arange(20)[:, None]
POD_12 = fit_pod(U, rank=12)


def hybrid(variant):
    """Return a hybrid with a correction that is not small."""
    c = POD_12.encode(U)
    correction = untrained_correction(
        c, 3, Design(True, 8, "swish"), encoder=variant == "both", rng=np.random.default_rng(1)
    )
    correction.p[:] += 0.5 * np.random.default_rng(2).standard_normal(correction.p.size)
    return Hybrid(POD_12, variant, correction)


@pytest.fixture(params=["both", "decoder"])
def faded(request):
    model = hybrid(request.param)
    return FadedHybrid(model, cloud_of(model.encode(U)))


def at_distance(faded, distance):
    y = np.array([1.0, -2.0, 0.5])
    return faded.cloud.code(y / np.linalg.norm(y) * distance * faded.cloud.radius)


def test_inside_it_is_the_hybrid_and_outside_it_is_pod(faded):
    Z = faded.encode(U)
    np.testing.assert_array_equal(Z, faded.hybrid.encode(U))
    np.testing.assert_allclose(faded.decode(Z), faded.hybrid.decode(Z), rtol=0, atol=1e-13)
    z = at_distance(faded, 1.01 * OUTER)
    V = POD_12.V[:, :3]
    np.testing.assert_allclose(faded.decode(z[:, None])[:, 0], V @ z, rtol=0, atol=1e-13)
    np.testing.assert_array_equal(faded.decode_jacobian(z), V)
    assert np.linalg.norm(faded.hybrid.decode(z[:, None])[:, 0] - V @ z) > 0.1


@pytest.mark.parametrize("distance", [0.7, 1.4, 1.65, 1.9, 2.3])
def test_its_derivatives_are_those_of_differences_everywhere(faded, distance):
    z = at_distance(faded, distance)
    check_jacobian(faded, z)
    check_second_derivative(faded, z)


def test_the_fade_has_two_continuous_derivatives():
    s = np.linspace(1, 5, 4001)
    phi, first, second = fade(s)
    h = s[1] - s[0]
    np.testing.assert_allclose(np.gradient(phi, h)[1:-1], first[1:-1], atol=20 * h**2)
    np.testing.assert_allclose(np.gradient(first, h)[1:-1], second[1:-1], atol=20 * h)
    assert np.all(np.diff(phi) <= 0)
    for end, value in ((INNER**2, 1.0), (OUTER**2, 0.0)):
        at = fade(np.array(end))
        np.testing.assert_allclose(at, (value, 0.0, 0.0), atol=1e-14)


def test_a_hybrid_that_has_no_pod_inside_is_refused():
    with pytest.raises(OptionError, match="'POD' has no POD to fall back to"):
        FadedHybrid(Hybrid(POD_12, "POD"), cloud_of(POD_12.encode(U)))


def test_derivatives_at_a_code_that_is_not_finite_are_so_too_so_that_solvers_see_it(faded):
    assert np.isnan(faded.decode_jacobian(np.array([0.1, np.nan, 0.2]))).any()
