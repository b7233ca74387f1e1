"""The figure of a data set shows its fields where and when they are."""

import re

import numpy as np
import pytest
import xarray

from mornet.cli import main
from mornet.comparison.cases import run_case
from mornet.errors import DataError
from mornet.experiments.close_up import close_up
from mornet.experiments.methods import METHODS
from mornet.figures import drawn as all_drawn
from mornet.figures.comparison import latent_trajectories, reconstruction
from mornet.figures.curves import Line
from mornet.figures.states import compared, enlarging, modes, snapshots
from mornet.figures.states.naming import is_turned
from mornet.figures.states.places import fields_of
from mornet.reduction import fit_pod
from mornet.snapshots import read_snapshots

from .drawing import drawn
from .examples.states import T, X, data_set

rng = np.random.default_rng(0)


def panels(figure):
    """The axes without colour bars, each with its numbers."""
    return [axes for axes in figure.axes if axes.collections and axes.get_label() != "<colorbar>"]


def test_a_line_is_shown_over_space_and_time_for_training_and_test():
    data = data_set()
    first, second = panels(drawn(snapshots, data))
    for axes, U in ((first, data.train.U[:, :25]), (second, data.test.U)):
        np.testing.assert_array_equal(np.reshape(axes.collections[0].get_array(), (25, 40)), U.T)
        assert (axes.get_xlabel(), axes.get_ylabel()) == ("$x$", "$t$")
    assert first.get_title() == r"training, $\mu=0.2$"
    assert second.get_title() == r"test, $\mu=0.3$"


def sea():
    where = {"x": ("x", [0.0, 1.0, 2.0], {"units": "km"}), "y": ("y", [0.0, 5.0])}
    T = xarray.DataArray(rng.standard_normal((8, 3, 2)), dims=("time", "x", "y"), coords=where)
    T[:, 1, 1] = np.nan
    p = xarray.DataArray(rng.standard_normal((8, 3, 2)), dims=("time", "x", "y"))
    T.attrs["units"], time = "K", ("time", np.arange(8) / 2, {"units": "s"})
    return xarray.Dataset({"T": T, "p": p}).assign_coords(time=time)


def test_fields_in_a_plane_are_shown_at_four_times_with_land_and_units():
    found = sea()
    figure = drawn(snapshots, read_snapshots(found, key=["T", "p"], test_fraction=0.25))
    shown = panels(figure)
    assert len(shown) == 8
    assert [axes.get_title() for axes in shown[:4]] == [f"$t={t}$ s" for t in (0, 1, 2.5, 3.5)]
    assert shown[0].get_xlabel() == "$x$ (km)"
    for axes, j in zip(shown, (0, 2, 5, 7), strict=False):
        values = np.ma.filled(axes.collections[0].get_array(), np.nan).reshape(2, 3)
        np.testing.assert_array_equal(values, found["T"].values[j].T)
    assert {"T (K)", "p"} <= {axes.get_ylabel() for axes in figure.axes}


def on_map(rows, columns, *, curved=0.0):
    """A field over times, latitudes and longitudes, in files the last axis."""
    y, x = np.linspace(30, 60, 3), np.linspace(-10, 20, 4)
    places = {rows: (rows, y), columns: (columns, x)}
    if curved:
        lat, lon = np.meshgrid(y, x, indexing="ij")
        places = {
            "lat": ((rows, columns), lat + curved * lon, {"units": "degrees_north"}),
            "lon": ((rows, columns), lon, {"units": "degrees_east"}),
        }
    times = ("time", 366 * np.arange(8.0), {"units": "hours since 2001-02-10 06:00"})
    values = rng.standard_normal((8, 3, 4))
    dims = ("time", rows, columns)
    return xarray.DataArray(values, {"time": times, **places}, dims, "T")


@pytest.mark.parametrize("names", [("y", "x"), ("lat", "lon"), ("latitude", "longitude")])
def test_a_map_has_longitudes_on_its_horizontal_axis(names):
    found = on_map(*names)
    data = read_snapshots(found, test_fraction=0.25)
    axes = panels(drawn(snapshots, data))[0]
    symbols = [f"${name}$" if len(name) == 1 else name for name in names]
    assert [axes.get_ylabel(), axes.get_xlabel()] == symbols
    shown = np.reshape(axes.collections[0].get_array(), (3, 4))
    np.testing.assert_array_equal(shown, found.values[0])
    np.testing.assert_array_equal(np.unique(next(fields_of(data)).x[0]), found[names[1]])
    record = of(data)
    for module in (reconstruction, modes):
        axes = panels(drawn(module, record))[0]
        assert [axes.get_ylabel(), axes.get_xlabel()] == symbols


