"""The summary of a study: what was computed and what came out, for a person, in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mornet.comparison.median import median_seed
from mornet.perturbation.branch.radius import STRAIGHT_MISFIT
from mornet.tables import (
    WINS,
    Table,
    duel,
    errors,
    in_one_line,
    linear_autoencoder,
    pods,
    update_slopes,
)


def summary(title: str, records: Sequence[Any], figures: Sequence[str] = ()) -> str:
    """Return the page for the records of a study; kinds it does not know are left out.

    Those of the study's ``figures`` (file names without ending) that no section shows come last.
    """
    kinds: dict[str, list[Any]] = {}
    for record in records:
        kinds.setdefault(record.kind, []).append(record)
    parts = [f"# {title}\n"]
    parts += [_entering_example(record) for record in kinds.get("entering_example", [])]
    parts += [_optimiser_race(record) for record in kinds.get("optimiser_race", [])]
    parts += [_comparison(record) for record in kinds.get("comparison", [])]
    linear = [case for case in kinds.get("case", []) if case.angle is not None and case.models]
    linear = [case for case in linear if case.models[0].kind == "autoencoder"]
    if linear:
        table = linear_autoencoder(linear)
        parts.append(f"## Linear autoencoder = POD\n\n{table.caption}\n\n{markdown(table)}")
    if "update_study" in kinds:
        parts.append(_update_studies(kinds["update_study"]))
    for kind, sentence in (
        ("removal_study", _removal),
        ("bridge_study", _bridge),
        ("burgers_study", _burgers),
    ):
        parts += [sentence(record) for record in kinds.get(kind, [])]
    page = "\n".join(parts)
    if others := [name for name in figures if f"figures/{name}.png" not in page]:
        page += "\n## Further figures\n\n" + _figures(*others)
    return page


def markdown(table: Table) -> str:
    """Return the table in Markdown."""
    head = "| " + " | ".join(column.name for column in table.columns) + " |"
    rule = "|" + "|".join("---:" if column.format else ":---" for column in table.columns) + "|"
    rows = [
        "| "
        + " | ".join(format(v, c.format) for v, c in zip(row, table.columns, strict=True))
        + " |"
        for row in table.rows
    ]
    return "\n".join([head, rule, *rows]) + "\n"


def _entering_example(record: Any) -> str:
    lines = [
        "## The entering example\n",
        f"{record.step[-1]:,} stochastic-gradient steps on the ten points took the cost (sum of "
        f"squares, 2 N J) from {record.cost[0]:.6f} to {record.cost[-1]:.12e}.",
    ]
    if record.reference_cost is not None:
        reference = float(record.reference_cost)
        lines.append(
            f"The published program run in GNU Octave ends at {reference:.12e}; the relative "
            f"difference is {abs(record.cost[-1] / reference - 1):.1e}."
        )
    below = np.flatnonzero(record.cost < 1e-2)
    if below.size:
        lines.append(f"The cost is first below 1e-2 at step {record.step[below[0]]:,}.")
    return "\n".join(lines) + "\n\n" + _figures("entering_cost", "entering_region")


def _optimiser_race(record: Any) -> str:
    lines = [
        "## Optimisers on the ten points\n",
        f"From {record.cost.shape[1]} starts, the median cost (sum of squares) and the median work "
        "in gradients over all points when each method stopped:\n",
    ]
    lines += [
        f"- {name}: {np.median(cost[:, -1]):.2e} after {np.median(spent):.0f}"
        for name, cost, spent in zip(record.method, record.cost, record.spent, strict=True)
    ]
    solved = int(np.count_nonzero(record.end_cost < 1e-6))
    lines.append(
        f"\nLeast squares ends below 1e-6 from {solved} of {len(record.end_cost)} starts, after "
        f"{np.median(record.end_jacobians):.0f} Jacobians in the median."
    )
    return "\n".join(lines) + "\n\n" + _figures("optimiser_race")


def _comparison(record: Any) -> str:
    table = errors([record])
    verdicts = "\n".join(f"- {line}" for line in verdict(record))
    return (
        f"## {record.data_set}\n\n{table.caption}\n\n{markdown(table)}\n{verdicts}\n\n"
        + _figures(f"error_versus_rank-{record.data_set}", f"error_versus_cost-{record.data_set}")
    )


def verdict(record: Any) -> list[str]:
    """Return who wins in one line, and one sentence for each rank; nothing without a POD or rival.

    Compared are median test errors; a method within 2 per cent of POD does not beat it.
    """
    if not 0 < len(pods(record)) < len(record.method):
        return []
    test = median_seed(record.test_error)
    lines = [f"**Verdict**: {in_one_line(record)}."]
    for j, rank in enumerate(record.rank):
        pod, net, factor = duel(record, j)
        seeds = 100 * record.test_error[net, j]
        if factor > WINS:
            line = f"r = {rank}: **{record.method[net]}** wins by {factor:.3g} times"
        else:
            line = f"r = {rank}: **{record.method[pod]}**, training gains nothing"
        lines.append(
            f"{line} ({record.method[pod]} {100 * test[pod, j]:.4g} %; {record.method[net]} "
            f"{100 * test[net, j]:.4g} %, seeds from {seeds.min():.4g} to {seeds.max():.4g} %, "
            f"{median_seed(record.seconds[net, j]):.2g} s)."
        )
    return lines


def _update_studies(studies: list[Any]) -> str:
    table = update_slopes(studies)
    return f"## Updates of a trained network\n\n{table.caption}\n\n{markdown(table)}\n"


def _removal(record: Any) -> str:
    ends = [
        f"point {i} at t = {end:.4f} ({cause}; from coefficients at t = 0: "
        f"{'a rough ' if misfit > STRAIGHT_MISFIT else ''}{radius:.4f})"
        for i, end, cause, radius, misfit in zip(
            record.removed, record.reached, record.cause, record.radius, record.misfit, strict=True
        )
        if end < 1
    ]
    return (
        f"## One of the ten points leaves, decay {record.decay:g}\n\n"
        f"{len(record.possible)} of {len(record.removed)} points can be removed by following the "
        f"minimum. Branches that end before: {'; '.join(ends) or 'none'}.\n"
    )


def _bridge(record: Any) -> str:
    return (
        "## The bridge\n\nSensitivities of the linear autoencoder and derivatives of the POD "
        f"projector differ by {record.first.max():.1e} in first order, relatively, and by "
        f"{record.second.max():.1e} in second.\n"
    )


def _burgers(record: Any) -> str:
    first = record.method.index("first order")
    gradients, cold = np.median(record.cold_gradients), np.median(record.cold_error)
    return (
        f"## Burgers: from mu = {record.mu:g} to {record.new_mu:g}\n\n"
        f"The first-order update has a test error of {100 * record.error[first, -1]:.3g} % (the "
        f"continued branch {100 * record.branch_error[-1]:.3g} %) for {record.marginal[first]:.3g} "
        f"gradient-equivalents; L-BFGS from {len(record.cold_error)} random starts "
        f"{100 * cold:.3g} % for {gradients:.0f} in the median, POD with as many modes "
        f"{100 * record.pod_error[:, -1].min():.3g} %.\n"
    )


def _figures(*names: str) -> str:
    return "\n".join(f"![{name}](figures/{name}.png)" for name in names) + "\n"
