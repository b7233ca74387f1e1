"""Verbs that list results and take them into other programs."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from mornet.cli.using import add_mesh, named_by, snapshots_of
from mornet.cli.verb import Options, Parser, Verb, add_out, add_overwrite, read
from mornet.errors import OptionError, StorageError, counted

OF_PARTS = ("codes", "reconstructions")  # of the training, validation and test part
OF_MODEL = ("modes", *OF_PARTS)
BESIDE = {"x": "reconstructions", **dict.fromkeys(("trajectory", "t", "mu", "scale"), "codes")}
OF_ONE_FORM = (".npy", ".csv")  # formats of one array, or of arrays along the same axes
COMPANIONS = {  # arrays that come with those of a fit, and what is said where they are left out
    "scale": "these are of scaled snapshots; take .npz or .nc, or the array `scale` with "
    "--snapshots FILE, for the scale that gives states",
    "centre": "these modes are of snapshots less their mean; take .npz or .nc, or the array "
    "`centre`, for the mean",
}


def _list_arguments(parser: Parser) -> None:
    parser.add_argument("folder", type=Path, help="a folder of results, such as results/paper")


def _list(options: Options) -> None:
    from mornet.storage import load

    if not options.folder.is_dir():
        raise OptionError(f"{options.folder} is not a folder of results")
    paths = sorted(options.folder.rglob("*.h5"), key=_by_numbers)
    for path in paths:
        if "set_aside" in path.parts or "checkpoints" in path.parts:
            continue
        name = path.relative_to(options.folder)
        try:
            print(f"{name}: {_in_short(load(path))}")
        except StorageError as error:
            print(f"{name}: cannot be used: {str(error).removeprefix(f'{path}: ')}")
    if not paths:
        print(f"{options.folder} holds no results")


def _by_numbers(path: Path) -> list[tuple[str, int]]:
    """Return the words and the whole numbers of a path, so that rank 2 stands before rank 10.

    >>> _by_numbers(Path("POD-r10.h5"))
    [('POD-r', 10), ('.h', 5), ('', 0)]
    """
    parts = re.split(r"([0-9]+)", str(path))
    return list(zip(parts[::2], map(int, [*parts[1::2], "0"]), strict=True))


def _in_short(record: Any) -> str:
    """Return the kind of a record, sizes of data and comparisons, median errors of a fit."""
    if record.kind == "data_set":
        n, test = counted(record.train.n, "degree of freedom"), record.test.m
        sizes = f"{record.train.m} training and {counted(test, 'test snapshot')}"
        return f"data_set, {n}, {sizes}"
    if record.kind == "comparison":
        ranks = ", ".join(map(str, record.rank))
        return f"comparison of {', '.join(record.method)}; ranks {ranks}"
    if record.kind == "reduced_models":
        return _of_models(record)
    if record.kind != "case":
        return str(record.kind)
    from mornet.comparison.median import median

    train, test = (f"{100 * median(getattr(record, e)):.4g} %" for e in ERRORS)
    return f"case, {record.method} of rank {record.rank}: training {train}, test {test}"


def _of_models(record: Any) -> str:
    """Return the name of a reduced-order model, its least median error, and its failures."""
    from mornet.comparison.median import median

    error = record.over_trajectories("error")
    best = min(record.groups(), key=lambda group: float(median(error[group.cases])))
    least = float(median(error[best.cases]))
    where = f"{best.method} of rank {best.rank}"
    shown = f"least error {100 * least:.4g} % on {where}" if least < float("inf") else "no error"
    failed = f"{record.failures} of {record.failed.size} predictions failed"
    return f"reduced_models, {record.model}: {shown}, {failed}"


ERRORS = ("train_error", "test_error")


def _export_arguments(parser: Parser) -> None:
    add_out(parser)
    add_overwrite(parser)
    parser.add_argument("result", type=Path, help="file of the result")
    parser.add_argument(
        "what",
        nargs="*",
        help=f"names of arrays, or {', '.join(OF_MODEL)} of a fit (default: all arrays)",
    )
    parser.add_argument(
        "--snapshots",
        type=Path,
        help="file of the snapshots, for codes, reconstructions, .vtu, .vtk and .pvd "
        "(default: the file that the fit names)",
    )
    add_mesh(parser)


def _export(options: Options) -> None:
    from mornet.storage.export import arrays_of
    from mornet.storage.outputs import Context, deliver

    record = read(options.result)
    if options.snapshots is None and record.kind == "case":
        options.snapshots = named_by(options.result)
    arrays = arrays_of(record)
    options.what = options.what or _meant(options, record, arrays)
    chosen = _chosen(options, record, arrays)
    context = Context(
        lambda: _data_of(options, record),
        source=options.result if record.kind == "data_set" else options.snapshots,
        mesh=options.mesh,
        labels=_labels(record, arrays, chosen),
        along={dim: arrays[dim] for a in chosen.values() for dim in a.dims if dim in arrays},
        overwrite=options.overwrite,
    )
    print("\n".join(deliver(options.out, chosen, context)))


def _chosen(options: Options, record: Any, arrays: dict[str, Any]) -> dict[str, Any]:
    """Return the arrays that the user names, or all of them."""
    from mornet.storage.outputs import ON_MESH

    chosen, suffix = dict[str, Any](), options.out.suffix.lower()
    for what in options.what or arrays:
        found = _found(options, record, arrays, what)
        if suffix in ON_MESH and options.what and not any("dof" in a.dims for a in found.values()):
            raise OptionError(f"{what} has no axis dof, so that it is no field on a mesh")
        chosen |= found
    if suffix in OF_ONE_FORM:
        _leave_out_companions(options, chosen)
    return chosen


def _meant(options: Options, record: Any, arrays: dict[str, Any]) -> list[str]:
    """Return what a file of one array is named after, such as codes.csv; OptionError for others.

    Other formats hold all arrays, and so does the table of a record whose arrays have one form.
    """
    if options.out.suffix.lower() not in OF_ONE_FORM or not _is_fit(record):
        return []
    if (word := options.out.stem) in (*OF_MODEL, *arrays) or _parts(options, record, word):
        return [word]
    names = ", ".join((*_of_fit(record), *arrays))
    raise OptionError(f"{options.out} holds one array: name it before -o; there are {names}")


def _leave_out_companions(options: Options, chosen: dict[str, Any]) -> None:
    """Take the scale and the centre of a fit out of arrays along other axes, and say so."""
    for name, note in COMPANIONS.items():
        if len(chosen) > 1 and name not in options.what and chosen.pop(name, None) is not None:
            print(f"note: {note}")


def _data_of(options: Options, record: Any) -> Any:
    """Return the data set of an export: the record itself, that of its fit, or None."""
    if record.kind == "data_set" or options.snapshots is None:
        return record if record.kind == "data_set" else None
    return snapshots_of(options.result, record, options.snapshots)


def _labels(record: Any, arrays: dict[str, Any], chosen: dict[str, Any]) -> dict[str, Any]:
    """Return the arrays that name the entries of an axis of a chosen array, such as cases."""
    dims = {dim for array in chosen.values() for dim in array.dims}
    named = getattr(record, "labels", {})
    return {
        name: arrays[name]
        for dim in named
        if dim in dims
        for name in named[dim]
        if name not in chosen
    }


def _found(options: Options, record: Any, arrays: dict[str, Any], what: str) -> dict[str, Any]:
    """Return the arrays that a word of the user names; train/t, as `info` has it, is train_t."""
    name = what.replace("/", "_")
    if name in arrays:
        return {name: arrays[name]}
    if what in OF_MODEL:
        return _of_model(options, record, what)
    named = dict.fromkeys((*_of_fit(record), *arrays)) | _parts(options, record, name)
    if (found := named.get(name)) is None:
        raise OptionError(f"{options.result} has no {what!r}; there are {', '.join(named)}")
    return {name: found}


def _is_fit(record: Any) -> bool:
    """Return whether a record gives modes, codes and reconstructions."""
    from mornet.comparison.cases import Case
    from mornet.reduction.interface import Reduction

    return isinstance(record, Case | Reduction)


def _of_fit(record: Any) -> tuple[str, ...]:
    """Return what a fit gives beside its arrays; nothing for other records."""
    from mornet.comparison.using import reduction_of

    fit = _is_fit(record)
    return () if not fit else OF_MODEL if hasattr(reduction_of(record), "V") else OF_PARTS


def _parts(options: Options, record: Any, what: str) -> dict[str, Any]:
    """Return the arrays among which ``what`` may be one, such as codes_train among the codes."""
    if what == "centre":
        return _of_model(options, record, "modes")
    word = what.partition("_")[0]
    if options.snapshots is not None:
        word = BESIDE.get(word, word)
    return _of_model(options, record, word) if word in OF_PARTS else {}


def _of_model(options: Options, record: Any, what: str) -> dict[str, Any]:
    """Return the modes of a fit, or the codes or reconstructions of all its snapshots."""
    from mornet.comparison.using import codes, modes, reconstructions
    from mornet.storage.grids import with_scale, with_units
    from mornet.storage.outputs import leaves_of

    if what == "modes":
        data, leaves = _data_of(options, record), leaves_of(modes(record))
        return leaves if data is None else with_scale(leaves, data)
    if options.snapshots is None:
        raise OptionError(f"{what} need --snapshots FILE, the snapshots of the fit")
    data = snapshots_of(options.result, record, options.snapshots)
    if what == "codes":
        return with_scale(with_units(leaves_of(codes(record, data)), data), data)
    return with_units(leaves_of(reconstructions(record, data)), data)


def _plot_arguments(parser: Parser) -> None:
    parser.add_argument("result", type=Path, help="file of the result")
    parser.add_argument(
        "-o",
        "--out",
        dest="folder",
        metavar="OUT",
        type=Path,
        help="folder of the figures (default: that of the result)",
    )
    add_overwrite(parser)


def _plot(options: Options) -> None:
    from mornet.figures import drawn, style
    from mornet.storage.results import checksum

    record = read(options.result)
    folder = options.folder or options.result.parent
    folder.mkdir(parents=True, exist_ok=True)
    source = f"{options.result.as_posix()} ({checksum(options.result)[:12]})"
    for name, figure in drawn(record, _line_of(options.result, record)).items():
        out = folder / f"{options.result.stem}-{name}.pdf"
        for path in (out, out.with_suffix(".png")):
            _require_no_figure(path, overwrite=options.overwrite)
        for path in style.save(figure, out, source):
            print(path)


def _line_of(path: Path, record: Any) -> Any:
    """Return the line along which the degrees of freedom of a fit lie; None if it is not known."""
    from mornet.figures import style
    from mornet.figures.curves import Line
    from mornet.snapshots.snapshots import units_of_places

    found = named_by(path) if _is_fit(record) else None
    data = None if found is None else read(found, "data_set")
    if data is None or len(data.train.x) != 1 or data.train.units.get("x") == "index":
        return None
    return Line(style.with_unit("$x$", units_of_places(data)[0]), data.train.x[0])


def _require_no_figure(path: Path, *, overwrite: bool) -> None:
    """Raise StorageError if ``path`` exists, unless it is to be overwritten and mornet drew it."""
    from mornet.storage.results import require_ours

    if overwrite:
        require_ours(path)
    elif os.path.lexists(path):
        raise StorageError(
            f"{path} exists, and is not overwritten: give a folder by -o, or --overwrite"
        )


VERBS = (
    Verb("list", "list the results in a folder, with the errors of fits", _list_arguments, _list),
    Verb(
        "export",
        "write arrays of a result as .npy, .npz, .mat, .csv, .nc, .vtu, .vtk or .pvd",
        _export_arguments,
        _export,
    ),
    Verb("plot", "draw all figures of a result", _plot_arguments, _plot),
)
