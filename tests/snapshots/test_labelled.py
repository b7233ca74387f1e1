"""NetCDF and Zarr with named axes, as xarray opens them, and fields on meshes."""

import warnings

import meshio
import numpy as np
import pytest
import xarray as xr
import zarr

from mornet.cli import main
from mornet.errors import DataError, MornetError, OptionError, StorageError
from mornet.snapshots import read_snapshots
from mornet.snapshots.files import find
from mornet.snapshots.formats import files_at
from mornet.storage import load

nx, ny, m = 5, 4, 8
x, y, t = np.linspace(0, 4, nx), np.linspace(-1, 1, ny), 0.25 * np.arange(m)
FIELD = np.sin(x[None, :, None] + t[:, None, None]) * np.cos(y)  # (time, x, y)
U = FIELD.reshape(m, nx * ny).T
WRITERS = {
    "a.nc": lambda data, path: data.to_netcdf(path, engine="h5netcdf"),
    "b.nc": lambda data, path: data.to_netcdf(path, engine="scipy"),  # NetCDF-3
    "c.zarr": lambda data, path: data.to_zarr(path, zarr_format=2),
    "d.zarr": lambda data, path: data.to_zarr(path, zarr_format=3),
}


def dataset(field=FIELD, **encoding):
    """A field of velocities over time, with the attributes of the CF conventions."""
    data = xr.Dataset(
        {"u": (("time", "x", "y"), field, {"units": "m/s"})},
        coords={
            "time": ("time", t, {"units": "days since 2000-01-01"}),
            "x": ("x", x, {"units": "m"}),
            "y": ("y", y, {"units": "m"}),
        },
    )
    data.u.encoding = encoding
    return data


def write(path, name, data=None):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of zarr, about consolidated metadata
        WRITERS[name](dataset() if data is None else data, path / name)
    return path / name


def whole(data):
    return np.hstack([data.train.U, data.test.U])


@pytest.mark.parametrize("name", WRITERS)
def test_named_axes_say_what_a_snapshot_is(tmp_path, name):
    data = read_snapshots(write(tmp_path, name), test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), U)
    np.testing.assert_array_equal(data.train.t, t[:6])
    X, Y = np.meshgrid(x, y, indexing="ij")
    np.testing.assert_array_equal(data.train.x, [X.ravel(), Y.ravel()])
    assert (data.train.units["U"], data.train.units["t"]) == ("m/s", "days")
    assert data.layout.axis == ("x", "y")
    np.testing.assert_array_equal(data.layout.fields(data.train.U)["u"][..., 0], FIELD[0])


@pytest.mark.parametrize("name", WRITERS)
def test_packed_land_is_left_out(tmp_path, name):
    land = FIELD.copy()
    land[:, 0, 0] = np.nan
    packed = {"dtype": "int16", "scale_factor": 1e-4, "add_offset": 0.5, "_FillValue": -32767}
    path = write(tmp_path, name, dataset(land, **packed))
    data = read_snapshots(path, test_fraction=0.25)
    np.testing.assert_allclose(whole(data), U[1:], atol=5.1e-5)
    assert np.isnan(data.layout.put_back(data.train.U)[0]).all()
    np.testing.assert_array_equal(data.train.x[1, 0], y[1])


def test_the_mask_of_a_valid_range_is_kept(tmp_path):
    data = dataset()
    data.u.attrs["valid_max"] = 0.5
    with pytest.raises(DataError, match="missing values"):
        read_snapshots(write(tmp_path, "a.nc", data))


def test_a_scale_for_each_row_is_refused(tmp_path):
    data = dataset()
    data.u.attrs["scale_factor"] = [1.0, 2.0]
    with pytest.raises(DataError, match=r"a.nc: scale_factor is \[1.0, 2.0\]"):
        read_snapshots(write(tmp_path, "a.nc", data))


def test_several_axes_of_samples_are_stacked_with_the_time_running_fastest(tmp_path):
    runs = xr.concat([dataset(), 2 * dataset()], "mu").assign_coords(mu=[0.1, 0.3])
    path = write(tmp_path, "a.nc", runs.transpose("x", "time", "y", "mu"))
    data = read_snapshots(path, test_parameters=[0.3])
    np.testing.assert_array_equal(data.train.U, U)
    np.testing.assert_array_equal(data.test.U, 2 * U)
    np.testing.assert_array_equal(data.test.t, t)


