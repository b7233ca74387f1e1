"""Snapshots: states of a full-order model as columns, with where, when and for which parameter."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import ClassVar

import numpy as np

from mornet.checks import real_array, real_matrix, require_kind
from mornet.errors import DataError, OptionError, ShapeError, counted
from mornet.linalg import (
    InnerProduct,
    Norm,
    as_inner_product,
    column_norms,
    root_weights,
    safe_norm,
)
from mornet.records import Array, Indices, array, in_short
from mornet.snapshots.dofs import DofLayout
from mornet.snapshots.equal_steps import paths_of, step_tolerance
from mornet.snapshots.formats.parameter_names import names_of_mu
from mornet.snapshots.held_out import HoldOutBy, held_out, parameters_of
from mornet.snapshots.split import Mask


@dataclass(frozen=True, eq=False)
class Snapshots:
    """m snapshots of n degrees of freedom.

    A reduction is fitted to ``U`` (n, m). ``trajectory`` (m,) holds the number of the trajectory to
    which each column belongs. Numbers may have gaps, and all parts of a `DataSet` share them: equal
    numbers are one trajectory. ``shift`` (n, K) holds one state for each of the K trajectories, in
    the order of their numbers, for example the initial state, and U holds the differences from it.
    The shift is part of the snapshots, never of a reduction. With a ``scale`` (n,), each degree of
    freedom is also divided by its scale. A state is scale * U + shift. ``weights`` (m,) are
    quadrature weights in time and parameter: a sum of squares is sum_j w_j ||u_j||^2. Where times
    are unknown, ``column`` (m,) holds the number that each snapshot had before others were taken
    out. Without both, all snapshots of a trajectory follow each other. Snapshots that are
    coordinates in orthonormal modes may have left out a part of each state, of the norm
    ``left_out`` (m,).

    Raises ShapeError if lengths differ; DataError for an entry that is not finite (the message
    names the first one), and for weights that are negative or all zero.
    """

    kind: ClassVar[str] = "snapshots"
    __repr__ = in_short
    U: Array = array("dof", "sample", about="snapshots: (state - shift) / scale")
    x: Array = array("coordinate", "dof", about="where each degree of freedom lives")
    trajectory: Indices = array("sample", about="number of the trajectory of each snapshot")
    t: Array | None = array("sample", about="time", optional=True)
    mu: Array | None = array("parameter", "sample", about="parameters", optional=True)
    shift: Array | None = array("dof", "shift_of", about="shift of each trajectory", optional=True)
    scale: Array | None = array("dof", about="scale of each degree of freedom", optional=True)
    weights: Array | None = array("sample", about="weight of each snapshot", optional=True)
    column: Indices | None = array(
        "sample",
        about="number of each snapshot before the split",
        optional=True,
    )
    left_out: Array | None = array(
        "sample", about="norm of what the coordinates leave out of a state", optional=True
    )
    units: dict[str, str] = field(default_factory=lambda: {"U": "1", "x": "1", "t": "1", "mu": "1"})

    def __post_init__(self) -> None:
        U = real_matrix("snapshots U", self.U)
        object.__setattr__(self, "U", np.asfortranarray(U))
        for name in ("x", "t", "mu", "shift", "scale", "weights", "left_out"):
            if name == "x" or getattr(self, name) is not None:
                convert = real_array if name in ("scale", "weights") else _finite_array
                object.__setattr__(self, name, convert(name, getattr(self, name)))
        object.__setattr__(self, "trajectory", _numbers(self.trajectory))
        n, m = self.U.shape
        for name, value, shape in (
            ("x", self.x, (np.shape(self.x)[0], n)),
            ("trajectory", self.trajectory, (m,)),
            ("column", self.column, (m,)),
            ("t", self.t, (m,)),
            ("mu", self.mu, (np.shape(self.mu)[0] if self.mu is not None else 0, m)),
            ("shift", self.shift, (n, len(np.unique(self.trajectory)))),
            ("scale", self.scale, (n,)),
            ("weights", self.weights, (m,)),
            ("left_out", self.left_out, (m,)),
        ):
            if value is not None and np.shape(value) != shape:
                raise ShapeError(
                    f"snapshots U are {n} dofs x {m} samples, so {name} must have shape {shape}, "
                    f"not {np.shape(value)}"
                )
        root_weights(self.weights, m)
        if self.scale is not None:
            _require_scale(self.scale)

    @classmethod
    def of_trajectories(
        cls,
        trajectories: Sequence[Array],
        *,
        x: Array,
        t: Array,
        mu: Sequence[Sequence[float]] | None = None,
        shift: Sequence[Array] | None = None,
        scale: Array | None = None,
    ) -> Snapshots:
        """Return the columns of K ``trajectories`` (n, k), one trajectory after the other.

        ``t`` (k,) are the times of every trajectory. ``mu`` holds the parameters and ``shift`` the
        shift (n,) of each trajectory. The trajectories have already been shifted and scaled.

        Raises ShapeError if lengths differ, DataError for an entry that is not finite.

        >>> Snapshots.of_trajectories(
        ...     [np.ones((1, 2)), np.zeros((1, 2))],
        ...     x=np.zeros((1, 1)), t=np.array([0.1, 0.2]), mu=[(5.0,), (6.0,)],
        ... ).mu
        array([[5., 5., 6., 6.]])
        """
        K, k = len(trajectories), len(t)
        return cls(
            U=np.hstack(trajectories),
            x=x,
            trajectory=np.repeat(np.arange(K), k),
            t=np.tile(t, K),
            mu=None if mu is None else np.repeat(np.transpose(mu), k, axis=1),
            shift=None if shift is None else np.column_stack(shift),
            scale=scale,
        )

    @property
    def n(self) -> int:
        """Degrees of freedom."""
        return int(self.U.shape[0])

    @property
    def m(self) -> int:
        """Number of snapshots."""
        return int(self.U.shape[1])

    @property
    def groups(self) -> Indices:
        """The number (m,) of the parameter of each snapshot, or of its trajectory.

        It is that of the trajectory if all snapshots have one parameter.
        """
        parameters = parameters_of(self.mu, self.m)
        return parameters if np.ptp(parameters) else self.trajectory

    @property
    def followed(self) -> Indices:
        """The snapshots k (p,) whose next snapshot k + 1 is one time step later.

        Both belong to one trajectory. The time step is the shortest one, but for the rounding of
        times, see `mornet.snapshots.equal_steps`. Where times are unknown, it is the least
        difference of the numbers of columns.
        """
        follows = np.diff(self.trajectory) == 0
        time = self.column if self.t is None else self.t
        if time is not None and follows.any():
            step = np.diff(time.astype(float))
            dt = np.min(step[follows & (step > 0)], initial=np.inf)
            tolerance = step_tolerance(paths_of(time, self.trajectory))
            follows &= np.abs(step - dt) <= tolerance
        return np.flatnonzero(follows)

    @property
    def _numbers(self) -> Indices:
        """The numbers (m,) of the snapshots: ``column``, or 0, 1, ... if none was taken out."""
        return np.arange(self.m) if self.column is None else self.column

    @property
    def unit_of_states(self) -> str:
        """The unit of the states, "" if it is not known; that of U is "1" if U is scaled."""
        return self.units.get("scale", self.units.get("U", ""))

    @property
    def names_of_mu(self) -> tuple[str, ...]:
        """The names of the parameters (p,), () if they are not known."""
        return names_of_mu(self.units, 0 if self.mu is None else len(self.mu))

    @property
    def states(self) -> Array:
        """The states themselves (n, m)."""
        return self.to_states(self.U)

    def to_states(self, U: Array) -> Array:
        """Return the states scale * U + shift (n, m) for ``U`` (n, m)."""
        if self.scale is not None:
            U = self.scale[:, None] * U
        return U if self.shift is None else U + self.shift[:, positions(self.trajectory)]

    def take(self, columns: Indices) -> Snapshots:
        """Return the snapshots ``columns`` (k,); trajectories keep their numbers."""
        kept = np.isin(np.unique(self.trajectory), self.trajectory[columns])
        return replace(
            self,
            U=np.take(self.U.T, columns, axis=0).T,
            trajectory=self.trajectory[columns],
            t=None if self.t is None else self.t[columns],
            column=self._numbers[columns] if self.t is None else None,
            mu=None if self.mu is None else self.mu[:, columns],
            shift=None if self.shift is None else self.shift[:, kept],
            weights=None if self.weights is None else self.weights[columns],
            left_out=None if self.left_out is None else self.left_out[columns],
        )

    def after(self, others: Snapshots) -> Snapshots:
        """Return the snapshots with numbers of trajectories that follow those of ``others``."""
        return replace(self, trajectory=self.trajectory + np.max(others.trajectory) + 1)

    def divided(self, out: Mask, name: str) -> tuple[Snapshots, Snapshots]:
        """Return the snapshots for training, and those where ``out`` (m,) is True.

        ``name`` names the second part, such as "test". Raises DataError naming the part whose
        weights are all zero.
        """
        for part, chosen in (("training", ~out), (name, out)):
            if self.weights is not None and not self.weights[chosen].any():
                raise DataError(
                    f"the weights of all {part} snapshots are zero: choose another split, or other "
                    "weights"
                )
        return self.take(np.flatnonzero(~out)), self.take(np.flatnonzero(out))


def _finite_array(name: str, values: object) -> Array:
    """Return a field as real numbers; DataError if it is missing, or not finite."""
    if values is None:
        raise DataError(f"{name} is None: give places (d, n), such as numpy.arange(n)[None]")
    array = real_array(name, values)
    wrong = np.argwhere(~np.isfinite(array))
    if len(wrong):
        place = ", ".join(map(str, wrong[0]))
        entries = counted(len(wrong), "entry")
        raise DataError(f"{name} is not finite in {entries}; the first is {name}[{place}]")
    return array


def _require_scale(scale: Array) -> None:
    """Raise DataError naming the first degree of freedom whose scale is not a number above 0."""
    wrong = np.flatnonzero(~((scale > 0) & np.isfinite(scale)))
    if len(wrong):
        raise DataError(f"dof {wrong[0]} has scale {scale[wrong[0]]}: give a number > 0")


def _numbers(trajectory: object) -> Indices:
    """Return the whole numbers of trajectories; DataError for others."""
    numbers = np.asarray(trajectory)
    whole = numbers.dtype.kind in "iu"
    if not whole and numbers.dtype.kind == "f":
        whole = bool(np.all(np.isfinite(numbers)) and np.all(numbers == np.rint(numbers)))
    if not whole:
        words = "give each trajectory a whole number, see numpy.unique(labels, return_inverse=True)"
        raise DataError(f"trajectory holds {numbers.dtype}: {words}")
    return numbers if numbers.dtype.kind in "iu" else numbers.astype(int)


def require_data_set(data: object) -> None:
    """Raise OptionError unless ``data`` is a data set."""
    advice = 'a data set is needed, such as read_snapshots(U, axes="dof sample")'
    require_kind("data", data, DataSet, advice)


def positions(numbers: Array | Indices) -> Indices:
    """Return the place (m,) of each of ``numbers`` (m,) among those that differ, in their order.

    >>> positions(np.array([7, 3, 7]))
    array([1, 0, 1])
    """
    return np.unique(numbers, return_inverse=True)[1].reshape(-1)


def name_in(names: Sequence[str], trajectory: int) -> str:
    """Return the name of a trajectory among ``names``; it is its number if it has no name.

    >>> name_in(("wet", "dry"), 1), name_in((), 1)
    ('dry', '1')
    """
    return names[trajectory] if 0 <= trajectory < len(names) else str(trajectory)


def trajectories_of(parts: Sequence[Snapshots]) -> Indices:
    """Return numbers of the trajectories of all ``parts``, one after the other.

    Snapshots of one number and other parameters are of other trajectories.
    """
    rows = np.concatenate([part.trajectory for part in parts])[None].astype(float)
    mu = [part.mu for part in parts if part.mu is not None]
    if len(mu) == len(parts):
        rows = np.vstack([rows, np.hstack(mu)])
    return parameters_of(rows, rows.shape[1])


def units_of_places(data: DataSet) -> tuple[str, ...]:
    """Return the units of the coordinates x (d, n) of a data set, as `units_of_coordinates`."""
    return units_of_coordinates(data.layout, len(data.train.x), data.train.units.get("x", ""))


def units_of_coordinates(layout: DofLayout | None, d: int, unit: str) -> tuple[str, ...]:
    """Return the units of d coordinates, "" where they are not known; ``unit`` is that of x.

    In files of earlier versions "1" stood for that, and the unit of an axis x alone was kept.
    """
    if layout is not None and layout.x_unit is not None:
        return layout.x_unit or ("",) * d
    axes = layout.axis if layout is not None and len(layout.axis) == d else ()
    axes = axes if "x" in axes else ("x",) * d
    of_x = "" if unit in ("1", "index") else unit
    return tuple(of_x if word == "x" else "" for word in axes)


@dataclass(frozen=True, eq=False)
class DataSet:
    """Snapshots with the split their author declares; ``split`` says in words what it is.

    Choices (how long to train, with which settings) are made on ``validation``, never on ``test``;
    `hold_out` takes it from the training part.

    ``denominator`` names the denominator of relative errors: "states" is the norm of the states,
    "snapshots" is the norm of U, which is shifted. Errors are those of U; for scaled snapshots the
    denominator must therefore be "snapshots". The norm is ||U||^2 = sum_j w_j ||u_j||_M^2 with the
    ``weights`` w of the snapshots and the ``inner_product`` M. Without both it is the Frobenius
    norm. ``inner_product`` may have any form that `as_inner_product` takes; it is stored as an
    `InnerProduct`. ``layout`` says where the degrees of freedom stand in the files, if the
    snapshots were read from files. ``trajectory_name`` are the names of the trajectories 0, 1, ...
    of all parts, if the files have words for them.

    Raises OptionError for an unknown denominator, ShapeError if the parts do not fit together,
    DataError for a matrix that is not an inner product.
    """

    kind: ClassVar[str] = "data_set"
    __repr__ = in_short
    name: str
    train: Snapshots
    test: Snapshots
    split: str
    denominator: str = "snapshots"
    validation: Snapshots | None = None
    inner_product: InnerProduct | None = None
    layout: DofLayout | None = None
    trajectory_name: tuple[str, ...] | None = array(
        "trajectory_name", optional=True, about="names of the trajectories 0, 1, ..."
    )

    def __post_init__(self) -> None:
        if self.denominator not in ("states", "snapshots"):
            raise OptionError(f"denominator {self.denominator!r} is not 'states' or 'snapshots'")
        if self.denominator == "states" and self.train.scale is not None:
            raise OptionError(
                f"{self.name}: errors of scaled snapshots are relative to the snapshots; take the "
                "denominator 'snapshots'"
            )
        for name, part in (("test", self.test), ("validation", self.validation)):
            if part is not None and part.n != self.train.n:
                raise ShapeError(
                    f"{self.name}: training snapshots have {self.train.n} dofs, {name} {part.n}"
                )
            if part is not None and (part.weights is None) != (self.train.weights is None):
                raise ShapeError(f"{self.name}: give all parts weights, or none of them")
        product = as_inner_product(self.inner_product, self.train.n)
        object.__setattr__(self, "inner_product", product)

    def name_of(self, trajectory: int) -> str:
        """Return the name of a trajectory; it is its number if the files have no words."""
        return name_in(self.trajectory_name or (), trajectory)

    @property
    def parts(self) -> dict[str, Snapshots]:
        """The training part, the validation part if there is one, and the test part, by name."""
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: part for name, part in parts.items() if part is not None}

    def hold_out(
        self,
        fraction: float = 0.2,
        *,
        rng: np.random.Generator | None = None,
        by: HoldOutBy | None = None,
    ) -> DataSet:
        """Return the data set with a part of its training snapshots held out for validation.

        Whole groups are held out, so that no held-out snapshot has neighbours in time among the
        others. Groups are parameters (snapshots with equal ``mu``) if there are several, otherwise
        trajectories. A single trajectory has its last snapshots held out: ``by`` = "block". ``by``
        overrides this. ``by`` = "snapshot" holds out single snapshots, which have neighbours in
        time in the training part. Their errors are too small, and ``split`` then says so.

        The part ``fraction`` of the groups, or of each trajectory, is held out, at least one.
        ``rng`` draws the groups; without it ``default_rng(0)`` does, so that every run makes the
        same choice.

        Raises OptionError for a fraction outside (0, 1), for fewer than two groups, and if there is
        a validation part; DataError if the weights of a part are all zero.
        """
        if not 0 < fraction < 1:
            raise OptionError(f"fraction = {fraction} must lie between 0 and 1")
        if self.validation is not None:
            raise OptionError(f"{self.name} has a validation part already: {self.split}")
        out, words = held_out(self.name, self.train, fraction, by, rng, self.trajectory_name)
        train, validation = self.train.divided(out, "validation")
        return replace(self, train=train, validation=validation, split=f"{self.split}; {words}")

    @cached_property
    def identity(self) -> str:
        """A checksum of both parts, which identifies the snapshots and their split."""
        sha = hashlib.sha256()
        for part in (self.train, self.test):
            sha.update(str(part.U.shape).encode())
            sha.update(part.U.T.data)  # columns are contiguous
            if part.weights is not None:
                sha.update(b"weights" + np.ascontiguousarray(part.weights).data)
        if self.inner_product is not None:
            for entries in (self.inner_product.row, self.inner_product.column):
                sha.update(np.ascontiguousarray(entries).data)
            sha.update(np.ascontiguousarray(self.inner_product.value).data)
        return sha.hexdigest()[:16]

    def measure(self, part: Snapshots) -> Norm:
        """Return the norm of matrices of the shape of the snapshots of ``part``."""
        return Norm(self.inner_product, part.weights)

    def norm(self, part: Snapshots) -> float:
        """Return the denominator of relative errors on ``part``, the training or test snapshots.

        Raises DataError, which names the part, if its snapshots are all zero.
        """
        norms, root = self.column_norms(part), root_weights(part.weights, part.m)
        whole = float(safe_norm(norms if root is None else root * norms))
        if whole == 0:
            named = [name for name, own in self.parts.items() if own is part]
            which = {"train": "training"}.get(named[0], named[0]) if named else "given"
            raise DataError(
                f"the {which} snapshots of {self.name} are all zero, so that they have no relative "
                "error: choose another split"
            )
        return whole

    def left_out(self, part: Snapshots) -> float:
        """Return the relative error b of ``part`` before any reduction: what coordinates leave out.

        An error e of the coordinates is the error (e^2 + b^2)^{1/2} of the states. Raises DataError
        if the states are all zero.
        """
        if part.left_out is None:
            return 0.0
        whole = self.norm(part)
        root = root_weights(part.weights, part.m)
        parts = part.left_out if root is None else root * part.left_out
        return float(safe_norm(parts)) / whole

    def column_norms(self, part: Snapshots) -> Array:
        """Return the norms (m,) of the columns of the denominator: of the states, or of U.

        What coordinates leave out of the states belongs to these norms.
        """
        states = self.denominator == "states"
        norms = column_norms(part.states if states else part.U, self.inner_product)
        return norms if part.left_out is None else np.hypot(norms, part.left_out)
