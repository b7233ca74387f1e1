"""Tables for papers: the same rows as LaTeX (booktabs) and CSV.

Every number is an entry of a stored array: where seeds are condensed, the table shows the (lower)
median seed or the worst one, never an average.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mornet import __version__
from mornet.errors import OptionError
from mornet.records import Array, Indices


@dataclass(frozen=True)
class Column:
    """A column: its name in CSV, its header in LaTeX, and the format of its entries there."""

    name: str
    header: str
    format: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of values under columns, with a caption."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]


def median_seed(errors: Array) -> Array:
    """Return the lower median over the last axis, which is one of the entries."""
    ordered = np.sort(errors, axis=-1)
    return ordered[..., (errors.shape[-1] - 1) // 2]


def errors(records: Sequence[Any]) -> Table:
    """Return train and test errors in per cent by rank and method, the median seed of each."""
    comparison, *others = _of_kind(records, "comparison")
    if others:
        raise OptionError(f"a table of errors shows one comparison, not {1 + len(others)}")
    train, test = median_seed(comparison.train_error), median_seed(comparison.test_error)
    columns = [Column("rank", "$r$", "d")]
    for method in comparison.method:
        for part in ("train", "test"):
            columns.append(Column(f"{method} {part} error %", f"{method} {part}", ".4g"))
    rows = tuple(
        (int(rank), *(100 * e[i, j] for i in range(len(comparison.method)) for e in (train, test)))
        for j, rank in enumerate(comparison.rank)
    )
    caption = (
        f"{comparison.data_set}: relative errors in per cent of the norm of the "
        f"{comparison.denominator}, median of {len(comparison.seed)} seed(s); {comparison.split}."
    )
    return Table(caption, tuple(columns), rows)


WINS = 1.02  # a method within two per cent of POD does not beat it


def pods(comparison: Any) -> Indices:
    """Return which methods of a comparison are POD, centred (PCA) or not.

    They draw nothing at random and reach the Eckart-Young error at every rank.
    """
    error, optimum = comparison.train_error, comparison.optimum[..., None]
    slack = 1e-6 * optimum + 1e-13 * np.max(comparison.optimum)
    reached = np.all(np.abs(error - optimum) <= slack, axis=(1, 2))
    return np.flatnonzero(reached & ~np.array(comparison.trained, dtype=bool))


def duel(comparison: Any, j: int) -> tuple[int, int, float]:
    """Return the better POD, the best other method, and POD's error over its, at rank number ``j``.

    Compared are median test errors. Raises OptionError without a POD or without another method.
    """
    linear = pods(comparison)
    others = np.setdiff1d(np.arange(len(comparison.method)), linear)
    if not (len(linear) and len(others)):
        raise OptionError(
            f"{comparison.data_set}: a verdict needs a POD and another method, not "
            f"{', '.join(comparison.method)} alone"
        )
    test = median_seed(comparison.test_error)[:, j]
    pod, other = (int(group[np.argmin(test[group])]) for group in (linear, others))
    return pod, other, float(test[pod] / max(test[other], np.finfo(float).tiny))


def pod_rank(comparison: Any, error: float) -> int | None:
    """Return the least of the ranks at which a POD's test error is ``error`` or less, if any."""
    least = comparison.test_error[pods(comparison), :, 0].min(axis=0)
    enough = comparison.rank[least <= error]
    return int(enough.min()) if len(enough) else None


def verdict(records: Sequence[Any]) -> Table:
    """Return who wins at every rank of every data set, by how much, and at which cost.

    Data sets with PODs alone, or none, are left out. Raises OptionError if none is left.
    """
    columns = (
        Column("data set", "data set"),
        Column("rank", "$r$", "d"),
        Column("POD", "POD"),
        Column("POD test error %", "test %", ".4g"),
        Column("best other", "best other"),
        Column("its test error %", "test %", ".4g"),
        Column("its worst seed %", "worst seed %", ".4g"),
        Column("POD error over its", "ratio", ".3g"),
        Column("winner", "winner"),
        Column("POD rank for its error", "POD's $r$"),
        Column("its seconds", "cost / s", ".3g"),
        Column("its sample gradients", "gradients", ".1e"),
        Column("its bytes over POD's", "memory ratio", ".3g"),
    )
    rows = []
    comparisons = sorted(_of_kind(records, "comparison"), key=lambda c: c.data_set)
    decided = [c for c in comparisons if 0 < len(pods(c)) < len(c.method)]
    for comparison in decided or comparisons:
        test = 100 * comparison.test_error
        middle, name = median_seed(test), comparison.method
        for j, rank in enumerate(comparison.rank):
            pod, other, factor = duel(comparison, j)
            rows.append(
                (
                    comparison.data_set,
                    int(rank),
                    name[pod],
                    float(middle[pod, j]),
                    name[other],
                    float(middle[other, j]),
                    float(test[other, j].max()),
                    factor,
                    name[other] if factor > WINS else name[pod],
                    pod_rank(comparison, median_seed(comparison.test_error)[other, j]) or "--",
                    float(median_seed(comparison.seconds[other, j])),
                    float(median_seed(comparison.sample_gradients[other, j])),
                    float(comparison.memory[other, j] / comparison.memory[pod, j]),
                )
            )
    caption = (
        "The best method against the better of the PODs, centred or not, by median test errors; "
        f"within {100 * (WINS - 1):.0f} per cent of it POD wins. POD's $r$ is the least of the "
        "ranks at which it is as good. Cost of the median seed."
    )
    return Table(caption, columns, tuple(rows))


