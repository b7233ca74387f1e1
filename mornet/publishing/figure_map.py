"""Which result files, rule and command made each figure and table."""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path

from mornet.errors import RunError
from mornet.running.workflow import command

COLUMNS = ("file", "made from", "rule", "command")


def figure_map(study: Path) -> str:
    """Return a CSV table of all files of a built study, as Snakemake knows their making."""
    words = command(study, 1, ["--detailed-summary"])
    run = subprocess.run(words, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RunError(f"Snakemake cannot say how the figures were made:\n{run.stderr[-2000:]}")
    lines = run.stdout[run.stdout.index("output_file\t") :].splitlines()
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        made = row["shellcmd"].partition(" > ")[0]
        writer.writerow([row["output_file"], row["input-file(s)"], row["rule"], made])
    return table.getvalue()
