"""POD at scale: trees hold their bounds, and the page says what the records hold."""

import numpy as np
import pytest

from benchmarks import record as csv
from benchmarks import scale
from benchmarks.pod_generated import PARTS, Meter, tree_of
from benchmarks.pod_nodes import ONE_AND_TWO, makespan
from benchmarks.pod_scale import TOLERANCE, error, snapshots
from benchmarks.report import table
from mornet.experiments.benchmark import Benchmark
from mornet.storage import save
from tests.site.chapters import ROOT


def test_a_tree_of_generated_leaves_holds_its_bound():
    parts = [(40 * i, 40 * i + 40) for i in range(40)]
    meter = Meter()
    pod = tree_of(300, parts, meter, fan_in=3)
    reached = error(pod.V, (snapshots(300, a, b) for a, b in parts))
    assert 0 < reached <= pod.relative_truncation_error <= TOLERANCE
    U = snapshots(300, 0, 1600)
    direct = np.linalg.norm(U - pod.V @ (pod.V.T @ U)) / np.linalg.norm(U)
    assert reached == pytest.approx(direct, rel=1e-5)  # eps / TOLERANCE^2 = 2e-8
    assert list(meter.rows) == list(PARTS)
    assert all(meter.seconds[part] > 0 for part in PARTS[:-1])


def test_exponents_are_those_of_a_product_of_powers():
    n, m = (x.ravel() for x in np.meshgrid([1e3, 1e4, 3e4], [10.0, 40.0, 90.0]))
    np.testing.assert_allclose(scale.fitted(3e-9 * n**0.9 * m**1.7, n, m), [3e-9, 0.9, 1.7])


def test_a_simulated_tree_is_as_long_as_its_rounds_of_jobs():
    seconds = {"start": 1.0, "leaf": 10.0, "merge": 5.0, "root": 2.0}
    assert makespan(16, 1, seconds) == 16 * 11 + 3
    assert makespan(16, 3, seconds) == 6 * 11 + 3
    assert makespan(32, 4, seconds, batch=2) == 4 * 21 + 6 + 3


def records():
    """Records of the shapes of `scale.NEEDED`, with trees that grow linearly."""
    gigabytes = np.array([0.1, 1.0, 10.0])
    cpu = np.outer(gigabytes, [1.0, 2.0, 0.0, 0.1, 1.0])[..., None]
    memory = np.full((3, 5), 2e8)
    sizes = tuple(f"{size:g} GB" for size in gigabytes)
    one = np.ones((3, 1, 1))
    leaf = tuple(f"{n} dofs, {m} snapshots" for n in (100, 1000) for m in (10, 30))
    of_leaf = np.array([1.0, 9, 10, 90]).reshape(4, 1, 1)
    two = np.array([[[2.0, 2.0], [1.0, 1.25]]])
    many = np.array([[[4.0]], [[2.0]], [[1.0]]])
    return [
        Benchmark(scale.SIZES, "tree", sizes, ("tree",), one, one, 6e-5 * one, memory=memory[:, :1],
                  bound=7e-5 * one[..., 0]),
        Benchmark(scale.PARTS, "parts", sizes, PARTS, cpu, memory=memory),
        Benchmark(scale.BLOCKS, "blocks", ("10 MB", "20 MB", "40 MB"), PARTS, cpu),
        Benchmark(scale.LEAF, "leaf", leaf, ("leaf",), of_leaf),
        Benchmark(scale.TWO, "two", ("1 GB",), ONE_AND_TWO, two, two),
        Benchmark(scale.LIMITS, "limits", ("products",), ONE_AND_TWO, two, two),
        Benchmark(scale.MANY, "many", ("1 processors", "2 processors", "4 processors"), ("a",),
                  many, many),
    ]  # fmt: skip


def test_the_page_says_what_the_records_hold_also_from_the_file_of_the_site(tmp_path):
    for record in records():
        save(tmp_path / f"{record.name}.h5", record, config={"machine": "here"})
    found = csv.records(list(csv.rows(tmp_path)))
    page = scale.page(found, table(found))
    for words in (
        "that of the leaves is 1.00.",
        "at most 191 MiB",
        "at most 0.600 of the tolerance 0.0001",
        "at most 0.700 of it",
        "n to the power 1.00 times m to the power 2.00",
        "Two processes are 1.78 times as fast as one",
        "two processes reach products 1.78.",
        "| bound of the error | 7e-05 |",
    ):
        assert words in page
    figure = scale.draw_scale(found)
    assert [panel.get_title(loc="left") for panel in figure.axes] == [f"({k})" for k in "abcdef"]


def test_the_committed_record_holds_bound_memory_and_speed():
    found = csv.records(csv.read(ROOT / "docs" / "scale.csv"))
    assert set(scale.NEEDED) <= set(found)
    sizes = found[scale.SIZES]
    assert np.all(sizes.error[..., 0] <= sizes.bound)
    assert np.all(sizes.bound <= TOLERANCE)
    assert sizes.memory.max() < 1024**3
    assert scale.speed_up(found[scale.TWO]) >= 1.7
