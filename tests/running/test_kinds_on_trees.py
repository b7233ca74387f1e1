"""Every kind of method on the coordinates of a POD tree, against the same on the full matrix."""

import numpy as np
import pytest

from mornet.comparison import run_case
from mornet.errors import OptionError, StudyError
from mornet.experiments.methods import METHODS
from mornet.linalg import Norm, as_inner_product
from mornet.running.tree_data_set import TreeOptions, tree_data_set
from mornet.snapshots import DataSet, Snapshots
from mornet.storage import load
from mornet.study import parse

N, MUS, TEST = 120, (1.0, 1.1, 1.2, 1.3, 1.4), 2
T = np.linspace(0, 0.5, 25)
FEW = {"steps": 40, "trial_steps": 40}
EXACT = {  # kind -> settings, of methods whose result the snapshots determine
    "pod": {},
    "PCA": {"centre": True},
    "dmd": {},
    "linear_autoencoder": {},
    "quadratic_manifold": {},
    "gaussian_process": {},
}
TRAINED = {  # of methods with a random start; the number of coordinates decides what is drawn
    "autoencoder": {"hidden": (8,), "epochs": 3},
    "hybrid": {"steps": 200, "trial_steps": 200},
    "best": FEW,
}
ALIKE = {"autoencoder": 1e-2, "hybrid": 0.3}  # relative differences; a race may draw others


def mass_matrix():
    """Linear finite elements on [0, 1]."""
    M = np.zeros((N, N))
    for i in range(N - 1):
        M[i : i + 2, i : i + 2] += np.array([[2, 1], [1, 2]]) / (6 * (N - 1))
    return M


@pytest.fixture(scope="module", params=["weights", "no weights"])
def runs(request, tmp_path_factory):
    """The data set of a tree, that of the full snapshots less their mean, and the tree's POD.

    The snapshots have weights or not, a mass matrix and a mean.
    """
    folder, x = tmp_path_factory.mktemp("runs"), np.linspace(0, 1, N)[:, None]
    U = [0.3 * mu * x + np.exp(-((x - 0.2 - 0.6 * mu * T) ** 2) / 0.02) for mu in MUS]
    for i, states in enumerate(U):
        np.save(folder / f"u{i}.npy", states)
    w = np.where((T[0] == T) | (T[-1] == T), 0.5, 1.0) if request.param == "weights" else None
    if w is not None:
        np.save(folder / "w.npy", w)
    np.save(folder / "t.npy", T)
    np.save(folder / "M.npy", mass_matrix())
    tree = tree_data_set(
        files=tuple(f"{folder}/u{i}.npy" for i in range(len(MUS))), axes="dof sample",
        test_files=(TEST,), t=f"{folder}/t.npy", mu=tuple((mu,) for mu in MUS), tolerance=1e-4,
        tree=TreeOptions(
            folder=f"{folder}/nodes", centred=True, fan_in=2, inner_product=f"{folder}/M.npy",
            weights=None if w is None else f"{folder}/w.npy",
        ),
    )  # fmt: skip
    (root,) = (folder / "nodes").glob("root-*.h5")
    every = None if w is None else np.tile(w, len(MUS))
    mean = np.average(np.hstack(U), axis=1, weights=every)[:, None]

    def part(files):
        return Snapshots(
            np.hstack([U[i] - mean for i in files]), x.T, np.repeat(np.arange(len(files)), len(T)),
            t=np.tile(T, len(files)), mu=np.repeat([MUS[i] for i in files], len(T))[None],
            weights=None if w is None else np.tile(w, len(files)),
        )  # fmt: skip

    train = [i for i in range(len(MUS)) if i != TEST]
    full = DataSet("full", part(train), part([TEST]), "by file", inner_product=mass_matrix())
    return tree, full, load(root, "pod")


def case_of(data, kind, settings):
    method = METHODS["pod" if kind == "PCA" else kind].load()(**settings)
    return run_case(data, kind, method, 2, [0])


def whole_errors(model, full, pod):
    """The relative errors of full snapshots, encoded and decoded by the tree's modes as well."""
    for part in (full.train, full.test):
        z = pod.encode(part.U + pod.centre[:, None])
        wrong = part.U + pod.centre[:, None] - pod.decode(model.decode(model.encode(z)))
        norm = Norm(as_inner_product(full.inner_product, N), part.weights)
        yield norm.of(wrong) / norm.of(part.U)


@pytest.mark.parametrize(("kind", "settings"), [*EXACT.items(), *TRAINED.items()])
def test_a_fit_in_the_coordinates_of_a_tree_is_that_of_the_snapshots(runs, kind, settings):
    tree, full, pod = runs
    if kind == "dmd" and tree.train.weights is not None:
        with pytest.raises(OptionError, match="pairs of snapshots, which have no weights"):
            case_of(tree, kind, settings)
        return
    case, other = (case_of(data, kind, settings) for data in (tree, full))
    errors = np.array([case.train_error[0], case.test_error[0]])
    np.testing.assert_allclose(errors, list(whole_errors(case.models[0], full, pod)), rtol=1e-9)
    b = np.array([tree.left_out(part) for part in (tree.train, tree.test)])
    assert np.all((b > 0) & (b < errors))
    expected = [other.train_error[0], other.test_error[0]]
    if kind in EXACT:  # (e^2 + b^2)^(1/2), up to the tolerance of an iteration
        np.testing.assert_allclose(errors, np.hypot(expected, b), rtol=0, atol=b.min())
    elif kind in ALIKE:
        np.testing.assert_allclose(errors, expected, rtol=ALIKE[kind])
    winners = [getattr(each.models[0], "variant", "") for each in (case, other)]
    assert winners[0] == winners[1] != "POD"  # the hybrid and the winner of a race have learned


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("convolutional_autoencoder", {}),
        ("autoencoder", {"decoder_density": 0.3, "pod_tolerance": None}),
    ],
)
def test_methods_that_need_places_are_refused_before_and_while_they_run(runs, kind, settings):
    with pytest.raises(OptionError, match="needs the places of the degrees of freedom"):
        case_of(runs[0], kind, settings)
    tree = {"kind": "tree", "files": ["a.npy", "b.npy"], "test_files": [0]}
    study = {"data_sets": {"runs": tree, "wave": {"kind": "step_wave"}}}
    study |= {"ranks": {"runs": [1], "wave": [1]}}
    method = {"kind": kind, **settings}
    with pytest.raises(StudyError, match=r"study.methods.net needs the places .*methods.net.only"):
        parse(study | {"methods": {"net": method}}, "study.yaml")
    parse(study | {"methods": {"net": method | {"only": ["wave"]}}}, "study.yaml")
