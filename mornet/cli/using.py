"""Verbs that use a stored fit: for new snapshots, for codes, and with new columns."""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path
from typing import Any

from mornet.cli.verb import Options, Parser, Verb, add_out, protect, read, write
from mornet.errors import OptionError, counted


def _arguments(parser: Parser) -> None:
    add_out(parser)
    parser.add_argument("fit", type=Path, help="file of the fit")
    parser.add_argument("data", metavar="FILE[:KEY]", help="file of the columns, of any format")
    parser.add_argument(
        "--snapshots", type=Path, help="file of the snapshots to which the fit was made"
    )
    parser.add_argument("--axes", help='what the axes are, such as "dof sample"')


def _update_arguments(parser: Parser) -> None:
    _arguments(parser)
    parser.add_argument(
        "--changed",
        action="store_true",
        help="the file holds the training snapshots, in their order, as they are now",
    )
    parser.add_argument(
        "--decay",
        type=_positive,
        default=1e-4,
        help="weight decay that makes the minimum of a network an isolated one (default: 1e-4)",
    )


def _positive(text: str) -> float:
    """Return a number above 0; raise ArgumentTypeError, which argparse expects, for other text."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return value


def _fit_and_data(options: Options) -> tuple[Any, Any]:
    """Return the record of the fit, and its data set; None for a POD of its own."""
    record = read(options.fit)
    if record.kind == "case" and options.snapshots is None:
        raise OptionError(
            "a fit of a study needs --snapshots FILE, the file to which it was made: it holds the "
            "scale of the snapshots"
        )
    return record, None if options.snapshots is None else read(options.snapshots, "data_set")


def _encode(options: Options) -> None:
    from mornet.checks import real_matrix
    from mornet.comparison.using import as_fitted, reduction_of
    from mornet.storage.export import export
    from mornet.storage.tree import Leaf

    record, data = _fit_and_data(options)
    model = reduction_of(record)
    U = real_matrix(options.data, as_fitted(record, data, _columns(options)), model.n)
    export(options.out, {"codes": Leaf(model.encode(U), ("latent", "sample"))})
    what = counted(U.shape[1], "snapshot")
    print(f"{what} became codes of length {model.r}: {options.out}")


def _decode(options: Options) -> None:
    from mornet.checks import real_matrix
    from mornet.comparison.using import as_stored, reduction_of
    from mornet.snapshots.formats import place_of, read_contents
    from mornet.storage.export import export
    from mornet.storage.tree import Leaf

    record, data = _fit_and_data(options)
    model = reduction_of(record)
    Z = real_matrix(options.data, read_contents(*place_of(options.data)).array, model.r)
    states = as_stored(record, data, model.decode(Z))
    export(options.out, {"states": Leaf(states, ("dof", "sample"))})
    what = counted(states.shape[1], "code")
    print(f"{what} became states of length {len(states)}: {options.out}")


def _update(options: Options) -> None:
    from mornet.comparison.using import as_fitted, reduction_of
    from mornet.reduction.autoencoder.record import Autoencoder
    from mornet.reduction.pod import POD
    from mornet.reduction.pod.update import update_pod
    from mornet.snapshots.formats import files_at

    inputs = [options.fit, *files_at(options.data)]
    protect(options, inputs)
    record, data = _fit_and_data(options)
    model, U = reduction_of(record), as_fitted(record, data, _columns(options))
    config = {"fit": str(options.fit), "data": options.data}
    if isinstance(model, Autoencoder):
        if data is None:
            raise OptionError("a network needs --snapshots FILE, those to which it was fitted")
        updated = _updated_network(options, record, data, U)
        write(options, updated, {**config, "decay": options.decay}, inputs)
        return
    if not isinstance(model, POD):
        raise OptionError(
            f"{options.fit} holds a reduction {getattr(model, 'kind', '')!r}: this verb updates "
            "POD, PCA and autoencoders"
        )
    if options.changed:
        raise OptionError("--changed is for networks; fit a POD to the changed snapshots again")
    m = None if data is None else data.train.m
    pod = update_pod(model, U, samples=m)
    print(_saved(model, pod, U.shape[1], m))
    write(options, pod, config, inputs)


def _updated_network(options: Options, record: Any, data: Any, U: Any) -> Any:
    """Return the updated autoencoder; print its errors, and its time beside the training's."""
    import numpy as np

    from mornet.comparison.using import reduction_of
    from mornet.linalg import rms
    from mornet.perturbation.autoencoder import update_autoencoder
    from mornet.reduction.measures import relative_error

    model: Any = reduction_of(record)
    train, begin = data.train, time.process_time()
    how = {"changed": options.changed, "decay": options.decay, "weights": train.weights}
    found = update_autoencoder(model, train.U, U, **how)
    spent = time.process_time() - begin
    everything = U if options.changed else np.column_stack([train.U, U])
    part = 100 / rms(everything)
    before, after = (
        100 * relative_error(m, everything, inner_product=data.inner_product)
        for m in (model, found.autoencoder)
    )
    what = "the changed snapshots" if options.changed else "old and new snapshots"
    print(f"error on {what}: {before:.4g} % before the update, {after:.4g} % after it")
    print(
        f"estimated distance from the new minimum: {part * found.estimated_error:.2g} % of the "
        f"snapshots; the outputs moved by {part * found.change:.2g} %, and by "
        f"{part * found.settled:.2g} % into the old minimum first"
    )
    if record.kind == "case" and record.seconds is not None:
        taken = float(record.seconds[record.median()])
        print(f"{spent:.2g} s of processor time; the training took {taken:.2g} s")
    return found.autoencoder


def _saved(pod: Any, updated: Any, k: int, m: int | None) -> str:
    """Return the error of the update, and its work beside that of a new SVD."""
    import numpy as np

    error = f"the error on old and new snapshots is at most {updated.truncation_error:.6e}"
    least = f"and at least {np.linalg.norm(updated.singular_values[updated.r :]):.6e}"
    work = f"work n (r + k)^2 with r = {pod.r}, k = {k}"
    if m is not None:
        work += f", {((m + k) / (pod.r + k)) ** 2:.1f} times less than n (m + k)^2 with m = {m}"
    return f"{updated.r} modes; {error} {least}; {work}"


def _columns(options: Options) -> Any:
    from mornet.snapshots.files import find

    return find(options.data, axes=options.axes).matrix.U


VERBS = (
    Verb("encode", "write the codes of snapshots in a file", _arguments, _encode),
    Verb("decode", "write the states of codes in a file", _arguments, _decode),
    Verb(
        "update",
        "update a POD or an autoencoder with the snapshots in a file",
        _update_arguments,
        _update,
    ),
)
