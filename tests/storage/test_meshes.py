"""Modes and reconstructions go to ParaView on the mesh from which the snapshots came."""

from pathlib import Path

import meshio
import numpy as np
import pytest

from mornet.cli import main
from mornet.errors import DataError, OptionError, ShapeError, StorageError
from mornet.snapshots import read_snapshots
from mornet.snapshots.formats import read_contents
from mornet.snapshots.formats.registry import files_at
from mornet.storage import load
from mornet.storage.meshes import mesh_image, on_mesh, on_points
from mornet.storage.tree import Leaf

POINTS = np.array([(i, j, 0.0) for j in range(4) for i in range(5)])
CELLS = [("quad", np.array([[k, k + 1, k + 6, k + 5] for k in range(14) if k % 5 < 4]))]
rng = np.random.default_rng(0)
P, V = rng.standard_normal((20, 6)), rng.standard_normal((20, 3, 6))
C = rng.standard_normal((12, 6))
LAND = [3, 17]


def run(*words):
    return main([str(word) for word in words])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Six files of a mesh with a pressure, which has land, a velocity and a field of cells."""
    monkeypatch.chdir(tmp_path)
    for j in range(6):
        p = P[:, j].copy()
        p[LAND] = np.nan
        fields = {"p": p, "v": V[:, :, j]}
        meshio.Mesh(POINTS, CELLS, fields, {"c": [C[:, j]]}).write(f"u_{j}.vtu")
    return tmp_path


def made(key):
    assert run("snapshots", "file", "--set", "path=u_{step}.vtu", *key, "-o", "d.h5") == 0
    assert run("fit", "d.h5", "pod", "--rank", 2, "-o", "f.h5") == 0
    return load("d.h5"), load("f.h5").models[0]


def exported(*words):
    assert run("export", "f.h5", *words, "--snapshots", "d.h5", "-o", "out.vtu") == 0
    return meshio.read("out.vtu")


def test_modes_come_back_on_the_mesh_with_its_land(folder):
    _, pod = made(["key=p"])
    mesh = exported("modes")
    np.testing.assert_array_equal(mesh.points, POINTS)
    np.testing.assert_array_equal(mesh.cells[0].data, CELLS[0][1])
    assert list(mesh.point_data) == ["p_modes_0", "p_modes_1"]
    assert np.flatnonzero(np.isnan(mesh.point_data["p_modes_1"])).tolist() == LAND
    wet = np.delete(np.arange(20), LAND)
    np.testing.assert_array_equal(mesh.point_data["p_modes_1"][wet], pod.V[:, 1])


def test_two_fields_and_their_components_come_back_as_they_were(folder):
    data, pod = made(["keys=[p, v]", "scale=deviation"])
    mesh = exported("reconstructions")
    U = data.train.to_states(pod.decode(pod.encode(data.train.U)))
    pressure, velocity = mesh.point_data["p_reconstructions_train_0"], "v_reconstructions_train_0"
    np.testing.assert_array_equal(np.delete(pressure, LAND), U[:18, 0])
    assert not [name for name in mesh.point_data if "reconstructions" not in name]
    np.testing.assert_array_equal(mesh.point_data[velocity], U[18:, 0].reshape(3, 20).T)


def test_a_written_file_is_read_again_as_snapshots(folder):
    data, _ = made(["key=v"])
    assert run("export", "d.h5", "train_U", "-o", "out.vtu") == 0
    columns = [read_contents(Path("out.vtu"), f"v_train_U_{j}").array for j in range(data.train.m)]
    np.testing.assert_array_equal(np.hstack(columns), data.train.U)


def test_fields_of_cells_stay_fields_of_cells(folder):
    _, pod = made(["key=c"])
    mesh = exported("modes")
    np.testing.assert_array_equal(mesh.cell_data["c_modes_0"][0], pod.V[:, 0])


def test_a_mesh_of_the_user_is_taken_and_another_one_is_refused(folder, capsys):
    made(["key=p"])
    for j in range(6):
        (folder / f"u_{j}.vtu").rename(folder / f"moved_{j}.vtu")
    mesh = exported("modes", "--mesh", "moved_0.vtu")
    assert len(mesh.point_data["p_modes_0"]) == 20
    meshio.Mesh(POINTS[:7], [("line", np.array([[0, 1]] * 3))]).write("other.vtu")
    words = ["f.h5", "modes", "--snapshots", "d.h5", "-o", "o.vtu", "--mesh", "other.vtu"]
    assert run("export", *words) == 1
    assert "other.vtu has 7 points and 3 cells, but the fields have 20" in capsys.readouterr().err


def test_without_a_mesh_modes_stand_on_the_points(folder):
    assert run("snapshots", "gaussian", "--set", "n=12", "-o", "d.h5") == 0
    assert run("fit", "d.h5", "pod", "--rank", 2, "-o", "f.h5") == 0
    mesh, data = exported("modes"), load("d.h5")
    np.testing.assert_allclose(mesh.points[:, 0], np.sort(data.train.x[0]))
    back = np.argsort(data.train.x[0])
    np.testing.assert_array_equal(mesh.point_data["U_modes_0"], load("f.h5").models[0].V[back, 0])


def test_components_at_one_place_are_one_vector():
    t = np.arange(6.0)
    x = np.array([[0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0]])
    data = read_snapshots(rng.standard_normal((4, 6)), axes="dof sample", fields={"x": x, "t": t})
    ground = on_points(data)
    assert (ground.size, ground.component.tolist()) == (2, [0, 0, 1, 1])


def test_what_is_no_field_is_refused(folder, capsys):
    data, _ = made(["key=p"])
    assert run("export", "f.h5", "codes", "--snapshots", "d.h5", "-o", "o.vtu") == 1
    assert "codes has no axis dof" in capsys.readouterr().err
    (folder / "d.h5").unlink()
    assert run("export", "f.h5", "modes", "-o", "o.vtu") == 1
    assert "o.vtu needs --snapshots FILE" in capsys.readouterr().err
    with pytest.raises(ShapeError, match="a has 3 degrees of freedom, the snapshots 18"):
        mesh_image(".vtu", {"a": Leaf(np.ones(3), ("dof",))}, on_mesh(folder / "u_0.vtu", data))
    with pytest.raises(OptionError, match="ParaView shows at most three"):
        on_points(read_snapshots(np.eye(4, 6), axes="dof sample", fields={"x": np.ones((4, 4))}))


def test_fields_of_points_and_cells_of_one_name_have_keys_of_their_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for j in range(6):
        meshio.Mesh(POINTS, CELLS, {"p": P[:, j]}, {"p": [C[:, j]]}).write(f"u_{j}.vtu")
    for key, U in (("point p", P), ("cell p", C)):
        data = read_snapshots("u_{step}.vtu", key=key)
        np.testing.assert_array_equal(np.hstack([data.train.U, data.test.U]), U)
    with pytest.raises(OptionError, match="there are point p, cell p"):
        read_snapshots("u_{step}.vtu")


def test_marks_of_ghosts_are_no_field_and_are_noted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    marks = np.zeros(20, "u1")
    marks[[4, 9]] = 1
    for j in range(6):
        fields = {"n": np.arange(20) + j, "vtkGhostType": marks}
        meshio.Mesh(POINTS, CELLS, fields).write(f"u_{j}.vtu")
    notes = read_snapshots("u_{step}.vtu").layout.notes
    assert any("2 of 20 dofs are marked in vtkGhostType" in note for note in notes)


def without_cells(path, arrays=("connectivity", "offsets", "types")):
    meshio.Mesh(POINTS, CELLS, {"p": P[:, 0]}).write(path, binary=False)
    text = path.read_text().replace('NumberOfCells="12"', 'NumberOfCells="0"')
    head, _, rest = text.partition("<Cells>")
    _, _, tail = rest.partition("</Cells>")
    empty = "".join(f'<DataArray type="Int64" Name="{n}" format="ascii"/>' for n in arrays)
    path.write_text(f"{head}<Cells>{empty}</Cells>{tail}")
    return path


@pytest.mark.parametrize("arrays", [(), ("connectivity", "offsets", "types")])
def test_points_without_cells_are_read(tmp_path, arrays):
    found = read_contents(without_cells(tmp_path / "a.vtu", arrays))
    np.testing.assert_allclose(found.array[:, 0], P[:, 0], rtol=1e-11)
    np.testing.assert_array_equal(found.fields["x"], POINTS.T[:2])


def test_points_of_surfaces_are_read(tmp_path):
    path = without_cells(tmp_path / "a.vtu")
    text = path.read_text().replace("UnstructuredGrid", "PolyData").replace("Cells>", "Polys>")
    (tmp_path / "a.vtp").write_text(text.replace('NumberOfCells="0"', 'NumberOfPolys="0"'))
    found = read_contents(tmp_path / "a.vtp")
    np.testing.assert_allclose(found.array[:, 0], P[:, 0], rtol=1e-11)


def test_a_file_that_is_no_mesh_is_refused_in_one_sentence(tmp_path):
    path = without_cells(tmp_path / "a.vtu")
    path.write_text(path.read_text().replace("PointData", "Other"))
    with pytest.raises(StorageError, match="a.vtu cannot be read by meshio"):
        read_contents(path)


def pieces(folder, *fields):
    for j, names in enumerate(fields):
        data = dict.fromkeys(names, P[:, j])
        of_cells = {"c": [C[:, j]]}
        meshio.Mesh(POINTS + 9 * j, CELLS, data, of_cells).write(folder / f"a_{j}.vtu")
    named = "".join(f'<Piece Source="a_{j}.vtu"/>' for j in range(len(fields)))
    text = f"<PUnstructuredGrid>{named}</PUnstructuredGrid>"
    (folder / "a.pvtu").write_text(f'<VTKFile type="PUnstructuredGrid">{text}</VTKFile>')
    return folder / "a.pvtu"


def test_pieces_in_several_files_are_one_mesh(tmp_path):
    path = pieces(tmp_path, ["p"], ["p"])
    found = read_contents(path, "p")
    np.testing.assert_array_equal(found.array[:, 0], np.append(P[:, 0], P[:, 1]))
    np.testing.assert_array_equal(found.fields["x"][0], np.append(POINTS[:, 0], POINTS[:, 0] + 9))
    of_cells = read_contents(path, "c")
    np.testing.assert_array_equal(of_cells.array[:, 0], np.append(C[:, 0], C[:, 1]))
    assert files_at(str(path)) == [path, tmp_path / "a_0.vtu", tmp_path / "a_1.vtu"]


def test_pieces_that_differ_or_are_missing_are_refused(tmp_path):
    path = pieces(tmp_path, ["p"], ["q"])
    with pytest.raises(DataError, match="a.pvtu has pieces with other fields: write the same"):
        read_contents(path, "p")
    (tmp_path / "a_1.vtu").unlink()
    with pytest.raises(StorageError, match="a.pvtu names a_1.vtu, but there is no such file"):
        read_contents(path, "p")


def legacy(form, cells, *, binary):
    """The text of a legacy VTK file of three points, with a field of them, and one of cells."""
    points, u = np.arange(9.0).reshape(3, 3) ** 2, np.arange(3.0)
    arrays = [
        array.astype(">f8").tobytes() if binary else " ".join(map(str, array.flat)).encode()
        for array in (points, u)
    ]
    kind, version = ("BINARY" if binary else "ASCII"), "5.1" if "OFFSETS" in cells else "3.0"
    head = f"# vtk DataFile Version {version}\nmine\n{kind}\nDATASET {form}\n"
    scalars = "SCALARS u double 1\nLOOKUP_TABLE default\n"
    parts = [head, "POINTS 3 double\n", arrays[0], f"\n{cells}POINT_DATA 3\n{scalars}", arrays[1]]
    if form == "POLYDATA":
        parts.append(f"\nCELL_DATA 1\n{scalars}7.0\n")
    return b"".join(part if isinstance(part, bytes) else part.encode() for part in parts)


NO_CELLS = ["", "CELLS 0 0\nCELL_TYPES 0\n"]
OFFSETS = "CELLS 1 0\nOFFSETS vtktypeint64\n0\nCONNECTIVITY vtktypeint64\n\nCELL_TYPES 0\n"


@pytest.mark.parametrize(
    ("form", "cells", "binary"),
    [("UNSTRUCTURED_GRID", cells, binary) for cells in NO_CELLS for binary in (False, True)]
    + [("UNSTRUCTURED_GRID", OFFSETS, False), ("UNSTRUCTURED_GRID", "METADATA\n\n", True)]
    + [("POLYDATA", "POLYGONS 1 4\n3 0 1 2\n", False), ("POLYDATA", "", True)],
)
def test_points_of_legacy_files_without_cells_are_read(tmp_path, form, cells, binary):
    (tmp_path / "a.vtk").write_bytes(legacy(form, cells, binary=binary))
    found = read_contents(tmp_path / "a.vtk", "u")
    np.testing.assert_array_equal(found.array, [[0.0], [1.0], [2.0]])
    np.testing.assert_array_equal(found.fields["x"], (np.arange(9.0) ** 2).reshape(3, 3).T)


def test_a_legacy_file_that_ends_within_its_points_is_refused(tmp_path):
    whole = legacy("UNSTRUCTURED_GRID", "", binary=True)
    (tmp_path / "a.vtk").write_bytes(whole[: whole.index(b"POINT_DATA") - 20])
    with pytest.raises(StorageError, match=r"a\.vtk cannot be read by meshio"):
        read_contents(tmp_path / "a.vtk", "u")
