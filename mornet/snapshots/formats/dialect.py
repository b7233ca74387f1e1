"""Numbers in lines of text: what separates them, what the decimal sign is, which lines are words.

`numbers` returns the matrix and its headings. Nothing that is not a number becomes one: a word that
stands for a missing entry becomes NaN, and any other word is refused with its line and column.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Container, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from mornet.errors import DataError, counted
from mornet.records import TIME_AXES, Array
from mornet.snapshots.formats.contents import DATES, meaning
from mornet.snapshots.formats.dates import ANY, DATE, dates_in, seconds_of, with_dates_in_one
from mornet.snapshots.formats.headings import LIKE_TIMES, columns_of
from mornet.snapshots.formats.parameters import LIKE_PARAMETERS
from mornet.snapshots.formats.programs import (
    is_tecplot,
    probes,
    require_one_block,
    tecplot,
    without_brackets,
)
from mornet.snapshots.formats.tecplot import by_points

# a number of C, Fortran (1.5D+3, 1.5-103) or Python
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eEdDqQ]?[-+]\d+|[eEdDqQ]\d+)?")
WORDS = {  # words of programs for what is not a number
    **dict.fromkeys(("", "na", "n/a", "#n/a", "null", "none", "missing", "-", "--", "---"), np.nan),
    **dict.fromkeys(("nan", "+nan", "-nan", "nan(ind)", "-nan(ind)", "nanq", "nans"), np.nan),
    **dict.fromkeys(("inf", "+inf", "infinity", "+infinity"), np.inf),
    **dict.fromkeys(("-inf", "-infinity"), -np.inf),
}
# what Microsoft's C library wrote for them, cut and rounded to the digits asked for
MICROSOFT = re.compile(r"([-+]?)\d[.,]#(INF|IND|QNAN|SNAN|NAN|[A-Z])\w*", re.IGNORECASE)
LIKE_DATE = re.compile(r"\d{1,4}[./-]\d\d?[./-]\d{1,4}")  # 31.01.2000
COMMENTS = ("#", "%")
COUNTS = r"|index|id|point id|unnamed: 0"  # headings of a column that counts the rows
# what makes a comment a line of headings: a place, a time, a stated value
MEANT = re.compile(r"[xyzt]\b|time\b|points?[:_ ]|coord|\w+ *=|.*@ *\w+ *=", re.IGNORECASE)
TIME_HEADINGS = (*TIME_AXES, *DATES)
LOOK = 200  # lines from which separator and decimal sign are found


class Table(NamedTuple):
    """Numbers (rows, columns) with NaN for missing entries, and the headings of the columns.

    ``origins`` are the dates from which columns count, by headings in small letters. ``labels`` are
    the words of columns of trajectories, whose numbers count them, also by headings.
    """

    numbers: Array
    headings: tuple[str, ...] | None
    notes: tuple[str, ...]
    origins: Mapping[str, str] = {}
    labels: Mapping[str, tuple[str, ...]] = {}


class _Dialect(NamedTuple):
    separator: str | None  # None: any number of blanks
    decimal_comma: bool = False
    quoted: bool = False

    def fields(self, line: str) -> list[str]:
        """Return the fields of a line; an empty field at its end is not one."""
        if self.quoted:
            delimiter = " " if self.separator is None else self.separator
            read = csv.reader([line], delimiter=delimiter, skipinitialspace=True)
            parts = next(read, [])
        else:
            parts = line.split(self.separator)
        return [part.strip().strip("\ufeff\xa0") for part in parts]

    @property
    def words(self) -> str:
        names = {None: "blanks", "\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars"}
        decimal = ", decimal commas" if self.decimal_comma else ""
        return f"numbers are separated by {names[self.separator]}{decimal}"


def numbers(
    where: str, text: str, in_words: Container[str] = (), *, all_dated: bool = False
) -> Table:
    """Return the numbers in ``text``, one row of the matrix a line.

    Lines that start with # or % are comments, and so is the rest of a line after a blank and #. The
    first lines may be headings, and so may the last comment before the numbers. Separators are
    commas, semicolons, tabs, bars or blanks; a decimal comma is recognised where the separator is
    another one. A column may hold words if its heading means trajectories, or is one of
    ``in_words``, in small letters. With ``all_dated`` any column may hold dates. Raises DataError,
    which names line and column, for what is no such table.
    """
    text = by_points(where, text)
    lines = [(i, line) for i, line in enumerate(text.splitlines(), 1) if line.strip()]
    require_one_block(where, lines)
    lines = [(i, without_brackets(line)) for i, line in lines]
    comments = [line.lstrip()[1:] for i, line in _before_numbers(lines)]
    lines = [(i, line) for i, line in lines if not line.lstrip().startswith(COMMENTS)]
    data, words = _without_headings(lines, in_words)
    if not data:
        raise _no_numbers(where, lines)
    data = [(i, with_dates_in_one(_without_comment(line))) for i, line in data]
    dialect = _dialect([line for _, line in data[:LOOK]], words[-1] if words else None)
    data, labels = _with_counts(where, data, dialect, words, in_words)
    rows = _rows(where, data, dialect)
    columns = rows.shape[1]
    headings = _headings(words, comments, dialect, columns, where)
    dated = [(i, dialect.fields(line)) for i, line in data] if ANY.search(text) else []
    dates = dates_in(where, rows, dated) if dated else {}
    names = [column.name.lower() for column in columns_of(headings or ())]
    if not all_dated:
        _require_times(where, dates, names)
    said = [dialect.words] if columns > 1 else []
    said += ["times are seconds after the first one"] if dates else []
    origins = {names[j] if names else "": first for j, first in dates.items()}
    found = without_counts(rows, headings, ("; ".join(said),) if said else ())
    if found.headings is None:
        _require_no_corner(where, found.numbers)
    return found._replace(origins=origins, labels=labels)


def _no_numbers(where: str, lines: Sequence[tuple[int, str]]) -> DataError:
    """Return the error for a table without a line of numbers, which names a word beside numbers."""
    for i, line in lines[1:]:
        fields = [field.strip() for field in re.split(r"[,;\t| ]", line.strip())]
        others = [field for field in fields if field and not NUMBER.fullmatch(field)]
        if others and len(others) < len(fields):
            return DataError(
                f"{where}, line {i}: {others[0]!r} stands beside numbers and is none: leave out "
                "columns of words, such as names of files"
            )
    return DataError(f"{where} has no data: no line holds numbers")


def _before_numbers(lines: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the comments before the first other line."""
    found = []
    for i, line in lines:
        if not line.lstrip().startswith(COMMENTS):
            break
        found.append((i, line))
    return found


