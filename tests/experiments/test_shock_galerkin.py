"""The published convergence study of POD-Galerkin models of the shock, all twenty entries."""

import pytest

from mornet.errors import DivergenceError, OptionError
from mornet.experiments.shock_galerkin import shock_galerkin_error

PUBLISHED = {
    2: (4.1974995e-3, 5.5584441e-3, 6.1203501e-3, 6.4183932e-3),
    5: (1.5700146e-3, 7.0018984e-3, 1.24431427e-2, 1.65044269e-2),
    10: (1.4978245e-4, 5.0476882e-4, 1.06294150e-3, 1.52534149e-3),
    20: (4.6074328e-5, 1.6792523e-4, 4.0997915e-4, 7.3359934e-4),
    30: (4.9378862e-5, 1.1017216e-4, 8.3336318e-5, None),  # printed as nan
}
ENTRIES = [
    (1000.0 * (k + 1), rank, error)
    for rank, row in PUBLISHED.items()
    for k, error in enumerate(row)
    if error is not None
]


@pytest.mark.parametrize(("reynolds", "rank", "error"), ENTRIES)
def test_galerkin_errors_are_the_published_ones(reynolds, rank, error):
    # six digits: at r = 30 the explicit steps magnify rounding
    assert shock_galerkin_error(reynolds=reynolds, rank=rank) == pytest.approx(error, rel=1e-6)


def test_the_model_published_as_nan_diverges():
    with pytest.raises(DivergenceError, match=r"step \d+, .* is not finite; take a smaller dt"):
        shock_galerkin_error(reynolds=4000.0, rank=30)


def test_a_rank_above_the_number_of_snapshots_is_refused():
    with pytest.raises(OptionError, match=r"rank = 9 .* min\(n, times\) = 8"):
        shock_galerkin_error(reynolds=100.0, rank=9, times=8)