def test_axes_that_contradict_the_file_are_refused(tmp_path):
    path = write(tmp_path, "a.nc")
    with pytest.raises(OptionError, match=r"contradicts .* time \(8\) x x \(5\) x y \(4\)"):
        read_snapshots(path, axes="dof dof time")
    renamed = dataset().drop_vars("time").rename(time="k")
    with pytest.raises(OptionError, match=r"has k \(8\) x x \(5\) x y \(4\): state axes"):
        read_snapshots(write(tmp_path, "b.nc", renamed))
    data = read_snapshots(tmp_path / "b.nc", axes="sample x y", test_fraction=0.25)
    np.testing.assert_array_equal(whole(data), U)


@pytest.mark.parametrize("length", [3, m, 12])
def test_two_axes_of_time_are_refused(tmp_path, length):
    data = xr.Dataset(
        {"u": (("time", "valid", "x"), np.zeros((m, length, nx)))},
        coords={"time": t, "valid": ("valid", np.arange(length), {"standard_name": "time"})},
    )
    path = write(tmp_path, "a.nc", data)
    with pytest.raises(OptionError, match=rf"two axes called time, time \(8\) x time \({length}\)"):
        read_snapshots(path)
    np.save(tmp_path / "a.npy", FIELD)
    with pytest.raises(OptionError, match=r"a.npy has two axes called x, time \(8\) x x \(5\) x x"):
        read_snapshots(tmp_path / "a.npy", axes="time x x")


def test_a_missing_date_is_named(tmp_path):
    dates = np.arange("2000-01-01", "2000-01-09", dtype="M8[D]").astype("M8[ns]")
    dates[5] = "NaT"
    data = dataset().assign_coords(time=dates)
    for given in (write(tmp_path, "a.nc", data), data):
        with pytest.raises(DataError, match="time has no date in entry 5"):
            read_snapshots(given, key="u")


@pytest.mark.parametrize("group", ["", "runs/first/"])
def test_chunks_that_are_not_in_a_zarr_store_are_noted(tmp_path, group):
    array = zarr.create_array(
        tmp_path / "a.zarr",
        name=f"{group}u",
        shape=(m, 5),
        chunks=(1, 5),
        dtype="f8",
        fill_value=0.0,
        dimension_names=("time", "x"),
    )
    array[: m - 2] = 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of zarr, about consolidated metadata
        data = read_snapshots(tmp_path / "a.zarr", key=f"{group}u", test_fraction=0.25)
    assert (
        "2 chunks of 8 are not in the store: their entries are its fill value, 0.0"
        in data.layout.notes
    )
    np.testing.assert_array_equal(data.test.U, np.zeros((5, 2)))


def test_the_axis_along_which_a_file_grows_is_that_of_the_samples(tmp_path):
    data = dataset().drop_vars("time").rename(time="k")
    data.to_netcdf(tmp_path / "a.nc", engine="h5netcdf", unlimited_dims=["k"])
    np.testing.assert_array_equal(whole(read_snapshots(tmp_path / "a.nc", test_fraction=0.2)), U)


def test_a_curved_grid_has_its_coordinates(tmp_path):
    data = dataset().drop_vars(["x", "y"])
    data = data.assign_coords(
        lon=(("x", "y"), np.add.outer(x, y)), lat=(("x", "y"), U[:, 0].reshape(nx, ny))
    )
    found = read_snapshots(write(tmp_path, "a.nc", data))
    np.testing.assert_allclose(found.train.x, [np.add.outer(x, y).ravel(), U[:, 0]])


def test_keys_reach_variables_and_groups(tmp_path):
    data = dataset().assign(p=lambda d: 10 * d.u)
    data.to_netcdf(tmp_path / "a.nc", engine="h5netcdf", group="run")
    np.testing.assert_array_equal(whole(read_snapshots(tmp_path / "a.nc", key="run/p")), 10 * U)
    with pytest.raises(OptionError, match="give the key of the snapshots; there are u, p"):
        read_snapshots(write(tmp_path, "b.nc", data))