def _without_comment(line: str) -> str:
    return re.sub(r"\s#.*$", "", line) if "#" in line else line


def _without_headings(
    lines: Sequence[tuple[int, str]], in_words: Container[str]
) -> tuple[Sequence[tuple[int, str]], list[str]]:
    """Return the lines of numbers, and the lines of headings before them."""
    if _are_headings_of_dates(lines):
        return lines[1:], [lines[0][1]]
    words: list[str] = []
    for start, (_, line) in enumerate(lines):
        fields = re.split(r"[,;\t| ]", line.strip())
        of_words = _columns_of_words(words[-1], None, in_words) if words else []
        found = [_is_word(field) and j not in of_words for j, field in enumerate(fields)]
        if not (any(found) and (found[0] or fields[0] == "" or 2 * sum(found) >= len(found))):
            return lines[start:], words
        words.append(line)
    return [], words


def _are_headings_of_dates(lines: Sequence[tuple[int, str]]) -> bool:
    """Return whether the first line, and not the second, holds dates alone."""
    found = [re.split(r"[,;\t|]", line.replace('"', "").strip()) for _, line in lines[:2]]
    dates = [[DATE.fullmatch(field.strip()) for field in fields] for fields in found]
    return len(dates) == 2 and len(dates[0]) > 1 and all(dates[0]) and not any(dates[1])


def _columns_of_words(line: str, dialect: _Dialect | None, in_words: Container[str]) -> list[int]:
    """Return the columns of a line of headings that may hold words."""
    found = dialect.fields(line) if dialect else re.split(r"[,;\t| ]", line.strip())
    names = [name.strip().strip("\"'").lower() for name in found]
    return [j for j, name in enumerate(names) if name in in_words or meaning(name) == "trajectory"]


def _are_labels(where: str, data: Sequence[tuple[int, str]], column: Sequence[str]) -> bool:
    """Return whether a column holds words; DataError for words of which some are missing."""
    missing = [word.lower() in WORDS for word in column]
    number = [_with_comma(word) or bool(NUMBER.fullmatch(word)) for word in column]
    if all(lost or plain for lost, plain in zip(missing, number, strict=True)):
        return False
    if any(missing):
        raise DataError(
            f"{where}, line {data[missing.index(True)][0]} has no name of its trajectory: write "
            "one in each line"
        )
    return True


