"""Verbs that use a stored fit: for new snapshots, for codes, and with new columns."""

from __future__ import annotations

import argparse
import math
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from mornet.cli.verb import Options, Parser, Verb, add_out, add_overwrite, protect, read, write
from mornet.errors import OptionError, counted, in_print, times


def _arguments(parser: Parser) -> None:
    add_out(parser)
    parser.add_argument("fit", type=Path, help="file of the fit")
    parser.add_argument("data", metavar="FILE[:KEY]", help="file of the columns, of any format")
    parser.add_argument(
        "--snapshots",
        type=Path,
        help="file of the snapshots to which the fit was made (default: the file that it names)",
    )
    parser.add_argument("--axes", help='what the axes are, such as "dof sample"')


def _file_arguments(parser: Parser) -> None:
    _arguments(parser)
    add_overwrite(parser)


def _decode_arguments(parser: Parser) -> None:
    _file_arguments(parser)
    add_mesh(parser)


def add_mesh(parser: Parser) -> None:
    """Add the option --mesh, of verbs that write fields for ParaView."""
    parser.add_argument(
        "--mesh",
        type=Path,
        help="mesh of .vtu, .vtk and .pvd (default: that of the snapshots, or points)",
    )


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
        help="weight decay that isolates the minimum of a network, or holds it (default: 1e-4)",
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
    """Return the record of the fit, and its data set; None for a POD of its own.

    Without --snapshots the data set is the one that the fit names.
    """
    record = read(options.fit)
    if options.snapshots is None and (record.kind == "case" or _fitted_to(options.fit)):
        options.snapshots = _its_snapshots(options.fit)
        protect(options, options.inputs)
    if options.snapshots is None:
        return record, None
    return record, snapshots_of(options.fit, record, options.snapshots)


def _its_snapshots(fit: Path) -> Path:
    """Return the data set to which a fit was made; OptionError, which names it, if it is lost."""
    if (found := named_by(fit)) is not None:
        return found
    names = ", ".join(_inputs_of_fit(fit))
    lost = f"; that was {names}, which is not there, or has changed" if names else ""
    raise OptionError(
        "a fit of a data set needs --snapshots FILE, the file to which it was made: it holds "
        f"the scale of the snapshots{lost}"
    )


def _inputs_of_fit(fit: Path) -> list[str]:
    """Return the files of snapshots from which a fit was made, without those of an update."""
    from mornet.storage import origin

    config = _config_of(fit)
    updated, added = str(config.get("fit", "")), str(config.get("data", ""))
    return [n for n in origin(fit).inputs if n != updated and not f"{added}:".startswith(f"{n}:")]


def snapshots_of(fit: Path, record: Any, path: Path) -> Any:
    """Return the data set in ``path``; OptionError if the ``record`` in ``fit`` has another."""
    from mornet.comparison.using import require_its_snapshots

    data = read(path, "data_set")
    require_its_snapshots(record, data, _fitted_to(fit))
    if data.train.scale is not None or data.train.shift is not None:
        _require_no_states(fit, path)
    return data


def named_by(fit: Path) -> Path | None:
    """Return the data set that a fit names as its input, if it is there and the same."""
    from mornet.storage import origin
    from mornet.storage.results import checksum, origin_kind

    identity = _fitted_to(fit)
    for name, known in origin(fit).inputs.items():
        path = Path(name)
        same = origin_kind(path) == "data_set" and checksum(path) == known
        if same and identity in ("", read(path, "data_set").identity):
            return path
    return None


def _require_no_states(fit: Path, snapshots: Path) -> None:
    """Raise OptionError for a POD of states by `mornet pod`, or its update, beside scaled ones."""
    from mornet.storage import origin
    from mornet.storage.results import checksum

    of_verb = OF_STATES & _config_of(fit).keys()
    if of_verb and not _fitted_to(fit) and checksum(snapshots) not in origin(fit).inputs.values():
        raise OptionError(
            f"{fit} was fitted to states, and those in {snapshots} are scaled or shifted: leave "
            "--snapshots out, or fit to this data set"
        )