@pytest.mark.parametrize("content", [b"", b"text", b"CDF\1broken", b"\x89HDF\r\n\x1a\n broken"])
def test_damaged_files_are_named(tmp_path, content):
    (tmp_path / "a.nc").write_bytes(content)
    with pytest.raises(StorageError, match=r"a.nc"):
        read_snapshots(tmp_path / "a.nc")


POINTS = np.array([[i, j, 0.0] for i in range(3) for j in range(2)])
CELLS = [("quad", np.array([[0, 2, 3, 1], [2, 4, 5, 3]]))]
MESH = np.array([np.cos(POINTS[:, 0] + s) for s in t]).T  # (6, 8)


def mesh(j, **more):
    cells = {"e": [MESH[:2, j]]}
    return meshio.Mesh(POINTS, CELLS, {"p": MESH[:, j], **more}, cells)


@pytest.mark.parametrize("suffix", ["vtu", "vtk"])
def test_a_folder_of_meshes_is_a_series(tmp_path, suffix):
    for j in range(m):
        mesh(j, v=np.column_stack([MESH[:, j], 2 * MESH[:, j], 0 * MESH[:, j]])).write(
            tmp_path / f"u_{j}.{suffix}"
        )
    data = read_snapshots(tmp_path, key="p", test_fraction=0.25)
    np.testing.assert_allclose(whole(data), MESH, rtol=1e-12)
    np.testing.assert_array_equal(data.train.x, POINTS[:, :2].T)
    data = read_snapshots(tmp_path, key="v", test_fraction=0.25)
    np.testing.assert_allclose(whole(data), np.vstack([MESH, 2 * MESH, 0 * MESH]), rtol=1e-12)
    data = read_snapshots(tmp_path, key="e", test_fraction=0.25)
    np.testing.assert_allclose(whole(data), MESH[:2], rtol=1e-12)
    np.testing.assert_array_equal(data.train.x, [[0.5, 1.5]])  # y is the same for both centres
    with pytest.raises(OptionError, match="give the key of the snapshots; there are p, v, e"):
        read_snapshots(tmp_path)


def test_a_collection_of_paraview_has_times(tmp_path):
    lines = []
    for j in range(m):
        mesh(j).write(tmp_path / f"u_{j}.vtu")
        lines.append(f'<DataSet timestep="{t[j]}" file="u_{j}.vtu"/>')
    text = f"<VTKFile><Collection>{''.join(reversed(lines))}</Collection></VTKFile>"
    (tmp_path / "all.pvd").write_text(text)
    data = read_snapshots(tmp_path / "all.pvd", key="p", test_fraction=0.25)
    np.testing.assert_allclose(whole(data), MESH, rtol=1e-12)
    np.testing.assert_array_equal(data.train.t, t[:6])
    (tmp_path / "all.pvd").write_text("<VTKFile>")
    with pytest.raises(DataError, match="no collection of ParaView"):
        read_snapshots(tmp_path / "all.pvd")


