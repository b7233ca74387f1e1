"""Verbs that compare fits."""

from __future__ import annotations

from pathlib import Path

from mornet.cli.inspecting import say_differences
from mornet.cli.verb import Options, Parser, Verb, add_out, read, write
from mornet.errors import OptionError


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
    cases = [read(path, "case") for path in options.cases]
    comparison = collect(read(options.snapshots, "data_set"), cases)
    write(options, comparison, {}, [options.snapshots, *options.cases])
    return None


def _close_up(options: Options) -> None:
    from mornet.experiments.close_up import close_up

    cases = [read(path, "case") for path in options.cases]
    record = close_up(read(options.snapshots, "data_set"), cases)
    write(options, record, {}, [options.snapshots, *options.cases])


def _explain_arguments(parser: Parser) -> None:
    parser.add_argument("case", type=Path, metavar="FIT", help="file of the fit")
    parser.add_argument("snapshots", type=Path, help="file of its snapshots")


def _explain(options: Options) -> None:
    from mornet.comparison.explain import explain_case

    case, data = read(options.case, "case"), read(options.snapshots, "data_set")
    print(f"{case.method}, rank {case.rank}, on {case.data_set}")
    print(explain_case(case, data).words)


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
