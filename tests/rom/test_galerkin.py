"""Galerkin models: exact where nothing is left out."""

import numpy as np
import pytest

from mornet.errors import ShapeError
from mornet.fom.burgers import Burgers
from mornet.fom.time_stepping import BackwardEuler, march
from mornet.rom.galerkin import Galerkin

MODEL = Burgers(12)
U_0 = MODEL.initial(0.5)
V = np.linalg.qr(np.random.default_rng(0).standard_normal((12, 12)))[0]


def test_with_all_modes_the_model_is_the_full_one():
    full = march(MODEL, U_0, BackwardEuler(0.05, tolerance=1e-13), 10)
    method = BackwardEuler(0.05, tolerance=1e-13, relative=False)
    model = Galerkin(MODEL, V, U_0)
    reduced = march(model, np.zeros(12), method, 10)
    np.testing.assert_allclose(model.state(reduced), full, atol=1e-12)


def test_jacobian_is_the_derivative_by_complex_steps():
    model, a, h = Galerkin(MODEL, V[:, :4], U_0), np.array([0.1, -0.2, 0.3, 0.0]), 1e-30
    steps = np.column_stack([model.f(0.0, a + 1j * h * e).imag / h for e in np.eye(4)])
    np.testing.assert_allclose(model.jacobian(0.0, a), steps, atol=1e-14 * np.max(abs(steps)))
    x = model.solve(0.0, a, 0.3, np.ones(4))
    np.testing.assert_allclose(x - 0.3 * steps @ x, 1, rtol=1e-13)


@pytest.mark.parametrize(("basis", "shift"), [(V[:-1], U_0), (V, U_0[:-1]), (V[:, 0], U_0)])
def test_sizes_that_do_not_fit_are_refused(basis, shift):
    with pytest.raises(ShapeError, match="but n = 12"):
        Galerkin(MODEL, basis, shift)