def test_all_steps_of_xdmf_are_snapshots(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with meshio.xdmf.TimeSeriesWriter("a.xdmf") as writer:
        writer.write_points_cells(POINTS, CELLS)
        for j in range(m):
            writer.write_data(t[j], point_data={"p": MESH[:, j]})
    monkeypatch.chdir(tmp_path.parent)
    data = read_snapshots(tmp_path / "a.xdmf", test_fraction=0.25)
    np.testing.assert_allclose(whole(data), MESH, rtol=1e-12)
    np.testing.assert_array_equal(data.train.t, t[:6])


def collection(path, *entries):
    """A collection of ParaView of the files and times in ``entries``."""
    lines = "".join(f'<DataSet timestep="{time}" file="{file}"/>' for time, file in entries)
    path.write_text(f"<VTKFile><Collection>{lines}</Collection></VTKFile>")
    return path


def test_a_collection_has_one_field_on_one_mesh_at_each_time(tmp_path):
    order = [1, 0, 2, 3, 4, 5]
    parts = {
        "a": meshio.Mesh(POINTS, CELLS, {"p": MESH[:, 0]}),
        "b": meshio.Mesh(POINTS + 0.5, CELLS, {"p": MESH[:, 1]}),
        "c": meshio.Mesh(POINTS, CELLS, {"q": MESH[:, 1]}),
        "d": meshio.Mesh(POINTS[:4], [("quad", CELLS[0][1][:1])], {"p": MESH[:4, 1]}),
        "e": meshio.Mesh(POINTS[order], CELLS, {"p": MESH[order, 1]}),
    }
    for name, part in parts.items():
        part.write(tmp_path / f"{name}.vtu")
    for name, message in (
        ("b", r"b.vtu has other coordinates than .*a.vtu: snapshots need one mesh"),
        ("c", r"c.vtu holds q, but .*a.vtu holds p: give the key"),
        ("d", r"d.vtu has other coordinates than .*a.vtu"),
    ):
        path = collection(tmp_path / "all.pvd", (0, "a.vtu"), (1, f"{name}.vtu"))
        with pytest.raises(MornetError, match=message):
            read_snapshots(path)
    path = collection(tmp_path / "all.pvd", (0, "a.vtu"), (1, "e.vtu"), (2, "a.vtu"))
    data = read_snapshots(path, test_fraction=0.3)
    np.testing.assert_allclose(data.train.U, MESH[:, :2], rtol=1e-12)
    path = collection(tmp_path / "all.pvd", (0, "a.vtu"), ("0.0", "c.vtu"))
    with pytest.raises(DataError, match=r"names a.vtu and c.vtu for the time 0: merge the parts"):
        read_snapshots(path)


def test_steps_of_xdmf_hold_one_field(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with meshio.xdmf.TimeSeriesWriter("a.xdmf") as writer:
        writer.write_points_cells(POINTS, CELLS)
        for j in range(m):
            writer.write_data(t[j], point_data={"q" if j == 1 else "p": MESH[:, j]})
    with pytest.raises(OptionError, match=r"step 1 holds q, but a.xdmf, step 0 holds p"):
        read_snapshots("a.xdmf")
    with pytest.raises(OptionError, match="step 1: no array 'p'; there are q"):
        read_snapshots("a.xdmf", key="p")


def grid(time, size):
    """A grid of XDMF with a triangle of its own."""
    return f"""<Grid GridType="Uniform"><Time Value="{time}"/><Topology TopologyType="Triangle">
    <DataItem Dimensions="1 3" Format="XML" NumberType="Int">0 1 2</DataItem></Topology>
    <Geometry GeometryType="XY"><DataItem Dimensions="3 2" Format="XML">0 0 {size} 0 0 {size}
    </DataItem></Geometry><Attribute Name="u" Center="Node"><DataItem Dimensions="3" Format="XML">
    {time} 2 {time**2}</DataItem></Attribute></Grid>"""


def test_steps_of_xdmf_with_meshes_of_their_own_are_compared(tmp_path):
    path, series = tmp_path / "a.xdmf", 'GridType="Collection" CollectionType="Temporal"'
    for growth in (0, 1):
        grids = "".join(grid(time, 1 + growth * time) for time in range(4))
        path.write_text(
            f'<Xdmf Version="3.0"><Domain><Grid {series}>{grids}</Grid></Domain></Xdmf>'
        )
        if not growth:
            data = read_snapshots(path, test_fraction=0.25)
            times = np.arange(4.0)
            np.testing.assert_array_equal(whole(data), [times, 0 * times + 2, times**2])
    with pytest.raises(StorageError, match="step 1 has other coordinates than .*step 0"):
        read_snapshots(path)


def test_files_that_are_no_meshes_are_refused_in_one_line(tmp_path, capsys):
    for name in ("a.vtu", "a.vtk", "a.xdmf"):
        (tmp_path / name).write_text("<nothing>")
        with pytest.raises(MornetError, match=name):
            read_snapshots(tmp_path / name)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('<Time Value="1.0"', '<Time Value="?"', "step 2: could not convert string to float: '.'"),
        ('<Time Value="1.0"', "<Note", "step 2: a Time, or its fields on points or cells, are"),
        ('Version="3.0"', 'Version="9"', "Unknown XDMF version 9"),
        ('CollectionType="Temporal"', "", "Only supports one grid right now"),
        ("Triangle", "Circle", "step 0: 'Circle'"),
    ],
)
def test_a_series_that_meshio_gives_up_is_refused_with_its_reason(tmp_path, old, new, problem):
    path = tmp_path / "a.xdmf"
    with meshio.xdmf.TimeSeriesWriter(path, data_format="XML") as writer:
        writer.write_points_cells(POINTS, [("triangle", [[0, 1, 2]])])
        for k in range(3):
            writer.write_data(0.5 * k, point_data={"u": MESH[:, k]})
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(StorageError, match=rf"a\.xdmf cannot be read by meshio \(.*{problem}"):
        read_snapshots(path)