def test_a_curved_map_has_longitudes_on_its_horizontal_axis():
    (field,) = fields_of(read_snapshots(on_map("y", "x", curved=0.1)))
    assert field.axis == (("longitude", "degrees_east"), ("latitude", "degrees_north"))
    assert (field.x[0].min(), field.x[0].max()) == (-10, 20)


def test_coordinates_across_the_axes_of_the_files_do_not_have_their_names():
    y, x = np.meshgrid(np.arange(3.0), np.arange(4.0), indexing="ij")
    places = np.array([x.ravel(), y.ravel()])
    found = rng.standard_normal((3, 4, 8))
    (field,) = fields_of(read_snapshots(found, axes="y x sample", fields={"x": places}))
    assert [name for name, _ in field.axis] == ["$x$", "$y$"]
    assert field.x[0].max() == 3


@pytest.mark.parametrize(
    ("first", "second", "turned"),
    [("y", "x", True), ("x", "y", False), ("x", "z", False), ("z", "x", True), ("a", "b", False),
     ("lev", "lat", True), ("lat", "depth", False), ("LAT", "LON", True), ("a", "x", True)],
)  # fmt: skip
def test_names_say_which_axis_is_horizontal(first, second, turned):
    assert is_turned([(first, ""), (second, "")]) is turned


def test_titles_state_the_date_where_it_is_known():
    found = on_map("y", "x")
    data = read_snapshots(found, test_fraction=0.25)
    titles = [axes.get_title() for axes in panels(drawn(snapshots, data))]
    assert titles[:2] == ["2001-02-10 06:00", "2001-03-12 18:00"]
    record = of(data)
    when = found.time.values[6 + record.shown[0]] * np.timedelta64(1, "h")
    date = str(np.datetime64("2001-02-10T06:00") + when.astype("m8[m]")).replace("T", " ")
    assert compared.called(record) == date
    found["time"].attrs["calendar"] = "noleap"
    titles = [a.get_title() for a in panels(drawn(snapshots, read_snapshots(found)))]
    assert titles[1] == "$t=732$ hours"


def test_a_legend_states_the_dates_of_curves_along_a_line():
    found = on_map("y", "x")[:, 0]
    figure = drawn(reconstruction, of(read_snapshots(found, test_fraction=0.5)))
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels[-3:] == ["2001-04-27 12:00", "2001-05-12 18:00", "2001-05-28 00:00"]


def test_reconstructions_have_the_names_and_units_of_the_field_and_its_places():
    field = np.random.default_rng(0).random((8, 12))
    along = {"time": np.arange(8.0), "depth": ("depth", np.arange(12.0), {"units": "m"})}
    found = xarray.DataArray(field, along, ("time", "depth"), "T", {"units": "K"})
    figure = drawn(reconstruction, of(read_snapshots(found, test_fraction=0.5)))
    labels = {axes.get_ylabel() for axes in figure.axes} | {a.get_xlabel() for a in figure.axes}
    assert {"T (K)", "|error of T| (K)", "depth (m)"} <= labels
    assert not any("u" in label for label in labels)


def test_points_and_vectors_are_shown_by_their_components():
    x = rng.uniform(size=(2, 30))
    U = rng.standard_normal((60, 8))
    data = read_snapshots(U, axes="dof sample", fields={"x": np.tile(x, 2), "t": np.arange(8.0)})
    fields, figure = list(fields_of(data)), drawn(snapshots, data)
    assert [field.name for field in fields] == [f"component {k} of $u$" for k in (1, 2)]
    assert not fields[0].grid
    for k, (field, axes) in enumerate(zip(fields, panels(figure)[::4], strict=False)):
        np.testing.assert_array_equal(np.sort(field.row), np.arange(30) + 30 * k)
        np.testing.assert_array_equal(axes.collections[0].get_array(), U[field.row, 0])
        np.testing.assert_array_equal(axes.collections[0].get_offsets(), x[:, field.row - 30 * k].T)
    assert {field.name for field in fields} <= {axes.get_ylabel() for axes in figure.axes}
    assert "are shown." not in snapshots.caption(data)


def test_a_field_that_the_file_calls_U_keeps_its_name_and_first_components_come_first():
    x, U = rng.uniform(size=(2, 30)), rng.standard_normal((60, 8))
    how = {"axes": "dof sample", "fields": {"x": np.tile(x, 2)}}
    data = read_snapshots({"U": U, "B": 2 * U}, key=["U", "B"], **how)
    names = [field.name for field in fields_of(data)]
    assert names == [f"component {k} of {name}" for k in (1, 2) for name in "UB"]
    words = "3 of 4 fields and components of vectors are shown."
    assert words in snapshots.caption(data)


