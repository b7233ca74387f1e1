"""The report tells what the records of benchmarks hold; it needs no other program."""

import numpy as np

from benchmarks.report import table, write
from mornet.experiments.benchmark import Benchmark
from mornet.storage import save


def test_the_table_tells_who_missed_the_goal(tmp_path):
    cpu = np.ones((1, 2, 3)) * np.array([0.5, 9.0])[:, None]
    error = np.ones((1, 2, 3)) * np.array([1e-7, 1e-5])[:, None]
    record = Benchmark("linear_autoencoder", "to 1e-6", ("x",), ("a", "b"), cpu, cpu, error)
    save(tmp_path / "linear_autoencoder.h5", record)
    assert "| x | 0.5 | > 9 |\n| error reached | 1e-07 | 1e-05 |" in table(tmp_path)
    write(tmp_path)
    assert (tmp_path / "table.md").read_text() == table(tmp_path) + "\n"
    assert (tmp_path / "goals.pdf").exists()
