"""The published errors of POD-Galerkin models of the shock, all twenty."""

import numpy as np
import pytest

from mornet.errors import DivergenceError, OptionError
from mornet.experiments.validation.shock_galerkin import (
    PUBLISHED,
    shock_galerkin,
    shock_galerkin_error,
)
from mornet.tables.published import published


@pytest.fixture(scope="module")
def reproduction():
    return shock_galerkin()


def test_galerkin_errors_are_the_published_ones(reproduction):
    assert len(reproduction.case) == 19
    printed = [number.value for number in PUBLISHED if number.value is not None]
    np.testing.assert_array_equal(reproduction.published, printed)
    # six digits: at r = 30 the explicit steps magnify rounding errors
    np.testing.assert_allclose(reproduction.computed, printed, rtol=1e-6)
    assert np.all(reproduction.difference <= reproduction.tolerance)


def test_the_one_model_published_as_nan_is_the_one_that_diverges(reproduction):
    assert reproduction.published_nan == reproduction.diverged == ("reynolds = 4000, rank = 30",)


def test_the_table_says_how_many_numbers_are_reproduced(reproduction):
    table = published([reproduction])
    assert "20 of 20 are met" in table.caption
    assert "Printed as nan: reynolds = 4000, rank = 30." in table.caption
    assert [row[2:4] for row in table.rows[:-1]] == list(
        zip(reproduction.published, reproduction.computed, strict=True)
    )
    verdict = [column.name for column in table.columns].index("verdict")
    assert [row[verdict] for row in table.rows] == 20 * ["reproduced"]
    assert table.rows[-1][1] == "reynolds = 4000, rank = 30"


def test_the_model_published_as_nan_diverges():
    with pytest.raises(DivergenceError, match=r"step \d+, .* is not finite; take a smaller dt"):
        shock_galerkin_error(reynolds=4000.0, rank=30)


def test_a_rank_above_the_number_of_snapshots_is_refused():
    with pytest.raises(OptionError, match=r"rank = 9 .* min\(n, times\) = 8"):
        shock_galerkin_error(reynolds=100.0, rank=9, times=8)
