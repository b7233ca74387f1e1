"""The files of a table."""

from __future__ import annotations

from pathlib import Path

from mornet import __version__
from mornet.errors import OptionError
from mornet.tables.booktabs import latex
from mornet.tables.table import Table, comma_separated
from mornet.tables.words import of_letters, one_line, plain

PACKAGES = r"needs \usepackage{booktabs}"


def write(table: Table, path: Path, source: str = "") -> None:
    """Write the table to ``path``, with suffix .tex, and beside it as .csv; its caption as .txt.

    ``source`` names the results that the table shows. It is a comment in the first file; CSV has no
    comments. The name of the file is the label of the table.

    Raises OptionError for another suffix, StorageError if writing fails.
    """
    from mornet.storage import write_text

    if path.suffix != ".tex":
        raise OptionError(f"{path}: a table is written as .tex (and .csv beside it)")
    made = f"% mornet {__version__}{f', of {one_line(source)}' if source else ''}"
    body = latex(table, path.stem)
    write_text(path, f"{made}\n% {PACKAGES}{of_letters(body)}\n{body}")
    write_text(path.with_suffix(".csv"), comma_separated(table))
    write_text(path.with_suffix(".txt"), plain(table.caption) + "\n")
