"""Records and damaged files for the tests of this room."""

import numpy as np
import pytest

from mornet.snapshots.snapshots import Snapshots
from mornet.storage import save
from mornet.storage.files import SEAL_SIZE
from mornet.storage.homes import homes
from tests.storage.examples import example_of


@pytest.fixture(params=sorted(homes()), scope="module")
def record(request):
    """One record of each kind."""
    return example_of(request.param)


@pytest.fixture(scope="module")
def stored(record, tmp_path_factory):
    """The file of the record, written once; tests read it."""
    path = tmp_path_factory.mktemp("records") / "new" / "a.h5"
    save(path, record, config={"rank": 3}, seed=7, code="0" * 16)
    return path


@pytest.fixture
def unseal():
    """A function that takes the seal off a file, as a program does that rewrites it."""

    def strip(path):
        path.write_bytes(path.read_bytes()[:-SEAL_SIZE])

    return strip


@pytest.fixture
def large():
    """A record with arrays on both sides of the limit for compression."""
    rng = np.random.default_rng(0)
    U = np.cumsum(rng.standard_normal((100, 120)), axis=1)
    return Snapshots(U, np.linspace(0, 1, 100)[None], np.zeros(120, int), t=np.arange(120.0))
