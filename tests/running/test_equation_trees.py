"""Trees of the trajectories of an equation, and reduced-order models on their coordinates."""

from pathlib import Path

import numpy as np
import pytest

from mornet.cli import main
from mornet.comparison import (
    AutoencoderMethod,
    HybridMethod,
    PODMethod,
    QuadraticManifoldMethod,
    run_case,
)
from mornet.errors import OptionError, StorageError, StudyError
from mornet.experiments.choices import entry
from mornet.experiments.data_sets import DATA_SETS
from mornet.experiments.reduced_models import reduced_models
from mornet.fom import burgers_problem
from mornet.reduction.composed import composed
from mornet.rom.methods.interface import Start, Training
from mornet.rom.methods.interpolation import InterpolatedGalerkinMethod
from mornet.rom.methods.operator_inference import OperatorInferenceMethod
from mornet.rom.methods.projection import GalerkinMethod, LeastSquaresMethod
from mornet.rom.methods.regression import RegressionMethod
from mornet.running.full_order import behind
from mornet.running.tree_data_set import TreeOptions, tree_data_set
from mornet.snapshots import DataSet
from mornet.storage import load
from mornet.study import parse
from mornet.summary.reduced_models import reduced_models as section
from mornet.tables.reduced_models import reduced_models as table

SETTINGS = {"n": 60, "steps": 24, "final_time": 0.2, "train": (0.9, 1.0, 1.1), "test": (0.95, 1.05)}
BURGERS = entry(DATA_SETS, "burgers", **SETTINGS)
PROBLEM = burgers_problem(**SETTINGS)
TOLERANCE = 2e-3
MUS = (*SETTINGS["train"], *SETTINGS["test"])


def of_equation(folder, tolerance=TOLERANCE, **tree):
    options = TreeOptions(folder=str(folder), **tree)
    return tree_data_set(equation=BURGERS, tolerance=tolerance, tree=options)


