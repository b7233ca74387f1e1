"""Tables with headings that hold a field of snapshots alone: coordinates, times, parameters."""

import numpy as np
import pytest

from mornet.errors import DataError, OptionError, StorageError
from mornet.snapshots.files import find
from mornet.snapshots.formats.parameter_names import names_of_mu

n = m = 5
COUNT, SQUARE = np.arange(5.0), np.arange(5.0) ** 2


def table(path, headings, *columns):
    rows = np.column_stack(columns)
    np.savetxt(path, rows, delimiter=",", header=headings, comments="", fmt="%g")


def field(tmp_path, name, headings, *columns, key=""):
    """Return what ``find`` reads for a field in a table of its own."""
    np.save(tmp_path / "U.npy", np.random.default_rng(0).random((n, m)))
    table(tmp_path / "field.csv", headings, *columns)
    given = {name: f"{tmp_path / 'field.csv'}{key}"}
    return find(tmp_path / "U.npy", axes="dof sample", fields=given).matrix


@pytest.mark.parametrize(
    ("headings", "columns", "x", "units"),
    [
        ("x", [COUNT], [COUNT], ("",)),
        ("x (m)", [COUNT], [COUNT], ("m",)),
        ("x (m),y (m)", [COUNT, SQUARE], [COUNT, SQUARE], ("m", "m")),
        ("y,x", [COUNT, SQUARE], [SQUARE, COUNT], ("", "")),
        ("time,x", [SQUARE, COUNT], [COUNT], ("",)),
        ("Points:0,Points:1,Points:2", [COUNT, SQUARE, 0 * COUNT], [COUNT, SQUARE], ("", "")),
        (
            "a,b,c,d,e",
            [COUNT, SQUARE, COUNT, COUNT, SQUARE],
            [COUNT, SQUARE, COUNT, COUNT, SQUARE],
            ("",) * 5,
        ),
    ],
)
def test_coordinates_are_the_columns_of_places(tmp_path, headings, columns, x, units):
    matrix = field(tmp_path, "x", headings, *columns)
    np.testing.assert_array_equal(matrix.fields["x"], x)
    assert matrix.x_unit == units


def test_a_key_is_a_column(tmp_path):
    matrix = field(tmp_path, "x", "x,y", COUNT, SQUARE, key=":y")
    np.testing.assert_array_equal(matrix.fields["x"], [SQUARE])
    with pytest.raises(OptionError, match=r"field.csv: no column 'z'; there are x, y"):
        field(tmp_path, "x", "x,y", COUNT, SQUARE, key=":z")


@pytest.mark.parametrize(
    ("headings", "columns", "mu"),
    [
        ("mu", [SQUARE], [SQUARE]),
        ("run,mu", [COUNT, SQUARE], [SQUARE]),
        ("Re,Ma", [COUNT, 0 * COUNT], [COUNT, 0 * COUNT]),
        ("Re (1),T (K)", [COUNT, SQUARE], [COUNT, SQUARE]),
    ],
)
def test_parameters_are_columns(tmp_path, headings, columns, mu):
    np.testing.assert_array_equal(field(tmp_path, "mu", headings, *columns).fields["mu"], mu)


@pytest.mark.parametrize(
    ("headings", "names"), [("Re,Ma", ("Re", "Ma")), ("Re (1),T (K)", ("Re", "T")), ("mu", ())]
)
def test_headings_are_the_names_of_parameters(tmp_path, headings, names):
    columns = [COUNT + 1, SQUARE][: len(headings.split(","))]
    matrix = field(tmp_path, "mu", headings, *columns)
    assert names_of_mu(matrix.units, len(columns)) == names
    table(tmp_path / "other.csv", "nu", SQUARE)
    places = [str(tmp_path / "field.csv"), str(tmp_path / "other.csv")]
    both = find(tmp_path / "U.npy", axes="dof sample", fields={"mu": places}).matrix
    known = (*names, "nu") if names else ("mu", "nu")
    assert names_of_mu(both.units, len(columns) + 1) == known


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("Re [-], nu [m2/s]", ("Re", "nu")),
        ("Re nu", ("Re", "nu")),
        ("two columns", ()),
        ("nu 100", ()),
    ],
)
def test_headers_of_savetxt_are_the_names_of_parameters(tmp_path, header, names):
    matrix = field(tmp_path, "mu", f"# {header}", COUNT + 1, SQUARE)
    np.testing.assert_array_equal(matrix.fields["mu"], [COUNT + 1, SQUARE])
    assert names_of_mu(matrix.units, 2) == names


def test_trajectories_and_times_are_columns(tmp_path):
    runs = field(tmp_path, "trajectory", "run,mu", [0, 0, 1, 1, 1], SQUARE)
    np.testing.assert_array_equal(runs.fields["trajectory"], [0, 0, 1, 1, 1])
    times = field(tmp_path, "t", "t (s)", SQUARE)
    np.testing.assert_array_equal(times.fields["t"], SQUARE)
    assert times.units["t"] == "s"


def test_places_alone_are_no_snapshots(tmp_path):
    table(tmp_path / "x.csv", "x,y", COUNT, SQUARE)
    with pytest.raises(DataError, match="holds places and times, and no column of snapshots"):
        find(tmp_path / "x.csv")
    np.save(tmp_path / "U.npy", np.ones((n, m)))
    with pytest.raises(StorageError, match=r"gone.csv: there is no such file"):
        find(tmp_path / "U.npy", axes="dof sample", fields={"x": f"{tmp_path}/gone.csv"})


def test_a_column_of_a_table_may_be_the_times(tmp_path):
    np.save(tmp_path / "u.npy", np.random.default_rng(0).random((5, 3)))
    (tmp_path / "t.csv").write_text(
        "step,time (ms),date\n1,0,2000-01-31\n2,5,2000-02-01\n3,7,2000-02-03\n"
    )
    matrix = find(tmp_path / "u.npy", fields={"t": f"{tmp_path}/t.csv:time"}).matrix
    np.testing.assert_array_equal(matrix.fields["t"], [0, 5, 7])
    assert matrix.units["t"] == "ms"
    matrix = find(tmp_path / "u.npy", fields={"t": f"{tmp_path}/t.csv:date"}).matrix
    np.testing.assert_array_equal(matrix.fields["t"], [0, 86400, 3 * 86400])
    assert matrix.units["t"] == "s"