FITTED_TO = "fitted_to"  # the setting of an update that holds the identity of the fit's snapshots
OF_STATES = {"matrix", "matrices", "fit"}  # settings of `mornet pod` and `mornet update`
ADDED = "added"  # the setting of an updated POD in earlier files: the snapshots of updates


def _config_of(fit: Path) -> dict[str, Any]:
    """Return the settings of the call that wrote a result, such as those of an update."""
    from mornet.storage import origin

    return dict(origin(fit).config or {})


def _fitted_to(fit: Path) -> str:
    """Return the identity of the snapshots that an update needs; "" for other results."""
    return str(_config_of(fit).get(FITTED_TO, ""))


def is_update(fit: Path) -> bool:
    """Return whether `mornet update` wrote a file."""
    return {"fit", "data"} <= _config_of(fit).keys()


def _encode(options: Options) -> None:
    from mornet.comparison.using import reduction_of, with_places
    from mornet.snapshots.formats import files_at
    from mornet.snapshots.unsplit import unsplit
    from mornet.storage.outputs import leaves_of

    protect(options, files_at(options.data))
    record, data = _fit_and_data(options)
    model = reduction_of(record)
    U, matrix = _columns(options, record, data, model.n)
    new = unsplit(model.encode(U), matrix)
    leaves = leaves_of(with_places("codes", new.train.U, "latent", new))
    lines = _delivered(options, leaves, data, new)
    print(f"{counted(new.train.m, 'snapshot')} became codes of length {model.r}", *lines, sep="\n")


def _decode(options: Options) -> None:
    from mornet.checks import real_matrix
    from mornet.comparison.using import as_stored, reduction_of, with_places
    from mornet.snapshots.codes import codes_in
    from mornet.snapshots.formats import files_at, place_of
    from mornet.snapshots.unsplit import unsplit
    from mornet.storage.grids import unit_of_states
    from mornet.storage.outputs import leaves_of

    protect(options, files_at(options.data))
    record, data = _fit_and_data(options)
    model = reduction_of(record)
    matrix = codes_in(*place_of(options.data), options.axes, model.r).matrix
    Z = real_matrix(options.data, matrix.U, model.r)
    _say_notes(matrix)
    states, new = as_stored(record, data, model.decode(Z)), unsplit(Z, matrix)
    leaves = leaves_of(with_places("states", states, "dof", new))
    leaves["states"] = replace(leaves["states"], attributes=unit_of_states(data))
    lines = _delivered(options, leaves, data, new)
    print(f"{counted(new.train.m, 'code')} became states of length {len(states)}", *lines, sep="\n")


def _delivered(options: Options, leaves: Any, data: Any, new: Any) -> list[str]:
    """Write arrays of new snapshots to the file of the user; return lines on what it holds."""
    from mornet.storage.outputs import Context, deliver

    mesh = getattr(options, "mesh", None)
    context = Context(lambda: data, new, options.snapshots, mesh, overwrite=options.overwrite)
    return deliver(options.out, leaves, context)


def _update(options: Options) -> None:
    from mornet.comparison.using import reduction_of
    from mornet.perturbation.stored import is_network, pod_of
    from mornet.reduction.pod.update import update_pod
    from mornet.snapshots.formats import files_at

    inputs = [options.fit, *files_at(options.data)]
    protect(options, inputs)
    record, data = _fit_and_data(options)
    model = reduction_of(record)
    U, _ = _columns(options, record, data, model.n)
    config = {"fit": str(options.fit), "data": options.data}
    if data is not None:
        config[FITTED_TO] = data.identity
        inputs = list(dict.fromkeys([*inputs, options.snapshots]))
    if is_network(model):
        if data is None:
            raise OptionError("a network needs --snapshots FILE, those to which it was fitted")
        updated = _updated_network(options, record, data, U)
        write(options, updated, {**config, "decay": options.decay}, inputs)
        return
    if (pod := pod_of(model)) is None:
        raise OptionError(
            f"{options.fit} holds a reduction {getattr(model, 'kind', '')!r}: this verb updates "
            "POD, PCA, autoencoders and hybrids; fit it again"
        )
    if options.changed:
        raise OptionError("--changed is for networks; fit a POD to the changed snapshots again")
    m = pod.samples or _samples_of_earlier(options.fit, data)
    updated = update_pod(pod, U, samples=m)
    print(_saved(pod, updated, U.shape[1], m, data))
    write(options, updated, config, inputs)


