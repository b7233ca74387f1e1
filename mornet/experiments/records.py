"""What the experiments return: one record each, the content of one result file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mornet.nn import Network
from mornet.records import Array, Indices, array
from mornet.reduction.interface import Reduction


@dataclass(frozen=True, eq=False)
class EnteringExample:
    """The run of the article's ten-point example (Higham and Higham 2019, Sections 2 and 6).

    ``cost`` is the article program's sum_i ||y_i - F(x_i)||^2, which is 2 N J. ``region`` is true
    where the first output exceeds the second, on the grid of the axes ``x1`` and ``x2``.
    """

    kind: ClassVar[str] = "entering_example"
    network: Network
    x: Array = array("coordinate", "point", about="the points")
    y: Array = array("category", "point", about="targets: (1, 0) or (0, 1)")
    p: Array = array("entry", about="trained parameters")
    step: Indices = array("step", about="stochastic-gradient steps done")
    cost: Array = array("step", about="sum of squared residual norms, 2 N J")
    x1: Array = array("x1", about="first coordinate of the grid")
    x2: Array = array("x2", about="second coordinate of the grid")
    region: Indices = array("x2", "x1", about="1 where the first category wins, else 0")
    reference_cost: float = array(about="final cost of an independent run (GNU Octave), if any")
    seconds: float = array(units="s", about="wall time of the training", measured=True)


@dataclass(frozen=True, eq=False)
class Case:
    """One method at one rank on one data set, for several seeds.

    Errors are relative, in the Frobenius norm, with the data set's denominator. ``optimum`` is the
    Eckart-Young error of rank r, from the SVD that the method has to be compared with: uncentred, or
    centred for a method with biases. ``curve`` is the training error on the way, nothing for a POD.
    """

    kind: ClassVar[str] = "case"
    data_set: str
    method: str
    rank: int
    seed: Indices = array("seed")
    train_error: Array = array("seed", about="relative error on the training snapshots")
    test_error: Array = array("seed", about="relative error on the test snapshots")
    worst_test_error: Array = array("seed", about="largest error of one test snapshot, relative")
    optimum: float = array(about="training error of the POD of the same rank and centring")
    angle: Array = array("seed", units="rad", about="largest angle, decoder's range to POD's")
    parameters: int = array(about="numbers that the decoder and encoder hold")
    models: tuple[Reduction, ...] = ()
    epoch: Array | None = array("epoch", about="epochs or sweeps done", optional=True)
    curve: Array | None = array("seed", "epoch", about="training error on the way", optional=True)
    seconds: Array | None = array("seed", units="s", about="time", measured=True, optional=True)


@dataclass(frozen=True, eq=False)
class Comparison:
    """All cases of one data set side by side; a POD has the same error for every seed."""

    kind: ClassVar[str] = "comparison"
    data_set: str
    denominator: str
    split: str
    method: tuple[str, ...] = array("method")
    rank: Indices = array("rank")
    seed: Indices = array("seed")
    train_error: Array = array("method", "rank", "seed")
    test_error: Array = array("method", "rank", "seed")
    worst_test_error: Array = array("method", "rank", "seed")
    optimum: Array = array("method", "rank", about="Eckart-Young error the method is held against")
    angle: Array = array("method", "rank", "seed", units="rad")
    parameters: Indices = array("method", "rank")
    seconds: Array = array("method", "rank", "seed", units="s", measured=True)


@dataclass(frozen=True, eq=False)
class UpdateStudy:
    """Updates of a trained network after its targets move by t F.

    ``error`` is the root mean square difference, over a grid of inputs, between the outputs of the
    updated network and those of the network on the continued branch of stationary points.
    """

    kind: ClassVar[str] = "update_study"
    network: Network
    decay: float
    p: Array = array("entry", about="the stationary point that is updated")
    cost: float = array(about="J at p")
    gradient_norm: float = array(about="||grad J(p)||, round-off where p is stationary")
    eigenvalues: Array = array("eigenvalue", about="of the Hessian at p, ascending")
    F: Array = array("category", "point", about="direction of the targets, ||F||_F = 1")
    t: Array = array("t", about="size of the perturbation")
    branch: Array = array("t", "entry", about="parameters on the continued branch")
    branch_gradient_norm: Array = array("t", about="||grad J|| on the branch")
    method: tuple[str, ...] = array("method")
    order: Indices = array("method", about="order of accuracy that theory promises")
    error: Array = array("method", "t", about="rms difference of outputs to the branch's")
    parameter_error: Array = array("method", "t", about="||q - p*(t)||")
    residual: Array = array("method", "t", about="||grad J|| at the updated parameters")
    slope: Array = array("method", about="measured order: median of the local slopes")
    used: Indices = array("method", "t", about="1 where the point counts for the slope")
