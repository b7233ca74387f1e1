"""One BLAS thread per test process, as in the workflow, set before NumPy is imported."""

import gc
import os

import pytest

from mornet.cli import THREAD_VARIABLES

for variable in THREAD_VARIABLES:
    os.environ.setdefault(variable, "1")


@pytest.fixture(scope="session", autouse=True)
def what_is_found_in_modules_is_kept(tmp_path_factory):
    """All processes of a test run find what one of them found in the modules of mornet."""
    os.environ.setdefault("MORNET_SOURCES", str(tmp_path_factory.mktemp("sources")))


gc.disable()  # what is imported and collected stays, and no search for garbage visits it


def pytest_collection_finish():
    """Search for garbage among what tests make alone."""
    gc.freeze()
    gc.enable()
