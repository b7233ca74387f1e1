"""The figure of a data set shows its fields where and when they are."""

import numpy as np
import pytest
import xarray

from mornet.cli import main
from mornet.figures import drawn as all_drawn
from mornet.figures.states import snapshots
from mornet.figures.states.places import fields_of
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


def test_points_and_vectors_are_shown_by_their_first_component():
    x = rng.uniform(size=(2, 30))
    U = rng.standard_normal((60, 8))
    data = read_snapshots(U, axes="dof sample", fields={"x": np.tile(x, 2), "t": np.arange(8.0)})
    (field,) = fields_of(data)
    assert (field.grid, field.words, len(field.row)) == (False, "first component", 30)
    axes = panels(drawn(snapshots, data))[0]
    np.testing.assert_array_equal(axes.collections[0].get_array(), U[field.row, 0])
    np.testing.assert_array_equal(axes.collections[0].get_offsets(), x[:, field.row].T)
    assert "Of vectors the first component is shown." in snapshots.caption(data)


def test_without_places_and_times_degrees_of_freedom_and_snapshots_are_counted():
    axes = panels(drawn(snapshots, read_snapshots(np.eye(6, 9), axes="dof sample")))[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("degree of freedom", "snapshot")


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
