r"""Captions: what several of them say, and their files.

Every figure has a caption that is made from its records. It stands as text beside the figure, in
the summary and the report of Snakemake, and in a LaTeX float that a paper can ``\input``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mornet import __version__
from mornet.errors import counted
from mornet.tables.words import in_words, literal, of_letters, one_line, plain, with_formulas

FEW = 3  # results that a caption lists with their folders
MANY = 8  # results of one folder that a caption lists by name
FLOAT = r"""% mornet {version}, of {source}
% needs \usepackage{{graphicx}}{letters}
% and \graphicspath{{{{FOLDER/}}}} where the figure is elsewhere
\begin{{{kind}}}
  \centering
  \includegraphics[width=\ifdim\linewidth<{width:g}mm\linewidth\else{width:g}mm\fi]{{{name}}}
  \caption{{{caption}}}\label{{fig:{name}}}
\end{{{kind}}}
"""


def sized(record: Any, name: str | None = None) -> str:
    """Return the name of the data set of ``record`` with its sizes, as far as the record has them.

    Units stand on the axes; quantities without a unit are those of the scaled equation.
    """
    sizes = []
    if getattr(record, "n", None) is not None:
        sizes.append(f"$n = {record.n}$ degrees of freedom")
    if getattr(record, "m", None) is not None:
        sizes.append(f"$m = {record.m}$ training snapshots")
    if getattr(record, "m_test", None) is not None:
        sizes.append(counted(record.m_test, "test snapshot"))
    words = in_words(name or record.data_set)
    return f"{words} ({', '.join(sizes)})" if sizes else words


def over_seeds(
    count: int, drawn: str = "Lines are medians over {} seeds, bands their range."
) -> str:
    """Return the sentence on seeds, after a blank; no words for a single seed."""
    return f" {drawn.format(count)}" if count > 1 else ""


def of_results(source: str) -> str:
    """Return the sentence that names the results of a figure; ``source`` also has checksums."""
    paths = [Path(re.sub(r" \(\w+\)$", "", each)) for each in source.split("; ") if each]
    if not paths:
        return ""
    folders = {path.parent for path in paths}
    if len(paths) > FEW and len(folders) == 1:
        names = [path.name for path in paths]
        many = f"{names[0]} to {names[-1]} ({len(names)} files)"
        shown = ", ".join(names) if len(names) <= MANY else many
        return f" Results: {literal(shown)} in {literal(folders.pop().as_posix())}."
    return f" Results: {', '.join(literal(path.as_posix()) for path in paths)}."


def write(
    caption: str, path: Path, width: float, source: str = "", *, double: bool = False
) -> None:
    """Write a caption beside its figure: as text (.txt) and as a LaTeX float (.tex).

    ``path`` is the figure's name without ending, ``width`` its width in millimetres. A ``double``
    figure spans both columns of a page.
    """
    from mornet.storage import write_text

    whole = caption + of_results(source)
    write_text(path.with_name(f"{path.name}.txt"), plain(whole) + "\n")
    fields = {"kind": "figure*" if double else "figure", "width": width, "name": path.name}
    words = {
        "caption": with_formulas(whole),
        "source": one_line(source),
        "version": __version__,
        "letters": of_letters(with_formulas(whole)),
    }
    write_text(path.with_name(f"{path.name}.tex"), FLOAT.format(**fields, **words))
