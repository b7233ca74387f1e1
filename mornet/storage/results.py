"""Save, load, describe and compare result files."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from mornet.errors import DataError, MornetError, OptionError, StorageError, reason
from mornet.fingerprint import code_id
from mornet.storage import files, hdf5
from mornet.storage.conversion import from_tree, text, to_tree, value_of
from mornet.storage.homes import homes
from mornet.storage.provenance import provenance
from mornet.storage.tree import CONFIG, PROVENANCE, Leaf, Tree, content, digest, walk

Name = str | os.PathLike[str]
MAX_BYTES = 8 * 1024**3
FEW = 10  # numbers that `info` prints; of larger arrays it prints the shape


def save(
    path: Name,
    record: Any,
    *,
    config: Mapping[str, Any] | None = None,
    seed: int | None = None,
    inputs: Sequence[Name] = (),
    code: str = "",
) -> None:
    """Write ``record`` to ``path``, completely or not at all, with the present provenance.

    ``config`` holds the settings and ``seed`` the seed of the computation; ``inputs`` are the files
    that it read. ``code`` is the `code_id` of its code, by default that of the record's module.

    Raises DataError for values that a file cannot hold (NaN, Inf, complex numbers), with the field
    and the index; ShapeError for arrays that do not fit their axes; OptionError for a seed out of
    range; StorageError if writing fails, if ``path`` is one of the inputs, or if another program
    made it. In each case ``path`` stays as it was.
    """
    path = Path(path)
    require_ours(path)
    for name in inputs:
        if path.exists() and Path(name).exists() and path.samefile(name):
            raise StorageError(f"{path} is an input of this result: give the result another name")
    tree = to_tree(record)
    tree.attributes["title"] = (type(record).__doc__ or type(record).__name__).splitlines()[0]
    if seed is not None:
        if not 0 <= seed < 2**63:
            raise OptionError(f"seed {seed} is not between 0 and 2^63 - 1")
        tree.attributes["seed"] = int(seed)
    if config is not None:
        try:
            tree.members[CONFIG] = text(json.dumps(config, sort_keys=True, allow_nan=False))
        except (TypeError, ValueError) as error:
            raise DataError(f"config cannot be written as JSON: {error}") from None
    tree.attributes["content_sha256"] = digest(tree)
    tree.attributes["code_id"] = code or code_id(homes()[type(record).kind])
    facts = provenance({str(name): checksum(name) for name in inputs})
    tree.members[PROVENANCE] = Tree({}, {name: text(fact) for name, fact in facts.items()})
    image = hdf5.image(tree)
    _replace(path, image, files.seal(image))


def is_result(path: Name) -> bool:
    """Return whether ``path`` is a result of mornet, by its seal."""
    return Path(path).is_file() and files.is_sealed(Path(path))


def require_ours(path: Name) -> None:
    """Raise StorageError if ``path`` exists, and is anything but a file that mornet made."""
    path = Path(path)
    if os.path.lexists(path) and not (path.is_file() and files.is_ours(path)):
        raise StorageError(
            f"{path} exists, and is no result of mornet: it stays as it is; write to another name"
        )


def require_kind(path: Name, kind: str) -> None:
    """Raise StorageError if ``path`` holds a result of another ``kind``; "" is no result at all."""
    path = Path(path)
    if not path.is_file() or path.stat().st_size == 0:
        return
    if (found := origin_kind(path)) != kind:
        held = f"a result of the kind {found!r}" if found else "what is no result of this kind"
        instead = f"of the kind {kind!r}" if kind else "a text or a figure"
        raise StorageError(
            f"{path} holds {held}, and is not replaced by one {instead}: write to another name"
        )


def require_replaceable(path: Name, *, overwrite: bool) -> None:
    """Raise StorageError if ``path`` exists, unless it is to be overwritten and no result."""
    path = Path(path)
    if not os.path.lexists(path):
        return
    if path.is_file() and (is_result(path) or origin_kind(path)):
        raise StorageError(f"{path} is a result of mornet and is kept: write to another name")
    if not path.is_file():
        require_ours(path)
    if not overwrite and path.stat().st_size:
        raise StorageError(
            f"{path} exists, and is no result of mornet: it stays as it is; write to another name, "
            "or give --overwrite"
        )


def write_text(path: Name, text: str) -> None:
    """Write ``text`` to ``path``, completely or not at all; raise StorageError on failure."""
    _replace(Path(path), text.encode())


def load(path: Name, kind: str | None = None, *, max_bytes: int = MAX_BYTES) -> Any:
    """Return the record in ``path``, checked against its checksum.

    Raises StorageError, which names the file and gives advice, if the file does not exist, is
    damaged, is not a mornet result, holds another ``kind``, or declares more than ``max_bytes``
    bytes.
    """
    with blaming(path):
        tree = _read(path, max_bytes)
        found = tree.attributes.get("kind")
        if kind not in (None, found):
            raise StorageError(f"holds a record {found!r}, not {kind!r}: give another file")
        return from_tree(tree)


def checksum(path: Name) -> str:
    """Return the checksum of a result's content, or of the bytes of any other file or folder."""
    if Path(path).is_dir():
        return files.sha256_of_folder(Path(path))
    with blaming(path):
        files.check(Path(path))
        try:
            with hdf5.Reader(Path(path), 0) as reader:
                return str(reader.file.attrs["content_sha256"])
        except (OSError, KeyError):
            return files.sha256(Path(path))


