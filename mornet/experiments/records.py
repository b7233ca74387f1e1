"""What the experiments return: one record each, the content of one result file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mornet.nn import Network
from mornet.records import Array, Indices, array
from mornet.reduction.compare import Case, Comparison  # noqa: F401


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
class UpdateStudy:
    """Updates of a trained network after its targets move by t F.

    ``error`` is the root mean square difference, over a grid of inputs, between the outputs of the
    updated network and those of the network on the continued branch of stationary points.
    """

    kind: ClassVar[str] = "update_study"
    network: Network
    decay: float
    seed: int
    starts: int
    p: Array = array("entry", about="the stationary point that is updated")
    cost: float = array(about="J at p")
    gradient_norm: float = array(about="||grad J(p)||, round-off where p is stationary")
    distance: float = array(about="||H^-1 grad J(p)||, to first order how far the minimum is")
    eigenvalues: Array = array("eigenvalue", about="of the Hessian at p, ascending")
    minima: Array = array("minimum", about="J of all distinct minima found, ascending")
    hits: Indices = array("minimum", about="number of starts that ended in each")
    F: Array = array("category", "point", about="direction of the targets, ||F||_F = 1")
    t: Array = array("t", about="size of the perturbation")
    branch: Array = array("t", "entry", about="parameters on the continued branch")
    branch_gradient_norm: Array = array("t", about="||grad J|| on the branch")
    branch_distance: Array = array("t", about="||H^-1 grad J|| on the branch")
    smallest_eigenvalue: Array = array("t", about="of the Hessian on the branch, 0 at a fold")
    method: tuple[str, ...] = array("method")
    order: Indices = array("method", about="order of accuracy that theory promises")
    gradients: Indices = array("method", about="gradients that one update costs")
    hessians: Indices = array("method", about="Hessians, with factorisation, that one update costs")
    solves: Indices = array("method", about="solves with a factorised Hessian, for one update")
    error: Array = array("method", "t", about="rms difference of outputs to the branch's")
    parameter_error: Array = array("method", "t", about="||q - p*(t)||")
    residual: Array = array("method", "t", about="||grad J|| at the updated parameters")
    floor: float = array(about="round-off of an error, eps cond(H)^(1/2) times the output")
    output: float = array(about="rms of the outputs at p over the grid")
    slope: Array = array("method", about="measured order: median of the local slopes")
    used: Indices = array("method", "t", about="1 where the point counts for the slope")