def _with_counts(
    where: str,
    data: Sequence[tuple[int, str]],
    dialect: _Dialect,
    headings: Sequence[str],
    in_words: Container[str],
) -> tuple[Sequence[tuple[int, str]], dict[str, tuple[str, ...]]]:
    """Return lines with numbers in the place of labels, and the labels by their heading.

    A column of which all fields are numbers stays.
    """
    chosen = _columns_of_words(headings[-1], dialect, in_words) if headings else []
    rows = [dialect.fields(line) for _, line in data] if chosen else []
    named = dialect.fields(headings[-1]) if chosen else []
    labels: dict[str, tuple[str, ...]] = {}
    for j in chosen:
        column = [row[j] for row in rows if j < len(row)]
        if len(column) == len(rows) and _are_labels(where, data, column):
            words = sorted(set(column))
            labels[named[j].strip("\"'").lower()] = tuple(words)
            for row in rows:
                row[j] = str(words.index(row[j]))
    if not labels:
        return data, {}
    blank = dialect.separator or " "
    return [(i, blank.join(row)) for (i, _), row in zip(data, rows, strict=True)], labels


def _is_word(field: str) -> bool:
    """Return whether a field is a heading: it begins as a word does and means no number."""
    field = field.strip().strip("\"'").lower()
    return bool(re.match(r"[^\W\d]|[(\[°%]", field)) and field not in (*WORDS, "true", "false")


def _dialect(lines: Sequence[str], heading: str | None) -> _Dialect:
    quoted = any('"' in line for line in lines)
    everywhere = [s for s in ("\t", ";", "|") if all(s in line for line in lines)]
    commas = "," if any("," in line for line in lines) else None
    separator = everywhere[0] if everywhere else commas
    fields = [f for line in lines for f in _Dialect(separator, quoted=quoted).fields(line)]
    if separator == ",":
        blanks = [f for line in lines for f in line.split()]
        one = heading is not None and len(re.split(r"[,;\t|]", heading)) == 1
        one = one and not _is_title(heading or "")
        in_rows = len(blanks) > len(lines) or (one and not quoted)
        if in_rows and all(_with_comma(f) for f in blanks) and any("," in f for f in blanks):
            return _Dialect(None, decimal_comma=True)
        comma = quoted and any("," in f for f in fields)
        return _Dialect(",", decimal_comma=comma, quoted=quoted)
    comma = any("," in f for f in fields) and not any("." in f for f in fields)
    return _Dialect(separator, decimal_comma=comma, quoted=quoted)


def _is_title(line: str) -> bool:
    """Return whether a line is several words without separators, but for a unit in brackets."""
    words = re.sub(r"\s*[(\[][^()\[\]]*[)\]]\s*$", "", line).strip()
    return " " in words and not re.search(r"[,;\t|]", words)


def _with_comma(field: str) -> bool:
    """Return whether a field is a number whose decimal sign, if it has one, is a comma."""
    return "." not in field and bool(NUMBER.fullmatch(field.replace(",", ".", 1)))


def _rows(where: str, data: Sequence[tuple[int, str]], dialect: _Dialect) -> Array:
    lines = [line for _, line in data]
    if dialect.decimal_comma and not dialect.quoted:
        lines = [line.replace(",", ".") for line in lines]
    if not dialect.quoted:
        try:  # fast, and right for plain numbers alone
            return np.loadtxt(lines, delimiter=dialect.separator, comments=None, ndmin=2)
        except ValueError:
            pass
    return _slowly(where, data, dialect)


def _slowly(where: str, data: Sequence[tuple[int, str]], dialect: _Dialect) -> Array:
    """Return the numbers field by field; DataError names line and column of what is none."""
    rows = [dialect.fields(line) for _, line in data]
    width = max(map(len, rows))
    if width > 1 and all(len(row) < width or row[-1] == "" for row in rows):
        width -= 1  # each line ends with a separator
        rows = [row[:width] for row in rows]
    for (number, line), row in zip(data, rows, strict=True):
        if len(row) != width:
            raise DataError(
                f"{where}, line {number} has {counted(len(row), 'number')}, others have {width} "
                f"({line.strip()[:40]!r}); each line must hold the same number of real numbers. "
                f"It was read as if {dialect.words}"
            )
    return np.array(
        [
            [_value(where, number, j, field, dialect) for j, field in enumerate(row)]
            for (number, _), row in zip(data, rows, strict=True)
        ]
    )


