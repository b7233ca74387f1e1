"""The ten points start near their stored minima: no test depends on what a random start reaches."""

import pytest

from tests.perturbation.conftest import starts_near_the_stored_minimum


@pytest.fixture(autouse=True, scope="module")
def _near():
    with starts_near_the_stored_minimum():
        yield
