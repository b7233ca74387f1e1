"""The command line: one verb for each rule of the workflow, and those a person types.

A verb reads records, calls one function and writes one record (or figure, table, page). Nothing
heavy is imported before it is needed, so that `mornet --help` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mornet import __version__
from mornet.errors import MornetError, OptionError

THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; return 0, or 1 after printing what was wrong on one line (or a list)."""
    for variable in THREAD_VARIABLES:  # one BLAS thread a job: fast beside other jobs, repeatable
        os.environ.setdefault(variable, "1")
    options = _parser().parse_args(arguments)
    try:
        status: int | None = options.run(options)
    except (MornetError, OSError) as error:
        print(f"mornet: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as interrupt:
        notes = getattr(interrupt, "__notes__", ["interrupted"])
        print(f"mornet: {'; '.join(notes)}", file=sys.stderr)
        return 130
    return status or 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mornet", description="Model-order reduction: networks f_p(x) beside POD."
    )
    parser.add_argument("--version", action="version", version=f"mornet {__version__}")
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")

    def verb(run: Any, about: str, *, out: bool = True) -> argparse.ArgumentParser:
        name = run.__name__.removeprefix("_").replace("_", "-")
        sub = verbs.add_parser(name, help=about, description=about)
        sub.set_defaults(run=run)
        if out:
            sub.add_argument("-o", "--out", type=Path, required=True, help="file to write")
        return sub

    def settings(sub: argparse.ArgumentParser) -> None:
        sub.add_argument(
            "--set", nargs="*", default=[], metavar="KEY=VALUE", help="settings, values in YAML"
        )

    sub = verb(_snapshots, "make the snapshots of a data set")
    sub.add_argument(
        "data_kind",
        metavar="KIND",
        help="burgers, digits, ..., or file for your own (any other word lists them all)",
    )
    sub.add_argument("--name", help="what the study calls it")
    sub.add_argument("--hold-out", type=float, help="share of the training part, for validation")
    settings(sub)

    sub = verb(_fit, "fit one method at one rank for several seeds")
    sub.add_argument("snapshots", type=Path)
    sub.add_argument(
        "method_kind",
        metavar="KIND",
        help="pod, autoencoder, hybrid, ... (any other word lists them all)",
    )
    sub.add_argument("--name", help="what the study calls the method")
    sub.add_argument("--rank", type=int, required=True)
    sub.add_argument("--seeds", type=_natural, nargs="+", default=[0])
    sub.add_argument(
        "--checkpoint",
        type=Path,
        metavar="DIR",
        help="where trainings keep their state, to go on after they were killed",
    )
    settings(sub)

    sub = verb(_pod, "find the POD of a matrix that need not fit into memory")
    sub.add_argument("matrix", metavar="FILE[:KEY]", help="an HDF5 or .npy file")
    sub.add_argument(
        "--axes",
        choices=("dof sample", "sample dof"),
        default="dof sample",
        help="what rows and columns of the matrix are (default: %(default)s)",
    )
    size = sub.add_mutually_exclusive_group()
    size.add_argument("--rank", type=int, help="number of modes")
    size.add_argument("--tolerance", type=float, help="relative error not to be exceeded")
    size.add_argument("--energy", type=float, help="part of the squares to be kept")
    sub.add_argument("--centre", choices=("mean",), help="subtract the mean snapshot")
    sub.add_argument("--method", choices=("auto", "gram", "tsqr"), default="auto")
    sub.add_argument("--max-memory", default="1G", metavar="BYTES", help="as 300M or 2G")

    sub = verb(_compare, "put the fits of one data set into one comparison")
    sub.add_argument("snapshots", type=Path)
    sub.add_argument("cases", type=Path, nargs="+")

    sub = verb(_close_up, "reconstruct the test snapshots by fits of one rank")
    sub.add_argument("snapshots", type=Path)
    sub.add_argument("cases", type=Path, nargs="+")

    settings(verb(_entering_example, "run the ten-point example of Higham and Higham"))
    settings(verb(_optimiser_race, "race optimisers on the ten-point example"))

    sub = verb(_update_study, "update trained networks instead of training again")
    sub.add_argument(
        "study_kind",
        metavar="KIND",
        help="slopes, burgers, directions, ... (any other word lists them all)",
    )
    settings(sub)

    sub = verb(_figure, "draw a figure from results, as PDF and PNG")
    sub.add_argument("figure")
    sub.add_argument("results", type=Path, nargs="+")

    sub = verb(_table, "write a table from results, as LaTeX and CSV")
    sub.add_argument("table")
    sub.add_argument("results", type=Path, nargs="+")

    sub = verb(_summary, "write the summary of a study, in Markdown")
    sub.add_argument("results", type=Path, nargs="+")
    sub.add_argument("--title", default="Results")
    sub.add_argument("--figures", nargs="*", default=[], help="names of the study's figures")

    sub = verb(_explain, "say why a fit is better or worse than POD", out=False)
    sub.add_argument("case", type=Path, metavar="FIT")
    sub.add_argument("snapshots", type=Path)

    sub = verb(_info, "print what is in a result file, and where it comes from", out=False)
    sub.add_argument("file", type=Path)
    sub = verb(_diff, "say whether two result files hold the same results", out=False)
    sub.add_argument("files", type=Path, nargs=2)
    sub = verb(_validate, "check a study file and print all its settings", out=False)
    sub.add_argument("file", type=Path)
    return parser


