"""A short set of the trials; `python -m tests.reliability FILE.h5` runs the full set."""

import pytest

from mornet.storage import load
from mornet.summary.reliability import reliability
from tests.reliability.__main__ import main
from tests.reliability.counting import Count
from tests.reliability.measures import MEASURES, Measure

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
    "divergences": 15,
    "edges": 60,
    "theorems": 12,
}


@pytest.mark.parametrize("measure", FEW)
def test_every_promise_is_kept(measure, tmp_path):
    count = MEASURES[measure].run(tmp_path / "work", FEW[measure])
    assert not count.faults
    assert count.tried == count.kept == FEW[measure]


def test_the_figures_of_all_trials_are_one_record(tmp_path):
    assert main(tmp_path / "r.h5", {"bit flips": 2, "study files": 2}) == 0
    assert main(tmp_path / "r.h5", {"study files": 1}) == 0
    record = load(tmp_path / "r.h5", "reliability")
    assert record.measure == ("bit flips", "study files")
    assert record.kept.tolist() == record.tried.tolist() == [2, 1]
    assert record.met == ["too few trials"] * 2


def test_a_broken_promise_is_shown_with_its_words(monkeypatch, tmp_path):
    def breaks(path, n):
        """Try, and fail."""
        return Count(tried=n, kept=n - 1, faults=["it broke"])

    monkeypatch.setitem(MEASURES, "breaks", Measure(breaks, "R2", 3))
    assert main(tmp_path / "r.h5", {"breaks": 3, "earlier results": 18}) == 1
    page = reliability([load(tmp_path / "r.h5")])
    assert "1 of 2 measures are met" in page
    assert "| R2 | breaks | 3 | 3 | 2 | 0 | no |" in page
    assert "- breaks: it broke" in page
    assert "- *breaks*: Try, and fail." in page
