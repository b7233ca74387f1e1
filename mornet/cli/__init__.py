"""The command line: one verb for each rule of the workflow, and those that a person types.

A verb reads records, calls one function and writes one record (or figure, table, page). Nothing
heavy is imported before it is needed, so that `mornet --help` answers at once.
"""

from mornet.cli.main import THREAD_VARIABLES, main

__all__ = ["THREAD_VARIABLES", "main"]
