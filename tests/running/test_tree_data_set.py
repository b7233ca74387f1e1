"""A data set of the coordinates of a POD tree: their errors are errors of the snapshots."""

import numpy as np
import pytest
import yaml

from mornet.cli import main
from mornet.comparison import AutoencoderMethod, PODMethod, compare, run_case
from mornet.comparison.errors import error_on
from mornet.comparison.references import references
from mornet.errors import OptionError, ShapeError, StudyError
from mornet.reduction import fit_pod, relative_error
from mornet.running.beforehand import check
from mornet.running.tree_data_set import TreeOptions, tree_data_set
from mornet.storage import load, origin
from mornet.study import read
from mornet.summary import summary

N, M, SPEEDS = 60, 30, (1.0, 1.1, 1.2, 1.3)
BELOW = 1 + 1e-12


@pytest.fixture
def files(tmp_path):
    """Four files of one parameter each, with waves that are not of low rank."""
    x, t = np.linspace(0, 1, N)[:, None], np.linspace(0, 0.5, M)
    np.save(tmp_path / "t.npy", t)
    for i, speed in enumerate(SPEEDS):
        np.save(tmp_path / f"u{i}.npy", np.exp(-((x - 0.2 - speed * t) ** 2) / 0.01))
    return tuple(str(tmp_path / f"u{i}.npy") for i in range(4))


def built(files, tmp_path, **changes):
    options = TreeOptions(folder=str(tmp_path / "nodes"), centred=changes.pop("centred", False))
    given = {"files": files, "test_files": (1,), "tolerance": 1e-2, "axes": "dof sample"}
    return tree_data_set(tree=options, **(given | changes))


@pytest.mark.parametrize("centred", [False, True])
def test_the_error_of_snapshots_follows_from_that_of_coordinates(files, tmp_path, centred):
    data = built(files, tmp_path, centred=centred)
    (place,) = (tmp_path / "nodes").glob("root-*.h5")
    tree, U = load(place), np.load(files[1])
    pod = fit_pod(data.train.U, rank=5)
    e = relative_error(pod, data.test.U, data.norm(data.test))
    wrong = U - tree.decode(pod.decode(pod.encode(tree.encode(U))))
    X = U - tree.centre[:, None] if centred else U
    assert data.norm(data.test) == pytest.approx(np.linalg.norm(X), rel=1e-12)
    b = data.left_out(data.test)
    assert np.hypot(e, b) == pytest.approx(np.linalg.norm(wrong) / np.linalg.norm(X), rel=1e-9)
    assert e > b > 0
    assert error_on(data, pod, data.test) == np.hypot(e, b)


def test_errors_optima_references_and_curves_are_those_of_the_snapshots(files, tmp_path):
    """A reduction of all coordinates leaves out b, and so does every number of a comparison."""
    mu = tuple((speed,) for speed in SPEEDS)
    data = built(files, tmp_path, mu=mu, t=str(tmp_path / "t.npy"), tolerance=0.3)
    (place,) = (tmp_path / "nodes").glob("root-*.h5")
    tree, train = load(place), np.hstack([np.load(files[i]) for i in (0, 2, 3)])
    methods = {"POD": PODMethod(), "network": AutoencoderMethod(hidden=(4,), epochs=2)}
    both = compare(data, methods, ranks=(1, data.train.n), seeds=(0,))
    b, b_test = data.left_out(data.train), data.left_out(data.test)
    V = tree.V
    assert b == pytest.approx(np.linalg.norm(train - V @ (V.T @ train)) / np.linalg.norm(train))
    assert both.optimum[0, 1] == pytest.approx(b, rel=1e-9)
    assert both.train_error[0, 1, 0] == pytest.approx(b, rel=1e-9)
    assert both.test_error[0, 1, 0] == pytest.approx(b_test, rel=1e-9)
    first = np.linalg.norm(V.T @ train, 2) / np.linalg.norm(train)
    assert both.optimum[0, 0] == pytest.approx(np.sqrt(1 - first**2), rel=1e-9)
    case = run_case(data, "network", methods["network"], 1, seeds=(0,))
    assert case.curve[0].min() > b
    mean, U = V @ (V.T @ train.mean(axis=1)[:, None]), np.load(files[1])
    of = {reference.name: reference.error[0] for reference in references(data, (1,))}
    assert of["mean"] == pytest.approx(np.linalg.norm(U - mean) / np.linalg.norm(U), rel=1e-9)


def test_the_coordinates_leave_out_less_than_the_bound(files, tmp_path):
    data = built(files, tmp_path)
    (place,) = (tmp_path / "nodes").glob("root-*.h5")
    both = (data.train, data.test)
    squares = sum((data.left_out(part) * data.norm(part)) ** 2 for part in both)
    norm = np.hypot(*(data.norm(part) for part in both))
    assert np.sqrt(squares) / norm <= load(place).relative_truncation_error * BELOW <= 1e-2


