"""What every call of the command line does."""

from __future__ import annotations

import argparse
import io
import os
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from mornet import __version__, errors
from mornet.cli import (
    comparing,
    experimenting,
    inspecting,
    judging,
    pods,
    presenting,
    publishing,
    reduced_models,
    reducing,
    running,
    taking,
    using,
)
from mornet.cli.parser import CarefulParser
from mornet.cli.verb import protect, read_by
from mornet.errors import MornetError, reason
from mornet.running.watch import end_with

THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
BY_KIND = (
    "snapshots",
    "pod-node",
    "fit",
    "experiment",
    "rom",
)  # verbs whose kind decides what they cost
WORKFLOW = "MORNET_WORKFLOW_PID"  # the process whose job this call is
# what NumPy says of arrays that no memory could hold
TOO_LARGE = ("Maximum allowed dimension exceeded", "array is too big", "Maximum allowed size")
VERBS = (
    *running.VERBS,
    *reducing.VERBS,
    *pods.VERBS,
    *comparing.VERBS,
    *judging.VERBS,
    *reduced_models.VERBS,
    *experimenting.VERBS,
    *presenting.VERBS,
    *inspecting.VERBS,
    *taking.VERBS,
    *using.VERBS,
    *publishing.VERBS,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return 0; after an error print the message and return 1."""
    for variable in THREAD_VARIABLES:  # one BLAS thread per job: fast beside other jobs, repeatable
        os.environ.setdefault(variable, "1")
    for stream in (sys.stdout, sys.stderr):  # any text of a file can be printed
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    end_with(os.environ.get(WORKFLOW))
    begin = time.perf_counter()
    try:
        protect(options)
        with _plain_warnings():
            status: int | None = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of the output, such as head, has ended
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except (MornetError, OSError) as error:
        print(f"mornet: {reason(error)}", file=sys.stderr)
        return 1
    except (MemoryError, ValueError) as error:
        if not (isinstance(error, MemoryError) or str(error).startswith(TOO_LARGE)):
            raise
        print(f"mornet: {error}: such sizes do not fit into memory", file=sys.stderr)
        return 1
    except KeyboardInterrupt as interrupt:
        notes = getattr(interrupt, "__notes__", ["interrupted"])
        print(f"mornet: {'; '.join(notes)}", file=sys.stderr)
        return 130
    if WORKFLOW in os.environ:
        _say_cost(options, time.perf_counter() - begin)
    return status or 0


@contextmanager
def _plain_warnings() -> Iterator[None]:
    """Show warnings of mornet's own categories as one sentence, without a line of code."""
    usual = warnings.formatwarning

    def sentence(message: Warning | str, category: type[Warning], *place: Any, **line: Any) -> str:
        if category.__module__ == errors.__name__:
            return f"mornet: warning: {message}\n"
        return usual(message, category, *place, **line)

    warnings.formatwarning = sentence
    try:
        yield
    finally:
        warnings.formatwarning = usual


def _say_cost(options: argparse.Namespace, wall: float) -> None:
    """Print what a job cost into its log, for `mornet cost`."""
    from mornet.cost import Job, peak_memory

    work = f"{options.verb} {options.kind}" if options.verb in BY_KIND else options.verb
    size = sum(path.stat().st_size for path in read_by(options) if path.is_file())
    print(Job(time.process_time(), wall, peak_memory(), size, work).lines())


def _parser() -> argparse.ArgumentParser:
    parser = CarefulParser(
        prog="mornet", description="Model-order reduction: networks f_p(x) beside POD."
    )
    parser.add_argument("--version", action="version", version=f"mornet {__version__}")
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    verbs.type = str  # the parser of a verb judges its arguments, which may be empty
    for verb in VERBS:
        sub = verbs.add_parser(verb.name, help=verb.about, description=verb.about)
        sub.set_defaults(run=verb.run, verb=verb.name)
        verb.arguments(sub)
    return parser
