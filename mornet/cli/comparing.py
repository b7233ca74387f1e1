"""Verbs that compare fits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mornet.cli.inspecting import say_differences
from mornet.cli.using import is_update, snapshots_of
from mornet.cli.verb import Options, Parser, Verb, add_out, read, write
from mornet.errors import OptionError, ShapeError


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
    _add_cases(parser, "file of the snapshots, or one of two results")


def _compare(options: Options) -> int | None:
    from mornet.comparison.collect import collect

    if options.out is None and len(options.cases) == 1:
        return say_differences(options.snapshots, options.cases[0])
    if options.out is None:
        raise OptionError("give the file of the comparison by -o")
    cases = [read_case(path) for path in options.cases]
    comparison = collect(read(options.snapshots, "data_set"), cases)
    write(options, comparison, {}, [options.snapshots, *options.cases])
    return None


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
    print(f"{fit.method}, rank {fit.rank}, on {fit.data_set}")
    print(explain_case(fit, read(options.snapshots, "data_set")).words)


def _explain_reduction(options: Options, record: Any) -> None:
    """Explain a fit without a case, such as an update, by its errors on the snapshots."""
    from mornet.comparison.explain import explain, has_offset
    from mornet.comparison.using import reduction_of

    model, data = reduction_of(record), snapshots_of(options.case, record, options.snapshots)
    if model.n != data.train.n:
        raise ShapeError(
            f"{options.case} has {model.n} degrees of freedom, and {options.snapshots} has "
            f"{data.train.n}: give the snapshots of the fit"
        )
    print(f"{record.kind}, rank {model.r}, on {data.name}")
    if is_update(options.case):
        print("Training snapshots are those of the first fit, without what its update added.")
    print(explain(model, data, affine=has_offset(model)).words)


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
