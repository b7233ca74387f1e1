"""Verbs that compare fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mornet.cli.differences import sentences
from mornet.cli.using import is_update, named_by, snapshots_of
from mornet.cli.verb import Options, Parser, Verb, add_out, read, write
from mornet.errors import OptionError, ShapeError, counted


def read_case(path: Path) -> Any:
    """Return the case in a file; OptionError, which says what is missing, for another fit."""
    record = _fit_of(path)
    if record.kind != "case":
        raise OptionError(
            f"{path} holds a fit without its cost and seeds, which a comparison needs: "
            f"`mornet explain {path} SNAPSHOTS` says its errors"
        )
    return record


def _fit_of(path: Path) -> Any:
    """Return the case, or the reduction without one, in a file; StorageError for other records."""
    from mornet.reduction.interface import Reduction

    record = read(path)
    return record if isinstance(record, Reduction) else read(path, "case")


def _close_up_arguments(parser: Parser) -> None:
    add_out(parser)
    _add_cases(parser, "file of the snapshots")


def _add_cases(parser: Parser, snapshots: str) -> None:
    parser.add_argument("snapshots", type=Path, help=snapshots)
    parser.add_argument("cases", type=Path, nargs="+", metavar="FIT", help="files of fits")


def _compare_arguments(parser: Parser) -> None:
    about = "file to write; without it, say in what two results differ"
    parser.add_argument("-o", "--out", type=Path, help=about)
    parser.add_argument(
        "--on", type=Path, help="snapshots for the errors of two fits (default: those of the fits)"
    )
    _add_cases(parser, "file of the snapshots, or one of two results")


def _compare(options: Options) -> int | None:
    from mornet.comparison.collect import collect
    from mornet.storage import difference

    if options.out is None and len(options.cases) == 1:
        pair = options.snapshots, options.cases[0]
        lines, differences = [*_errors_of(pair, options.on)], difference(*pair)
        print(*lines, *sentences(pair, differences), sep="\n")
        return 1 if differences else 0
    if options.on is not None:
        raise OptionError("--on is for two fits without -o: a comparison names its snapshots first")
    if options.out is None:
        raise OptionError("give the file of the comparison by -o")
    cases = [read_case(path) for path in options.cases]
    comparison = collect(read(options.snapshots, "data_set"), cases)
    write(options, comparison, {}, [options.snapshots, *options.cases])
    return None


def _are_fits(paths: Sequence[Path]) -> bool:
    from mornet.comparison.cases import Case
    from mornet.reduction.interface import Reduction

    return all(isinstance(read(path), Case | Reduction) for path in paths)


def _errors_of(paths: Sequence[Path], on: Path | None) -> Iterator[str]:
    """Yield a line with the errors of each fit on the same snapshots; none for other results."""
    if not _are_fits(paths):
        if on is not None:
            raise OptionError("--on is for the errors of two fits: leave it out for other results")
        return
    named = on or next(filter(None, map(named_by, paths)), None)
    if named is None:
        yield "the fits name no snapshots that are there: give --on SNAPSHOTS for their errors"
        return
    yield f"relative errors on {named}"
    for path in paths:
        yield f"{path}: {_errors_in_words(path, named)}"


def _errors_in_words(path: Path, snapshots: Path) -> str:
    """Return the rank of a fit, and its errors on all parts of the snapshots."""
    from mornet.comparison.errors import error_on
    from mornet.comparison.using import reduction_of

    record = read(path)
    model = reduction_of(record)
    try:
        data = snapshots_of(path, record, snapshots)
        if model.n != data.train.n:
            own = counted(model.n, "degree of freedom")
            raise OptionError(f"it has {own}, and they have {data.train.n}")
    except OptionError as error:
        return f"no errors, {error}"
    errors = [
        f"{IN_WORDS.get(name, name)} {100 * error_on(data, model, part):.4g} %"
        for name, part in data.parts.items()
    ]
    method = record.method if record.kind == "case" else record.kind
    return f"{method}, rank {model.r}: {', '.join(errors)}"


IN_WORDS = {"train": "training"}  # the names of parts


def _close_up(options: Options) -> None:
    from mornet.experiments.close_up import close_up

    cases = [read_case(path) for path in options.cases]
    record = close_up(read(options.snapshots, "data_set"), cases)
    write(options, record, {}, [options.snapshots, *options.cases])


def _explain_arguments(parser: Parser) -> None:
    parser.add_argument("case", type=Path, metavar="FIT", help="file of the fit")
    parser.add_argument("snapshots", type=Path, help="file of its snapshots")


def _explain(options: Options) -> None:
    from mornet.comparison.explain import explain_case

    fit = _fit_of(options.case)
    if fit.kind != "case":
        _explain_reduction(options, fit)
        return
    words = explain_case(fit, read(options.snapshots, "data_set")).words
    print(f"{fit.method}, rank {fit.rank}, on {fit.data_set}", words, sep="\n")


def _explain_reduction(options: Options, record: Any) -> None:
    """Explain a fit without a case, such as an update, by its errors on the snapshots."""
    from mornet.comparison.explain import explain, has_offset
    from mornet.comparison.using import reduction_of

    model, data = reduction_of(record), snapshots_of(options.case, record, options.snapshots)
    if model.n != data.train.n:
        raise ShapeError(
            f"{options.case} has {counted(model.n, 'degree of freedom')}, and "
            f"{options.snapshots} has {data.train.n}: give the snapshots of the fit"
        )
    words = explain(model, data, affine=has_offset(model)).words
    print(f"{record.kind}, rank {model.r}, on {data.name}")
    if is_update(options.case):
        print("Training snapshots are those of the first fit, without what its update added.")
    print(words)


VERBS = (
    Verb(
        "compare",
        "compare all fits to one data set; or say in what two results differ",
        _compare_arguments,
        _compare,
    ),
    Verb(
        "close-up",
        "reconstruct the test snapshots by the fits of one rank",
        _close_up_arguments,
        _close_up,
    ),
    Verb("explain", "say why a fit is better or worse than POD", _explain_arguments, _explain),
)