def in_one_line(comparison: Any) -> str:
    """Return the verdict on one data set: lowest error; who wins where, by how much, at what."""
    lost: list[int] = []
    phrases = []
    test = median_seed(comparison.test_error)
    lowest, best = np.inf, ""
    for j, rank in enumerate(comparison.rank):
        pod, other, factor = duel(comparison, j)
        winner = other if factor > WINS else pod
        if test[winner, j] < lowest:
            lowest = test[winner, j]
            best = f"{comparison.method[winner]} ({100 * lowest:.3g} % at r = {rank})"
        if factor > WINS:
            seconds = float(median_seed(comparison.seconds[other, j]))
            name = comparison.method[other]
            needed = pod_rank(comparison, test[other, j])
            instead = f"; POD needs r = {needed}" if needed else ""
            cost = f"cost {seconds:.2g} s{instead}"
            phrases.append(f"{name} wins by {factor:.3g}x at r = {rank} ({cost})")
        else:
            lost.append(int(rank))
    if not phrases:
        return f"lowest error by {best}; POD wins at every rank"
    if lost:
        ranks = [int(rank) for rank in comparison.rank]
        if lost == ranks[ranks.index(lost[0]) :] and len(lost) > 1:
            phrases.insert(0, f"POD wins for r >= {lost[0]}")
        else:
            phrases.insert(0, f"POD wins at r = {', '.join(map(str, lost))}")
    return "; ".join([f"lowest error by {best}", *phrases])


def linear_autoencoder(records: Sequence[Any]) -> Table:
    """Return how near the linear autoencoders come to the Eckart-Young optimum, at worst."""
    columns = (
        Column("data set", "data set"),
        Column("method", "method"),
        Column("rank", "$r$", "d"),
        Column("largest relative excess, absolute", "excess", ".1e"),
        Column("largest angle to POD / rad", "angle / rad", ".1e"),
    )
    cases = [
        case
        for case in _of_kind(records, "case")
        if case.trained and case.angle is not None and case.excess is not None
    ]
    if not cases:
        raise OptionError("none of these results is a linear autoencoder")
    rows = tuple(
        (
            case.data_set,
            case.method,
            case.rank,
            float(np.max(np.abs(case.excess))),
            float(np.max(case.angle)),
        )
        for case in sorted(cases, key=lambda case: (case.data_set, case.method, case.rank))
    )
    caption = (
        "Linear autoencoders from random starts against POD on the training snapshots, worst "
        "seed: relative excess of the squared error over the Eckart--Young optimum, and the "
        "largest principal angle between the ranges."
    )
    return Table(caption, columns, rows)


def update_slopes(records: Sequence[Any]) -> Table:
    """Return the measured orders of accuracy of the updates, beside theory."""
    columns = (
        *_UPDATED,
        Column("method", "update"),
        Column("order", "order", "d"),
        Column("slope", "measured", ".3f"),
    )
    rows = tuple(
        (*_updated(study), name, int(order), float(slope))
        for study in _of_kind(records, "update_study")
        for name, order, slope in zip(study.method, study.order, study.slope, strict=True)
    )
    return Table("Orders of accuracy of network updates: theory and measured slope.", columns, rows)


def update_costs(records: Sequence[Any]) -> Table:
    """Return what updates cost, and after how many of them their setup at the base has paid.

    Against what each trainer needs for the same error.
    """
    columns = (
        *_UPDATED,
        Column("method", "update"),
        Column("error", "error", ".1e"),
        Column("marginal cost", "marginal", ".1f"),
        Column("milliseconds", "ms", ".2f"),
        *_TRAINERS,
        Column("updates until the setup has paid", "paid after", ".1f"),
    )
    rows = tuple(
        (*_updated(study), study.method[m], *_price(study, m))
        for study in _of_kind(records, "update_study")
        for m in range(1, len(study.method))
    )
    caption = (
        "Costs of network updates in gradient-equivalents at the middle perturbation: of one "
        "update (and its processor time), of L-BFGS and Adam from the old parameters to the same "
        "error (at least, where they were stopped before), and the number of updates after which "
        "their setup at the base (a Hessian and its factorisation, or products with it) has paid "
        "against L-BFGS; 0 where it never does."
    )
    return Table(caption, columns, rows)


