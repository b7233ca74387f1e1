"""Snakemake whose executors look at the states of jobs twice a second: `python -m` this module.

The executor for Slurm waits ten seconds more after each look that saw no job end. That suits jobs
of hours and not those of the tests, which would wait for it most of their time.
"""

import asyncio

from snakemake.cli import main
from snakemake_interface_executor_plugins.executors.remote import RemoteExecutor


async def soon(executor: RemoteExecutor) -> None:
    """Wait until the next look at the jobs."""
    await asyncio.sleep(0.5)


if __name__ == "__main__":
    RemoteExecutor.sleep = soon
    main()
