"""The verb that judges whether a network is worth it on a data set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mornet.cli.verb import SEED, Options, Parser, Verb, add_settings, chosen, read_stored
from mornet.errors import OptionError, counted


def _judge_arguments(parser: Parser) -> None:
    parser.add_argument(
        "data", metavar="DATA", nargs="+", help="a file of snapshots, or the kind of a data set"
    )
    parser.add_argument(
        "--tree",
        action="store_true",
        help="judge the coordinates of the FILEs in the modes of their POD tree; test_files=[0] "
        "and other settings of the tree follow --set",
    )
    parser.add_argument("--rank", type=int, required=True, help="entries of a code")
    parser.add_argument("--seed", type=SEED, default=0, help="seed of the race (default: 0)")
    parser.add_argument(
        "--dry-run", action="store_true", help="print the outlook only, without any training"
    )
    parser.add_argument(
        "--convolutional",
        action="store_true",
        help="a convolutional autoencoder races too; needs a grid, and many times the time",
    )
    parser.add_argument(
        "--gaussian-process", action="store_true", help="Gaussian processes race too"
    )
    add_settings(parser)


def _judge(options: Options) -> None:
    from mornet.comparison.judging import expectation, judge
    from mornet.reduction.best.settings import BestSettings
    from mornet.snapshots.report import choice_lines

    data = _data(options)
    what = "degree of freedom" if data.train.left_out is None else "coordinate"
    train = counted(data.train.m, "training snapshot")
    print(f"{data.name}: {counted(data.train.n, what)}, {train}")
    for line in choice_lines(data):
        print(line)
    if options.dry_run:
        print(expectation(data, options.rank, options.seed))
        return
    settings = BestSettings(
        convolutional=options.convolutional, gaussian_process=options.gaussian_process
    )
    judgement = judge(data, options.rank, options.seed, settings)
    if judgement.before is not None:
        print(judgement.before.words)
    print(judgement.words)


def _data(options: Options) -> Any:
    """Return the data set: a stored one, one of a kind, the user's file, or a tree of files."""
    from mornet.experiments.data_sets import DATA_SETS
    from mornet.storage import is_result

    if options.tree:
        build, settings = chosen(DATA_SETS, "tree", [f"files={options.data}", *options.set])
        return build(**settings)
    if len(options.data) > 1:
        raise OptionError(f"{len(options.data)} files are judged together with --tree")
    (kind,) = options.data
    if kind not in DATA_SETS and is_result(kind):
        return read_stored(Path(kind), options.set)
    words = options.set
    if kind not in DATA_SETS:
        kind, words = "file", [f"path={kind}", *words]
    build, settings = chosen(DATA_SETS, kind, words)
    return build(**settings)


VERBS = (
    Verb("judge", "say whether a network is worth it, before and after", _judge_arguments, _judge),
)