def _value(where: str, line: int, column: int, field: str, dialect: _Dialect) -> float:
    plain = field.replace("\u2212", "-")
    if (seconds := seconds_of(plain)) is not None:
        return seconds
    if dialect.decimal_comma and "." not in plain and plain.count(",") <= 1:
        plain = plain.replace(",", ".")
    if NUMBER.fullmatch(plain):
        plain = re.sub(r"[dDqQ]", "e", plain)
        return float(plain if "e" in plain.lower() else re.sub(r"(?<=[\d.])([-+])", r"e\1", plain))
    if plain.lower() in WORDS:
        return WORDS[plain.lower()]
    if word := MICROSOFT.fullmatch(plain):
        infinite = -np.inf if word[1] == "-" else np.inf
        return infinite if word[2].upper() == "INF" else np.nan
    if re.fullmatch(r"\d\d?:\d\d(\.\d+)?", plain):
        raise DataError(
            f"{where}, line {line}, column {column}: {field!r} may be hours and minutes, or "
            "minutes and seconds: write times of the day as 23:50:00"
        )
    if LIKE_DATE.match(plain):
        raise DataError(
            f"{where}, line {line}, column {column}: {field[:40]!r} may be a date: write dates in "
            "UTC as 2000-01-31 23:50:00"
        )
    sign = "; both , and . stand in it" if "," in field and "." in field else ""
    raise DataError(
        f"{where}, line {line}, column {column}: {field[:40]!r} is not one of the real numbers "
        f"that are expected{sign}. It was read as if {dialect.words}; start a line of words with #"
    )


def _require_times(where: str, dates: Mapping[int, str], names: Sequence[str]) -> None:
    """Raise DataError for dates in a column that is not one of times."""
    for j in dates:
        if not names or not (names[j] in TIME_HEADINGS or LIKE_TIMES.fullmatch(names[j])):
            raise DataError(
                f"{where}, column {j} holds dates or times of the day: give it the heading time, "
                "or leave it out"
            )


def _headings(
    words: Sequence[str], comments: Sequence[str], dialect: _Dialect, columns: int, where: str
) -> tuple[str, ...] | None:
    """Return the headings of the columns: of the last such line, or of the last comment."""
    if is_tecplot(words):
        return tecplot(where, words, columns)
    _require_words(where, words, dialect, columns)
    fitting = [found for line in words if len(found := _split(line, dialect, columns)) == columns]
    if fitting:
        return _with_units(fitting)
    if words:
        found = _split(words[-1], dialect, columns)
        several = 2 * len(found) == columns and not _is_title(words[-1])
        if several and dialect.separator == ",":
            raise DataError(
                f"{where} has {counted(len(found), 'heading')} but {columns} numbers a line: if "
                "commas are decimal signs, separate the numbers by semicolons or tabs"
            )
    if of_probes := probes(comments, columns):
        return of_probes
    for line in reversed(comments[-3:]):
        found = _split(line, dialect, columns)
        if len(found) == columns and (any(map(_meant, found)) or _are_parameters(found)):
            return tuple(found)
    return None


def _are_parameters(found: Sequence[str]) -> bool:
    """Return whether the words of a comment are headings, as one is called as parameters are."""
    names = [column.name for column in columns_of(tuple(found))]
    return all(map(_is_word, names)) and any(map(LIKE_PARAMETERS.fullmatch, names))


def _require_words(where: str, lines: Sequence[str], dialect: _Dialect, columns: int) -> None:
    """Raise DataError for a line of numbers among the headings, which begins with unknown words.

    Numbers may stand after a heading that means a place, a time or a count of rows, may count the
    columns, and may be integers in a title.
    """
    for line in lines:
        fields = dialect.fields(line)
        found = [
            float(f.replace(",", ".")) for f in fields if _with_comma(f) or NUMBER.fullmatch(f)
        ]
        whole = dialect.separator is None and all(number.is_integer() for number in found)
        meant = any(map(_meant, fields)) or re.fullmatch(COUNTS, fields[0], re.IGNORECASE)
        counts = np.all(np.diff(found) == 1) and len(found) == columns - 1 > 1
        if found and len(fields) == columns and not (whole or meant or counts):
            raise DataError(
                f"{where}: numbers stand among words in {line.strip()[:40]!r}, which are no "
                "headings: write NaN for a missing number, or start a line of words with #"
            )


