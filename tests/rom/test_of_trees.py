"""Reduced-order models of snapshots in files, on the modes of their POD tree."""

import numpy as np
import pytest

from mornet.fom import burgers_problem
from mornet.reduction import fit_pod
from mornet.rom.methods.interface import Start, Training
from mornet.rom.methods.operator_inference import OperatorInferenceMethod
from mornet.rom.methods.projection import LeastSquaresMethod
from mornet.rom.methods.regression import RegressionMethod
from mornet.running.tree_data_set import TreeOptions, tree_data_set
from mornet.storage import load

SPEEDS = (0.9, 0.95, 1.0, 1.1)
PROBLEM = burgers_problem(n=50, steps=40, final_time=0.2, train=SPEEDS, test=(0.97,))
TOLERANCE = 1e-3


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """The coordinates of four files, the states in them, and the POD at the root of the tree."""
    folder = tmp_path_factory.mktemp("files")
    states = [PROBLEM.trajectory((mu,)) for mu in SPEEDS]
    for i, U in enumerate(states):
        np.save(folder / f"u{i}.npy", U)
    np.save(folder / "t.npy", np.linspace(0, PROBLEM.final_time, PROBLEM.steps + 1))
    data = tree_data_set(
        files=tuple(str(folder / f"u{i}.npy") for i in range(4)), test_files=(1,),
        t=str(folder / "t.npy"), mu=tuple((mu,) for mu in SPEEDS), axes="dof sample",
        tolerance=TOLERANCE, tree=TreeOptions(folder=str(folder / "nodes")),
    )  # fmt: skip
    (root,) = (folder / "nodes").glob("root-*.h5")
    return data, states, load(root, "pod")


@pytest.mark.parametrize("method", [RegressionMethod(), OperatorInferenceMethod(quadratic=False)])
def test_errors_of_models_without_equations_are_those_of_the_snapshots(tree, method):
    """An error e of predicted coordinates is the error (e^2 + b^2)^(1/2) of the snapshots."""
    data, states, pod = tree
    reduction = fit_pod(data.train.U, rank=4)
    training = Training(PROBLEM, reduction, data.train)
    start = Start((SPEEDS[1],), 0.0, data.test.U[:, 0], PROBLEM.steps)
    prediction = method.predictor(training)(start)
    e = np.linalg.norm(prediction.states - data.test.U) / data.norm(data.test)
    wrong = pod.decode(prediction.states) - states[1]
    error = np.linalg.norm(wrong) / np.linalg.norm(states[1])
    b = data.left_out(data.test)
    assert 0 < b < 2 * TOLERANCE
    assert error == pytest.approx(np.hypot(e, b), rel=1e-9)
    assert error < 0.05


@pytest.mark.parametrize("rank", [2, 4])
def test_models_on_modes_of_a_tree_are_as_good_as_on_pod(tree, rank):
    """The bound of the tree is far below what so few modes leave out."""
    _, states, pod = tree
    exact, train = fit_pod(np.hstack(states), rank=rank), PROBLEM.data_set().train
    start = Start((SPEEDS[1],), 0.0, states[1][:, 0], PROBLEM.steps)
    errors = []
    for reduction in (pod.truncate(rank), exact):
        predict = LeastSquaresMethod().predictor(Training(PROBLEM, reduction, train))
        wrong = predict(start).states - states[1]
        errors.append(np.linalg.norm(wrong) / np.linalg.norm(states[1]))
    assert errors[0] == pytest.approx(errors[1], rel=0.05)
    assert pod.relative_truncation_error <= TOLERANCE < errors[1]
