"""The report tells what the records of benchmarks hold; it needs no other program."""

import numpy as np

from benchmarks import record as csv
from benchmarks.report import records, table, write
from mornet.experiments.benchmark import Benchmark
from mornet.storage import save
from tests.site.chapters import ROOT


def test_the_table_tells_who_missed_the_goal(tmp_path):
    cpu = np.ones((1, 2, 3)) * np.array([0.5, 9.0])[:, None]
    error = np.ones((1, 2, 3)) * np.array([1e-7, 1e-5])[:, None]
    record = Benchmark("linear_autoencoder", "to 1e-6", ("x",), ("a", "b"), cpu, cpu, error)
    save(tmp_path / "linear_autoencoder.h5", record)
    assert "| x | 0.5 | > 9 |\n| error reached | 1e-07 | 1e-05 |" in table(records(tmp_path))
    write(tmp_path)
    assert (tmp_path / "table.md").read_text() == table(records(tmp_path)) + "\n"
    assert (tmp_path / "goals.pdf").exists()


def test_the_file_of_the_site_gives_the_same_tables_as_the_records(tmp_path):
    rng = np.random.default_rng(0)
    cpu, error = rng.uniform(1, 2, (2, 2, 3))
    record = Benchmark(
        "pod_tall", "POD, of x", ("a, b", "c"), ("A", "B, C", "D"), cpu[:, :, None] + [0, 1, 2],
        cpu[:, :, None] + [0, 1, 2], error[:, :, None] + [0, 1, 2], memory=1e6 * cpu,
    )  # fmt: skip
    save(tmp_path / "pod_tall.h5", record, config={"machine": "a, b"})
    found = list(csv.rows(tmp_path))
    (tmp_path / "all.csv").write_text(csv.written(found))
    assert csv.read(tmp_path / "all.csv") == found
    assert table(csv.records(found)) == table(records(tmp_path))
    assert "On a, b, 3 rounds." in csv.page(found)


def test_the_committed_file_holds_times_of_mornet_beside_those_of_others():
    found = csv.records(csv.read(ROOT / "docs" / "benchmarks.csv"))
    assert all((record.cpu > 0).all() for record in found.values())
    for name in ("jacobian", "linear_autoencoder", "pod_tall", "single_sample"):
        ours = [c.startswith("mornet") for c in found[name].candidate]
        assert any(ours)
        assert not all(ours)
