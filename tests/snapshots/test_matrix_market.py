"""Matrices in the Matrix Market format, against SciPy's writer."""

import numpy as np
import pytest
import scipy.io
import scipy.sparse

from mornet.errors import DataError, StorageError
from mornet.snapshots.formats import read_contents

A = np.array([[1.0, 2.0, 0.0], [2.0, -3.5, 4.0], [0.0, 4.0, 1e-3]])
SKEW = np.array([[0.0, 2.0, 0.5], [-2.0, 0.0, 4.0], [-0.5, -4.0, 0.0]])


@pytest.mark.parametrize("sparse", [True, False])
@pytest.mark.parametrize(
    ("matrix", "symmetry"),
    [(A, "general"), (A, "symmetric"), (SKEW, "skew-symmetric"), (A[:, :2], "general")],
)
def test_every_matrix_is_that_of_scipy(tmp_path, matrix, symmetry, sparse):
    stored = scipy.sparse.coo_array(matrix) if sparse else matrix
    scipy.io.mmwrite(tmp_path / "a.mtx", stored, comment="a note", symmetry=symmetry, precision=17)
    found = read_contents(tmp_path / "a.mtx").array
    np.testing.assert_array_equal(found.toarray() if sparse else found, matrix)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 2 3",
        "%%MatrixMarket matrix coordinate complex general\n1 1 1\n1 1 1 0\n",
        "%%MatrixMarket matrix coordinate real general\n2 2 1\n3 1 1.0\n",
        "%%MatrixMarket matrix coordinate real general\n2 2 2\n1 1 1.0\n",
        "%%MatrixMarket matrix coordinate real general\n2 2 1\n0 1 1.0\n",
        "%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n",
        "%%MatrixMarket matrix cells real general\n1 1\n1\n",
        "%%MatrixMarket matrix array real general\n",
    ],
)
def test_what_is_no_such_matrix_is_refused(tmp_path, text):
    (tmp_path / "a.mtx").write_text(text)
    with pytest.raises((DataError, StorageError), match=r"a.mtx"):  # the latter for an empty file
        read_contents(tmp_path / "a.mtx")
