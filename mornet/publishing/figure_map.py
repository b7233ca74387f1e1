"""Which result files, rule and command made each figure and table."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

from mornet.errors import RunError
from mornet.running.workflow import command
from mornet.storage.csv_text import csv_text

COLUMNS = ("file", "made from", "rule", "command")


def figure_map(study: Path) -> str:
    """Return a CSV table of all files of a built study, as Snakemake knows their making."""
    words = command(study, 1, ["--detailed-summary"])
    run = subprocess.run(words, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RunError(f"Snakemake cannot say how the figures were made:\n{run.stderr[-2000:]}")
    lines = run.stdout[run.stdout.index("output_file\t") :].splitlines()
    rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    return csv_text([COLUMNS, *map(_made, rows)])


def _made(row: dict[str, str]) -> tuple[str, ...]:
    command = row["shellcmd"].partition(" > ")[0]
    return row["output_file"], row["input-file(s)"], row["rule"], command