class Origin(NamedTuple):
    """What a result says of its making: its settings, its code, and the checksums of its inputs."""

    config: Any
    code: str
    inputs: dict[str, str]


def origin_kind(path: Name) -> str:
    """Return the kind of the record in a file, without reading it; "" for any other file."""
    with suppress(OSError, RuntimeError), hdf5.Reader(Path(path), MAX_BYTES) as reader:
        return str(reader.file.attrs.get("kind", ""))
    return ""


def origin(path: Name, *, max_bytes: int = MAX_BYTES) -> Origin:
    """Return what a result says of its making; raise StorageError as `load` does."""
    with blaming(path):
        if not files.check(Path(path)):
            _read(path, max_bytes)  # without a seal, the checksum of the content decides
        with hdf5.Reader(Path(path), max_bytes) as reader:
            config, inputs = (reader.words(name) for name in (CONFIG, f"{PROVENANCE}/inputs"))
            code = str(reader.file.attrs.get("code_id", ""))
        return Origin(json.loads(config or "null"), code, json.loads(inputs or "{}"))


def info(path: Name, *, max_bytes: int = MAX_BYTES) -> str:
    """Return a description of the content of a result; raise StorageError as `load` does."""
    with blaming(path):
        tree = _read(path, max_bytes)
    attributes = dict(tree.attributes)
    lines = [f"{path}: {attributes.pop('kind')}", str(attributes.pop("title"))]
    lines += [f"  {name:15} {value}" for name, value in sorted(attributes.items())]
    for name, node in sorted(tree.members.items(), key=lambda item: item[0] != PROVENANCE):
        for below, leaf in walk(node, name) if isinstance(node, Tree) else [(name, node)]:
            if isinstance(leaf, Leaf):
                lines.append(_line(below, leaf))
            else:
                kind = leaf.attributes.get("kind", "")
                lines.append(f"{below}/ {kind}".rstrip())
    return "\n".join(lines)


def difference(path_a: Name, path_b: Name, *, max_bytes: int = MAX_BYTES) -> list[str]:
    """Return the differences between two results, one phrase for each.

    The list is empty if both are the same. Measurements, provenance and code ids are not compared.
    Raises StorageError as `load` does.
    """
    a, b = (read_content(path, max_bytes) for path in (path_a, path_b))
    found = [f"{path} is only in {path_a}" for path in a.keys() - b.keys()]
    found += [f"{path} is only in {path_b}" for path in b.keys() - a.keys()]
    for path in a.keys() & b.keys():
        found += [f"{path} {phrase}" for phrase in _differences(a[path], b[path])]
    return sorted(found)


def read_content(path: Name, max_bytes: int = MAX_BYTES) -> dict[str, Leaf | Tree]:
    """Return what comparisons compare: all but measurements, provenance and code ids.

    Raises StorageError as `load` does.
    """
    with blaming(path):
        return content(_read(path, max_bytes))