def _samples_of_earlier(fit: Path, data: Any) -> int | None:
    """Return the number of snapshots of a fit by an earlier version, whose file has none."""
    return None if data is None else data.train.m + int(_config_of(fit).get(ADDED, 0))


def _updated_network(options: Options, record: Any, data: Any, U: Any) -> Any:
    """Return the updated network; print its errors, and its work beside the training's."""
    import numpy as np

    from mornet.comparison.using import reduction_of
    from mornet.perturbation.stored import update_network

    model, train, begin = reduction_of(record), data.train, time.process_time()
    how = {"changed": options.changed, "decay": options.decay, "weights": train.weights}
    found = update_network(model, train.U, U, **how)
    spent = time.process_time() - begin
    everything = U if options.changed else np.column_stack([train.U, U])
    what = "the changed snapshots" if options.changed else "old and new snapshots"
    print(_errors(model, found.model, everything, data, what))
    print(_estimates(found, everything))
    if said := _work(record, found.gradients, everything.shape[1], spent):
        print(said)
    return found.model


def _errors(before: Any, after: Any, U: Any, data: Any, what: str) -> str:
    from mornet.reduction.measures import relative_error

    errors = [100 * relative_error(m, U, inner_product=data.inner_product) for m in (before, after)]
    return f"error on {what}: {errors[0]:.4g} % before the update, {errors[1]:.4g} % after it"


def _estimates(found: Any, U: Any) -> str:
    """Return how far the update is from its goal, in per cent of the snapshots ``U``."""
    from mornet.linalg import rms

    error, change, settled = (
        f"{100 * part / rms(U):.2g} %"
        for part in (found.estimated_error, found.change, found.settled)
    )
    words = f"{error} of the snapshots; the outputs moved by {change}"
    if found.means == "branch":
        into = f", and by {settled} into the old minimum first"
        return f"estimated distance from the new minimum: {words}{into}"
    return f"estimated error of the update, which holds the old outputs: {words}"


def _work(record: Any, gradients: int | None, m: int, spent: float) -> str:
    """Return what the update took beside the training of a case, in gradients and in seconds."""
    if record.kind != "case" or record.seconds is None:
        return ""
    position = record.median()
    taken, trained = float(record.seconds[position]), int(record.sample_gradients[position])
    seconds = f"{spent:.2g} s of processor time; the training took {taken:.2g} s"
    if gradients is None:
        return seconds
    part = f"the work of {counted(gradients, 'gradient')} of all snapshots"
    beside = times(gradients * m / max(trained, 1), "that of the training", 2)
    return f"{part}, {beside}; {seconds}"


def _saved(pod: Any, updated: Any, k: int, m: int | None, data: Any) -> str:
    """Return the error of the update, and its work beside that of a new SVD."""
    import numpy as np

    from mornet.linalg import safe_norm

    bounds = (updated.truncation_error, float(safe_norm(updated.singular_values[updated.r :])))
    whole = float(safe_norm(np.append(updated.singular_values, updated.tail)))
    part = "" if not whole else f"{_between([f'{100 * of / whole:.4g} %' for of in bounds])} of "
    sums = f"their norm{'' if updated.centre is None else ' less their mean'}, and in this norm "
    error = f"the error on old and new snapshots is {part}{sums if part else ''}"
    error += f"{_between([f'{of:.6e}' for of in bounds])}{_units_of_norm(updated, data)}"
    work = f"work n (r + k)^2 with r = {pod.r}, k = {k}"
    if m is not None:
        work += f", {((m + k) / (pod.r + k)) ** 2:.1f} times less than n (m + k)^2 with m = {m}"
    return f"{counted(updated.r, 'mode')}; {error}; {work}"


