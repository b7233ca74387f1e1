"""Studies on a Slurm of one node: the same results, also if jobs are killed or need more memory.

`pytest -m cluster` runs these tests. They need Debian's slurmctld, slurmd, slurm-client and munge.
"""

import os
import shutil
from pathlib import Path

import pytest

from mornet.cli import main
from mornet.storage import load
from tests.cluster import accounting
from tests.cluster.daemons import said
from tests.cluster.runs import OWN, ROOT, SLURM, SOON, Killer, asked, needs_slurm, snakemake
from tests.cluster.slurm import slurm

STUDY = """
name: tiny
seeds: [0]
data_sets:
  wave: {kind: gaussian, n: 32}
methods:
  POD: {kind: pod}
  linear: {kind: linear_autoencoder}
ranks: {wave: [3]}
experiments:
  ten: {kind: ten_points, steps: 200, record_every: 50, grid: 11}
"""
# Snakemake alone needs more than 100 MB
LITTLE = ("--set-resources", "experiment:mem_mb=100*8**(attempt-1)")
RESULTS = (
    "fits/wave/linear-r3.h5",
    "fits/wave/POD-r3.h5",
    "experiments/ten.h5",
)
WANTED = (
    "--",
    *(f"results/tiny/{name}" for name in RESULTS),
)  # no figures: the smoke study has them

pytestmark = [pytest.mark.cluster, needs_slurm]


@pytest.fixture(scope="module")
def at_home(tmp_path_factory):
    """The folder of the study, built without a cluster."""
    return built(tmp_path_factory.mktemp("home"), os.environ | {"PYTHONPATH": str(ROOT)})


def built(folder: Path, environment, *words: str) -> Path:
    """The folder after Snakemake has built the study in it."""
    (folder / "tiny.yaml").write_text(STUDY)
    run = snakemake(folder, environment, "tiny.yaml", *words)
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


def same(there: Path, here: Path) -> bool:
    """Whether the study has the same results in both folders."""
    pairs = [(f / "results" / "tiny" / name for f in (there, here)) for name in RESULTS]
    return all(main(["diff", *map(str, pair)]) == 0 for pair in pairs)


def test_killed_jobs_and_jobs_over_their_memory_run_again_with_more(
    cluster, at_home, tmp_path, capsys
):
    before, killer = set(asked(cluster)), Killer(cluster, "rule_fit")
    killer.start()
    built(tmp_path, cluster, *SLURM, *LITTLE, *WANTED)
    jobs = {job: words for job, words in asked(cluster).items() if job not in before}
    fits, experiments = (
        [words[1:] for words in jobs.values() if word in words[0]]
        for word in ("rule_fit", "rule_experiment")
    )
    assert killer.killed[0] in jobs
    assert sorted(state for _, state in fits) == ["CANCELLED", "COMPLETED"]
    assert jobs[killer.killed[0]][-1] == "CANCELLED"
    first, *others = (int(memory.rstrip("M")) for memory, _ in fits)
    assert 2 * first in others
    assert experiments == [["100M", "FAILED"], ["800M", "COMPLETED"]]
    assert len(jobs) == 5  # snapshots and the fit of POD are one of them
    assert same(tmp_path, at_home), capsys.readouterr().out


@pytest.mark.skipif(shutil.which("qsub") is None, reason="apt-get install slurm-wlm-torque")
def test_the_profile_for_other_batch_systems_runs_a_study_with_a_killed_job(
    cluster, at_home, tmp_path, capsys
):
    before, killer = set(asked(cluster)), Killer(cluster, "(null)")
    killer.start()
    words = ["--workflow-profile", str(ROOT / "profiles" / "cluster-generic")]
    words += ["--latency-wait", "2", "--max-status-checks-per-second", "10"]
    built(tmp_path, cluster, *words, *WANTED)
    assert not before & set(killer.killed)
    assert len(set(asked(cluster)) - before) == 4
    assert same(tmp_path, at_home), capsys.readouterr().out


@pytest.fixture
def with_accounts(tmp_path_factory):
    """The environment of a Slurm whose jobs need an account."""
    with slurm(tmp_path_factory.mktemp("slurm") / "node", accounts=True) as environment:
        yield environment | OWN


@pytest.mark.skipif(
    bool(accounting.missing()),
    reason=f"programs for accounts are missing ({', '.join(accounting.missing())}): "
    "apt-get install slurmdbd mariadb-server-core mariadb-client-core",
)
def test_on_a_cluster_with_accounts_sacct_tells_of_a_job_over_its_memory(
    with_accounts, at_home, tmp_path, capsys
):
    """The changed lines are those that docs/cluster.md names; the profile as it is works too."""
    text = (ROOT / "profiles" / "slurm" / "profile.yaml").read_text()
    for line, other in (
        ("slurm-status-command: squeue", "slurm-status-command: sacct"),
        ("slurm-no-account: true", f"default-resources: [slurm_account={accounting.ACCOUNT}]"),
    ):
        assert line in text
        text = text.replace(line, other)
    (tmp_path / "profile.yaml").write_text(text)
    built(tmp_path, with_accounts, "--workflow-profile", str(tmp_path), *SOON, *LITTLE, *WANTED)
    command = ["sacct", "-X", "-P", "-n", "-o", "reqmem,state,account"]
    jobs = [line.split("|") for line in said(*command, environment=with_accounts).splitlines()]
    assert {account for *_, account in jobs} == {accounting.ACCOUNT}
    assert [memory for memory, state, _ in jobs if state != "COMPLETED"] == ["100M"]
    assert ["800M", "COMPLETED", accounting.ACCOUNT] in jobs
    assert same(tmp_path, at_home), capsys.readouterr().out
    plain = tmp_path / "plain"
    plain.mkdir()
    built(plain, with_accounts, *SLURM, "results/tiny/snapshots/wave.h5")


def test_the_jobs_say_what_they_used(at_home, capsys):
    cost = at_home / "results" / "tiny" / "cost.h5"
    assert "fit linear_autoencoder" in load(cost).each.work
    assert main(["resources", str(cost)]) == 0
    assert "fit linear_autoencoder" in capsys.readouterr().out