def origin_difference(path_a: Name, path_b: Name, *, max_bytes: int = MAX_BYTES) -> list[str]:
    """Return in what the provenance and the code of two results differ, one phrase for each.

    Raises StorageError as `load` does.
    """
    a, b = (provenance_of(path, max_bytes=max_bytes) for path in (path_a, path_b))
    return [
        f"{name}: {a.get(name, 'unknown')} and {b.get(name, 'unknown')}"
        for name in sorted(a.keys() | b.keys())
        if a.get(name) != b.get(name)
    ]


def provenance_of(path: Name, *, max_bytes: int = MAX_BYTES) -> dict[str, str]:
    """Return the provenance of a result and the id of its code; raise StorageError as `load` does.

    The names are those of `mornet.storage.provenance`, and code_id.
    """
    with blaming(path):
        tree = _read(path, max_bytes)
    origin = tree.members.get(PROVENANCE)
    members = origin.members if isinstance(origin, Tree) else {}
    leaves = {name: leaf for name, leaf in members.items() if isinstance(leaf, Leaf)}
    facts = {name: str(value_of(leaf)) for name, leaf in leaves.items()}
    return {**facts, "code_id": str(tree.attributes.get("code_id", ""))}


@contextmanager
def blaming(path: Name, advice: str = hdf5.ADVICE) -> Iterator[None]:
    """Turn every exception about a file into a StorageError that names the file."""
    try:
        yield
    except MornetError as error:
        raise StorageError(f"{path}: {error}") from error
    except Exception as error:  # h5py raises all sorts of them for damaged files
        problem = f"{type(error).__name__}: {error}"
        raise StorageError(f"{path}: cannot be read ({problem}): {advice}") from error


def _replace(path: Path, *parts: bytes | memoryview) -> None:
    try:
        files.replace(path, *parts)
    except OSError as error:
        said = f"{path} could not be written, and is as it was: {reason(error)}"
        raise StorageError(said) from error


def _read(path: Name, max_bytes: int) -> Tree:
    if not files.check(Path(path)) and not files.is_hdf5(Path(path)):
        if Path(path).stat().st_size == 0:
            raise StorageError("is empty: run snakemake or `mornet run` again")
        raise StorageError(f"is not a mornet result: {hdf5.DATA_VERBS}")
    with hdf5.Reader(Path(path), max_bytes) as reader:
        tree = reader.tree()
    if tree.attributes.get("content_sha256") != digest(tree):
        raise StorageError(f"has a content that does not agree with its checksum: {hdf5.ADVICE}")
    return tree


def _line(name: str, leaf: Leaf) -> str:
    axes = ", ".join(f"{dim}: {n}" for dim, n in zip(leaf.dims, leaf.value.shape, strict=True))
    unit = str(leaf.attributes.get("units", "1"))
    kind = leaf.attributes.get("dtype", "text" if leaf.is_text else leaf.value.dtype)
    about = str(leaf.attributes.get("long_name", ""))
    what = f"({axes}) {kind}" if axes else f"= {value_of(leaf)}"
    if axes and 0 < leaf.value.size <= FEW and leaf.value.dtype.kind in "iuf":
        what += f" = {np.array2string(leaf.value, precision=6, separator=', ', max_line_width=500)}"
    return "  ".join(filter(None, (f"  {name} {what}", unit if unit != "1" else "", about)))


def _differences(a: Leaf | Tree, b: Leaf | Tree) -> Iterator[str]:
    if type(a) is not type(b):
        yield "is a group in one file and an array in the other"
        return
    for name in sorted(a.attributes.keys() | b.attributes.keys()):
        one, other = a.attributes.get(name), b.attributes.get(name)
        if one != other:
            yield f"has {name} {one!r} and {other!r}"
    if not (isinstance(a, Leaf) and isinstance(b, Leaf)):
        return
    forms = [(leaf.dims, leaf.value.shape, str(leaf.value.dtype)) for leaf in (a, b)]
    if forms[0] != forms[1]:
        yield f"has axes, shape, type {forms[0]} and {forms[1]}"
    elif a.is_text and not np.array_equal(a.value, b.value):
        yield f"has {a.value.tolist()!s:.60} and {b.value.tolist()!s:.60}"
    elif not a.is_text and a.value.tobytes() != b.value.tobytes():
        unequal = int(np.count_nonzero(a.value != b.value))
        largest = np.max(np.abs(a.value.astype(float) - b.value), initial=0.0)
        yield f"differs in {unequal} of {a.value.size} entries, by {largest:.3g} at most"
