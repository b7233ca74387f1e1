"""Orders and work of updates of trained networks, and repairs of disturbed networks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mornet.records import Array
from mornet.tables.table import Column, Table, of_kind


def update_slopes(records: Sequence[Any]) -> Table:
    """Return the orders of accuracy of the updates, in theory and as measured."""
    columns = (
        *_UPDATED,
        Column("method", "update"),
        Column("order", "order", "d"),
        Column("slope", "measured", ".3f"),
    )
    rows = tuple(
        (*_updated(record), name, int(order), float(slope))
        for record in of_kind(records, "update_orders")
        for name, order, slope in _orders(record.accuracy)
    )
    caption = "Orders of accuracy of network updates: theory and measured slope."
    return Table(caption, columns, rows, keys=4)


def update_work(records: Sequence[Any]) -> Table:
    """Return the work of updates, and the number of updates after which their setup has paid.

    The rivals are the trainings from the old parameters to the same error.
    """
    columns = (
        *_UPDATED,
        Column("method", "update"),
        Column("error", "error", ".1e"),
        Column("work of one update", "work", ".1f"),
        Column("milliseconds", "ms", ".2f"),
        *_TRAINERS,
        Column("updates until the setup has paid", "paid after", ".1f"),
    )
    rows = tuple(
        (*_updated(record), record.accuracy.method[m], *_work(record, m))
        for record in of_kind(records, "update_orders")
        for m in range(1, len(record.accuracy.method))
    )
    caption = (
        "Work of network updates at the middle perturbation, in gradient-equivalents. Work and ms "
        "are those of one update. L-BFGS and Adam start from the old parameters and stop at the "
        "error of the update. "
        "The column 'paid after' holds the number of updates after which the setup at the base (a "
        "Hessian and its factorisation, or products with it) has paid against L-BFGS."
    )
    return Table(caption, columns, rows, keys=4)


def disturbances(records: Sequence[Any]) -> Table:
    """Return the errors by rounding and pruning, and the errors and the work of their repairs."""
    columns = (
        Column("trained", "network"),
        Column("decay", "decay", ".0e"),
        Column("disturbance", "disturbance"),
        Column("repair", "repair"),
        Column("error", "error", ".1e"),
        Column("excess of J", "$J(q) - J(p^*)$", ".1e"),
        Column("predicted excess of J", "predicted", ".1e"),
        Column("work", "work", ".0f"),
        Column("setup", "setup", ".0f"),
    )
    rows = tuple(
        (record.base.trained.replace("_", " "), record.base.decay, *case)
        for record in of_kind(records, "disturbances")
        for case in _cases(record.cases)
    )
    caption = (
        "Disturbed weights: rms error of the outputs, excess of J and its prediction "
        "1/2 (q - p*)^T H (q - p*). The work of the repair and of its setup at the base is in "
        "gradient-equivalents."
    )
    return Table(caption, columns, rows, keys=4)


_TRAINERS = (  # gradients to the same error
    Column("L-BFGS", "L-BFGS", "d", "gradients"),
    Column("Adam, state kept", "Adam, kept", "d", "gradients"),
    Column("Adam, state reset", "Adam, reset", "d", "gradients"),
)
_UPDATED = (
    Column("trained", "network"),
    Column("perturbation", "perturbation"),
    Column("decay", "decay", ".0e"),
)


def _updated(record: Any) -> tuple[str, str, float]:
    return record.base.trained.replace("_", " "), record.perturbation, record.base.decay


def _orders(accuracy: Any) -> Iterator[tuple[str, int, float]]:
    """Yield the name, the order in theory and the measured order of every update."""
    return zip(accuracy.method, accuracy.error_order, accuracy.slope, strict=True)


def _cases(cases: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the entries of the columns from "disturbance" on."""
    numbers = (cases.error, cases.excess, cases.quadratic, cases.work, cases.setup)
    return zip(cases.disturbance, cases.repair, *(a.tolist() for a in numbers), strict=True)


def _work(record: Any, m: int) -> tuple[Any, ...]:
    """Return the entries of the columns from "error" on for the update number ``m``."""
    rivals = record.rivals
    middle = len(rivals.retrained_at) // 2
    rows = [rivals.trainer.index(column.name) for column in _TRAINERS]
    error = float(record.accuracy.error[m, rivals.retrained_at[middle]])
    saves = rivals.equal_gradients[rows[0], m, middle] > record.work.update[m]
    return (
        error,
        float(record.work.update[m]),
        1e3 * float(record.work.seconds[m]),
        *(
            _gradients(
                rivals.error[row, middle], int(rivals.equal_gradients[row, m, middle]), error
            )
            for row in rows
        ),
        float(rivals.paid_after[rows[0], m, middle]) if saves else "never",
    )


def _gradients(errors: Array, count: int, error: float) -> int | str:
    """Return the gradients until the ``error`` is reached; more than all of them if it is not."""
    return count if errors.min() <= error else f"> {len(errors)}"
