"""Cases of one data set share one SVD, and their numbers do not change by it."""

from dataclasses import replace

import numpy as np
import pytest

from mornet.comparison import compare, run_case
from mornet.comparison import optima as room
from mornet.comparison.methods.pod import PODMethod
from mornet.comparison.optima import Optima
from mornet.fom import gaussian_data_set
from mornet.reduction.pod.fit import fit_pod
from tests.test_linalg import mass_matrix

N, RANKS = 40, (1, 2, 5, 9)
PRODUCTS = {"Euclidean": None, "weights": np.linspace(1, 2, N), "mass matrix": mass_matrix(N)}


@pytest.fixture(params=PRODUCTS)
def data(request):
    return replace(gaussian_data_set(n=N), inner_product=PRODUCTS[request.param])


@pytest.fixture
def fits(monkeypatch):
    """The ranks of all PODs that `Optima` computes."""
    ranks = []

    def counting(U, *, rank, **options):
        ranks.append(rank)
        return fit_pod(U, rank=rank, **options)

    monkeypatch.setattr(room, "fit_pod", counting)
    return ranks


@pytest.mark.sensitive
@pytest.mark.parametrize("centred", [False, True])
def test_an_optimum_has_the_bits_of_a_fit_of_its_own_rank(data, centred):
    optima, norm = Optima(data, max(RANKS)), data.measure(data.train)._asdict()
    centre = "mean" if centred else None
    for rank in RANKS:
        own = fit_pod(data.train.U, rank=rank, centre=centre, method="svd", **norm)
        shared = optima.pod(rank, centred=centred)
        assert own.V.tobytes() == shared.V.tobytes()
        assert own.V.flags.c_contiguous == shared.V.flags.c_contiguous
        assert own.truncation_error == shared.truncation_error


def test_all_ranks_have_one_svd_unless_a_mass_matrix_couples_their_modes(data, fits):
    methods = {"POD": PODMethod(), "again": PODMethod(), "PCA": PODMethod(centre=True)}
    table = compare(data, methods, RANKS, (0,))
    own = [9] if data.inner_product is None or data.inner_product.is_diagonal else list(RANKS)
    assert fits == 2 * own
    for j, rank in enumerate(RANKS):
        case = run_case(data, "PCA", PODMethod(centre=True), rank, (0,))
        assert case.optimum == table.optimum[2, j]
