"""Tables of numbers in files of text, and those that Tecplot writes."""

from __future__ import annotations

from pathlib import Path

from mornet.snapshots.formats.contents import Contents
from mornet.snapshots.formats.dialect import numbers
from mornet.snapshots.formats.numpy_files import no_key
from mornet.snapshots.formats.table import contents_of_table
from mornet.snapshots.formats.text import read_text
from mornet.snapshots.formats.zones import has_zones, read_zones


def read_table(path: Path, key: str | None) -> Contents:
    """Return a table of numbers in text; the key is the heading of a column, or of its vector.

    Without headings the table is the matrix. Several zones of Tecplot are read by `read_zones`.
    Raises DataError for what is no table of numbers, OptionError for an unknown key, or if headings
    leave open which columns are the snapshots.
    """
    text, notes = read_text(path)
    if has_zones(text):
        found = read_zones(path, text, key)
        return found._replace(notes=(*notes, *found.notes))
    table = numbers(str(path), text)
    if table.headings is None:
        no_key(path, key)
    return contents_of_table(path, table._replace(notes=(*notes, *table.notes)), key)