def disturbances(records: Sequence[Any]) -> Table:
    """Return what rounding and pruning do to networks, and what repairs achieve at which price."""
    columns = (
        Column("trained", "network"),
        Column("decay", "decay", ".0e"),
        Column("disturbance", "disturbance"),
        Column("repair", "repair"),
        Column("error", "error", ".1e"),
        Column("excess of J", "$J(q) - J(p^*)$", ".1e"),
        Column("predicted excess of J", "predicted", ".1e"),
        Column("price", "price", ".0f"),
        Column("setup", "setup", ".0f"),
    )
    rows = tuple(
        (study.trained.replace("_", " "), study.decay, *case)
        for study in _of_kind(records, "disturbance_study")
        for case in zip(
            study.disturbance,
            study.repair,
            *(a.tolist() for a in (study.error, study.excess, study.quadratic)),
            *(a.tolist() for a in (study.price, study.setup)),
            strict=True,
        )
    )
    caption = (
        "Disturbed weights: rms error of the outputs, excess of J and its prediction "
        "1/2 (q - p*)^T H (q - p*), price of the repair and of what it needs at the base, in "
        "gradient-equivalents."
    )
    return Table(caption, columns, rows)


_TRAINERS = (  # gradients to the same error
    Column("L-BFGS", "L-BFGS", "d"),
    Column("Adam, state kept", "Adam, kept", "d"),
    Column("Adam, state reset", "Adam, reset", "d"),
)
_UPDATED = (
    Column("trained", "network"),
    Column("perturbation", "perturbation"),
    Column("decay", "decay", ".0e"),
)


def _updated(study: Any) -> tuple[str, str, float]:
    return study.trained.replace("_", " "), study.perturbation, study.decay


def _price(study: Any, m: int) -> tuple[Any, ...]:
    middle = len(study.retrained_at) // 2
    rivals = [study.trainer.index(c.name) for c in _TRAINERS]
    return (
        float(study.error[m, study.retrained_at[middle]]),
        float(study.marginal[m]),
        1e3 * float(study.seconds[m]),
        *map(int, study.equal_gradients[rivals, m, middle]),
        float(study.paid_after[rivals[0], m, middle]),
    )


TABLES: dict[str, Callable[[Sequence[Any]], Table]] = {
    "errors": errors,
    "linear_autoencoder": linear_autoencoder,
    "update_slopes": update_slopes,
    "update_costs": update_costs,
    "disturbances": disturbances,
    "verdict": verdict,
}


def _of_kind(records: Sequence[Any], kind: str) -> list[Any]:
    wrong = [record.kind for record in records if record.kind != kind]
    if wrong or not records:
        raise OptionError(f"this table is made of {kind!r} results, not of {wrong or 'nothing'}")
    return list(records)


def latex(table: Table) -> str:
    """Return the table as a LaTeX ``table`` environment in the style of booktabs."""
    align = "".join("r" if column.format else "l" for column in table.columns)
    body = [
        [_entry(v, c.format) for v, c in zip(row, table.columns, strict=True)] for row in table.rows
    ]
    lines = [
        r"\begin{table}",
        r"  \centering",
        rf"  \caption{{{_escape(table.caption)}}}",
        rf"  \begin{{tabular}}{{{align}}}",
        r"    \toprule",
        "    " + " & ".join(_escape(column.header) for column in table.columns) + r" \\",
        r"    \midrule",
        *("    " + " & ".join(row) + r" \\" for row in body),
        r"    \bottomrule",
        r"  \end{tabular}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def comma_separated(table: Table) -> str:
    """Return the table as CSV with one header line and full precision."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(column.name for column in table.columns)
    writer.writerows(table.rows)
    return stream.getvalue()


def write(table: Table, path: Path, source: str = "") -> None:
    """Write ``path`` with suffix .tex and its twin with suffix .csv.

    ``source``, the results shown, is a comment in the first; most programs know none in the second.
    """
    from mornet.storage import write_text

    if path.suffix != ".tex":
        raise OptionError(f"{path}: a table is written as .tex (and .csv beside it)")
    comment = f"% mornet {__version__}, of {source}\n" if source else ""
    write_text(path, comment + latex(table))
    write_text(path.with_suffix(".csv"), comma_separated(table))


def _entry(value: Any, format_: str) -> str:
    if not format_:
        return _escape(str(value))
    text = format(value, format_) if value else "0"
    if "e" in text:
        mantissa, exponent = text.split("e")
        return rf"${mantissa} \times 10^{{{int(exponent)}}}$"
    return f"${text}$"


def _escape(text: str) -> str:
    return "".join(_SPECIAL.get(letter, letter) for letter in text)


_SPECIAL = {letter: "\\" + letter for letter in "%_&#{}"} | {"^": r"\^{}", "~": r"\~{}"}