def test_pod_takes_the_variable_that_the_report_of_the_data_takes(tmp_path, capsys):
    times = np.arange(8.0)
    bounds = ("time", "nv"), np.c_[times, times + 1]
    A = np.random.default_rng(0).standard_normal((8, 5))
    data = {"u": (("time", "x"), A), "time_bnds": bounds}
    coordinates = {
        "time": ("time", times, {"bounds": "time_bnds", "units": "days since 2000-01-01"})
    }
    xr.Dataset(data, coordinates).to_netcdf(tmp_path / "geo.nc", engine="h5netcdf")
    assert main(["data", str(tmp_path / "geo.nc")]) == 0
    assert "5 degrees of freedom: 8 snapshots" in capsys.readouterr().out
    words = ["pod", str(tmp_path / "geo.nc"), "--rank", "2", "-o", str(tmp_path / "pod.h5")]
    assert main(words) == 0
    pod = load(tmp_path / "pod.h5")
    np.testing.assert_allclose(
        pod.singular_values[:2], np.linalg.svd(A, compute_uv=False)[:2], rtol=1e-12
    )


def timed(folder, *values):
    """Meshes in files u_0.vtu, ... that hold their times."""
    for j, value in enumerate(values):
        mesh(j).write(path := folder / f"u_{j}.vtu")
        array = 'type="Float64" Name="TimeValue" NumberOfTuples="1" format="ascii"'
        time = f"<FieldData><DataArray {array}>{value}"
        text = path.read_text().replace("<Piece", f"{time}</DataArray></FieldData><Piece", 1)
        path.write_text(text)
    return [f"u_{j}.vtu" for j in range(len(values))]


def test_the_time_in_a_vtu_file_is_that_of_its_snapshot(tmp_path):
    timed(tmp_path, *t[:3])
    data = read_snapshots(tmp_path, key="p", test_fraction=0.34)
    np.testing.assert_array_equal(np.concatenate([data.train.t, data.test.t]), t[:3])
    entries = [f'<DataSet file="u_{j}.vtu"/>' for j in range(3)]
    text = f"<VTKFile><Collection>{''.join(entries)}</Collection></VTKFile>"
    (tmp_path / "a.pvd").write_text(text)
    data = read_snapshots(tmp_path / "a.pvd", key="p", test_fraction=0.34)
    np.testing.assert_array_equal(np.concatenate([data.train.t, data.test.t]), t[:3])


def test_a_timestep_that_the_file_contradicts_is_refused(tmp_path):
    files = timed(tmp_path, 0.0, 1 / 3, 2 / 3)
    rounded = collection(tmp_path / "a.pvd", *zip((0, 0.3333, 0.6667), files, strict=True))
    np.testing.assert_array_equal(find(rounded, key="p").matrix.fields["t"], [0, 0.3333, 0.6667])
    counted = collection(tmp_path / "a.pvd", *zip((0, 1, 2), files, strict=True))
    with pytest.raises(DataError, match=r"timestep 1 for .*u_1.vtu, whose TimeValue is 0.3333"):
        find(counted, key="p")
    np.testing.assert_allclose(find(f"{tmp_path}/*.vtu", key="p").matrix.fields["t"][1], 1 / 3)


def test_a_collection_has_timesteps_for_all_files_or_for_none(tmp_path):
    for j in range(2):
        mesh(j).write(tmp_path / f"u_{j}.vtu")
    path = collection(tmp_path / "a.pvd", (1, "u_0.vtu"), ("nan", "u_1.vtu"))
    with pytest.raises(DataError, match=r"a.pvd names u_1.vtu without a timestep"):
        find(path, key="p")
    timed(tmp_path, 0.5)
    path.write_text(path.read_text().replace("timestep", "part"))
    found = find(path, key="p").matrix
    assert "t" not in found.fields
    assert f"times of 1 are left out, as {tmp_path / 'u_1.vtu'} states none" in found.notes[0]


