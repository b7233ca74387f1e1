# What jobs ask for on a cluster: what like jobs of the runs in `results/` used decides, or else a
# stated model (`mornet resources` prints it). A job that is tried again asks for twice as much.
#
# Quick jobs form two groups, "start" and "end"; a group is one job of a cluster. Trainings belong to
# "start" if like jobs took less than 30 s, as far as is known. Each job of a group
# takes the one `turn` that the profiles give to a group: they run one after another, and the group
# asks for the memory of the largest.
from mornet.resources import STARTED_MB, costs_in, is_quick, measured, need
from snakemake.logging import logger


def warn(words):
    """Say it once, and not in each job that is a Snakemake of its own."""
    if workflow.is_main_process:
        logger.warning(words)


MEASURED = measured(costs_in(sorted(Path("results").glob("*/cost.h5")), warn))


def megabytes(files):
    """Return the size of those files that exist."""
    return sum(Path(file).stat().st_size for file in files if Path(file).is_file()) / 1e6


def work_at(work, wildcards):
    return work(wildcards) if callable(work) else work


def needs(work, raw=lambda wildcards: ()):
    """Return the memory and the time that a job asks for, as functions for Snakemake.

    ``work`` names like jobs, or is a function of the wildcards that does so. ``raw`` returns further
    files whose size counts: those from which a job of the same group makes the input.
    """

    def asked(field):
        def of(wildcards, input, attempt):
            size = max(megabytes(input), megabytes(raw(wildcards)))
            return getattr(need(MEASURED, work_at(work, wildcards), size, attempt), field)

        return of

    return {field: asked(field) for field in ("mem_mb", "runtime")}


def start_if_quick(work):
    """Return the group of a job that may be quick, as a function for Snakemake."""
    return lambda wildcards: "start" if is_quick(MEASURED, work_at(work, wildcards)) else None


def threads_of(work):
    """Return the processors that like jobs used, as a function for Snakemake."""
    return lambda wildcards: need(MEASURED, work_at(work, wildcards), 0).threads
