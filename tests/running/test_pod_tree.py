"""A POD tree of files: restarts compute lost nodes alone, and the bound holds."""

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from mornet.cli import main
from mornet.errors import MornetError, OptionError, ShapeError
from mornet.linalg import Norm, as_inner_product, orthonormality_error
from mornet.reduction import fit_pod
from mornet.running import pod_tree
from mornet.running.pod_tree import bound_of, coordinates_of, measured_error, pod_of, run_tree
from mornet.running.tree_plan import COPIES, TreeSettings, planned
from mornet.storage import load

N = 50


@pytest.fixture
def places(tmp_path):
    """Three files of one parameter each, with waves that are not of low rank."""
    x = np.linspace(0, 1, N)[:, None]
    for i, speed in enumerate((1.0, 1.2, 1.4)):
        t = np.linspace(0, 0.5, 40)[None]
        np.save(tmp_path / f"u{i}.npy", np.exp(-((x - 0.2 - speed * t) ** 2) / 0.01))
    return [str(tmp_path / f"u{i}.npy") for i in range(3)]


def settings(**changes):
    """Leaves of at most 10 snapshots: twelve of them, in two levels below the root."""
    given = {"tolerance": 1e-3, "axes": "dof sample", "memory": 8 * N * COPIES * 10, "fan_in": 4}
    return TreeSettings(**(given | changes))


@pytest.mark.parametrize("centred", [False, True])
def test_measured_error_is_below_the_bound(places, tmp_path, centred):
    roomy = settings(centred=centred, memory=8 * N * COPIES * 40, fan_in=2)
    tree = run_tree(places, tmp_path / "nodes", roomy)
    pod, measured = pod_of(tree, roomy), measured_error(tree, roomy)
    assert 0 < measured <= pod.relative_truncation_error <= 1e-3
    U = np.hstack([np.load(place) for place in places])
    X = U - pod.centre[:, None] if centred else U
    true = np.linalg.norm(U - pod.decode(pod.encode(U))) / np.linalg.norm(X)
    assert measured == pytest.approx(true, rel=1e-9)


def test_only_lost_nodes_are_computed_again(places, tmp_path, monkeypatch):
    made = []
    write = pod_tree.write_node
    monkeypatch.setattr(
        pod_tree, "write_node", lambda job, **rest: (made.append(job.out.name), write(job, **rest))
    )
    use = settings(memory=8 * N * COPIES * 40, fan_in=2, tolerance=0.1)
    first = run(places, tmp_path / "nodes", use)
    plan = planned(places, tmp_path / "nodes", use)
    assert made == [job.out.name for job in plan.jobs]
    made.clear()
    again = run(places, tmp_path / "nodes", use)
    assert made == []
    np.testing.assert_array_equal(again.V, first.V)
    lost, damaged = plan.levels[0][1].out, plan.levels[1][0].out
    lost.unlink()
    damaged.write_bytes(damaged.read_bytes()[:5000])
    again = run(places, tmp_path / "nodes", use)
    assert made == [lost.name, damaged.name]
    np.testing.assert_array_equal(again.V, first.V)
    made.clear()
    np.save(places[2], 2 * np.load(places[2]))
    os.utime(places[2], (0, 0))  # as by cp -p of an older file
    run(places, tmp_path / "nodes", use)
    assert [name.split("-")[0] for name in made[:3]] == ["leaf", "merge", "root"]
    assert len(made) == 3 + len(plan.last)


def run(places, folder, use):
    """The POD of a tree."""
    return pod_of(run_tree(places, folder, use), use)


def test_processes_give_the_same_bits(places, tmp_path):
    memory = 8 * N * COPIES * 40
    one, two = (
        run(places, tmp_path / f"{jobs}", settings(memory=memory, fan_in=3, jobs=jobs))
        for jobs in (1, 2)
    )
    np.testing.assert_array_equal(one.V, two.V)