def test_a_folder_with_its_collection_has_the_times_of_the_collection(tmp_path):
    for j in range(m):
        mesh(j).write(tmp_path / f"u_{j}.vtu")
    entries = [(t[j], f"u_{(j + 3) % m}.vtu") for j in range(m)]
    path = collection(tmp_path / "all.pvd", *entries)
    matrix = find(tmp_path, key="p").matrix
    np.testing.assert_allclose(matrix.U, np.roll(MESH, -3, axis=1))
    np.testing.assert_array_equal(matrix.fields["t"], t)
    assert "trajectory" not in matrix.fields
    assert files_at(str(tmp_path)) == [path, *(tmp_path / file for _, file in entries)]
    collection(path, *entries[1:])
    with pytest.raises(OptionError, match=r"u_3.vtu, which its collection all.pvd does not name"):
        find(tmp_path, key="p")


@pytest.mark.parametrize(
    ("dim", "attributes"),
    [("member", {}), ("realization", {}), ("number", {"standard_name": "realization"})],
)
def test_each_member_of_an_ensemble_is_a_trajectory(dim, attributes):
    C = np.random.default_rng(0).standard_normal((3, 4, 5))
    along = {dim: (dim, [1, 2, 5], attributes), "time": [0.0, 1, 2, 3]}
    data = xr.Dataset({"u": ((dim, "time", "x"), C)}, coords=along)
    matrix = find(data).matrix
    np.testing.assert_array_equal(matrix.U, C.reshape(12, 5).T)
    np.testing.assert_array_equal(matrix.fields["t"], [0, 1, 2, 3] * 3)
    np.testing.assert_array_equal(matrix.fields["trajectory"], np.repeat([1, 2, 5], 4))


def test_an_axis_of_samples_beside_the_times_tells_trajectories_apart():
    C = np.random.default_rng(0).standard_normal((3, 4, 5))
    along = {"time": [0.0, 1, 2], "step": [0, 6, 12, 18]}
    matrix = find(xr.Dataset({"u": (("time", "step", "x"), C)}, coords=along)).matrix
    np.testing.assert_array_equal(matrix.U, C.transpose(1, 0, 2).reshape(12, 5).T)
    np.testing.assert_array_equal(matrix.fields["trajectory"], np.repeat([0, 6, 12, 18], 3))


@pytest.mark.parametrize("form", ["ASCII", "BINARY"])
def test_the_time_in_the_field_data_of_a_legacy_vtk_file_is_read(tmp_path, form):
    points = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0]])
    for j, time in enumerate((0.0, 0.25, 1.5)):
        mesh = meshio.Mesh(points, [("triangle", [[0, 1, 2]])], point_data={"p": U[:3, j]})
        meshio.vtk.write(tmp_path / f"p_{j}.vtk", mesh, binary=form == "BINARY")
        whole = (tmp_path / f"p_{j}.vtk").read_bytes()
        stored = np.array(time, ">f8").tobytes() if form == "BINARY" else repr(time).encode()
        fields = b"FIELD FieldData 1\nTIME 1 1 double\n" + stored + b"\nPOINTS"
        (tmp_path / f"p_{j}.vtk").write_bytes(whole.replace(b"POINTS", fields, 1))
    matrix = find(tmp_path).matrix
    np.testing.assert_array_equal(matrix.U, U[:3, :3])
    np.testing.assert_array_equal(matrix.fields["t"], [0, 0.25, 1.5])


