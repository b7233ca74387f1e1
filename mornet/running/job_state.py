"""The state of a job of a batch system, as Snakemake's executor `cluster-generic` asks for it.

`mornet run` also asks here whether there is a Slurm at all.

`python -m mornet.running.job_state SYSTEM JOB` prints running, success or failed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence

from mornet.errors import OptionError

PATIENCE = 30
"""Seconds after which a Slurm that is silent counts as absent."""


def state(system: str, job: str) -> str:
    """Return running, success or failed, as the batch ``system`` (pbs, lsf or slurm) says.

    A job that has ended, or that the system has forgotten, without a word on its success counts as
    a success: Snakemake itself looks for the files that the job had to write. Raises OptionError
    for another system.
    """
    if system not in SYSTEMS:
        raise OptionError(f"{system} is not one of {', '.join(SYSTEMS)}")
    return SYSTEMS[system](job)


def require_slurm() -> None:
    """Raise OptionError unless this machine has a Slurm that answers."""
    why = _silence_of_slurm()
    if not why:
        return
    raise OptionError(
        f"--profile slurm: no Slurm answers on this machine ({why}): start the run on a machine of "
        "the cluster from which jobs are submitted, or leave out --profile"
    )


def _silence_of_slurm() -> str:
    """Return why no Slurm answers; nothing if one does."""
    if not shutil.which("sinfo"):
        return "it has no command sinfo"
    try:
        asked = subprocess.run(
            ["sinfo", "-h"], capture_output=True, text=True, check=False, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return f"sinfo did not answer within {PATIENCE} seconds"
    return asked.stderr.strip() or "sinfo failed" if asked.returncode else ""


def _pbs(job: str) -> str:
    said = _said("qstat", "-x", "-f", job) or _said("qstat", "-f", job)  # -x: PBS, not Torque
    status = re.search(r"exit_status\s*=\s*(\S+)", said, re.IGNORECASE)
    found = re.search(r"job_state\s*=\s*(\w)", said)
    if found and found[1] not in "FCE":
        return "running"
    return "failed" if status and status[1] != "0" else "success"


def _lsf(job: str) -> str:
    return _state(_said("bjobs", "-noheader", "-o", "stat", job), "DONE", ("EXIT",))


def _slurm(job: str) -> str:
    ended = "CANCELLED FAILED TIMEOUT NODE_FAIL PREEMPTED BOOT_FAIL DEADLINE OUT_OF_MEMORY"
    said = _said("squeue", "-h", "-t", "all", "-o", "%T", "-j", job)
    return _state(said, "COMPLETED", ended.split())


SYSTEMS: dict[str, Callable[[str], str]] = {"pbs": _pbs, "lsf": _lsf, "slurm": _slurm}


def _state(word: str, done: str, ended: Sequence[str]) -> str:
    if word in ended:
        return "failed"
    return "success" if word in (done, "") else "running"


def _said(*command: str) -> str:
    """Return what a command prints; nothing if it fails."""
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return run.stdout.strip() if run.returncode == 0 else ""


if __name__ == "__main__":
    print(state(*sys.argv[1:]))
