"""Snakemake as `python -m snakemake` runs it, in forks of a process that has imported it.

The imports of Snakemake, and those of the libraries that a workflow uses, cost more processor time
than a small workflow. Run as a module, this file imports them once, but nothing of mornet, which
tests change. Each line that it reads asks for a process, or for the exit code of a process.
"""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import NoReturn

LIBRARIES = (
    "snakemake.cli",
    "snakemake.report",
    "smart_open",
    "docutils.core",
    "h5py",
    "scipy.linalg",
    "scipy.sparse.linalg",
    "scipy.special",
)


class Forks:
    """Runs of Snakemake in the folder ``tree``; ``outputs`` is the folder of what they say."""

    def __init__(self, tree: Path, environment: Mapping[str, str], outputs: Path) -> None:
        self._outputs = (outputs / f"{i}.txt" for i in count())
        self._server = subprocess.Popen(
            [sys.executable, "-P", "-W", "ignore", __file__],  # -P: nothing is imported from here
            cwd=tree,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, *words: str) -> Fork:
        """Start `python -m snakemake WORDS`."""
        output = next(self._outputs)
        return Fork(self.ask([str(output), *words]), output, self)

    def ask(self, question: list[str] | int) -> int:
        """Return the number of the process that these words start, or the exit code of a number."""
        self._server.stdin.write(json.dumps(question) + "\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())

    def close(self) -> None:
        """Wait for the process that has imported Snakemake."""
        self._server.communicate()


@dataclass(frozen=True)
class Fork:
    """A process that runs Snakemake, and the file of all that it says."""

    pid: int
    output: Path
    forks: Forks

    def wait(self) -> int:
        """Return the exit code, once the process has ended; its number stays in use until then."""
        return self.forks.ask(self.pid)


def serve() -> None:
    """Answer lines until there are no more."""
    for library in LIBRARIES:
        import_module(library)
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        question = json.loads(line)
        if isinstance(question, int):
            answer = os.waitstatus_to_exitcode(os.waitpid(question, 0)[1])
        elif not (answer := os.fork()):
            answers.close()
            run(*question)
        print(answer, file=answers, flush=True)


def run(output: str, *words: str) -> NoReturn:
    """Run Snakemake in this process."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    said = os.open(output, os.O_WRONLY | os.O_CREAT)
    for ours, theirs in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(ours, theirs)
    sys.path.insert(0, os.getcwd())
    sys.argv[1:] = words
    runpy.run_module("snakemake", run_name="__main__", alter_sys=True)
    sys.exit()


if __name__ == "__main__":
    serve()
