import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.experiments.benchmark import Benchmark
from mornet.storage import difference, load, save


def measured(seconds):
    cpu = np.full((2, 3, 7), seconds) * np.array([1.0, 2.0, 4.0])[:, None]
    cpu[:, :, 0] = 100  # one outlier
    return Benchmark("race", "running", ("short", "long"), ("a", "b 1", "b 2"), cpu, cpu + 1)


def test_times_are_medians_and_the_best_is_of_a_family():
    record = measured(0.5)
    assert record.times("a").tolist() == [0.5, 0.5]
    assert record.best("b").tolist() == [1.0, 1.0]
    with pytest.raises(OptionError, match="no candidate 'c'; there are a, b 1, b 2"):
        record.times("c")
    with pytest.raises(OptionError, match="no candidate begins with 'c'"):
        record.best("c")


def test_times_are_measurements_which_comparisons_leave_aside(tmp_path):
    for name, seconds in (("one", 0.5), ("two", 0.7)):
        save(tmp_path / f"{name}.h5", measured(seconds))
    assert difference(tmp_path / "one.h5", tmp_path / "two.h5") == []
    assert load(tmp_path / "one.h5").times("b 2").tolist() == [2.0, 2.0]