def _natural(text: str) -> int:
    """Return a whole number that is not negative, or fail as argparse expects it."""
    if not text.isdecimal() or int(text) >= 2**63:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 on")
    return int(text)


def _snapshots(options: argparse.Namespace) -> None:
    from dataclasses import replace

    import numpy as np

    from mornet.experiments.data_sets import DATA_SETS
    from mornet.experiments.file_data_set import files_of

    build, settings = _chosen(DATA_SETS, options.data_kind, options.set)
    data = build(**settings)
    data = replace(data, name=options.name or data.name)
    if options.hold_out is not None:
        data = data.hold_out(options.hold_out, rng=np.random.default_rng(0))
    inputs = files_of(settings) if options.data_kind == "file" else []
    config = {"kind": options.data_kind, "hold_out": options.hold_out, **settings}
    _save(options, data, config, inputs, code=build.__module__)


def _fit(options: argparse.Namespace) -> None:
    from mornet.comparison import run_case
    from mornet.experiments.methods import METHODS

    kinds = {kind: method.load() for kind, method in METHODS.items()}
    build, settings = _chosen(kinds, options.method_kind, options.set)
    name = options.name or options.method_kind
    data = _load(options.snapshots, "data_set")
    config = {"kind": options.method_kind, **settings, "rank": options.rank}
    places = _checkpoints(options, config) if options.checkpoint else {}
    try:
        case = run_case(data, name, build(**settings), options.rank, options.seeds, places.get)
    except KeyboardInterrupt as interrupt:
        if any(place.path.exists() for place in places.values()):
            interrupt.add_note(f"the same command goes on from {options.checkpoint}")
        raise
    config["seeds"] = options.seeds
    code = ("mornet.comparison.cases", METHODS[options.method_kind].module)
    _save(options, case, config, [options.snapshots], code=code)
    for place in places.values():
        place.discard()


def _checkpoints(options: argparse.Namespace, config: dict[str, Any]) -> dict[int, Any]:
    """Return the place of each seed's checkpoint: its name knows all that its training does."""
    from mornet.experiments.methods import METHODS
    from mornet.fingerprint import code_id
    from mornet.storage import CheckpointFile
    from mornet.storage.results import checksum

    code = code_id("mornet.comparison.cases", METHODS[options.method_kind].module)
    identity = {**config, "data": checksum(options.snapshots), "code": code}
    return {
        seed: CheckpointFile(options.checkpoint, f"seed-{seed}", {**identity, "seed": seed})
        for seed in options.seeds
    }


