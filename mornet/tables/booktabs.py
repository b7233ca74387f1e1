r"""A table in LaTeX, in the style of booktabs, that fits the text of an ``article`` at 10 pt.

A table that is too wide is split by columns; every part repeats the columns that name the rows. Of
these columns, one with the same entry in all rows stands in the caption, and an entry that is
that of the row above is left out. Long words are wrapped. Widths are estimated from
those of Computer Modern, from above. A table that is longer than a page goes on in further floats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from mornet.tables.table import Column, Table, shown
from mornet.tables.widths import lines_of, longest, width
from mornet.tables.words import escaped, literal, plain, with_formulas

TEXT = 345.0  # pt, the width of the text
GAP = 12.0  # pt, between two columns
WRAPPED = 75.0  # pt, the least width to which words are wrapped
LINES = 40  # lines of a table that one page holds, the first line of the caption among them
HEAD = 4  # lines of the head of a table, with its rules, if nothing in it is wrapped
FLOATS = 10  # floats that may wait for a page; LaTeX holds 18 to 52 of them
CONTINUED = r"\tablename~\thetable{} (continued)\par"


class Part(NamedTuple):
    """Some columns of a table: their numbers, the width of each in pt, and which are wrapped."""

    columns: list[int]
    widths: dict[int, float]
    wrapped: set[int]

    def below(self, first: int, span: int) -> float:
        """Return the width of ``span`` columns beside each other."""
        return _sum(self.widths[i] for i in self.columns[first : first + span])


class Piece(NamedTuple):
    """Some rows of a part of a table."""

    part: Part
    rows: range


def latex(table: Table, label: str = "") -> str:
    r"""Return the table as a ``table`` environment with its ``label``.

    A table that is longer than `LINES` is continued in further ones.
    """
    table = _without_constants(table)
    caption = rf"\caption{{{with_formulas(table.caption)}}}"
    if label:
        caption += rf"\label{{tab:{label}}}"
    entries = _entries(table)
    floats = [
        _float([_tabular(table, piece, entries) for piece in pieces], CONTINUED if i else caption)
        for i, pieces in enumerate(_floats(table))
    ]
    groups = ["\n".join(floats[i : i + FLOATS]) for i in range(0, len(floats), FLOATS)]
    return "\\clearpage\n".join(groups)


def _float(bodies: Sequence[str], caption: str) -> str:
    body = "\n  \\par\\medskip\n".join(bodies)
    return f"\\begin{{table}}\n  \\centering\n  {caption}\n  \\medskip\n{body}\n\\end{{table}}\n"


def _floats(table: Table) -> list[list[Piece]]:
    """Return the pieces of each float of at most `LINES`; the caption is above the first one."""
    floats: list[list[Piece]] = [[]]
    free: float = LINES + 1 - lines_of(f"Table 100: {plain(table.caption)}", TEXT)
    for part in _parts(table):
        head, heights = _head_lines(table, part), _heights(table, part)
        for rows in _cut(heights, LINES - head, (LINES if floats[-1] else free) - head):
            height = head + sum(heights[rows.start : rows.stop])
            if height > free and floats[-1]:
                floats.append([])
                free = LINES
            floats[-1].append(Piece(part, rows))
            free -= height
    return floats


def _cut(heights: Sequence[float], most: float, at_first: float) -> Iterator[range]:
    """Yield ranges of rows with ``heights``, each of a height of at most ``most`` if it can be.

    The height of the first range is at most ``at_first``.
    """
    first, height = 0, 0.0
    for i, own in enumerate(heights):
        height += own
        if height > (most if first else at_first) and i > first:
            yield range(first, i)
            first, height = i, own
    yield range(first, len(heights))


def _without_constants(table: Table) -> Table:
    """Return the table without the constant ones of the columns that name rows."""
    constant = [
        i
        for i in range(table.keys - 1)
        if len(table.rows) > 1 and len({row[i] for row in table.rows}) == 1
    ]
    if not constant:
        return table
    kept = [i for i in range(len(table.columns)) if i not in constant]
    said = [
        f"{table.columns[i].header} {literal(shown(table.rows[0][i], table.columns[i]))}"
        for i in constant
    ]
    return Table(
        f"{table.caption} In all rows: {'; '.join(said)}.",
        tuple(table.columns[i] for i in kept),
        tuple(tuple(row[i] for i in kept) for row in table.rows),
        table.keys - len(constant),
        frozenset((k, kept.index(i)) for k, i in table.best if i in kept),
    )


def _tabular(table: Table, piece: Piece, entries: list[list[str]]) -> str:
    begin = rf"  \begin{{tabular}}{{{_alignment(table, piece.part)}}}"
    lines = [*_head(table, piece.part), *_rows(table, piece, entries), r"    \bottomrule"]
    return "\n".join([begin, *lines, r"  \end{tabular}"])


def _alignment(table: Table, part: Part) -> str:
    letters = [
        "r"
        if table.columns[i].format
        else (f"p{{{part.widths[i]:.0f}pt}}" if i in part.wrapped else "l")
        for i in part.columns
    ]
    return f"@{{}}{''.join(letters)}@{{}}"


def _head(table: Table, part: Part) -> list[str]:
    columns = [table.columns[i] for i in part.columns]
    names = " & ".join(_header(table.columns[i], part, i) for i in part.columns)
    above = _groups(columns, part) if any(c.group for c in columns) else []
    return [r"    \toprule", *above, rf"    {names} \tabularnewline", r"    \midrule"]


def _header(column: Column, part: Part, i: int) -> str:
    words = with_formulas(column.header)
    if column.format and i in part.wrapped:
        return _boxed(words, r"\raggedleft", part.widths[i])
    return _wrapped(words, i in part.wrapped)


def _boxed(words: str, sides: str, most: float) -> str:
    """Return the words in lines of the width ``most`` in pt."""
    return rf"\parbox[t]{{{most:.0f}pt}}{{{sides} {words}\strut}}"


def _head_lines(table: Table, part: Part) -> int:
    """Return the lines of the head of a part, with its rules."""
    columns = [table.columns[i] for i in part.columns]
    headers = (lines_of(plain(table.columns[i].header), part.widths[i]) for i in part.columns)
    groups = (lines_of(plain(columns[i].group), part.below(i, span)) for i, span in _spans(columns))
    return HEAD + max(headers) - 1 + max(groups) - 1


def _groups(columns: Sequence[Column], part: Part) -> list[str]:
    """Return the line of the words above several columns, and the rules below these words."""
    cells, rules = [], []
    for first, span in _spans(columns):
        if words := with_formulas(columns[first].group):
            if width(plain(columns[first].group)) > (most := part.below(first, span)):
                words = _boxed(words, r"\centering", most)
            ends = "@{}" if not first else "", "@{}" if first + span == len(columns) else ""
            cells.append(rf"\multicolumn{{{span}}}{{{'c'.join(ends)}}}{{{words}}}")
            rules.append(rf"\cmidrule(lr){{{first + 1}-{first + span}}}")
        else:
            cells += [""] * span
    return [f"    {' & '.join(cells)} \\tabularnewline", f"    {' '.join(rules)}"]


def _spans(columns: Sequence[Column]) -> Iterator[tuple[int, int]]:
    """Yield the first column and the number of columns of each group."""
    first = 0
    for i in range(1, len(columns) + 1):
        if i == len(columns) or columns[i].group != columns[first].group:
            yield first, i - first
            first = i


def _rows(table: Table, piece: Piece, entries: list[list[str]]) -> list[str]:
    ends = _ends(table)
    wrapped = {i for i in piece.part.wrapped if not table.columns[i].format}
    return [
        "    "
        + " & ".join(
            "" if _repeats(table, k, i, piece.rows.start) else _wrapped(entries[k][i], i in wrapped)
            for i in piece.part.columns
        )
        + r" \tabularnewline"
        + (r"\addlinespace" if ends[k] and k + 1 < piece.rows.stop else "")
        for k in piece.rows
    ]


def _repeats(table: Table, k: int, i: int, first: int) -> bool:
    """Return whether entry ``i`` of row ``k`` names what the row above names, from ``first`` on."""
    if i >= table.keys - 1 or k == first:
        return False
    return table.rows[k][: i + 1] == table.rows[k - 1][: i + 1]


def _ends(table: Table) -> list[bool]:
    """Return whether a row ends a block of several rows with the same first entry."""
    first = [row[0] for row in table.rows]
    several = table.keys > 1 and len(set(first)) < len(first)
    return [several and a != b for a, b in pairwise([*first, first[-1]])] if first else []


def _wrapped(text: str, wrap: bool) -> str:
    return rf"\raggedright {text}" if wrap and text else text


def _entries(table: Table) -> list[list[str]]:
    """Return the entries of all rows; digits are aligned at their points, the best are bold."""
    by_column = [_column(table, i) for i in range(len(table.columns))]
    return [list(row) for row in zip(*by_column, strict=True)]


def _column(table: Table, i: int) -> list[str]:
    column = table.columns[i]
    texts = [shown(row[i], column) for row in table.rows]
    numbers = [bool(column.format) and not isinstance(row[i], str) for row in table.rows]
    places = [_places(text) if number else 0 for text, number in zip(texts, numbers, strict=True)]
    return [
        _entry(text, number, max(places) - own, (k, i) in table.best)
        for k, (text, number, own) in enumerate(zip(texts, numbers, places, strict=True))
    ]


def _places(text: str) -> int:
    """Return the digits after the point, counted with the point."""
    return 0 if "e" in text or "." not in text else len(text) - text.index(".")


def _entry(text: str, number: bool, missing: int, best: bool) -> str:
    if not number:
        return rf"\textbf{{{escaped(text)}}}" if best else escaped(text)
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = rf"{mantissa} \times 10^{{{int(exponent)}}}"
        missing = 0
    rest = "0" * missing if "." in text else "." + "0" * (missing - 1)
    room = rf"\phantom{{{rest}}}" if missing else ""
    text = rf"\mathbf{{{text}}}" if best else text
    return f"${text}{room}$"


def _parts(table: Table) -> list[Part]:
    """Return the parts of the table, each as wide as the text at most."""
    least, whole = _widths(table)
    keys = list(range(table.keys))
    blocks = []
    for first, span in _spans(table.columns[table.keys :]):
        block = list(range(table.keys + first, table.keys + first + span))
        together = table.columns[block[0]].group and _fits(table, keys + block, least)
        blocks += [block] if together else [[i] for i in block]
    parts = [list(keys)]
    for block in blocks:
        if len(parts[-1]) > len(keys) and not _fits(table, [*parts[-1], *block], least):
            parts.append(list(keys))
        parts[-1] += block
    return [_part(table, part, least, whole) for part in parts]


def _sum(widths: Iterable[float]) -> float:
    """Return the width of columns of these ``widths`` beside each other."""
    return sum(own + GAP for own in widths) - GAP


def _fits(table: Table, columns: Sequence[int], least: Sequence[float]) -> bool:
    return _sum(_under_names(table, columns, least, longest).values()) <= TEXT


def _under_names(
    table: Table,
    columns: Sequence[int],
    widths: Sequence[float],
    measure: Callable[[str], float],
) -> dict[int, float]:
    """Return the widths of ``columns``, the last of each group so wide that its name fits.

    ``measure`` returns the width in pt that a name needs.
    """
    own = {i: widths[i] for i in columns}
    for first, span in _spans([table.columns[i] for i in columns]):
        group = columns[first : first + span]
        needed = measure(plain(table.columns[group[0]].group))
        own[group[-1]] += max(0.0, needed - _sum(own[i] for i in group))
    return own


def _part(table: Table, columns: list[int], least: Sequence[float], whole: Sequence[float]) -> Part:
    """Return the part of the ``columns``; those that are wrapped share what the others leave."""
    wide = _under_names(table, columns, whole, width)
    if _sum(wide.values()) <= TEXT:
        return Part(columns, wide, set())
    tight = _under_names(table, columns, least, longest)
    wishes = {i: whole[i] - own for i, own in tight.items() if whole[i] > own}
    spare = TEXT - _sum(tight.values())
    share = max(0.0, min(1.0, spare / max(sum(wishes.values()), 1.0)))
    wrapped = {i: tight[i] + share * wish - 1 for i, wish in wishes.items()}
    return Part(columns, tight | wrapped, set(wrapped))


def _widths(table: Table) -> tuple[list[float], list[float]]:
    """Return the least width of each column, with its words wrapped, and the whole one."""
    least, whole = [], []
    for i, column in enumerate(table.columns):
        entries = [shown(row[i], column) for row in table.rows]
        if column.format:  # with the room that aligns the points
            most = "0" * max(map(_places, entries), default=0)
            entries += [text.partition(".")[0] + most for text in entries if "e" not in text]
        header = plain(column.header)
        whole.append(max(map(width, [header, *entries])))
        needed = map(width if column.format else longest, entries)
        least.append(min(whole[-1], max(longest(header), *needed, WRAPPED)))
    return least, whole


def _heights(table: Table, part: Part) -> list[float]:
    """Return the lines of each row of a part of the table, with the room below blocks."""
    return [
        max(lines_of(shown(row[i], table.columns[i]), part.widths[i]) for i in part.columns)
        + (0.5 if block_ends else 0)
        for row, block_ends in zip(table.rows, _ends(table), strict=True)
    ]
