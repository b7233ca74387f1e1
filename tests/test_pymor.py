"""Vector arrays of pyMOR in and out, with products as inner products."""

import numpy as np
import pytest

from mornet.errors import DataError, OptionError, ShapeError
from mornet.linalg import principal_angles
from mornet.reduction import fit_pod, reconstruct
from tests.reduction.pod_cases import spectrum

pytest.importorskip("pymor", reason="pyMOR is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")  # those of pyMOR itself

from pymor.algorithms.pod import pod as pymor_pod  # noqa: E402
from pymor.operators.numpy import NumpyMatrixOperator  # noqa: E402
from pymor.vectorarrays.block import BlockVectorSpace  # noqa: E402
from pymor.vectorarrays.list import NumpyListVectorSpace  # noqa: E402
from pymor.vectorarrays.numpy import NumpyVectorSpace  # noqa: E402

from mornet.pymor import columns, inner_product_of, vectors  # noqa: E402

U = spectrum(0.5 ** np.arange(8), 30, 12)
HALF = NumpyVectorSpace(15)
SPACES = {
    "NumPy": NumpyVectorSpace(30),
    "list": NumpyListVectorSpace(30),
    "blocks": BlockVectorSpace([HALF, HALF]),
}
L = np.eye(30) + 0.3 * np.eye(30, k=-1)
MASS = NumpyMatrixOperator(L @ L.T)


@pytest.mark.parametrize("space", SPACES)
def test_snapshots_go_in_and_come_out_as_they_are(space):
    A = vectors(U, SPACES[space])
    assert (A.space, len(A)) == (SPACES[space], 12)
    np.testing.assert_array_equal(columns(A), U)


@pytest.mark.parametrize("product", [None, MASS])
def test_the_modes_are_those_of_pymor_in_its_product(product):
    A = vectors(U, SPACES["NumPy"])
    ours = fit_pod(columns(A), rank=4, inner_product=inner_product_of(product))
    modes = vectors(ours.V, A.space)
    theirs, values = pymor_pod(A, product=product, modes=4)
    np.testing.assert_allclose(modes.gramian(product), np.eye(4), atol=1e-13)
    np.testing.assert_allclose(ours.singular_values[:4], values, rtol=1e-8)
    assert principal_angles(columns(modes), columns(theirs)).max() < 1e-6
    np.testing.assert_allclose(
        reconstruct(ours, U), columns(modes.lincomb(modes.inner(A, product))), atol=1e-13
    )


def test_what_does_not_fit_is_refused():
    with pytest.raises(OptionError, match="list is no VectorArray"):
        columns([1.0])
    with pytest.raises(ShapeError, match="U has 30 rows for vectors of dimension 15"):
        vectors(U, HALF)
    with pytest.raises(DataError, match="complex"):
        columns(vectors(U, SPACES["NumPy"]) * 1j)
    with pytest.raises(DataError, match=r"symmetric|positive"):
        inner_product_of(NumpyMatrixOperator(-np.eye(30)))
