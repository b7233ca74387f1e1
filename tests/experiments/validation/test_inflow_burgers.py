"""Published numbers of the Burgers equation with an inflow, on a grid of few cells."""

from functools import partial

import numpy as np
import pytest

from mornet.comparison.methods.best import BestMethod
from mornet.experiments.validation import (
    inflow,
    inflow_burgers,
    inflow_burgers_gaussian_process,
    inflow_burgers_local,
    inflow_burgers_models,
    inflow_burgers_networks,
    inflow_burgers_quadratic,
    inflow_cells,
    inflow_runs,
    judged,
)
from mornet.experiments.validation.inflow_runs import nearest
from mornet.fom import inflow_burgers_problem
from mornet.reduction.best.candidates import Effort
from mornet.rom import trial_manifold


@pytest.fixture(scope="module")
def small():
    """Let all tables compute with 5 x 5 cells and 20 steps."""
    with pytest.MonkeyPatch.context() as patch:
        problem = inflow_burgers_problem(nodes=5, steps=20, final_time=5.0)
        for module in (inflow, inflow_runs, inflow_burgers_local, inflow_cells):
            patch.setattr(module, "inflow_problem", lambda: problem)
        patch.setattr(inflow_burgers, "CURVED", 3)
        patch.setattr(inflow_burgers_local, "CLUSTERS", 3)
        patch.setattr(inflow_cells, "EVERY", 1)
        patch.setattr(inflow_burgers_gaussian_process, "RANK", 3)
        patch.setattr(inflow_burgers_networks, "RANK", 3)
        patch.setattr(inflow_burgers_networks, "HIDDEN", 8)
        patch.setattr(inflow_burgers_networks, "EFFORT", Effort(100, 1e-2))
        forget()
        yield problem
        forget()


def forget():
    for function in (
        inflow.inflow_data,
        inflow.inflow_pod,
        inflow_burgers.inflow_manifold,
        inflow_burgers._training_errors,
        inflow_burgers_gaussian_process._split,
        inflow_burgers_gaussian_process.inflow_process,
        inflow_burgers_gaussian_process._run,
        inflow_burgers_models._run,
        inflow_burgers_local.inflow_atlas,
        inflow_burgers_local._labels,
        inflow_burgers_local._coordinates,
        inflow_burgers_local._overlapping,
        inflow_burgers_local._march,
        inflow_burgers_quadratic._run,
        inflow_cells.inflow_cells,
        inflow_burgers_networks._fit,
        inflow_burgers_networks._number,
    ):
        function.cache_clear()


def number(name, rank=0):
    return inflow_burgers.inflow_burgers_number(number=name, rank=rank)


def test_the_modes_are_the_fewest_that_lose_a_millionth_of_the_energy(small):
    s, q = inflow.inflow_pod().singular_values, int(number("modes"))
    assert number("lost energy") <= 1e-6 < number("lost energy") + s[q - 1] ** 2 / np.sum(s**2)


def test_the_training_errors_average_to_the_lost_energy(small):
    names = ("least training error, %", "mean training error, %", "largest training error, %")
    least, mean, largest = map(number, names)
    assert 0 < least < mean < largest
    U = inflow.inflow_data().train.U
    trajectories = np.split(U, 9, axis=1)
    squares = (inflow_burgers._training_errors() / 100) ** 2
    lost = sum(e * np.sum(X**2) for e, X in zip(squares, trajectories, strict=True))
    about_mean = np.sum((U - U.mean(axis=1, keepdims=True)) ** 2)
    assert lost == pytest.approx(number("lost energy") * about_mean, rel=1e-6)


def test_the_quadratic_manifold_satisfies_the_normal_equations_with_the_ridge(small):
    manifold, U = inflow_burgers.inflow_manifold(), inflow.inflow_data().train.U
    z = manifold.encode(U)
    H = np.array([z[i] * z[j] for i in range(3) for j in range(i + 1)])
    R = U - manifold.centre[:, None] - manifold.V @ z
    gradient = (R - manifold.W @ H) @ H.T - 1e-4 * manifold.W
    assert np.max(abs(gradient)) <= 1e-10 * np.linalg.norm(R) * np.linalg.norm(H)
    assert np.linalg.norm(manifold.V.T @ manifold.W) <= 1e-12 * np.linalg.norm(manifold.W)
    assert np.linalg.norm(R - manifold.W @ H) < np.linalg.norm(R)