def test_files_are_trajectories_with_their_parameters_and_times(files, tmp_path):
    mu = tuple((speed,) for speed in SPEEDS)
    data = built(files, tmp_path, mu=mu, t=str(tmp_path / "t.npy"), test_files=(1, 2))
    assert (data.train.m, data.test.m) == (2 * M, 2 * M)
    assert list(np.unique(data.test.mu)) == [1.1, 1.2]
    np.testing.assert_array_equal(data.test.t[:M], np.linspace(0, 0.5, M))
    held = data.hold_out(0.5)
    assert held.validation.left_out.shape == (held.validation.m,)


def test_times_of_files_of_different_lengths_are_those_of_all(files, tmp_path):
    np.save(files[1], np.load(files[1])[:, :20])
    times = np.concatenate([np.linspace(i, i + 0.5, m) for i, m in enumerate((M, 20, M, M))])
    np.save(tmp_path / "t.npy", times)
    data = built(files, tmp_path, t=str(tmp_path / "t.npy"))
    np.testing.assert_array_equal(data.test.t, np.linspace(1, 1.5, 20))
    np.testing.assert_array_equal(data.train.t, np.delete(times, range(M, M + 20)))


def test_a_study_fits_methods_to_the_coordinates(files, tmp_path, capsys):
    words = [f"files={list(files)}", "test_files=[1]", "tolerance=1e-2", "axes=dof sample"]
    words += [f"tree={{folder: {tmp_path / 'nodes'}, jobs: 1}}"]
    data = tmp_path / "data.h5"
    assert main(["snapshots", "tree", "--set", *words, "-o", str(data)]) == 0, capsys.readouterr()
    assert main(["fit", str(data), "pod", "--rank", "3", "-o", str(tmp_path / "fit.h5")]) == 0
    assert load(tmp_path / "fit.h5").test_error[0] < 1
    assert "which leave out at most" in load(data).split
    (root,) = origin(data).inputs
    assert load(root, "pod").r == load(data).train.n
    assert main(["compare", str(data), str(tmp_path / "fit.h5"), "-o", str(tmp_path / "c.h5")]) == 0
    page = summary("Runs", [load(tmp_path / "c.h5"), load(data)])
    assert f"{load(data).left_out(load(data).test):.3g} of the test snapshots" in page
    np.testing.assert_array_equal(load(data).train.left_out > 0, True)


def test_mistakes_are_said(files, tmp_path):
    with pytest.raises(OptionError, match="test_files = 4: the files have the numbers 0 to 3"):
        built(files, tmp_path, test_files=(4,))
    with pytest.raises(OptionError, match="name some of the files, and not all"):
        built(files, tmp_path, test_files=(0, 1, 2, 3))
    with pytest.raises(OptionError, match="names one file twice"):
        built((*files, files[0]), tmp_path)
    with pytest.raises(ShapeError, match="4 files need as many parameters mu, not 1"):
        built(files, tmp_path, mu=((1.0,),))
    np.save(tmp_path / "t.npy", np.zeros(3))
    with pytest.raises(ShapeError, match=r"t.npy holds 3 times; files hold \[30, 30, 30, 30\]"):
        built(files, tmp_path, t=str(tmp_path / "t.npy"))


def test_before_a_study_runs_its_tree_is_planned_and_not_computed(files, tmp_path):
    study = tmp_path / "study.yaml"
    given = {"kind": "tree", "files": list(files), "test_files": [1], "axes": "dof sample"}
    given["tree"] = {"folder": str(tmp_path / "nodes")}
    study.write_text(yaml.safe_dump({"data_sets": {"runs": given}}))
    assert check(read(study)) == {}
    given["tree"]["rank"] = 5
    study.write_text(yaml.safe_dump({"data_sets": {"runs": given}, "ranks": {"runs": [5, 6]}}))
    with pytest.raises(StudyError, match=rf"study.ranks.runs: 6 .* most the shape \(5, {3 * M}\)"):
        check(read(study))
    assert not (tmp_path / "nodes").exists()
    np.save(files[2], np.zeros((3, M)))
    with pytest.raises(StudyError, match=r"study.data_sets.runs: .* different numbers of dofs"):
        check(read(study))


def test_blocks_of_rows_give_the_same_errors(files, tmp_path):
    one = built(files, tmp_path, centred=True)
    options = TreeOptions(folder=str(tmp_path / "rows"), centred=True, blocks="rows")
    given = {"files": files, "test_files": (1,), "tolerance": 1e-2, "axes": "dof sample"}
    two = tree_data_set(tree=options, **given)
    for a, b in ((one.train, two.train), (one.test, two.test)):
        assert one.norm(a) == pytest.approx(two.norm(b), rel=1e-12)
    assert two.left_out(two.test) <= one.left_out(one.test) * 1.5
    assert "which leave out at most" in two.split
