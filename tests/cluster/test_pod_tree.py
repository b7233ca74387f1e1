"""A tree of 20 leaves as jobs of Snakemake, three of them killed: only lost nodes run again."""

import contextlib
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from mornet.cli import main
from tests.cluster.runs import ROOT, SLURM, Killer, needs_slurm, snakemake, submitted, two_runs

STUDY = """
name: tiny
data_sets:
  runs:  # 20 leaves of 16 snapshots
    kind: tree
    files: [run0.npy, run1.npy]
    axes: dof sample
    test_files: [1]
    tree: {memory_mb: 1, fan_in: 4}
"""
DATA = "results/tiny/snapshots/runs.h5"

pytestmark = pytest.mark.cluster


class LeafKiller(threading.Thread):
    """Kills the first three leaves that run in a folder on this machine."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.folder, self.killed = folder, set()

    def run(self) -> None:
        while len(self.killed) < 3:
            time.sleep(0.02)
            for process, words in processes_in(self.folder):
                name = words[words.index("-o") + 1] if "leaf" in words else None
                if name is not None and name not in self.killed and len(self.killed) < 3:
                    os.kill(process, signal.SIGKILL)
                    self.killed.add(name)


def processes_in(folder):
    """The processes of `mornet pod-node` in a folder, with their words."""
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = path.joinpath("cmdline").read_text().split("\0")
            if "pod-node" in words and path.joinpath("cwd").resolve() == folder.resolve():
                yield int(path.name), words


def prepared(folder: Path) -> Path:
    two_runs(folder, 1300, 160)
    (folder / "tiny.yaml").write_text(STUDY)
    return folder


@pytest.fixture(scope="module")
def at_home(tmp_path_factory):
    """The folder in which the tree was built on two cores, first without three killed leaves."""
    folder = prepared(tmp_path_factory.mktemp("home"))
    environment, killer = os.environ | {"PYTHONPATH": str(ROOT)}, LeafKiller(folder)
    killer.start()
    first = snakemake(folder, environment, "tiny.yaml", "--cores", "2", "--keep-going", DATA)
    killer.join(1)
    assert first.returncode != 0
    before = made_in(folder)
    second = snakemake(folder, environment, "tiny.yaml", "--cores", "2", DATA)
    assert second.returncode == 0, second.stdout + second.stderr
    return folder, killer.killed, before


def made_in(folder):
    """When each node was made, by the name of its file."""
    nodes = (folder / "results" / "pod_trees").glob("*.h5")
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in nodes}


def test_on_two_cores_only_lost_leaves_and_nodes_above_them_run_again(at_home):
    folder, killed, before = at_home
    after = made_in(folder)
    leaves = {name for name in after if "leaf-" in name}
    assert len(killed) == 3
    assert len(leaves) == 20
    assert before.items() <= after.items()
    assert leaves - set(before) == killed


@needs_slurm
def test_on_slurm_three_killed_subtrees_run_again_and_the_bits_are_the_same(
    cluster, at_home, tmp_path, capsys
):
    killer = Killer(cluster, "tree_", count=3)
    killer.start()
    run = snakemake(prepared(tmp_path), cluster, "tiny.yaml", *SLURM, "--", DATA)
    assert run.returncode == 0, run.stdout + run.stderr
    assert len(killer.killed) == 3
    assert submitted(run) == 3 + 5 + 1 + 3 + 1  # killed, subtrees, top, coordinates, snapshots
    assert main(["diff", str(at_home[0] / DATA), str(tmp_path / DATA)]) == 0, capsys.readouterr()