def test_the_least_squares_models_start_nearest_and_stay_near_the_projection(small):
    manifold = inflow_burgers.inflow_manifold()
    trial, u = trial_manifold(manifold), small.initial(inflow.MU)
    z = nearest(trial, u)
    distance = np.linalg.norm(trial.state(z) - u)
    assert np.linalg.norm(trial.jacobian(z).T @ (trial.state(z) - u)) <= 1e-6 * distance
    assert distance <= np.linalg.norm(trial.state(trial.code(u)) - u)
    for model, floor in (
        ("POD 153", number("POD", inflow.inflow_pod().r)),
        ("quadratic manifold 17", number("quadratic manifold")),
    ):
        error = inflow_burgers_models.inflow_burgers_model(model=model, measure="error")
        assert 0.3 * floor < error < 5 * floor


def test_the_correction_gains_on_pod_and_its_model_stays_near_the_projection(small, monkeypatch):
    monkeypatch.setattr(judged, "BestMethod", partial(BestMethod, steps=100, trial_steps=20))
    found = inflow_burgers_networks.inflow_burgers_networks(seeds=(0, 1))
    cases = [case.removeprefix("of = ") for case in found.case]
    of, notes = (
        dict(zip(cases, found.computed, strict=True)),
        dict(zip(cases, found.note, strict=True)),
    )
    assert notes.pop(inflow_burgers_networks.JUDGE).startswith("one seed")
    assert all(note.startswith("2 seeds: ") for note in notes.values())
    assert 0 < of["reduction"] < number("POD", 3)
    assert 0 < of[inflow_burgers_networks.JUDGE] <= 1.02 * number("POD", 3)
    for model in ("LSPG", "LSPG, few cells"):
        assert 0.3 * of["reduction"] < of[model] < 5 * of["reduction"]
    assert 0 < of["number of cells"] <= 25
    assert of["seconds of training"] > 0


def test_few_cells_hardly_change_the_error_of_pod(small):
    found = inflow_burgers_models.inflow_burgers_model
    assert 0 < found(model="POD 153, few cells", measure="number of cells") <= 25
    errors = [found(model=model, measure="error") for model in ("POD 153", "POD 153, few cells")]
    ratio = found(model="POD 153, few cells", measure="error over that of all cells")
    assert ratio == errors[1] / errors[0]
    assert 0.5 < ratio < 2


def test_a_gaussian_process_gains_on_pod_and_its_models_stay_near(small):
    process = inflow_burgers_gaussian_process
    found = process.inflow_burgers_gaussian_process_number
    split = process._split()
    assert found(of="distinct snapshots") == 9 * 20 + 1  # the initial states are the same
    assert set(split.trained).isdisjoint(split.held_out)
    floor = found(of="projection")
    assert 0 < floor < number("POD", 3)
    assert 0 < found(of="error of held-out coordinates, %") < 100
    assert found(of="length of the kernel") == process.inflow_process().length
    assert 0 < found(of="number of cells") <= 25
    for model in ("LSPG", "LSPG, few cells"):
        assert 0.3 * floor < found(of=model) < 5 * floor


def test_few_cells_reproduce_the_training_sums_and_hardly_change_the_error(small):
    manifold, number = inflow_burgers.inflow_manifold(), 25
    cells = inflow_cells.inflow_cells(manifold, 1e-3)
    assert 0 < cells.number < number
    np.testing.assert_array_equal(cells.rows[cells.number :], cells.rows[: cells.number] + number)
    assert (cells.weights > 0).all()
    found = inflow_burgers_quadratic.inflow_burgers_quadratic_number
    assert found(cells="few", measure="number of cells") == cells.number
    whole, few = (found(cells=which, measure="error") for which in ("all", "few"))
    assert found(cells="few", measure="error over that of all cells") == few / whole
    assert 0.5 * whole < few < 2 * whole


def test_local_pod_holds_every_snapshot_in_its_cluster_and_its_model_stays_near(small):
    number, U = inflow_burgers_local.inflow_burgers_local_number, inflow.inflow_data().train.U
    atlas, labels = inflow_burgers_local.inflow_atlas(), inflow_burgers_local._labels()
    clusters = inflow_burgers_local._overlapping()
    for k, (chart, columns) in enumerate(zip(atlas.charts, clusters, strict=True)):
        assert set(np.flatnonzero(labels == k)) < set(columns)
        assert number(number="snapshots", cluster=k) == len(columns)
        assert number(number="modes", cluster=k) == chart.r
        about = U[:, columns] - atlas.centres[:, k, None]
        lost = about - chart.V @ (chart.V.T @ about)
        assert np.sum(lost**2) <= 1e-6 * np.sum(about**2)
    floor = number(number="projection")
    assert 0.5 * floor < number(number="LSPG") < 5 * floor


def test_k_means_of_pod_coordinates_are_those_of_the_snapshots(small):
    sklearn = pytest.importorskip("sklearn.cluster")
    U = inflow.inflow_data().train.U
    full = sklearn.KMeans(3, random_state=1, n_init=10).fit(U.T).labels_
    np.testing.assert_array_equal(inflow_burgers_local._labels(), full)
