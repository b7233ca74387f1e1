"""A short set of the trials; `python -m tests.reliability FILE.h5` runs the full set."""

import pytest

from mornet.storage import load
from tests.reliability.__main__ import main
from tests.reliability.measures import MEASURES

FEW = {
    "command lines": 30,
    "study files": 60,
    "data files": 60,
    "bit flips": 60,
    "replaced files": 30,
    "bombs": 1,
    "attacks": 20,
    "odd names": 12,
    "full disks": 4,
    "killed trainings": 2,
    "edges": 60,
    "theorems": 12,
}


@pytest.mark.parametrize("measure", FEW)
def test_every_promise_is_kept(measure, tmp_path):
    count = MEASURES[measure](tmp_path / "work", FEW[measure])
    assert not count.faults
    assert count.tried == count.kept == FEW[measure]


def test_the_figures_of_all_trials_are_a_record(tmp_path):
    assert main(tmp_path / "r.h5", {"bit flips": 2, "study files": 2}) == 0
    record = load(tmp_path / "r.h5", "reliability")
    assert record.kept.tolist() == record.tried.tolist() == [2, 2]