def _between(bounds: list[str]) -> str:
    most, least = bounds
    return f"at most {most} and at least {least}"


def _units_of_norm(pod: Any, data: Any) -> str:
    """Return in brackets what the norm of the errors of a POD is."""
    product = "" if pod.inner_product is None else ", in the inner product of the fit"
    scaled = data is not None and data.train.scale is not None
    words = ", of the snapshots divided by their scales" if scaled else ""
    return f" (root of the sum of squares{product}{words})"


def _columns(options: Options, record: Any, data: Any, n: int) -> tuple[Any, Any]:
    """Return the columns (n, m) of the file as the snapshots of the fit, and its matrix."""
    from mornet.checks import real_matrix
    from mornet.comparison.using import as_fitted

    states, matrix = _states(options, data, n)
    U = real_matrix(options.data, as_fitted(record, data, states, options.data), n)
    _say_notes(matrix)
    if data is not None and data.layout is not None:
        _say_unused(options.data, data.layout, states)
    return U, matrix


def _say_notes(matrix: Any) -> None:
    """Print what the reader decided about a file, such as its axes and its times."""
    for note in matrix.notes:
        print(f"note: {in_print(note)}")


def _say_unused(name: str, layout: Any, states: Any) -> None:
    """Print a note on rows of a file that hold numbers, but that the fit left out."""
    rows = layout.unused(states)
    if len(rows):
        what = f"{counted(len(rows), 'row')} of {name} with numbers"
        print(f"note: {what}, the first is {layout.place(rows[0])}: the fit left them out")


def _states(options: Options, data: Any, n: int) -> tuple[Any, Any]:
    """Return the columns of the new file, and its matrix, which holds times and parameters.

    Its rows must be those of ``data``, if that is known.
    """
    from mornet.snapshots.formats import place_of
    from mornet.snapshots.new_files import columns_for, found_for
    from mornet.storage.results import origin_kind

    file, key = place_of(options.data)
    if origin_kind(file) == "data_set":
        return _states_of_part(file, key, data)
    stated = _axes_of_fit(options, data)
    if stated is None:
        found = found_for(data, file, key, options.axes, n)
    else:
        found = _found_as(stated, data, file, key)
    return columns_for(data, found), found.matrix


def _axes_of_fit(options: Options, data: Any) -> str | None:
    """Return the axes that were stated for the files of the fit, unless --axes states others."""
    if options.axes is not None or data is None or data.layout is None:
        return None
    axes = _config_of(options.snapshots).get("axes")
    return str(axes) if axes else None


def _found_as(stated: str, data: Any, file: Path, key: str | None) -> Any:
    """Return what a file holds, read as those of the fit if it can be; say so."""
    from mornet.snapshots.new_files import found_as

    found, alike = found_as(data, stated, file, key, data.layout.rows)
    if alike:
        print(f'note: the axes of {file} are taken as those of the fit, "{stated}"')
    return found


def _states_of_part(file: Path, key: str | None, data: Any) -> tuple[Any, Any]:
    """Return the states of a part of a data set; without ``data`` its numbers as they are."""
    from mornet.snapshots.new_files import columns_for, part_of, states_of

    own = read(file, "data_set")
    part = part_of(str(file), own, key)
    if data is None and (part.scale is not None or part.shift is not None):
        raise OptionError(
            f"the snapshots in {file} are scaled or shifted: give --snapshots FILE, the data set "
            "of the fit, or the file of the states"
        )
    found = states_of(str(file), own, part)
    return part.U if data is None else columns_for(data, found), found.matrix


VERBS = (
    Verb("encode", "write the codes of snapshots in a file", _file_arguments, _encode),
    Verb("decode", "write the states of codes in a file", _decode_arguments, _decode),
    Verb(
        "update",
        "update a POD, an autoencoder or a hybrid with the snapshots in a file",
        _update_arguments,
        _update,
    ),
)
