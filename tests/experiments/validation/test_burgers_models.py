"""Published errors of POD models of Burgers' equation."""

import pytest

from mornet.errors import OptionError
from mornet.experiments.validation.burgers_models import PUBLISHED, burgers_model_error
from mornet.experiments.validation.published import reproduce

SOME = [number for number in PUBLISHED if number.settings["rank"] == 5]


def test_twenty_numbers_are_published():
    assert len(PUBLISHED) == len({number.case for number in PUBLISHED}) == 20
    assert PUBLISHED[0].case == "rank = 2, scheme = Galerkin, measure = mean"


def test_errors_of_galerkin_and_lspg_are_the_published_ones():
    about = {key: key for key in ("source", "place", "configuration", "quantity")}
    found = reproduce(
        tuple(SOME), burgers_model_error, **about, tolerance=1e-5, origin="repository"
    )
    assert len(found.case) == 4
    assert found.difference.max() < 1e-5


def test_an_unknown_scheme_is_refused():
    with pytest.raises(OptionError, match="scheme"):
        burgers_model_error(rank=2, scheme="LSGP")
