"""A study of a POD tree by `mornet run`: damaged nodes are noticed, and made again.

Every kind of method is tried on coordinates of a tree in `test_kinds_on_trees`.
"""

import numpy as np
import pytest

from mornet.storage import load
from mornet.storage.results import checksum
from tests.running.test_run import finished

STUDY = """
name: runs
seeds: [0]
data_sets:
  runs:
    kind: tree
    files: [u0.npy, u1.npy, u2.npy]
    axes: dof sample
    t: t.npy
    mu: [[1.0], [1.2], [1.4]]
    test_files: [1]
    tolerance: 1e-2
    tree: {blocks: rows, memory_mb: 1, fan_in: 2, weights: w.npy, centred: true}
methods:
  shallow: {kind: autoencoder, hidden: [8], epochs: 20}
ranks: {runs: [2]}
"""
SPEEDS, LENGTHS, N = (1.0, 1.2, 1.4), (30, 40, 35), 525
NODES = "results/pod_trees"
pytestmark = pytest.mark.cluster


@pytest.fixture
def folder(tmp_path):
    """A study of pulses with three speeds, whose files have different lengths."""
    x, times = np.linspace(0, 1, N)[:, None], [np.linspace(0, 0.5, m) for m in LENGTHS]
    for i, (speed, t) in enumerate(zip(SPEEDS, times, strict=True)):
        np.save(tmp_path / f"u{i}.npy", np.exp(-((x - 0.2 - speed * t) ** 2) / 0.01))
    np.save(tmp_path / "t.npy", np.concatenate(times))
    np.save(tmp_path / "w.npy", np.repeat([1.0, 0.5, 2.0], LENGTHS))
    (tmp_path / "runs.yaml").write_text(STUDY)
    return tmp_path


def nodes(folder):
    """The checksum of each node, by the name of its file."""
    return {path.name: checksum(path) for path in (folder / NODES).glob("*.h5")}


def test_a_study_of_a_tree_by_rows_sets_damaged_nodes_aside_and_gives_the_same(folder):
    code, _, error = finished(folder, "runs.yaml")
    assert code == 0, error
    made, compared = nodes(folder), folder / "results/runs/comparisons/runs.h5"
    kinds = [name.split("-")[0] for name in made]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "leaf": 3, "merge": 2, "root": 1, "modes": 3,
    }  # fmt: skip
    data = load(folder / "results/runs/snapshots/runs.h5")
    assert 0 < data.left_out(data.test) < 1e-1
    page = (folder / "results/runs/summary.md").read_text()
    assert f"{data.left_out(data.test):.3g} of the test snapshots" in page
    errors = load(folder / "results/runs/comparisons/runs.h5").test_error
    assert np.all(errors > data.left_out(data.test))
    before, damaged = checksum(compared), [min(made), max(made)]  # a leaf and the root
    for name in damaged:
        path = folder / NODES / name
        path.write_bytes(path.read_bytes()[:-100])
    code, out, error = finished(folder, "runs.yaml")
    assert code == 0, error
    for name in damaged:
        aside = f"{NODES}/set_aside/{name}"
        assert f"{NODES}/{name} is damaged or was changed: it is now {aside}" in out
        assert (folder / aside).is_file()
    assert nodes(folder) == made
    assert checksum(compared) == before
