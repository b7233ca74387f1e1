"""The judge on the coordinates of a POD tree: what they leave out is in all that it says."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mornet.cli import main
from mornet.comparison.judging import judge, look_ahead
from mornet.reduction.best.settings import BestSettings
from mornet.running.tree_data_set import TreeOptions, tree_data_set
from mornet.snapshots import DataSet, Snapshots
from mornet.storage import load

N, MUS, TEST = 100, (1.0, 1.1, 1.2, 1.3, 1.4), 2
T = np.linspace(0, 0.5, 20)
FEW = BestSettings(steps=30, trial_steps=30)


def states(mu):
    """A pulse that travels with the speed mu."""
    x = np.linspace(0, 1, N)[:, None]
    return np.exp(-((x - 0.2 - 0.6 * mu * T) ** 2) / 0.02)


@pytest.fixture
def words(tmp_path, monkeypatch):
    """The files of a tree, and the settings of its data set as words of a command."""
    monkeypatch.chdir(tmp_path)
    for i, mu in enumerate(MUS):
        np.save(f"u{i}.npy", states(mu))
    np.save("t.npy", T)
    mus = f"mu={[[mu] for mu in MUS]}"
    return [f"u{i}.npy" for i in range(len(MUS))], [mus, "t=t.npy", f"test_files=[{TEST}]"]


def of_tree(files, tolerance):
    return tree_data_set(
        files=tuple(files), test_files=(TEST,), axes="dof sample", t="t.npy", tolerance=tolerance,
        mu=tuple((mu,) for mu in MUS), tree=TreeOptions(folder="nodes"),
    )  # fmt: skip


def of_matrix():
    def part(files):
        return Snapshots.of_trajectories(
            [states(MUS[i]) for i in files], x=np.linspace(0, 1, N)[None], t=T,
            mu=[(MUS[i],) for i in files],
        )  # fmt: skip

    return DataSet("full", part([i for i in range(len(MUS)) if i != TEST]), part([TEST]), "by file")


def test_the_judge_says_on_coordinates_what_it_says_on_snapshots(words):
    """With a fine tree the outlook and the errors are the same; a race may draw others."""
    tree, full = of_tree(words[0], 1e-6), of_matrix()
    one, two = (judge(data, 2, settings=FEW) for data in (tree, full))
    assert one.best.variant == two.best.variant
    for a, b in zip(one.references, two.references, strict=True):
        assert a.name == b.name
        assert a.error[0] == pytest.approx(b.error[0], rel=1e-5)
    for name in ("pod_error", "q", "quadratic"):
        assert getattr(one.before, name) == pytest.approx(getattr(two.before, name), rel=1e-3)


def test_what_a_coarse_tree_leaves_out_is_in_the_verdict_and_in_the_outlook(words):
    """The modes leave out nearly as much as POD of two modes, so that little is to gain."""
    data = of_tree(words[0], 0.15)
    assert data.train.n > 2
    found, b = judge(data, 2, settings=FEW), data.left_out(data.test)
    (root,) = Path("nodes").glob("root-*.h5")
    pod, U = load(root), states(MUS[TEST])
    wrong = U - pod.decode(found.best.decode(found.best.encode(pod.encode(U))))
    assert found.error == pytest.approx(np.linalg.norm(wrong) / np.linalg.norm(U), rel=1e-9)
    assert found.error > b
    least = data.left_out(data.train) / found.before.pod_error
    assert 0.2 < least < 1
    assert np.all(found.before.low >= least * 0.9)  # held-out units are not all snapshots
    assert np.all(found.best.ratio >= least * 0.9)
    blind = look_ahead(replace(data, train=replace(data.train, left_out=None)), 2)
    assert blind.pod_error < found.before.pod_error
    assert np.min(blind.low) < np.min(found.before.low)


def test_the_verb_judges_files_by_a_tree(words, capsys):
    files, settings = words
    few = ["--rank", "2", "--dry-run"]
    options = ["axes=dof sample", "tolerance=1e-2", "tree={folder: nodes}"]
    assert main(["judge", *files, "--tree", *few, "--set", *settings, *options]) == 0
    text = capsys.readouterr().out
    data = of_tree(files, 1e-2)
    assert f"tree: {data.train.n} coordinates, 80 training snapshots" in text
    b, b_test = (data.left_out(part) for part in (data.train, data.test))
    assert f"leave out {b:.3g} of the training snapshots, {b_test:.3g} of the test" in text
    assert "expected, in times the error of P" in text
    assert main(["judge", *files, *few]) == 1
    assert "5 files are judged together with --tree" in capsys.readouterr().err
    assert main(["judge", *files, "--tree", *few]) == 1
    assert "test_files: name some of the files" in capsys.readouterr().err


@pytest.mark.parametrize(("test", "which"), [(0, "test"), (1, "training")])
def test_a_part_that_is_all_zero_has_no_relative_error(words, capsys, test, which):
    np.save("u0.npy", np.zeros((N, len(T))))
    rest = ["--rank", "1", "--dry-run", "--set", f"test_files=[{test}]"]
    assert main(["judge", "u0.npy", "u1.npy", "--tree", *rest]) == 1
    assert f"the {which} snapshots of tree are all zero" in capsys.readouterr().err