def _pod(options: argparse.Namespace) -> None:
    from mornet.reduction import stream_pod
    from mornet.storage import open_matrix

    path, key = _file_and_key(options.matrix)
    memory = _bytes(options.max_memory)
    settings = {name: getattr(options, name) for name in ("rank", "tolerance", "energy")}
    settings |= {"centre": options.centre, "method": options.method}
    with open_matrix(path, key, max_bytes=memory // 3) as matrix:
        pod = stream_pod(
            matrix if options.axes == "dof sample" else matrix.T,
            **settings,
            memory=memory - PROCESS_BYTES,
            copies=2.5,  # the modes, the file's image in memory, and what compression needs
        )
    words = f"{pod.r} modes by {pod.method}; truncation error {pod.truncation_error:.6e}"
    print(f"{words}, energy {pod.energy:.12g}")
    config = {"matrix": options.matrix, "axes": options.axes, **settings}
    _save(options, pod, config, [path], code="mornet.reduction.pod.stream")


PROCESS_BYTES = 64 * 1024**2  # Python, NumPy and h5py themselves


def _file_and_key(words: str) -> tuple[Path, str | None]:
    """Return the file and the key after its last colon, if the whole is not a file's name."""
    path, colon, key = words.rpartition(":")
    return (Path(path), key) if colon and not Path(words).exists() else (Path(words), None)


def _bytes(word: str) -> int:
    """Return the number of bytes that "1000", "64K", "300M" or "2G" says."""
    factor = {"K": 1024, "M": 1024**2, "G": 1024**3}.get(word[-1:].upper())
    digits = word[:-1] if factor else word
    try:
        return int(float(digits) * (factor or 1))
    except ValueError:
        raise OptionError(f"{word!r} is no number of bytes: write it as 300M or 2G") from None


def _compare(options: argparse.Namespace) -> None:
    from mornet.comparison import collect

    cases = [_load(path, "case") for path in options.cases]
    comparison = collect(_load(options.snapshots, "data_set"), cases)
    inputs = [options.snapshots, *options.cases]
    _save(options, comparison, {}, inputs, code="mornet.comparison.collect")


def _close_up(options: argparse.Namespace) -> None:
    from mornet.experiments.close_up import close_up

    cases = [_load(path, "case") for path in options.cases]
    record = close_up(_load(options.snapshots, "data_set"), cases)
    inputs = [options.snapshots, *options.cases]
    _save(options, record, {}, inputs, code="mornet.experiments.close_up")


def _entering_example(options: argparse.Namespace) -> None:
    from mornet.experiments.ten_points.entering_example import entering_example

    _experiment(options, entering_example)


def _optimiser_race(options: argparse.Namespace) -> None:
    from mornet.experiments.ten_points.optimiser_race import optimiser_race

    _experiment(options, optimiser_race)


def _update_study(options: argparse.Namespace) -> None:
    from mornet.experiments.update_studies import UPDATE_STUDIES

    run, settings = _chosen(UPDATE_STUDIES, options.study_kind, options.set)
    config = {"kind": options.study_kind, **settings}
    _save(options, run(**settings), config, code=run.__module__)


def _experiment(options: argparse.Namespace, run: Any) -> None:
    from mornet.study import settings_from_words

    settings = settings_from_words(run, options.set, run.__name__)
    _save(options, run(**settings), settings, code=run.__module__)


def _figure(options: argparse.Namespace) -> None:
    from mornet.figures import draw

    options.out.parent.mkdir(parents=True, exist_ok=True)
    records = [_load(path) for path in options.results]
    draw(options.figure, records, options.out, _source(options.results))


def _table(options: argparse.Namespace) -> None:
    from mornet.tables import TABLES, write

    if options.table not in TABLES:
        raise OptionError(f"no table {options.table!r}; there are {', '.join(TABLES)}")
    records = [_load(path) for path in options.results]
    write(TABLES[options.table](records), options.out, _source(options.results))


def _source(paths: Sequence[Path]) -> str:
    """Return the names of results with the checksums of their contents, which do not change."""
    from mornet.storage.results import checksum

    return "; ".join(f"{path.as_posix()} ({checksum(path)[:12]})" for path in paths)


def _summary(options: argparse.Namespace) -> None:
    from mornet.storage import write_text
    from mornet.summary import summary

    records = [_load(path) for path in options.results]
    write_text(options.out, summary(options.title, records, options.figures))


def _explain(options: argparse.Namespace) -> None:
    from mornet.comparison.explain import explain_case

    case, data = _load(options.case, "case"), _load(options.snapshots, "data_set")
    if case.data_set != data.name:
        raise OptionError(f"{options.case} is a fit to {case.data_set!r}, not to {data.name!r}")
    print(f"{case.method}, rank {case.rank}, on {case.data_set}")
    print(explain_case(case, data).words)


def _info(options: argparse.Namespace) -> None:
    from mornet.storage import info

    print(info(options.file))


def _diff(options: argparse.Namespace) -> int:
    from mornet.storage import difference

    differences = difference(*options.files)
    print("\n".join(differences) or "the same results")
    return 1 if differences else 0


def _validate(options: argparse.Namespace) -> None:
    from mornet.study import Choice, read

    study = read(options.file)
    print(f"{options.file} is a valid study: {study.title or study.name}")
    for key, value in vars(study).items():
        if isinstance(value, Choice):
            print(f"{key}: {' '.join(value.arguments)}")
        elif isinstance(value, dict):
            print(f"{key}:")
            for name, entry in value.items():
                words = (
                    [entry.kind, *entry.arguments] if isinstance(entry, Choice) else [str(entry)]
                )
                print(f"  {name}: {' '.join(words)}")
        elif value is not None:
            print(f"{key}: {value}")


def _chosen(kinds: dict[str, Any], kind: str, words: Sequence[str]) -> tuple[Any, dict[str, Any]]:
    """Return the callable of a kind, and its settings from key=value words."""
    from mornet.settings import did_you_mean
    from mornet.study import settings_from_words

    if kind not in kinds:
        raise OptionError(f"no {kind!r}{did_you_mean(kind, kinds)}")
    return kinds[kind], settings_from_words(kinds[kind], words, kind)


def _load(path: Path, kind: str | None = None) -> Any:
    from mornet.storage import load

    return load(path, kind)


def _save(
    options: argparse.Namespace,
    record: Any,
    config: dict[str, Any],
    inputs: Sequence[Path] = (),
    *,
    code: str | Sequence[str],
) -> None:
    """Write a record; ``code`` names the modules that made it, whose fingerprint goes with it."""
    from mornet.fingerprint import code_id
    from mornet.settings import plain
    from mornet.storage import save

    seed = config.get("seed")
    modules = (code,) if isinstance(code, str) else code
    save(
        options.out, record, config=plain(config), seed=seed, inputs=inputs, code=code_id(*modules)
    )