def test_without_places_and_times_degrees_of_freedom_and_snapshots_are_counted():
    axes = panels(drawn(snapshots, read_snapshots(np.eye(6, 9), axes="dof sample")))[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("degree of freedom", "snapshot")
    assert all(float(tick).is_integer() for tick in axes.get_yticks())


def test_states_are_shown_with_their_scale():
    U = 1e3 * rng.standard_normal((6, 9))
    words = {"axes": "dof sample", "fields": {"x": X[:6], "t": T[:9]}, "scale": "largest"}
    axes = panels(drawn(snapshots, read_snapshots(U, **words)))[0]
    np.testing.assert_allclose(np.reshape(axes.collections[0].get_array(), (9, 6)), U.T)


def test_plot_draws_the_snapshots_of_a_data_set(tmp_path):
    assert [*all_drawn(data_set())] == ["snapshots"]
    out = tmp_path / "d.h5"
    assert main(["snapshots", "gaussian", "--set", "n=16", "-o", str(out)]) == 0
    assert main(["plot", str(out)]) == 0
    assert (tmp_path / "d-snapshots.png").stat().st_size


@pytest.mark.parametrize("mu", [True, False])
def test_single_snapshots_are_shown_over_their_parameter(mu):
    m = 8
    fields = {"x": X[:6], "trajectory": np.arange(m)} | ({"mu": np.arange(m)[::-1]} if mu else {})
    U = rng.standard_normal((6, m))
    axes = panels(drawn(snapshots, read_snapshots(U, axes="dof sample", fields=fields)))[0]
    assert axes.get_ylabel() == (r"$\mu$" if mu else "snapshot")
    if mu:
        shown = np.reshape(axes.collections[0].get_array(), (m, 6))
        np.testing.assert_array_equal(shown, U.T[::-1])


def of(data, rank=2, **methods):
    """A close-up of POD and PCA, or of other methods."""
    methods = methods or {"POD": {}, "PCA": {"centre": True}}
    pod = METHODS["pod"].load()
    cases = [run_case(data, name, pod(**words), rank, [0]) for name, words in methods.items()]
    return close_up(data, cases)


def two_fields():
    return read_snapshots(sea(), key=["T", "p"], test_fraction=0.4)


def test_a_close_up_in_a_plane_keeps_the_snapshot_of_median_error_by_pod():
    data = two_fields()
    record = of(data)
    (k,) = record.shown
    errors = record.snapshot_error[0]
    assert errors[k] == np.sort(errors)[(len(errors) - 1) // 2]
    assert record.states.shape == (data.train.n, 1)
    np.testing.assert_array_equal(record.states[:, 0], data.test.states[:, k])
    shown = np.linalg.norm(record.reconstruction[0] - record.states) / np.linalg.norm(record.states)
    assert shown == pytest.approx(errors[k])
    assert record.code.shape[2] == data.test.m


def test_the_reference_is_the_pod_without_a_centre():
    record = of(two_fields(), PCA={"centre": True}, plain={})
    assert record.reference == "plain"
    assert compared.compared(record) == [1, 0]


def test_a_close_up_along_a_line_keeps_all_snapshots():
    record = of(data_set())
    assert record.shown is None
    assert record.states.shape[1] == data_set().test.m


def test_a_snapshot_in_a_plane_is_shown_with_two_reconstructions_and_errors_on_one_scale():
    record = of(two_fields())
    figure = drawn(reconstruction, record)
    shown = panels(figure)
    assert len(shown) == 2 * 5
    assert [axes.get_title() for axes in shown[:5]] == [
        "snapshot", "POD", "PCA", "error of POD", "error of PCA",
    ]  # fmt: skip
    first, second = (axes.collections[0].norm for axes in shown[3:5])
    assert (first.vmin, first.vmax) == (second.vmin, second.vmax) == (-first.vmax, first.vmax)
    rows = np.flatnonzero(two_fields().layout.of_field == 0)
    errors = (record.reconstruction[:2, rows] - record.states[rows]) / np.abs(
        record.states[rows]
    ).max()
    assert first.vmax == np.abs(errors).max()
    assert {"T (K)", "error / max |T|"} <= {axes.get_ylabel() for axes in figure.axes}
    assert "median relative error by POD" in reconstruction.caption(record)
    assert f"t={record.t[record.shown[0]]:.4g}$ s" in reconstruction.caption(record)


def test_a_snapshot_over_parameters_is_shown_as_curves():
    data = read_snapshots(
        rng.standard_normal((40, 9)),
        axes="dof sample",
        fields={"x": X, "mu": np.arange(9.0), "trajectory": np.arange(9)},
    )
    record = of(data)
    left, right = drawn(reconstruction, record).axes
    np.testing.assert_array_equal(left.lines[0].get_ydata(), record.states[:, 0])
    assert (len(left.lines), len(right.lines)) == (3, 3)
    assert r"$\mu=" in compared.called(record)
    assert len(drawn(latent_trajectories, record).axes[0].collections[0].get_offsets()) == 2
    assert "Codes of 2 test snapshots" in latent_trajectories.caption(record)


def test_parameters_have_their_names_in_labels(tmp_path):
    np.savez(tmp_path / "a.npz", U=rng.standard_normal((40, 9)), Re=np.arange(9.0), k=np.ones(9))
    where = {"x": X, "trajectory": np.arange(9)}
    data = read_snapshots(tmp_path / "a.npz", key="U", fields={**where, "mu": "Re"})
    assert compared.called(of(data)).startswith("Re = ")
    assert panels(drawn(snapshots, data))[0].get_ylabel() == "Re"
    both = read_snapshots(tmp_path / "a.npz", key="U", fields={**where, "mu": ["Re", "k"]})
    assert re.fullmatch(r"Re = \d, \$k=1\$", compared.called(of(both)))


def test_one_method_and_one_test_snapshot_can_be_drawn():
    record = of(read_snapshots(rng.standard_normal((6, 5)), axes="dof sample"), POD={})
    assert record.code.shape[2] == 1
    assert "number 1 of 1" in reconstruction.caption(record)
    for module in (reconstruction, latent_trajectories, modes):
        drawn(module, record).draw_without_rendering()


def test_modes_are_shown_in_space_with_their_shares():
    data = two_fields()
    record = of(data)
    shown = panels(drawn(modes, record))
    assert len(shown) == 2 * 2
    assert record.energy.sum() == pytest.approx(
        run_case(data, "P", METHODS["pod"].load()(), 2, [0]).model(0).energy
    )
    assert shown[0].get_title().startswith(f"mode 1: {100 * record.energy[0]:.3g} %")
    values = np.ma.compressed(np.ma.masked_invalid(shown[0].collections[0].get_array()))
    rows = data.layout.of_field == 0
    V = record.modes[rows] / np.abs(record.modes[rows]).max()
    np.testing.assert_allclose(np.sort(np.abs(values)), np.sort(np.abs(V[:, 0])))
    assert "POD" in modes.caption(record)


def test_small_modes_of_a_field_are_enlarged_and_say_so():
    V, titles = enlarging.enlarged(np.array([[1.0, 0.0028]]), ["90 %", "10 %"])
    np.testing.assert_allclose(V, [[1.0, 0.84]])
    assert titles == ["mode 1: 90 %", r"mode 2: 10 % ($\times$300)"]


def test_modes_are_those_of_the_states_with_their_scale():
    U = 1e3 * rng.standard_normal((6, 9))
    data = read_snapshots(U, axes="dof sample", scale="largest")
    V = run_case(data, "POD", METHODS["pod"].load()(), 2, [0]).model(0).V
    np.testing.assert_allclose(of(data).modes, data.train.scale[:, None] * V)


def test_a_close_up_without_a_pod_has_no_modes():
    data = two_fields()
    case = run_case(data, "q", METHODS["quadratic_manifold"].load()(), 1, [0])
    record = close_up(data, [case])
    assert record.modes is None
    with pytest.raises(DataError, match="has no modes"):
        drawn(modes, record)


def test_plot_offers_the_figures_of_a_close_up_in_a_plane(tmp_path):
    assert [*all_drawn(of(two_fields()))] == ["latent_trajectories", "reconstruction", "modes"]


def test_a_pod_of_its_own_shows_curves_of_its_modes_and_the_decay_of_its_singular_values():
    x = np.linspace(2, 3, 12)
    model = fit_pod(np.random.default_rng(0).random((12, 8)), rank=5)
    modes, values = all_drawn(model, Line("$x$ (m)", x))["arrays"].axes
    assert (modes.get_xlabel(), values.get_xlabel()) == ("$x$ (m)", "index $k$")
    assert len(modes.lines) == 4
    np.testing.assert_array_equal(modes.lines[3].get_xdata(), x)
    np.testing.assert_array_equal(modes.lines[3].get_ydata(), model.V[:, 3])
    s = model.singular_values
    np.testing.assert_array_equal(values.lines[0].get_ydata(), s / s[0])
    assert values.get_yscale() == "log"
    assert all(float(tick).is_integer() for tick in values.get_xticks())
    assert all_drawn(model)["arrays"].axes[0].get_xlabel() == "index of dof"
