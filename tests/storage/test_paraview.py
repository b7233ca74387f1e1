"""Collections of ParaView: a file for each snapshot, one array name, and the times."""

from xml.etree import ElementTree

import meshio
import numpy as np
import pytest

from mornet.cli import main
from mornet.errors import DataError
from mornet.snapshots import Snapshots
from mornet.snapshots.files import find
from mornet.storage import load
from mornet.storage.paraview import series_of

rng = np.random.default_rng(0)
X = np.array([[0.0, 1, 2, 0, 1, 2], [0, 0, 0, 1, 1, 1]])
T = np.array([0.1, 0.3, 0.7, 1.5])


def run(*words):
    return main([str(word) for word in words])


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def made(U, t, trajectory, *split):
    np.savez("u.npz", p=U, x=X, t=t, trajectory=trajectory)
    fields = "fields={x: x, t: t, trajectory: trajectory}"
    words = ["path=u.npz", "key=p", "axes=dof sample", fields, *split]
    assert run("snapshots", "file", "--set", *words, "-o", "d.h5") == 0
    assert run("fit", "d.h5", "pod", "--rank", 2, "-o", "f.h5") == 0
    return load("d.h5"), load("f.h5").models[0]


def export(*words):
    return run("export", "f.h5", "reconstructions", "--snapshots", "d.h5", *words)


def read_back(file):
    """The states of a collection, with its places in the order of X, and its times."""
    matrix = find(file).matrix
    order = np.lexsort(matrix.fields["x"])
    np.testing.assert_array_equal(matrix.fields["x"][:, order], X)
    return matrix.U[order], matrix.fields["t"]


def entries(file):
    return [node.attrib for node in ElementTree.parse(file).iter("DataSet")]


def test_each_trajectory_is_a_collection_that_is_read_back(folder, capsys):
    """Numbers and times come back to the last bit, in the order of time."""
    U, runs = rng.standard_normal((6, 12)), np.repeat([3, 5, 9], 4)
    data, pod = made(U, np.tile(T, 3), runs, "test_trajectories=[9]")
    capsys.readouterr()
    assert export("-o", "out.pvd") == 0
    assert capsys.readouterr().out.count("the files of its snapshots are in out") == 3
    for name, run_of in (("train_3", 3), ("train_5", 5), ("test", 9)):
        states, t = read_back(f"out_{name}.pvd")
        part = data.test if name == "test" else data.train
        expected = pod.decode(pod.encode(part.U))[:, part.trajectory == run_of]
        np.testing.assert_array_equal(states, expected)
        np.testing.assert_array_equal(t, T)
    assert not (folder / "out.pvd").exists()
    assert len(list((folder / "out").glob("*.vtu"))) == 12


def test_every_step_has_the_same_array_at_its_time():
    made(rng.standard_normal((6, 4)), T[::-1], np.zeros(4, int), "test_columns=[3]")
    assert run("export", "d.h5", "train_U", "-o", "a.pvd") == 0
    assert [float(e["timestep"]) for e in entries("a.pvd")] == T[1:].tolist()
    assert {tuple(meshio.read(e["file"]).point_data) for e in entries("a.pvd")} == {("p_U",)}


def test_a_collection_stands_on_the_mesh_of_its_snapshots_with_land(folder):
    points, cells = np.pad(X.T, ((0, 0), (0, 1))), [("quad", np.array([[0, 1, 4, 3]]))]
    U = rng.standard_normal((6, 4))
    U[2] = np.nan
    for j in range(4):
        meshio.Mesh(points, cells, {"p": U[:, j]}).write(f"u_{j}.vtu")
    words = ["path=u_{time}.vtu", "test_fraction=0.25"]
    assert run("snapshots", "file", "--set", *words, "-o", "d.h5") == 0
    assert run("export", "d.h5", "train_U", "-o", "a.pvd") == 0
    mesh = meshio.read(entries("a.pvd")[1]["file"])
    np.testing.assert_array_equal(mesh.cells[0].data, cells[0][1])
    np.testing.assert_array_equal(mesh.point_data["p_U"], U[:, 1])


def test_an_earlier_export_is_replaced_on_demand_and_nothing_else(folder, capsys):
    made(rng.standard_normal((6, 4)), T, np.zeros(4, int), "test_columns=[3]")
    words = ["export", "d.h5", "train_U", "-o", "a.pvd"]
    assert run(*words) == 0
    assert run(*words) == 1
    assert run(*words, "--overwrite") == 0
    step = folder / "a/train_1.vtu"
    step.write_text("<?xml version='1.0'?><mine/>")
    before = (folder / "a.pvd").read_bytes()
    capsys.readouterr()
    assert run(*words, "--overwrite") == 1
    assert "train_1.vtu exists, and is no result of mornet" in capsys.readouterr().err
    assert step.read_text().endswith("<mine/>")
    assert (folder / "a.pvd").read_bytes() == before


