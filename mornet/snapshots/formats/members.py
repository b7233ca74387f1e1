"""The files of a series: in folders, in a list, or by names with a pattern.

A pattern holds names in braces: ``case/{time}/U.csv``, ``mu={mu}/u.npy``, ``run_{trajectory}.h5``.
Each stands for a number in the path. {time}, {t} or {date} is the time, which may be a date such as
2000-01-31, and {T} if it stands alone and the files state no times; {step} gives the order alone,
and a matrix without times in such a file is one snapshot on a grid unless axes say otherwise;
{year} and {month}, with {day}, {hour}, {minute} and {second} if they are there, are one date;
{trajectory}, {run}, {case} and {member} are the numbers of trajectories, or their names in words
if no file has a number there; every other name is a parameter, such as a temperature T. A folder
stands for all files of one format in it, or in its subfolders whose names are numbers, in their
order; a collection of ParaView in it gives their order and times. The wildcards * and ? stand for
any letters, as in a shell; the numbers in the names then decide the order. A list keeps its own
order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from mornet.errors import OptionError, counted
from mornet.snapshots.formats.contents import NUMBER, ORDER, PART, means_time
from mornet.snapshots.formats.dates import DATE, UTC, clocks_note
from mornet.snapshots.formats.numeric_dates import dates_of
from mornet.snapshots.formats.registry import READERS, suffix_of

FIRST = {"year": 0.0, "month": 1.0, "day": 1.0, "hour": 0.0, "minute": 0.0, "second": 0.0}
TRAJECTORY = ("trajectory", "run", "case", "member")  # names in braces that are no parameters
WILD = "{*?"  # each begins what stands for any text in a pattern


class Member(NamedTuple):
    """A file of a series, and the numbers in its path by their names.

    A trajectory that has a name in words has its place among these names as its number.
    """

    path: Path
    values: dict[str, float]
    words: Mapping[str, str] = {}


def counts(name: str) -> bool:
    """Return whether a name in braces is a time or an order, and no parameter or trajectory."""
    return means_time(name) or name.lower() in ORDER


def have_own_times(files: Sequence[Member]) -> bool:
    """Return whether the name of each file has a time, which no other file has."""
    times = [of for member in files for name, of in member.values.items() if means_time(name)]
    return len(set(times)) == len(files)


def is_series(path: Any) -> bool:
    """Return whether ``path`` is a list, a folder of files, or has a pattern."""
    if isinstance(path, list | tuple):
        return True
    path = Path(path)
    if path.exists():
        return path.is_dir() and suffix_of(path) not in READERS
    return bool(set(WILD) & set(str(path)))


def members(path: Any) -> list[Member]:
    """Return the files of a series in their order; OptionError if there are none."""
    if isinstance(path, list | tuple):
        return [Member(one, {}) for one in _different([Path(one) for one in path])]
    folder = Path(path)
    found = _of_folder(folder) if folder.is_dir() else _of_pattern(str(path))
    if not found and not folder.is_dir() and (other := _with_any_words(str(path))):
        raise OptionError(
            f"{path}: {other[0]} has no number, and no date such as 2000-01-31, where the pattern "
            "has braces: write * for words"
        )
    if not found:
        raise OptionError(
            f"{path}: no files fit; a folder must hold files of one format ({', '.join(READERS)}), "
            "a pattern names numbers in braces, as in case/{time}/U.csv, or has *, as in case/*.csv"
        )
    return found


def _different(paths: list[Path]) -> list[Path]:
    """Return the files of a list; OptionError for one that is named twice."""
    if twice := next((one for one, count in Counter(paths).items() if count > 1), None):
        raise OptionError(f"{twice} is named twice in the list of files: name each file once")
    return paths


def _of_pattern(pattern: str) -> list[Member]:
    names = re.findall(r"\{(\w*)\}", pattern)
    if len(set(names)) < len(names) or "" in names:
        raise OptionError(f"{pattern}: each pair of braces needs a name of its own")
    if "}{" in pattern:
        raise OptionError(f"{pattern}: something must stand between two pairs of braces")
    found = _fitting(pattern, words=()) or _fitting(pattern, words=TRAJECTORY)
    found = _with_dates(pattern, found)
    order = sorted(found[0].values if found else names, key=counts)
    place = {path: k for k, path in enumerate(_in_order([member.path for member in found]))}
    found.sort(key=lambda member: place[member.path])
    return sorted(found, key=lambda member: [member.values[name] for name in order])


def _fitting(pattern: str, words: Sequence[str]) -> list[Member]:
    """Return the files that fit a pattern; any text may stand for the names ``words`` in braces."""
    parts = re.split(r"(\{\w+\}|[*?])", Path(pattern).as_posix())
    regular = re.compile("".join(_regular(part, words) for part in parts))
    matches = [(path, regular.fullmatch(path.as_posix())) for path in _with_any_words(pattern)]
    found = [(path, match.groupdict()) for path, match in matches if match]
    named = {name: _ranks({of[name] for _, of in found}) for name in _words_in(found, words)}
    return [
        Member(
            path,
            {name: named[name][v] if name in named else _value(v) for name, v in of.items()},
            {name: of[name] for name in named},
        )
        for path, of in found
    ]


def _words_in(found: Sequence[tuple[Path, Mapping[str, str]]], words: Sequence[str]) -> list[str]:
    """Return the names in braces among ``words`` for which words stand."""
    names = [name for name in (found[0][1] if found else ()) if name.lower() in words]
    return [name for name in names if not all(_is_number(of[name]) for _, of in found)]


def _is_number(text: str) -> bool:
    return re.fullmatch(NUMBER, text) is not None


def _ranks(words: Iterable[str]) -> dict[str, float]:
    """Return the place of each word, in the order of the numbers in them."""
    order = _in_order([Path(word) for word in sorted(words)])
    return {path.as_posix(): float(k) for k, path in enumerate(order)}


def _with_dates(pattern: str, found: list[Member]) -> list[Member]:
    """Return files whose {year}, {month}, ... are one date, written as a number.

    Names stay without a year and a month, beside a time, and if the numbers are no dates. Raises
    DataError for a day that no month has.
    """
    words = {name.lower(): name for name in found[0].values} if found else {}
    if not {"year", "month"} <= words.keys() or any(map(means_time, words)):
        return found
    parts = {part: words[part] for part in FIRST if part in words}
    numbers = np.array([_date(member, parts) for member in found])
    if dates_of(f"{pattern}, {', '.join(parts.values())}", numbers) is None:
        return found
    pairs = zip(found, numbers.tolist(), strict=True)
    return [m._replace(values={"date": date, **_without(m.values, parts)}) for m, date in pairs]


def _date(member: Member, parts: Mapping[str, str]) -> float:
    """Return the number YYYYMMDD, YYYYMMDDHH, ... of the parts of a date in the name of a file."""
    stated = {**FIRST, **{part: member.values[name] for part, name in parts.items()}}
    last = max(list(FIRST).index(part) for part in ("day", *parts))
    number = 0.0
    for part in list(FIRST)[: last + 1]:
        number = 100 * number + stated[part]
    return number


def _without(values: Mapping[str, float], parts: Mapping[str, str]) -> dict[str, float]:
    return {name: value for name, value in values.items() if name not in parts.values()}


def _with_any_words(pattern: str) -> list[Path]:
    """Return the files that fit a pattern if any text may stand for the names in braces."""
    start = Path(re.split(f"[{re.escape(WILD)}]", pattern)[0] + "x").parent
    glob = re.sub(r"\{\w+\}", "*", Path(pattern).relative_to(start).as_posix())
    return sorted(filter(_is_whole, start.glob(glob.replace("[", "[[]"))))


def order_note(path: Any, files: Sequence[Member]) -> tuple[str, ...]:
    """Return a note on files whose order is that of times of the day in their names."""
    listed = isinstance(path, list | tuple)
    advice = "give a list of the files in their order"
    return () if listed else clocks_note([member.path.name for member in files], advice)


def left_out(path: Any, files: Sequence[Member]) -> tuple[str, ...]:
    """Return a note about files that have no numbers where the pattern has names in braces."""
    if isinstance(path, list | tuple) or Path(path).is_dir():
        return ()
    found = {member.path for member in files}
    left = [file for file in _with_any_words(str(path)) if file not in found]
    if not left:
        return ()
    return (f"without a number in the name: {counted(len(left), 'file')} left out, {left[0]}",)


def _regular(part: str, words: Sequence[str] = ()) -> str:
    """Return the regular expression of a part of a pattern: {name}, a wildcard, or plain text."""
    if re.fullmatch(r"\{\w+\}", part):
        if part[1:-1].lower() in words:
            return f"(?P<{part[1:-1]}>[^/]+?)"
        date = f"{DATE.pattern}|" if means_time(part[1:-1]) else ""
        return f"(?P<{part[1:-1]}>{date}{NUMBER})"
    return {"*": "[^/]*", "?": "[^/]"}.get(part) or re.escape(part)


def _value(text: str) -> float:
    """Return the number in a name; a date becomes the number YYYYMMDDHHMMSS."""
    if not DATE.fullmatch(text):
        return float(text)
    plain = re.sub(rf"(\.\d+)?({UTC})?$", "", text)
    return float(re.sub(r"\D", "", plain).ljust(14, "0"))


def _of_folder(folder: Path) -> list[Member]:
    """Return the files of a folder, or of its subfolders with numbers as names."""
    inside = [path for path in folder.iterdir() if not path.name.startswith(".")]
    timed = [path for path in inside if path.is_dir() and re.fullmatch(NUMBER, path.name)]
    if timed:
        names = Counter(file.name for sub in timed for file in sub.iterdir() if _is_readable(file))
        usual = [name for name, count in names.items() if 2 * count > len(timed)]
        if len(usual) != 1 or names[usual[0]] < len(timed):
            listed = ", ".join(f"{name} (in {names[name]})" for name in sorted(usual))
            raise OptionError(
                f"{folder}: give a pattern such as {folder}/{{time}}/FILE; of "
                f"{counted(len(timed), 'folder')} most hold {listed or 'no file of one name'}"
            )
        found = [Member(sub / usual[0], {"time": float(sub.name)}) for sub in timed]
        return sorted(found, key=lambda member: member.values["time"])
    readable = _in_order([path for path in inside if _is_readable(path)])
    if (collection := _collection_of(folder, readable)) is not None:
        return [Member(collection, {})]
    kinds = Counter(suffix_of(path) for path in readable)
    if len(kinds) > 1:
        listed = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        raise OptionError(f"{folder} holds files of several formats ({listed}): give a pattern")
    return [Member(path, {}) for path in readable]


def _collection_of(folder: Path, readable: Sequence[Path]) -> Path | None:
    """Return the collection of ParaView that names all other files of a folder, if it has one.

    Raises OptionError if its only collection does not name one of the files.
    """
    collections = [path for path in readable if suffix_of(path) == ".pvd"]
    if len(collections) != 1:
        return None
    from mornet.snapshots.formats.meshes import files_of_collection

    (collection,) = collections
    named = {path.resolve() for path in files_of_collection(collection)}
    for path in readable:
        if path != collection and path.resolve() not in named:
            raise OptionError(
                f"{folder} holds {path.name}, which its collection {collection.name} does not "
                f"name: give {collection}, or the pattern {folder}/*{path.suffix}"
            )
    return collection


def _is_readable(path: Path) -> bool:
    return _is_whole(path) and suffix_of(path) in READERS


def _is_whole(path: Path) -> bool:
    """Return whether a path is a file, or a folder that stands for one, as a Zarr store does."""
    return path.is_file() or (path.is_dir() and suffix_of(path) in READERS)


def _in_order(paths: Sequence[Path]) -> list[Path]:
    """Return the files in the order of the numbers in their names, which may be decimals.

    If two names are the same then, as plt2.1 and plt2.10, a point divides two whole numbers.
    """
    of_words = [[(k, v, "" if k == 0 else w) for k, v, w in _numbers(p, PART)] for p in paths]
    same = Counter(map(tuple, of_words))
    part = r"\d+" if max(same.values(), default=1) > 1 else PART
    return sorted(paths, key=lambda path: _numbers(path, part))


def _numbers(path: Path, part: str) -> list[Any]:
    """Return the parts of a path, those that are numbers by ``part`` as numbers."""
    words = re.split(f"({part})", str(path).removesuffix(path.suffix))
    return [(0, float(w), w) if i % 2 else (1, 0.0, w) for i, w in enumerate(words)]
