"""The provenance of a result: time, machine, versions and inputs, which differ between runs."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import mornet
from mornet import kernels


def provenance(inputs: dict[str, str]) -> dict[str, str]:
    """Return the present provenance; ``inputs`` maps file names to their checksums."""
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "kernels": kernels.description(),
        "inputs": json.dumps(inputs, sort_keys=True),
        **_circumstances(),
    }


@cache
def _circumstances() -> dict[str, str]:
    facts = {
        "host": platform.node(),
        "platform": platform.platform(),
        "python": platform.python_version(),
        "mornet": mornet.__version__,
        "commit": commit(Path(mornet.__file__).parent),
        "blas": _blas(),
    }
    for package in ("numpy", "scipy", "h5py", "scikit-learn", "matplotlib", "snakemake"):
        try:
            facts[package] = version(package)
        except PackageNotFoundError:
            facts[package] = "not installed"
    return facts


def commit(folder: Path) -> str:
    """Return the git commit of the source in ``folder``; "-dirty" says that it was changed."""

    def git(*words: str) -> str:
        command = ["git", "-C", str(folder), *words]
        run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)
        return run.stdout.strip()

    try:
        # this fails for an installed package in a folder of another work tree
        git("ls-files", "--error-unmatch", "__init__.py")
        return git("rev-parse", "HEAD") + ("-dirty" if git("status", "--porcelain", ".") else "")
    except (OSError, subprocess.SubprocessError):
        return "unknown"


def _blas() -> str:
    """Return name, version, kernel and threads of the BLAS, which decide the last bits."""
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return f"unknown, OMP_NUM_THREADS={os.environ.get('OMP_NUM_THREADS', '')}"
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    return "; ".join(
        sorted(
            f"{pool['internal_api']} {pool['version']} {pool.get('architecture', '')}, "
            f"threads: {pool['num_threads']}"
            for pool in pools
        )
    )