def of_states(folder, tolerance=TOLERANCE, **given):
    """The same from files that a user has."""
    folder.mkdir(parents=True, exist_ok=True)
    for i, mu in enumerate(MUS):
        np.save(folder / f"u{i}.npy", PROBLEM.trajectory((mu,)))
    np.save(folder / "t.npy", PROBLEM.t)
    return tree_data_set(
        files=tuple(f"{folder}/u{i}.npy" for i in range(len(MUS))), test_files=(3, 4),
        mu=tuple((mu,) for mu in MUS), tolerance=tolerance, axes="dof sample",
        tree=TreeOptions(folder=str(folder / "nodes")), **{"t": f"{folder}/t.npy", **given},
    )  # fmt: skip


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A file of the data set, what stands behind it, and the fits of a POD and three manifolds."""
    folder = tmp_path_factory.mktemp("equation")
    path = folder / "fronts.h5"
    words = [f"{key}={list(v) if isinstance(v, tuple) else v}" for key, v in SETTINGS.items()]
    equation = "equation={kind: burgers, " + ", ".join(w.replace("=", ": ") for w in words) + "}"
    nodes = f"tree={{folder: {folder}/nodes, centred: true}}"
    given = ["--set", equation, f"tolerance={TOLERANCE}", nodes]
    assert main(["snapshots", "tree", "--name", "fronts", *given, "-o", str(path)]) == 0
    data = load(path, "data_set")
    methods = {
        "POD": PODMethod(), "curved": QuadraticManifoldMethod(),
        "hybrid": HybridMethod(steps=300, trial_steps=100),
        "network": AutoencoderMethod(hidden=(8,), epochs=100),
    }  # fmt: skip
    cases = [run_case(data, name, method, 3, [0]) for name, method in methods.items()]
    return path, data, behind(path), cases


def test_the_coordinates_are_those_of_the_same_states_in_files(tmp_path):
    one, two = of_equation(tmp_path / "nodes"), of_states(tmp_path / "files")
    for a, b in ((one.train, two.train), (one.test, two.test)):
        np.testing.assert_allclose(a.U, b.U, atol=1e-12)  # files are read in other orders
        np.testing.assert_allclose(a.left_out, b.left_out, atol=1e-12)
        for name in ("t", "mu", "trajectory"):
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    made = sorted((tmp_path / "nodes").glob("trajectory-*.h5"))
    assert len(made) == len(MUS)
    before = [path.stat().st_mtime_ns for path in made]
    made[2].unlink()
    of_equation(tmp_path / "nodes", tolerance=1e-2)
    after = [path.stat().st_mtime_ns for path in made]
    assert [a == b for a, b in zip(before, after, strict=True)] == [i != 2 for i in range(len(MUS))]


@pytest.mark.parametrize("blocks", ["snapshots", "rows"])
@pytest.mark.parametrize("centred", [False, True])
def test_the_modes_behind_a_data_set_are_those_of_its_coordinates(tmp_path, blocks, centred):
    path, tree = tmp_path / "d.h5", f"{{folder: {tmp_path}/nodes, blocks: {blocks}}}"
    tree = tree.replace("}", f", centred: {str(centred).lower()}}}")
    equation = "equation={kind: burgers, n: 60, steps: 24, train: [0.9, 1.1], test: [1.0]}"
    assert main(["snapshots", "tree", "--set", equation, f"tree={tree}", "-o", str(path)]) == 0
    data, (coarser, modes) = load(path, "data_set"), behind(path)
    assert (modes.centre is not None) == centred
    for part in (data.train, data.test):
        for k in np.unique(part.trajectory):
            own = part.trajectory == k
            states = coarser.fine.trajectory(tuple(part.mu[:, own][:, 0]))
            np.testing.assert_allclose(modes.encode(states), part.U[:, own], atol=1e-10)
            lost = np.linalg.norm(states - modes.decode(part.U[:, own]), axis=0)
            np.testing.assert_allclose(lost, part.left_out[own], atol=1e-10)


MODELS = {
    "galerkin": GalerkinMethod(),
    "LSPG": LeastSquaresMethod(),
    "euclidean": LeastSquaresMethod(norm="euclidean", start="nearest"),
    "few cells": LeastSquaresMethod(cells=1e-2),
    "deim": InterpolatedGalerkinMethod(),
    "regression": RegressionMethod(),
    "operators": OperatorInferenceMethod(),
}

FIRST = {"deim": 1, "galerkin": 3}  # an affine space; steps on a rough network need not converge


@pytest.mark.parametrize("name", MODELS)
def test_errors_of_models_on_a_tree_are_those_of_the_states(stored, name):
    """decode_tree(decode(z)) against the trajectory of the equation, what the tree left out too."""
    _, data, (coarser, modes), cases = stored
    cases = cases[: FIRST.get(name)]
    record = reduced_models(data, coarser.fine, cases, name, MODELS[name], modes=modes)
    assert record.failure == ()
    assert (record.n, record.m) == (60, 75)
    states = [PROBLEM.trajectory((mu,)) for mu in SETTINGS["test"]]
    left_out = [np.linalg.norm(W - modes.decode(modes.encode(W))) for W in states]
    whole = [np.linalg.norm(W) for W in states]
    assert record.left_out == pytest.approx(np.linalg.norm(left_out) / np.linalg.norm(whole))
    assert record.left_out < TOLERANCE * 2
    for case, floor, error in zip(cases, record.floor, record.error, strict=True):
        reduction = composed(modes, case.models[0])
        expected = [
            np.linalg.norm(W - reduction.decode(reduction.encode(W))) / np.linalg.norm(W)
            for W in states
        ]
        np.testing.assert_allclose(floor, expected, rtol=1e-9)
        assert np.all(floor >= np.array(left_out) / whole)
        predict = MODELS[name].predictor(
            Training(coarser.fine, case.models[0], data.train, modes=modes)
        )
        reached = [
            predict(Start((mu,), 0.0, W[:, 0], W.shape[1] - 1)).states
            for mu, W in zip(SETTINGS["test"], states, strict=True)
        ]
        expected = [
            np.linalg.norm(W - own) / np.linalg.norm(W)
            for W, own in zip(states, reached, strict=True)
        ]
        np.testing.assert_allclose(error, expected, rtol=1e-9)
        # without an equation a model's own fit adds to the floor, however low that is
        fitted = name in ("regression", "operators")
        assert np.all(error < (2 * record.floor[0] + floor if fitted else 4 * floor))


def test_models_on_a_fine_tree_are_those_on_the_states(tmp_path):
    """With all but round-off in the tree, POD of the states is POD of the coordinates."""
    path = tmp_path / "d.h5"
    words = [f"{key}: {list(v) if isinstance(v, tuple) else v}" for key, v in SETTINGS.items()]
    given = [f"equation={{kind: burgers, {', '.join(words)}}}", "tolerance=1e-9"]
    given.append(f"tree={{folder: {tmp_path}/nodes}}")
    assert main(["snapshots", "tree", "--set", *given, "-o", str(path)]) == 0
    tree, (_, modes) = load(path, "data_set"), behind(path)
    full = DataSet(
        "full", PROBLEM.snapshots([(mu,) for mu in SETTINGS["train"]]),
        PROBLEM.snapshots([(mu,) for mu in SETTINGS["test"]]), "by mu",
    )  # fmt: skip
    for method in (GalerkinMethod(), LeastSquaresMethod(), RegressionMethod()):
        one, two = (
            reduced_models(data, PROBLEM, [run_case(data, "POD", PODMethod(), 4, [0])], "x", method,
                           modes=own)
            for data, own in ((tree, modes), (full, None))
        )  # fmt: skip
        np.testing.assert_allclose(one.error, two.error, rtol=1e-6)
        np.testing.assert_allclose(one.floor, two.floor, rtol=1e-6)
        assert one.interpolated == pytest.approx(two.interpolated, rel=1e-6)
        if one.estimate is not None:
            np.testing.assert_allclose(one.estimate, two.estimate, rtol=1e-5)
    assert two.left_out is None


@pytest.mark.parametrize("method", [RegressionMethod(), OperatorInferenceMethod()])
def test_models_without_an_equation_have_errors_of_the_snapshots(tmp_path, method):
    data = of_states(tmp_path / "files")
    cases = [run_case(data, "POD", PODMethod(), 3, [0])]
    record = reduced_models(data, None, cases, "x", method)
    assert record.failures == 0
    assert record.full_seconds is record.estimate is None
    (root,) = (tmp_path / "files/nodes").glob("root-*.h5")
    pod, reduction = load(root), cases[0].models[0]
    for k, mu in enumerate(SETTINGS["test"]):
        W = PROBLEM.trajectory((mu,))
        guess = pod.decode(reduction.decode(reduction.encode(pod.encode(W))))
        assert record.floor[0, k] == pytest.approx(np.linalg.norm(W - guess) / np.linalg.norm(W))
        b = np.linalg.norm(W - pod.decode(pod.encode(W))) / np.linalg.norm(W)
        assert b < record.floor[0, k] <= record.error[0, k] * (1 + 1e-9) < 0.1
    (row,) = table([record]).rows
    assert row[-2:] == ("none", "none")
    caption = table([record]).caption
    assert "No equation is known" in caption
    assert f"{100 * record.left_out:.3g} % of the test states" in caption
    assert "Least error" in section([record])


def test_steps_of_time_may_differ_for_a_regression_but_not_for_operators(tmp_path):
    (tmp_path / "files").mkdir()
    np.save(tmp_path / "files/uneven.npy", PROBLEM.t + 1e-3 * np.sin(np.arange(25)))
    data = of_states(tmp_path / "files", t=f"{tmp_path}/files/uneven.npy")
    cases = [run_case(data, "POD", PODMethod(), 3, [0])]
    record = reduced_models(data, None, cases, "x", RegressionMethod())
    np.testing.assert_allclose(record.t, data.test.t[:25])
    assert np.all(record.error < 0.1)
    with pytest.raises(OptionError, match="takes equal steps of time, not steps from .*regression"):
        reduced_models(data, None, cases, "x", OperatorInferenceMethod())
    bare = of_states(tmp_path / "bare", t=None)
    with pytest.raises(OptionError, match="needs the times of the snapshots: give t"):
        reduced_models(bare, None, cases, "x", RegressionMethod())


def test_the_verb_runs_models_and_says_what_the_tree_leaves_out(stored, tmp_path, capsys):
    path, data, _, _ = stored
    fit, rom = str(tmp_path / "fit.h5"), tmp_path / "rom.h5"
    assert main(["fit", str(path), "quadratic_manifold", "--rank", "3", "-o", fit]) == 0
    assert main(["rom", str(path), "least_squares", fit, "-o", str(rom)]) == 0
    assert f"{data.left_out(data.test):.3g} of the test snapshots" in capsys.readouterr().out
    record = load(rom, "reduced_models")
    assert record.n == 60
    assert len(record.coarsening) > 0
    assert record.left_out < TOLERANCE


def test_the_verb_refuses_a_projection_without_an_equation(tmp_path, capsys):
    of_states(tmp_path / "files")
    words = [f"files={[f'{tmp_path}/files/u{i}.npy' for i in range(5)]}", "test_files=[3, 4]"]
    words += [f"mu={[[mu] for mu in MUS]}", f"t={tmp_path}/files/t.npy", "axes=dof sample"]
    words += [f"tree={{folder: {tmp_path}/nodes}}", f"tolerance={TOLERANCE}"]
    data, fit, rom = (str(tmp_path / name) for name in ("d.h5", "fit.h5", "rom.h5"))
    assert main(["snapshots", "tree", "--set", *words, "-o", data]) == 0
    assert main(["fit", data, "pod", "--rank", "3", "-o", fit]) == 0
    capsys.readouterr()
    assert main(["rom", data, "galerkin", fit, "-o", rom]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(
        "no equation is known, and galerkin, deim and least_squares project one; regression and "
        "operator_inference work without an equation"
    )
    assert main(["rom", data, "regression", fit, "-o", rom]) == 0
    assert load(rom, "reduced_models").error.max() < 0.1


def test_lost_nodes_are_said(tmp_path):
    path = tmp_path / "d.h5"
    equation = "equation={kind: burgers, n: 40, steps: 10, train: [0.9, 1.1], test: [1.0]}"
    tree = f"tree={{folder: {tmp_path}/nodes}}"
    assert main(["snapshots", "tree", "--set", equation, tree, "-o", str(path)]) == 0
    (root,) = Path(tmp_path / "nodes").glob("root-*.h5")
    root.unlink()
    with pytest.raises(StorageError, match=r"root-\w+.h5 of its tree is not there: make the snaps"):
        behind(path)


def test_mistakes_are_said(tmp_path):
    folder = TreeOptions(folder=str(tmp_path))
    with pytest.raises(OptionError, match="give files, or an equation whose trajectories"):
        tree_data_set(tree=folder)
    with pytest.raises(OptionError, match="test_files belongs to files, and the equation makes"):
        tree_data_set(equation=BURGERS, test_files=(1,), tree=folder)
    for kind in ("gaussian", "fitzhugh_nagumo"):
        with pytest.raises(OptionError, match=f"{kind}.*takes an equation with whole trajectories"):
            tree_data_set(equation=entry(DATA_SETS, kind), tree=folder)


def study(roms, **tree):
    tree = {"kind": "tree", "files": ["a.npy", "b.npy"], "test_files": [0]} | tree
    content = {"data_sets": {"runs": tree}, "methods": {"POD": {"kind": "pod"}}}
    return parse(content | {"ranks": {"runs": [1]}, "roms": roms}, "study.yaml")


def test_a_study_says_before_it_runs_which_models_a_tree_allows():
    regression, galerkin = {"kind": "regression"}, {"kind": "galerkin"}
    both = {"r": regression, "g": galerkin}
    equation = {"equation": {"kind": "burgers"}, "files": [], "test_files": []}
    assert study(both, **equation).roms_for("runs") == ["r", "g"]
    assert study({"r": regression}, t="t.npy").roms_for("runs") == ["r"]
    needs = "roms.g has nothing to reduce: it needs a data set with an equation, and a method"
    with pytest.raises(StudyError, match=f"{needs}; regression and operator_inference work with"):
        study(both, t="t.npy")
    with pytest.raises(StudyError, match=r"roms.g.only = 'runs' has no equation to reduce: regr"):
        study({"g": galerkin | {"only": ["runs"]}}, t="t.npy")
    with pytest.raises(StudyError, match=r"data_sets.runs.t is missing: study.roms.r needs the"):
        study({"r": regression})
