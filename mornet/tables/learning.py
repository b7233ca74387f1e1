"""Errors of classifiers and of codes of digits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mornet.tables.table import Column, Table, least, of_kind


def digits_classifier(records: Sequence[Any]) -> Table:
    """Return the part of wrong images of every network, in per cent."""
    columns = (
        Column("data", "data"),
        Column("training images", "images", "d"),
        Column("network", "network"),
        Column("parameters", "parameters", "d"),
        Column("training error", "training", ".1f"),
        Column("validation error", "validation", ".1f"),
        Column("test error", "test", ".1f"),
        Column("least test error", "least", ".1f"),
        Column("largest test error", "largest", ".1f"),
    )
    rows = []
    for study in of_kind(records, "digits_classifier"):
        images = study.source, int(study.images[0])
        for k, name in enumerate(study.network):
            parts = (study.train_error[k, :, -1], study.validation_error[k, :, -1])
            medians = [100 * float(np.median(part)) for part in (*parts, study.test_error[k])]
            size = int(study.parameters[k])
            rows.append((*images, name, size, *medians, *_range(study.test_error[k])))
        dense = study.network.index("dense")
        peer = [100 * float(np.median(part)) for part in study.peer_error]
        size = int(study.parameters[dense])
        rows.append((*images, study.peer, size, *peer, *_range(study.peer_error[-1])))
    return Table(
        "Images of digits that classifiers take for another digit, in per cent: medians over the "
        "seeds after the last epoch, and the range of the test error. The least median is bold.",
        columns,
        tuple(rows),
        keys=2,
        best=least(rows, (5,), among=(0,)),
    )


def digits_codes(records: Sequence[Any]) -> Table:
    """Return the errors of PCA and of autoencoders of digits."""
    columns = (
        Column("method", "method"),
        Column("rank", "$r$", "d"),
        Column("parameters", "parameters", "d"),
        Column("training error", "training", ".5f"),
        Column("test error", "test", ".5f"),
        Column("ratio", "test / PCA", ".2f"),
    )
    rows = []
    for study in of_kind(records, "digits_codes"):
        train, test = (np.median(e, axis=2) for e in (study.train_error, study.test_error))
        rows += [
            (
                name,
                int(rank),
                int(study.parameters[m, k]),
                float(train[m, k]),
                float(test[m, k]),
                float(test[m, k] / test[0, k]),
            )
            for k, rank in enumerate(study.rank)
            for m, name in enumerate(study.method)
        ]
    return Table(
        "Digits: mean square errors per pixel, medians over the seeds. The least test error of "
        "each rank is bold.",
        columns,
        tuple(rows),
        keys=2,
        best=least(rows, (4,), among=(1,)),
    )


def layers(records: Sequence[Any]) -> Table:
    """Return the best autoencoder of each kind, data set and code size, beside POD."""
    columns = (
        Column("data", "data"),
        Column("code", "$r$", "d"),
        Column("kind of layer", "layers"),
        Column("hidden layers", "depth", "d"),
        Column("width", "width", "d"),
        Column("parameters", "parameters", "d"),
        Column("relative test error", "error", ".4f"),
        Column("that of POD", "POD", ".4f"),
    )
    rows = []
    for study in of_kind(records, "layers"):
        for d, f, c in np.ndindex(study.error.shape[:3]):
            error = study.error[d, f, c]
            h, w = np.unravel_index(error.argmin(), error.shape)
            design = int(study.depth[h]), int(study.width[w]), int(study.parameters[d, f, c, h, w])
            best = float(error[h, w]), float(study.pod_error[d, c])
            rows.append((study.data[d], int(study.code[c]), study.form[f], *design, *best))
    return Table(
        "The autoencoder of least test error for each kind of hidden layers, beside centred POD.",
        columns,
        tuple(rows),
        keys=3,
    )


def overfitting(records: Sequence[Any]) -> Table:
    """Return the test errors of the largest networks with each cure, and of polynomials."""
    columns = _with_cures(Column("model", "model"))
    rows: list[tuple[Any, ...]] = []
    for study in of_kind(records, "overfitting"):
        for d, depth in enumerate(study.depth):
            name = f"{depth} hidden layer{'s' if depth > 1 else ''}"
            for c, cure in enumerate(study.cure):
                errors = study.train_error[c, d], study.test_error[c, d]
                rows.append((name, cure, *_largest(study.parameters[d], *errors)))
        errors = study.polynomial_train_error, study.polynomial_test_error
        rows.append(("polynomial", "none", *_largest(study.coefficients, *errors)))
    return Table(
        "Root mean square errors on noisy samples, medians over the seeds: of the largest model, "
        "and the least of all sizes.",
        columns,
        tuple(rows),
        keys=2,
    )


def overfitting_trajectories(records: Sequence[Any]) -> Table:
    """Return the errors of the largest autoencoders with each cure, and the least of all sizes."""
    columns = (
        *_with_cures(Column("training trajectories", "trajectories", "d"), "relative "),
        Column("test error of PCA", "PCA", "#.3g"),
    )
    rows: list[tuple[Any, ...]] = []
    for study in of_kind(records, "overfitting_trajectories"):
        for k, number in enumerate(study.trajectories):
            for c, cure in enumerate(study.cure):
                errors = study.train_error[c, k], study.test_error[c, k]
                largest = _largest(study.parameters[k], *errors)
                rows.append((int(number), cure, *largest, float(study.pod_error[k])))
    return Table(
        "Autoencoders of few trajectories of Burgers' equation: relative errors, medians over the "
        "seeds, of the largest autoencoder, and the least of all sizes.",
        columns,
        tuple(rows),
        keys=2,
    )


def grid_sizes(records: Sequence[Any]) -> Table:
    """Return what autoencoders cost and gain on each grid."""
    columns = (
        Column("data set", "data set"),
        Column("n", "$n$", "d"),
        Column("method", "method"),
        Column("parameters", "parameters", "d"),
        Column("processor seconds", "seconds", ".1f"),
        Column("relative training error", "training", "#.3g"),
        Column("relative test error", "test", "#.3g"),
    )
    rows: list[tuple[Any, ...]] = []
    for study in of_kind(records, "grid_sizes"):
        train, test = (np.median(e, axis=2) for e in (study.train_error, study.test_error))
        for k, n in enumerate(study.n):
            for m, name in enumerate(study.method):
                cost = int(study.parameters[m, k]), float(study.seconds[m, k])
                errors = float(train[m, k]), float(test[m, k])
                rows.append((study.data_set, int(n), name, *cost, *errors))
    return Table(
        "Autoencoders on finer and finer grids, all trained with the same steps; medians over the "
        "seeds.",
        columns,
        tuple(rows),
        keys=3,
    )


def _with_cures(first: Column, errors: str = "") -> tuple[Column, ...]:
    """Return the columns of the errors of the largest models with each cure."""
    return (
        first,
        Column("cure", "cure"),
        Column("parameters", "parameters", "d"),
        Column(f"{errors}training error", "training", "#.3g"),
        Column(f"{errors}test error", "test", "#.3g"),
        Column("least median test error of all sizes", "least", "#.3g"),
        Column("its parameters", "its parameters", "d"),
    )


def _largest(P: Any, train: Any, test: Any) -> tuple[int, float, float, float, int]:
    middle = np.median(test, axis=1)
    best = int(np.argmin(middle))
    last = float(np.median(train[-1])), float(middle[-1])
    return int(P[-1]), *last, float(middle[best]), int(P[best])


def _range(error: Any) -> tuple[float, float]:
    return 100 * float(np.min(error)), 100 * float(np.max(error))