def test_a_shorter_collection_removes_the_files_of_the_longer_one_alone(folder, capsys):
    """Files of the user stay, and those that another collection names."""
    made(rng.standard_normal((6, 12)), np.arange(12.0), np.zeros(12, int), "test_columns=[11]")
    assert run("export", "d.h5", "train_U", "-o", "a.pvd") == 0
    steps = {path.name for path in (folder / "a").iterdir()}
    (folder / "a/train_03.vtu").write_text("<?xml version='1.0'?><mine/>")
    (folder / "a/other.vtu").write_bytes((folder / "a/train_00.vtu").read_bytes())
    (folder / "d.h5").unlink()
    made(rng.standard_normal((6, 4)), T, np.zeros(4, int), "test_columns=[3]")
    capsys.readouterr()
    assert run("export", "d.h5", "train_U", "-o", "a.pvd", "--overwrite") == 0
    assert "note: 10 files of the earlier collection removed" in capsys.readouterr().out
    left = {path.name for path in (folder / "a").iterdir()}
    new = {"train_0.vtu", "train_1.vtu", "train_2.vtu"}
    assert (len(steps), left) == (11, {"train_03.vtu", "other.vtu"} | new)


def test_decoded_states_are_collections_and_fields_on_points(folder, capsys):
    U, runs = rng.standard_normal((6, 12)), np.repeat([3, 5, 9], 4)
    U[2] = np.nan  # land
    _, pod = made(U, np.tile(T, 3), runs, "test_trajectories=[9]")
    np.savez("new.npz", p=2 * U, x=X, t=np.tile(T, 3), trajectory=runs)
    kept = [0, 1, 3, 4, 5]
    expected = pod.decode(pod.encode(2 * U[kept]))
    assert run("encode", "f.h5", "new.npz", "-o", "z.csv") == 0
    assert run("decode", "f.h5", "z.csv", "-o", "s.pvd") == 0
    for k in (3, 5, 9):
        matrix = find(f"s_{k}.pvd").matrix
        order = [[*map(tuple, matrix.fields["x"].T)].index(tuple(X[:, i])) for i in kept]
        np.testing.assert_allclose(matrix.U[order], expected[:, runs == k], rtol=1e-12)
        np.testing.assert_array_equal(matrix.fields["t"], T)
    assert run("decode", "f.h5", "z.csv", "-o", "s.vtu") == 0
    assert "p_states_00" in meshio.read("s.vtu").point_data
    capsys.readouterr()
    assert run("encode", "f.h5", "new.npz", "-o", "z.pvd") == 1
    assert "none of these arrays is a field on a mesh" in capsys.readouterr().err
    assert run("decode", "f.h5", "z.csv", "--mesh", "s.vtu", "-o", "s.npy") == 1
    assert "--mesh is for .vtu, .vtk and .pvd, not for s.npy" in capsys.readouterr().err


def test_decoded_states_stand_on_the_mesh_of_the_user(folder):
    points, cells = np.pad(X.T, ((0, 0), (0, 1))), [("quad", np.array([[0, 1, 4, 3]]))]
    meshio.Mesh(points, cells).write("mesh.vtu")
    made(rng.standard_normal((6, 4)), T, np.zeros(4, int), "test_columns=[3]")
    np.save("z.npy", np.ones((2, 3)))
    assert run("decode", "f.h5", "z.npy", "--mesh", "mesh.vtu", "-o", "s.pvd") == 0
    assert len(entries("s.pvd")) == 3
    np.testing.assert_array_equal(meshio.read("s/0.vtu").cells[0].data, cells[0][1])


def test_what_has_no_snapshots_is_no_collection(capsys):
    made(rng.standard_normal((6, 4)), T, np.zeros(4, int), "test_columns=[3]")
    capsys.readouterr()
    assert run("export", "f.h5", "modes", "--snapshots", "d.h5", "-o", "m.pvd") == 1
    assert "modes: none has an axis of snapshots, so take .vtu" in capsys.readouterr().err


def part(t, trajectory):
    t = None if t is None else np.asarray(t)
    U = np.ones((2, len(trajectory)))
    return Snapshots(U, np.zeros((1, 2)), np.asarray(trajectory), t)


def test_snapshots_without_times_of_their_own_are_counted():
    (steady,) = series_of("train", part([7.0, 7.0, 7.0], [0, 1, 2]))
    assert (steady.name, steady.counted, steady.time.tolist()) == ("train", True, [0, 1, 2])
    bare = list(series_of("train", part(None, [0, 0, 4, 4])))
    assert [one.name for one in bare] == ["train_0", "train_4"]
    assert [one.columns.tolist() for one in bare] == [[0, 1], [2, 3]]


def test_a_time_that_a_trajectory_has_twice_is_refused():
    with pytest.raises(DataError, match="trajectory 4 has the time 1 twice"):
        list(series_of("train", part([0.0, 1.0, 1.0], [4, 4, 4])))