def wrf(path, *, moving=False, times=6, attribute=True):
    """Write temperatures as WRF does: latitudes and longitudes for each time."""
    lat, lon = np.meshgrid(np.arange(4.0) + 40, np.arange(5.0) + 10, indexing="ij")
    XLAT, XLONG = (
        np.repeat((of + 0.1 * other)[None], times, axis=0) for of, other in ((lat, lon), (lon, lat))
    )
    XLAT = XLAT + moving * np.arange(times)[:, None, None]
    axes = ("Time", "south_north", "west_east")
    T2 = np.random.default_rng(0).standard_normal((times, 4, 5))
    words = np.array([f"2000-01-01_{h:02d}:00:00" for h in range(times)], dtype="S19")
    near = {"coordinates": "XLONG XLAT"} if attribute else {}
    data = xr.Dataset(
        {
            "T2": (axes, T2, {"units": "K", **near}),
            "XLAT": (axes, XLAT.astype(np.float32), {"units": "degree_north"}),
            "XLONG": (axes, XLONG.astype(np.float32), {"units": "degree_east"}),
            "Times": (axes[:1], words),
        }
    )
    data.to_netcdf(path, engine="h5netcdf", unlimited_dims=["Time"])
    return XLAT[0].ravel(), XLONG[0].ravel()


@pytest.mark.parametrize("attribute", [True, False])
@pytest.mark.parametrize("key", ["T2", None])
def test_coordinates_with_an_axis_of_time_that_stay_are_the_first_ones(tmp_path, attribute, key):
    x = wrf(tmp_path / "a.nc", attribute=attribute)
    data = read_snapshots(tmp_path / "a.nc", key=key)
    np.testing.assert_allclose(data.train.x, x, rtol=1e-6)
    assert data.layout.x_unit == ("degree_north", "degree_east")
    np.testing.assert_array_equal(data.train.t, 3600 * np.arange(5))


def test_coordinates_that_move_are_left_out_with_a_note(tmp_path):
    wrf(tmp_path / "a.nc", moving=True)
    data = read_snapshots(tmp_path / "a.nc")
    assert data.train.units["x"] == "index"
    note = "coordinates over time are left out, as XLAT differs from snapshot to"
    assert any(note in said for said in data.layout.notes)


def test_levels_that_move_leave_latitudes_and_longitudes(tmp_path):
    level, lat, lon = np.random.default_rng(0).random((3, 4, 5))
    u = ("time", "j", "i")
    moving = level + np.arange(3.0)[:, None, None]
    along = {"z": (u, moving), "lat": (u[1:], lat), "lon": (u[1:], lon), "time": np.arange(3.0)}
    data = read_snapshots(xr.Dataset({"u": (u, moving**2)}, along), test_fraction=0.3)
    np.testing.assert_array_equal(data.train.x, [lat.ravel(), lon.ravel()])
    assert any("as z differs from snapshot to snapshot" in note for note in data.layout.notes)


def test_files_of_one_time_each_have_the_coordinates_of_all(tmp_path):
    for k in range(3):
        x = wrf(tmp_path / f"{k}.nc", times=1)
    data = read_snapshots(tmp_path, key="T2", axes="Time south_north west_east")
    np.testing.assert_allclose(data.train.x, x, rtol=1e-6)


def test_latitudes_are_the_snapshots_if_the_key_says_so(tmp_path):
    wrf(tmp_path / "a.nc", attribute=False)
    data = read_snapshots(tmp_path / "a.nc", key="XLAT")
    assert (data.train.n, data.train.m) == (20, 5)


@pytest.mark.parametrize("several", [False, True])
def test_an_axis_may_be_stated_as_one_of_parameters(tmp_path, several):
    u = np.random.default_rng(0).random((3, 5, 7))
    along = {"Re": ("Re", [100.0, 200, 300], {"units": "1"}), "time": np.arange(5.0)}
    path = write(tmp_path, "a.nc", xr.Dataset({"u": (("Re", "time", "x"), u)}, along))
    place = [path] if several else path
    said = 'Re is taken as an axis of places: state axes "parameter time x" if it is a parameter'
    assert said in find(path).matrix.notes
    matrix = find(place, axes="parameter time x").matrix
    np.testing.assert_array_equal(matrix.U, u.reshape(15, 7).T)
    np.testing.assert_array_equal(matrix.fields["mu"], [np.repeat([100.0, 200, 300], 5)])
    np.testing.assert_array_equal(matrix.fields["t"], np.tile(np.arange(5.0), 3))
    assert matrix.units["mu"] == "1"
    for axes in ("parameter x time", "Re x time"):
        with pytest.raises(OptionError, match="contradicts"):
            find(place, axes=axes)