@pytest.mark.parametrize("blocks", ["snapshots", "rows"])
@pytest.mark.parametrize("centred", [False, True])
def test_weights_inner_product_and_mean_are_those_of_a_pod_in_memory(
    places, tmp_path, blocks, centred
):
    rng = np.random.default_rng(0)
    w, M = rng.uniform(0.1, 2, 40), rng.uniform(0.5, 3, N)
    w[3] = 0.0
    np.save(tmp_path / "w.npy", w)
    np.save(tmp_path / "M.npy", M)
    given = {"weights": str(tmp_path / "w.npy"), "inner_product": str(tmp_path / "M.npy")}
    memory = 8 * N * COPIES * (40 if blocks == "snapshots" else 130)
    use = settings(centred=centred, blocks=blocks, memory=memory, tolerance=1e-2, **given)
    tree = run_tree(places, tmp_path / "nodes", use)
    pod = pod_of(tree, use)
    U, every = np.hstack([np.load(place) for place in places]), np.tile(w, 3)
    exact = fit_pod(
        U, rank=pod.r, weights=every, inner_product=M, centre="mean" if centred else None
    )
    norm = Norm(as_inner_product(M, N), every)
    error, best = (norm.of(U - each.decode(each.encode(U))) for each in (pod, exact))
    X = U - exact.centre[:, None] if centred else U
    assert best * (1 - 1e-9) <= error <= bound_of(tree, use) * norm.of(X) * (1 + 1e-9)
    assert bound_of(tree, use) <= 1e-2
    assert measured_error(tree, use) == pytest.approx(error / norm.of(X), rel=1e-8)
    assert orthonormality_error(pod.V, pod.inner_product) < 1e-13
    if blocks == "rows":
        assert error == pytest.approx(best, rel=1e-8)
    if centred:
        np.testing.assert_allclose(pod.centre, exact.centre, atol=1e-14)
    z, left_out = coordinates_of(tree, use)
    np.testing.assert_allclose(np.abs(z), np.abs(pod.encode(U)), atol=1e-9)
    np.testing.assert_allclose(
        left_out, norm.columns(U - pod.decode(pod.encode(U))), atol=1e-9 * norm.of(X)
    )


def test_a_mass_matrix_is_that_of_a_pod_in_memory(places, tmp_path):
    A = np.random.default_rng(0).standard_normal((N, N))
    M = A @ A.T + N * np.eye(N)
    np.save(tmp_path / "M.npy", M)
    given = {"tolerance": 1e-2, "memory": 8 * N * COPIES * 40}
    use = settings(inner_product=str(tmp_path / "M.npy"), **given)
    tree = run_tree(places, tmp_path / "nodes", use)
    U = np.hstack([np.load(place) for place in places])
    exact = fit_pod(U, tolerance=0.75e-2, inner_product=M)
    assert pod_of(tree, use).r <= exact.r
    assert measured_error(tree, use) <= bound_of(tree, use) <= 1e-2


@pytest.mark.parametrize("blocks", ["snapshots", "rows"])
def test_weights_of_files_of_different_lengths_are_those_of_a_pod_in_memory(
    places, tmp_path, blocks
):
    for place, m in zip(places, (25, 40, 33), strict=True):
        np.save(place, np.load(place)[:, :m])
    w = np.random.default_rng(0).uniform(0.1, 2, 98)
    np.save(tmp_path / "w.npy", w)
    memory = 8 * N * COPIES * (24 if blocks == "snapshots" else 130)
    given = {"weights": str(tmp_path / "w.npy"), "memory": memory, "tolerance": 1e-2}
    use = settings(blocks=blocks, **given)
    tree = run_tree(places, tmp_path / "nodes", use)
    pod, U = pod_of(tree, use), np.hstack([np.load(place) for place in places])
    norm, exact = Norm(None, w), fit_pod(U, rank=pod.r, weights=w)
    error, best = (norm.of(U - each.decode(each.encode(U))) for each in (pod, exact))
    assert best * (1 - 1e-9) <= error <= bound_of(tree, use) * norm.of(U) * (1 + 1e-9)
    assert bound_of(tree, use) <= 1e-2
    assert measured_error(tree, use) == pytest.approx(error / norm.of(U), rel=1e-8)


def test_memory_that_does_not_suffice_is_said(places, tmp_path):
    with pytest.raises(OptionError, match="too few for one snapshot of 50 dofs"):
        run_tree(places, tmp_path / "nodes", settings(memory=100))
    with pytest.raises(OptionError, match=r"merge-1-.*do not fit into .* bytes"):
        run_tree(places, tmp_path / "nodes", settings(tolerance=1e-12))
    with pytest.raises(OptionError, match="too few for blocks of rows of 120 snapshots"):
        run_tree(places, tmp_path / "nodes", settings(blocks="rows"))