def _with_units(lines: list[list[str]]) -> tuple[str, ...]:
    """Return the last line of headings, or the last but one with the last one as its units.

    The former line has the names if a name in it, and none in the last line, means a place or time.
    """
    *_, names = lines
    if len(lines) > 1 and any(map(_meant, lines[-2])) and not any(map(_meant, names)):
        pairs = zip(lines[-2], names, strict=True)
        return tuple(f"{name.strip()} ({unit.strip()})" if unit else name for name, unit in pairs)
    return tuple(names)


def _meant(heading: str) -> bool:
    return bool(MEANT.match(heading.strip().strip("\"'")))


def _split(line: str, dialect: _Dialect, columns: int) -> list[str]:
    """Return the fields of a line of words, whose separator may differ from that of the numbers."""
    quoted = '"' in line
    ways = [_Dialect(s, quoted=quoted).fields(line) for s in ("\t", ";", ",", "|") if s in line]
    apart = [field for field in re.split(r"\s{2,}", line.strip()) if field]
    ways.insert(0 if dialect.separator is None else len(ways), apart)
    ways.append(_Dialect(None, quoted=quoted).fields(line))
    ways = [way[:-1] if way and way[-1] == "" and len(way) == columns + 1 else way for way in ways]
    return next((way for way in ways if len(way) == columns), ways[0])


def _require_no_corner(where: str, rows: Array) -> None:
    """Raise DataError for an empty corner between numbers that increase: they are headings."""
    row, column = rows[0, 1:], rows[1:, 0]
    increase = [len(of) > 1 and np.all(np.diff(of) > 0) for of in (row, column)]
    if np.isnan(rows[0, 0]) and all(increase):
        raise DataError(
            f"{where}: the first row and the first column seem to be headings of an empty corner: "
            "write what they are into it, such as x/t or t/x"
        )


def _are_second_headings(rows: Array, headings: tuple[str, ...]) -> bool:
    """Return whether the first row counts columns of one heading from 0, as pandas writes it.

    At least one heading stands several times, and the other rows are not whole.
    """
    j = int(headings[0] == "" and bool(np.isnan(rows[0, 0])))
    times = {h: headings[j:].count(h) for h in headings[j:]}
    meant = any("=" in heading or meaning(heading) for heading in times)
    row: Any = rows[0, j:]
    groups = [row[[h == heading for h in headings[j:]]] for heading in times]
    counts = all(np.array_equal(of, np.arange(len(of))) for of in groups)
    return not meant and len(row) > len(times) and counts and bool(np.any(rows[1:, j:] % 1 != 0))


def _with_level(heading: str, number: float) -> str:
    """Return a heading and the one below it, which is a number."""
    return heading if np.isnan(number) else f"{heading} {number:g}"


def without_counts(
    rows: Array, headings: tuple[str, ...] | None, notes: tuple[str, ...] = ()
) -> Table:
    """Leave out a column that counts the rows, and a row that counts the columns."""
    if headings and _are_second_headings(rows, headings):
        headings = tuple(_with_level(*of) for of in zip(headings, rows[0], strict=True))
        rows, notes = rows[1:], (*notes, "the second line holds headings too")
    named = Table(rows, headings, notes)
    k, columns = rows.shape
    count = np.arange(k)
    first = rows[:, 0]
    if headings and columns > 1 and re.fullmatch(COUNTS, headings[0], re.IGNORECASE):
        counted = np.array_equal(first, count) or np.array_equal(first, count + 1)
        left = "the first column counts the rows and is left out"
        return Table(rows[:, 1:], headings[1:], (*notes, left)) if counted else named
    if headings is None and k > 2 and np.isnan(first[0]) and np.array_equal(first[1:], count[:-1]):
        names = tuple(f"{value:g}" for value in rows[0, 1:])
        left = "the first row holds headings, and the first column counts the rows"
        return Table(rows[1:, 1:], names, (*notes, left))
    counted = k > 1 and columns > 2 and np.array_equal(rows[0], np.arange(columns))
    if headings is None and counted and np.any(rows[1:] != np.round(rows[1:])):
        return Table(rows[1:], None, (*notes, "the first row counts the columns and is left out"))
    return named
