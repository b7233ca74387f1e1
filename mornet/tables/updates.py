"""Orders and costs of updates of trained networks, and repairs of disturbed ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mornet.tables.table import Column, Table, of_kind


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
        for study in of_kind(records, "update_study")
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
        for study in of_kind(records, "update_study")
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
        for study in of_kind(records, "disturbance_study")
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