def test_weights_and_inner_products_that_do_not_fit_are_refused(places, tmp_path):
    for name, values in (("w", np.ones(7)), ("M", np.eye(N)), ("d", np.ones(N - 1))):
        np.save(tmp_path / f"{name}.npy", values)
    at = {name: str(tmp_path / f"{name}.npy") for name in "wMd"}
    for given, said in (
        ({"weights": at["w"]}, r"w.npy holds 7 weights; files hold \[40, 40, 40\] snapshots"),
        (
            {"inner_product": at["M"], "blocks": "rows"},
            r"M.npy has shape \(50, 50\): blocks of rows",
        ),
        ({"inner_product": at["d"]}, "49 weights for snapshots with 50 dofs"),
    ):
        with pytest.raises(ShapeError, match=said):
            run_tree(places, tmp_path / "nodes", settings(**given))


def test_errors_name_the_file_and_the_snapshots(places, tmp_path):
    U = np.load(places[1])
    U[3, 17] = np.nan
    np.save(places[1], U)
    said = r"u1.npy, snapshots 1\d to 1\d: the block of snapshots is not finite in 1 entry;.* row 3"
    with pytest.raises(MornetError, match=said):
        run_tree(places, tmp_path / "nodes", settings(tolerance=0.3))
    said = r"u0.npy, .*u2.npy, rows \d+ to \d+: the block of rows is not finite in 1 entry;.* row 3"
    with pytest.raises(MornetError, match=said):
        run_tree(places, tmp_path / "rows", settings(blocks="rows", memory=8 * 120 * COPIES * 60))
    np.save(places[1], np.zeros((7, 3)))
    with pytest.raises(ShapeError, match=r"different numbers of dofs: .*u1.npy': 7"):
        run_tree(places, tmp_path / "nodes", settings())


@pytest.mark.parametrize("verb", [("pod", "--tree"), ("pod-tree",)])
@pytest.mark.parametrize("blocks", ["snapshots", "rows"])
def test_the_verb_says_bound_and_measured_error(verb, blocks, places, tmp_path, capsys):
    words = [*verb, *places, "--axes", "dof sample", "--tolerance", "1e-2", "--measure"]
    assert main([*words, "--blocks", blocks, "-o", str(tmp_path / "pod.h5")]) == 0
    said = capsys.readouterr().out
    assert "relative error at most" in said
    assert "measured relative error" in said
    pod = load(tmp_path / "pod.h5")
    assert pod.method == "tree"
    assert pod.relative_truncation_error <= 1e-2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--tree"], "a tree needs a --tolerance"),
        (["--tree", "--energy", "0.9"], "--energy is not for trees"),
        (["--fan-in", "3"], "--fan-in is for --tree"),
        (["--rank", "2"], "3 files need --tree and a --tolerance"),
    ],
)
def test_options_of_the_other_kind_of_pod_are_refused(words, said, places, tmp_path, capsys):
    assert main(["pod", *places, *words, "-o", str(tmp_path / "pod.h5")]) == 1
    assert said in capsys.readouterr().err


def test_processes_end_with_a_killed_parent(tmp_path):
    """The workers of a tree are gone soon after its process was killed."""
    np.save(tmp_path / "u.npy", np.random.default_rng(0).standard_normal((200, 4000)))
    words = ["pod-tree", str(tmp_path / "u.npy"), "--axes", "dof sample", "--tolerance", "1e-9"]
    words += ["--jobs", "2", "--max-memory", "68M", "-o", str(tmp_path / "pod.h5")]
    mark = f"MORNET_TEST_MARK={tmp_path.name}"
    environment = os.environ | dict([mark.split("=")])
    with subprocess.Popen([sys.executable, "-m", "mornet", *words], env=environment) as process:
        while len(marked(mark)) < 3 and process.poll() is None:
            time.sleep(0.05)
        process.kill()
    for _ in range(100):
        if not marked(mark):
            return
        time.sleep(0.1)
    raise AssertionError(f"still running: {marked(mark)}")


def marked(mark):
    """The processes with this mark in their environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if mark.encode() in path.read_bytes():
                found.append(path.parent.name)
    return found


@pytest.mark.parametrize("bad", [-np.eye(N), np.ones(N - 1)])
def test_an_inner_product_that_a_leaf_refuses_is_named(places, tmp_path, bad):
    np.save(tmp_path / "bad.npy", bad)
    use = settings(inner_product=str(tmp_path / "bad.npy"))
    with pytest.raises(MornetError, match=r"bad\.npy: "):
        run_tree(places, tmp_path / "nodes", use)
