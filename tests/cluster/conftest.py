"""The Slurm that all tests of this folder share."""

import pytest

from tests.cluster.runs import OWN
from tests.cluster.slurm import slurm


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """The environment of a Slurm whose jobs find this mornet."""
    with slurm(tmp_path_factory.mktemp("slurm") / "node") as environment:
        yield environment | OWN
