"""Killed runs of `mornet run` and of a tree: no job stays, and the next start goes on."""

import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from mornet.running.tree_plan import COPIES
from mornet.storage import load
from tests.processes import needs_proc, signal_to_all, wait_for, working_in
from tests.running.test_pod_tree import run, settings
from tests.running.test_run import WAVE, finished, start

LONG = """
name: long
experiments:
  ten: {kind: ten_points, steps: 100000000, record_every: 1000000}
"""
pytestmark = pytest.mark.cluster


def jobs(folder):
    """The numbers of the jobs that work in the folder."""
    return working_in(folder, lambda words: b"experiment" in words)


@needs_proc
def test_a_killed_run_leaves_no_job_and_the_same_command_goes_on(tmp_path):
    (tmp_path / "long.yaml").write_text(LONG)
    first = start(tmp_path, "long.yaml")
    assert wait_for(lambda: jobs(tmp_path))
    signal_to_all(jobs(tmp_path), signal.SIGSTOP)  # the job rests, so that it costs no time
    code, _, error = finished(tmp_path, "long.yaml")
    assert code == 1
    assert error == (
        f"mornet: results/long is being written by the process {first.pid}: "
        "wait until it has ended, or stop it\n"
    )
    first.send_signal(signal.SIGKILL)
    signal_to_all(jobs(tmp_path), signal.SIGCONT)
    assert wait_for(lambda: not jobs(tmp_path))
    first.communicate()
    (tmp_path / "long.yaml").write_text(WAVE.format("long"))
    code, out, error = finished(tmp_path, "long.yaml")
    assert code == 0, error
    pages = "results/long/summary.html, and as text in results/long/summary.md"
    assert out == f"summary: {pages}\n"
    assert error.splitlines()[-1].startswith("4 of 4 jobs")
    assert load(tmp_path / "results/long/snapshots/wave.h5").name == "wave"
    assert "mornet run long.yaml\n" in (tmp_path / "results/long/summary.md").read_text()


@needs_proc
def test_an_interrupt_ends_the_jobs_too(tmp_path):
    (tmp_path / "long.yaml").write_text(LONG)
    process = start(tmp_path, "long.yaml")
    assert wait_for(lambda: jobs(tmp_path))
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert process.returncode == 130
    assert wait_for(lambda: not jobs(tmp_path))


def test_a_tree_of_20_leaves_that_is_killed_three_times_goes_on_where_it_was(tmp_path):
    rng = np.random.default_rng(0)
    low = rng.standard_normal((4000, 3)) @ rng.standard_normal((3, 1600))
    np.save(tmp_path / "u.npy", low + 1e-4 * rng.standard_normal(low.shape))
    memory = 64 * 1024**2 + 8 * 4000 * COPIES * 80  # as the verb counts; leaves of 80 snapshots
    words = ["pod-tree", str(tmp_path / "u.npy"), "--axes", "dof sample", "--tolerance", "1e-2"]
    words += ["--max-memory", str(memory), "-o", str(tmp_path / "pod.h5")]
    command, nodes, kept = [sys.executable, "-m", "mornet", *words], tmp_path / "pod.nodes", {}
    for leaves in (3, 8, 14):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            while len(list(nodes.glob("leaf-*.h5"))) < leaves and process.poll() is None:
                time.sleep(0.002)
            process.kill()
        assert kept.items() <= made_in(nodes).items()  # nothing that was there is made again
        kept = made_in(nodes)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert kept.items() <= made_in(nodes).items()
    assert len(list(nodes.glob("leaf-*.h5"))) == 20
    whole = settings(tolerance=1e-2, memory=memory - 64 * 1024**2, fan_in=8)
    alone = run([str(tmp_path / "u.npy")], tmp_path / "alone", whole)
    np.testing.assert_array_equal(load(tmp_path / "pod.h5").V, alone.V)


def made_in(nodes):
    """When each node was made."""
    return {path.name: path.stat().st_mtime_ns for path in nodes.glob("*-*.h5")}
