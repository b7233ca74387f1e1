"""Tables in text: dialects, encodings, headings, and the words of programs for no number."""

import bz2
import gzip
import lzma

import numpy as np
import pandas as pd
import pytest

from mornet.errors import DataError, OptionError
from mornet.snapshots import read_snapshots
from mornet.snapshots.files import find
from mornet.snapshots.formats import read_contents

U = np.array([[0.126, -0.132, 0.640, 0.105], [1.304, 0.947, -0.704, -1.265], [-2.325, 0, 1, -0.7]])
PLAIN = "\n".join(",".join(f"{v:.3f}" for v in row) for row in U) + "\n"
SEMICOLON = PLAIN.replace(",", ";")
COMMA = SEMICOLON.replace(".", ",")


def table(folder, text, name="a.csv", encoding="utf-8", key=None):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return read_contents(path, key)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (PLAIN, "utf-8"),
        (PLAIN.replace(",", ", "), "utf-8"),
        (PLAIN, "utf-8-sig"),
        ("# a note\n" + PLAIN, "utf-8-sig"),
        ("# Temperatur in °C\n" + PLAIN, "latin-1"),
        (PLAIN, "utf-16"),
        (SEMICOLON, "utf-8"),
        (COMMA, "utf-8"),
        (COMMA.replace(";", "\t"), "utf-8"),
        (COMMA.replace(";", "  "), "utf-8"),
        (PLAIN.replace(",", " "), "utf-8"),
        (PLAIN.replace(",", "\t"), "utf-8"),
        (PLAIN.replace(",", "|"), "utf-8"),
        (PLAIN.replace("\n", "\r\n"), "utf-8"),
        (PLAIN.replace("\n", ",\n"), "utf-8"),
        (PLAIN.replace("\n", " # note 1.0\n"), "utf-8"),
        ("% COMSOL\n" + PLAIN.replace(",", "   "), "utf-8"),
        (PLAIN.replace("0.126", "1.26D-01"), "utf-8"),
        (PLAIN.replace("-1.265", "\u22121.265"), "utf-8"),
        ('"' + PLAIN.replace(",", '","').replace("\n", '"\n"').removesuffix('"'), "utf-8"),
        ('"' + COMMA.replace(";", '","').replace("\n", '"\n"').removesuffix('"'), "utf-8"),
        ("a,b,c,d\n" + PLAIN, "utf-8"),
        (",a,b,c,d\n" + "".join(f"{i},{s}\n" for i, s in enumerate(PLAIN.split())), "utf-8"),
        (",0,1,2,3\n" + "".join(f"{i},{s}\n" for i, s in enumerate(PLAIN.split())), "utf-8"),
        ("0,1,2,3\n" + PLAIN, "utf-8"),
    ],
)
def test_every_dialect_gives_the_same_matrix(tmp_path, text, encoding):
    np.testing.assert_array_equal(table(tmp_path, text, encoding=encoding).array, U)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_packed_text_is_unpacked(tmp_path, pack):
    suffix = {gzip.compress: ".gz", bz2.compress: ".bz2", lzma.compress: ".xz"}[pack]
    packed = table(tmp_path, pack(PLAIN.encode()), name=f"a.csv{suffix}")
    np.testing.assert_array_equal(packed.array, U)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("-1.#IND", "1.#INF", "1.#QNAN"),
            "infinite values, 1 entry; the first is row 1 of column .sample. 3",
        ),
        (
            ("-1.#IND00", "2.0", "1.#QNAN0"),
            "missing values .NaN., 2 entries; the first is row 0 of column .sample. 3",
        ),
        (("nan(ind)", "", "NA"), "3 entries; .* row 0 of column .sample. 3"),
        (("#N/A", "1", "2"), "1 entry; .* row 0 of column .sample. 3"),
    ],
)
def test_words_for_no_number_are_refused_with_their_place_and_are_never_numbers(
    tmp_path, words, message
):
    text = "".join(f"{i}.5,2.0,3.0,{word}\n" for i, word in enumerate(words))
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(DataError, match=message):
        read_snapshots(tmp_path / "a.csv", axes="dof sample")


def test_times_and_parameters_stand_in_headings(tmp_path):
    found = table(tmp_path, "t=0.00,t=0.05,t=0.10,t=0.15\n" + PLAIN)
    np.testing.assert_array_equal(found.fields["t"], [0, 0.05, 0.1, 0.15])
    assert found.axes == "dof sample"
    found = table(tmp_path, "# t=0,1,2,3\n" + PLAIN)
    np.testing.assert_array_equal(found.fields["t"], [0, 1, 2, 3])
    comsol = (
        "% Model: m.mph\n% X      Y      u (m/s) @ t=0, mu=2  u (m/s) @ t=0.1, mu=2\n"
        "0.0   0.5   1.0   2.0\n1.0   0.5   3.0   4.0\n"
    )
    found = table(tmp_path, comsol, name="u.txt", key="u")
    np.testing.assert_array_equal(found.array, [[1, 2], [3, 4]])
    np.testing.assert_array_equal(found.fields["t"], [0, 0.1])
    np.testing.assert_array_equal(found.fields["mu"], [[2, 2]])
    np.testing.assert_array_equal(found.fields["x"], [[0, 1]])  # Y is the same everywhere
    assert found.units["U"] == "m/s"


def test_a_column_of_times_makes_rows_snapshots(tmp_path):
    found = table(tmp_path, "Time (s);p1;p2\n0,0;1,5;2,5\n0,1;3,5;4,5\n")
    np.testing.assert_array_equal(found.array, [[1.5, 2.5], [3.5, 4.5]])
    np.testing.assert_array_equal(found.fields["t"], [0, 0.1])
    assert (found.axes, found.units["t"]) == ("sample dof", "s")


@pytest.mark.parametrize(
    ("head", "rows", "key"),
    [
        ("x,T", [[0, 300], [1, 310], [2, 320]], None),  # of one snapshot
        ("x,T (K),p", [[0, 300, 1], [1, 310, 2], [2, 320, 3]], "T"),
        ("time,T", [[0, 300], [1, 310], [2, 320]], None),
        ("T,p", [[0, 300], [-1, 310], [2, 320]], "T"),
        ("T @ t=0,T @ t=1", [[300, 301], [310, 311]], "T"),
        ("u @ T=300 t=0,u @ T=300 t=1,u @ T=310 t=0", [[1, 2, 3], [4, 5, 6]], None),
    ],
)
def test_a_heading_T_may_be_that_of_temperatures(tmp_path, head, rows, key):
    text = "\n".join([head, *(",".join(map(str, row)) for row in rows)])
    found = table(tmp_path, text, key=key)
    assert 300 not in np.ravel(found.fields.get("t", 0))
    assert not any("T increases" in note for note in found.notes)


@pytest.mark.parametrize(
    "text", ["T,u,v\n0,1,2\n0.5,3,4\n", "x,T,u\n0,0,1\n1,0,2\n0,0.5,3\n1,0.5,4\n", "T=0,T=0.5\n1,2"]
)
def test_a_heading_T_is_that_of_times_where_it_can_be_one_and_a_note_says_so(tmp_path, text):
    found = table(tmp_path, text)
    np.testing.assert_array_equal(found.fields["t"], [0, 0.5])
    assert any("T increases and is taken as the times" in note for note in found.notes)


@pytest.mark.parametrize(
    ("head", "key"),
    [
        ("time,x=0.0,x=0.5,x=2", None),
        ("time,u@x=0,u@x=0.5,u@x=2", None),
        ("Time [s],u @ x=0,u @ x=0.5,u @ x=2,p @ x=0", "u"),
        ("x=0,x=0.5,x=2", None),
    ],
)
def test_headings_that_state_places_make_rows_snapshots(tmp_path, head, key):
    columns = [[0, 0.1, 0.2, 0.3], *U, U[0]] if "time" in head.lower() else U
    rows = np.transpose(columns[: head.count(",") + 1])
    text = head + "\n" + "\n".join(",".join(map(str, row)) for row in rows) + "\n"
    (tmp_path / "probes.csv").write_text(text)
    data = read_snapshots(tmp_path / "probes.csv", key=key, test_fraction=0.25)
    np.testing.assert_array_equal(np.hstack([data.train.U, data.test.U]), U)
    np.testing.assert_array_equal(data.train.x, [[0, 0.5, 2]])
    assert data.train.mu is None
    if "time" in head.lower():
        np.testing.assert_array_equal(np.r_[data.train.t, data.test.t], [0, 0.1, 0.2, 0.3])


@pytest.mark.parametrize("row", ["ND,ND,1.3,4", "bad,1.2,1.3,4", "ND;ND;1.3;4", "ND ND 1.3 4"])
def test_a_first_row_with_unknown_words_among_numbers_is_refused(tmp_path, row):
    separator = next(sign for sign in ";, " if sign in row)
    with pytest.raises(DataError, match=f"numbers stand among words in {row!r}"):
        table(tmp_path, f"{row}\n{PLAIN}".replace(",", separator))


@pytest.mark.parametrize("head", ["time,1,2.5,3", "probe,1,2,3", "index,10,20,30", "t=0,1,2,5"])
def test_numbers_after_a_time_or_a_count_are_headings(tmp_path, head):
    assert np.shape(table(tmp_path, f"{head}\n{PLAIN}").array)[0] == 3


def test_a_title_of_several_words_decides_no_separator(tmp_path):
    found = table(tmp_path, "Counts of detector A\n10,0\n11,7\n12,9\n")
    np.testing.assert_array_equal(found.array, [[10, 0], [11, 7], [12, 9]])
    found = table(tmp_path, "pressure (kN per m2)\n10,0\n11,7\n12,9\n", key="pressure")
    np.testing.assert_array_equal(found.array, [[10], [11.7], [12.9]])


def test_a_column_of_times_is_never_dropped(tmp_path):
    found = table(tmp_path, "time,mu=1,mu=2\n0,1,2\n0.5,3,4\n1,5,6\n")
    np.testing.assert_array_equal(found.fields["t"], [0, 0.5, 1])
    assert found.axes == "sample dof"
    assert found.notes[-1] == "mu of the headings of dofs is left out"
    with pytest.raises(DataError, match="columns of places and of times, and headings that state"):
        table(tmp_path, "x,time,u@mu=1,u@mu=2\n0,0,1,2\n1,0,3,4\n")


def test_one_snapshot_with_coordinates_as_paraview_writes_it(tmp_path):
    text = '"U:0","U:1","p","Points:0","Points:1"\n1,2,9,0,0\n3,4,8,1,0.5\n'
    np.testing.assert_array_equal(table(tmp_path, text, key="U:0").array, [[1], [3]])
    found = table(tmp_path, text, key="U")
    np.testing.assert_array_equal(found.array.ravel(), [1, 3, 2, 4])
    np.testing.assert_array_equal(found.fields["x"], [[0, 1, 0, 1], [0, 0.5, 0, 0.5]])
    with pytest.raises(OptionError, match="give the key of the snapshots; there are U:0, U:1, p"):
        table(tmp_path, text)
    with pytest.raises(OptionError, match="no column 'v'; there are U:0"):
        table(tmp_path, text, key="v")


def test_bytes_that_are_no_text_are_refused(tmp_path):
    with pytest.raises(DataError, match="bytes that are no text"):
        table(tmp_path, b"1,2\0\0\n")


@pytest.mark.parametrize("text", ["x,t\n0,1\n1,2\n", "# x; y\n0; 1\n1; 2\n"])
def test_a_table_of_places_and_times_alone_is_refused(tmp_path, text):
    with pytest.raises(DataError, match="a.csv holds places and times, and no column of snapshots"):
        table(tmp_path, text)


@pytest.mark.parametrize("stated", [("u=1.2.3", "u=1.2.4"), ("case=E1", "case=E2")])
def test_what_is_no_whole_number_is_no_stated_value(tmp_path, stated):
    text = f"x,{','.join(stated)}\n0,1,2\n1,2,3\n"
    with pytest.raises(OptionError, match=f"there are {', '.join(stated)}"):
        table(tmp_path, text)
    assert table(tmp_path, text, key=stated[1]).array[1, 0] == 3


def test_decimal_commas_in_headings_are_not_cut(tmp_path):
    text = "x;u @ t=0,5;u @ t=1,5\n0,0;1,0;2,0\n1,0;2,0;3,1\n"
    with pytest.raises(OptionError, match="give the key"):
        table(tmp_path, text)


def test_a_vector_has_any_number_of_components(tmp_path):
    names = [f"T_{i}" for i in range(1, 12)]
    row = ",".join(map(str, range(12)))
    text = f"x,{','.join(names)}\n{row}\n{row}\n"
    np.testing.assert_array_equal(table(tmp_path, text, key="T").array.ravel()[::2], range(1, 12))


@pytest.mark.parametrize("separator", [",", ";", "\t", " "])
def test_a_date_at_midnight_may_stand_without_its_time(tmp_path, separator):
    rows = ["2020-01-01", "2020-01-01 06:00", "2020-01-01 12:00:00", "2020-01-02"]
    lines = [separator.join((row, str(j), "1.5")) for j, row in enumerate(rows)]
    (tmp_path / "a.csv").write_text("\n".join([separator.join(("time", "u", "v")), *lines]))
    data = read_snapshots(tmp_path / "a.csv", test_fraction=0.25)
    np.testing.assert_array_equal(np.r_[data.train.t, data.test.t], [0, 21600, 43200, 86400])


@pytest.mark.parametrize(
    ("one", "other", "kinds"),
    [
        ("2020-01-01", "5.0", "is a number, but '2020-01-01' is a date"),
        ("5.0", "2020-01-01", "is a date, but '5.0' is a number"),
        ("2020-01-01", "06:00:00", "is a time of the day, but '2020-01-01' is a date"),
    ],
)
def test_dates_and_numbers_in_one_column_are_refused(tmp_path, one, other, kinds):
    (tmp_path / "a.csv").write_text(f"time,u,v\n{one},1,2\n{other},3,4\n{other},5,6\n")
    with pytest.raises(DataError, match=rf"a.csv, line 3, column 0: '{other}' {kinds}"):
        read_snapshots(tmp_path / "a.csv")


def test_parameters_and_runs_beside_the_times_of_a_table_are_no_state(tmp_path):
    table = tmp_path / "probes.csv"
    rows = [
        (run, 0.5 * run, k, t, t + run, t - run) for run in (3, 4) for k, t in enumerate((0, 1, 2))
    ]
    lines = ["run,mu,step,time_s,p0,p1", *(",".join(map(str, row)) for row in rows)]
    table.write_text("\n".join(lines))
    matrix = find(table).matrix
    np.testing.assert_array_equal(matrix.U, np.array(rows, dtype=float)[:, 4:].T)
    np.testing.assert_array_equal(matrix.fields["trajectory"], [3, 3, 3, 4, 4, 4])
    np.testing.assert_array_equal(matrix.fields["mu"], [[1.5] * 3 + [2.0] * 3])
    np.testing.assert_array_equal(matrix.fields["t"], [0, 1, 2] * 2)
    assert matrix.units["t"] == "s"
    assert "step is left out: it counts rows" in matrix.notes
    one = find(table, key="p0").matrix
    np.testing.assert_array_equal(one.U, matrix.U[:1])
    for field in ("trajectory", "mu", "t"):
        np.testing.assert_array_equal(one.fields[field], matrix.fields[field])


def test_columns_with_numbers_as_headings_are_matched_in_a_series(tmp_path):
    U = np.random.default_rng(0).random((2, 3))
    for j, order in enumerate(([0, 1, 2], [2, 1, 0])):
        heads = np.array(["0.0", "0.091", "0.2"])[order]
        rows = [f"{t}," + ",".join(map(str, U[t, order].tolist())) for t in (0, 1)]
        (tmp_path / f"p_{j}.csv").write_text("\n".join(["time," + ",".join(heads), *rows]))
    matrix = find(f"{tmp_path}/p_{{run}}.csv").matrix
    np.testing.assert_array_equal(matrix.U, np.hstack([U.T, U.T]))


def test_dates_and_times_of_the_day_in_two_columns_are_one_time(tmp_path):
    table = tmp_path / "log.csv"
    rows = ["2020-01-31;23:00:00;1;2", "2020-02-01;01:00:00;3;4", "2020-02-01;01:30:00;5;6"]
    table.write_text("\n".join(["Date;Time;a;b", *rows]))
    matrix = find(table).matrix
    np.testing.assert_array_equal(np.diff(matrix.fields["t"]), [7200, 1800])
    np.testing.assert_array_equal(matrix.U, [[1, 3, 5], [2, 4, 6]])


@pytest.mark.parametrize(
    ("headings", "field", "unit"),
    [("x=0 (km),x=1 (km),x=3 (km)", "x", "km"), ("x,t=0 (s),t=1 (s)", "t", "s")],
)
def test_a_unit_behind_a_value_of_a_heading_is_that_of_the_value(tmp_path, headings, field, unit):
    (tmp_path / "a.csv").write_text(f"{headings}\n0,1,2\n1,2,4\n2,3,5\n4,1,1\n")
    found = read_contents(tmp_path / "a.csv")
    assert found.units.get("U", "") == ""
    assert found.units[field] == unit


def test_a_field_and_its_time_have_units_of_their_own(tmp_path):
    (tmp_path / "a.csv").write_text("x,u (K) @ t=0 (s),u (K) @ t=1 (s)\n0,1,2\n1,2,4\n2,3,5\n")
    found = read_contents(tmp_path / "a.csv")
    assert (found.units["U"], found.units["t"]) == ("K", "s")


PROBES = "# Probe 0 (0 0 0)\n# Probe 1 (0.5 0 0)\n# Probe 2 (2 0 0)\n#  Probe  0  1  2\n#   Time\n"
AXES = "# x 0 0.5 2\n# y 0 0 0\n# z 0 0 0\n# Time\n"


@pytest.mark.parametrize("head", [PROBES, AXES])
def test_probes_of_openfoam_have_times_and_places(tmp_path, head):
    rows = "".join(f"{0.1 * j:g} {' '.join(map(str, column))}\n" for j, column in enumerate(U.T))
    found = table(tmp_path, head + rows)
    np.testing.assert_array_equal(found.array, U.T)
    np.testing.assert_allclose(found.fields["t"], [0, 0.1, 0.2, 0.3])
    np.testing.assert_array_equal(found.fields["x"], [[0, 0.5, 2]])


def test_vectors_of_openfoam_are_columns(tmp_path):
    rows = "0 (1 2 3) (4 5 6) (7 8 9)\n0.5 (1 2 3) (-4 5e-1 6) (7 8 0)\n"
    found = table(tmp_path, PROBES + rows)
    np.testing.assert_array_equal(
        found.array, [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, -4, 0.5, 6, 7, 8, 0]]
    )
    np.testing.assert_array_equal(found.fields["x"], [np.repeat([0, 0.5, 2], 3)])


def test_columns_of_openfoam_without_places_have_times(tmp_path):
    found = table(tmp_path, "# Time\n0 1 2\n0.5 3 4\n2 5 6\n")
    np.testing.assert_array_equal(found.fields["t"], [0, 0.5, 2])
    np.testing.assert_array_equal(found.array, [[1, 2], [3, 4], [5, 6]])


def test_a_zone_of_tecplot_has_variables_and_a_time(tmp_path):
    head = 'TITLE = "a"\nVARIABLES = "X", "P"\nZONE T="b", I=3, F=POINT'
    points = "\n0 1\n0.5 3\n2 5\n"
    found = table(tmp_path, f"{head}{points}")
    np.testing.assert_array_equal(found.array, [[1], [3], [5]])
    np.testing.assert_array_equal(found.fields["x"], [[0, 0.5, 2]])
    found = table(tmp_path, f"{head}, SOLUTIONTIME=0.25{points}", key="P")
    np.testing.assert_array_equal(found.fields["t"], [0.25])
    with pytest.raises(DataError, match="two zones of Tecplot hold the same places: write a SOL"):
        table(tmp_path, f'{head}{points}ZONE T="c", I=3\n{points}')


def test_blocks_with_values_in_comments_are_refused(tmp_path):
    with pytest.raises(DataError, match="line 4: '# t = 1' begins another block of numbers: write"):
        table(tmp_path, "# t = 0\n0 1\n1 2\n# t = 1\n0 3\n1 4\n")
    found = table(tmp_path, "# dt = 0.1\n0 1\n1 2\n# restart at t = 2\n2 3\n# dt = 0.1\n")
    np.testing.assert_array_equal(found.array, [[0, 1], [1, 2], [2, 3]])


def test_headings_of_comsol_with_two_values_may_hold_commas(tmp_path):
    head = "% X  u (m/s) @ t=0, Re=5  p (Pa) @ t=0, Re=5  u (m/s) @ t=1, Re=5  p (Pa) @ t=1, Re=5"
    found = table(tmp_path, f"{head}\n0  1 2 3 4\n1  5 6 7 8\n2  9 1 2 3\n", key="p")
    np.testing.assert_array_equal(found.array, [[2, 4], [6, 8], [1, 3]])
    np.testing.assert_array_equal(found.fields["t"], [0, 1])
    assert found.units["U"] == "Pa"


@pytest.mark.parametrize(("head", "first"), [("x/t", [0, 0.5, 2]), ("t / x", [0, 0.5, 2])])
def test_a_corner_says_what_the_first_column_and_the_other_headings_are(tmp_path, head, first):
    rows = "".join(f"{f},{','.join(map(str, row))}\n" for f, row in zip(first, U, strict=True))
    found = table(tmp_path, f"{head},0,0.1,0.25,0.6\n{rows}")
    np.testing.assert_array_equal(found.array, U)
    of_row, of_column = head.replace(" ", "").split("/")
    np.testing.assert_array_equal(np.ravel(found.fields[of_row]), first)
    np.testing.assert_array_equal(np.ravel(found.fields[of_column]), [0, 0.1, 0.25, 0.6])
    assert found.axes == ("dof sample" if of_row == "x" else "sample dof")
    with pytest.raises(DataError, match="headings of an empty corner: write what they are into it"):
        table(tmp_path, f",0,0.1,0.25,0.6\n{rows}")


def test_functions_of_a_field_are_no_units(tmp_path):
    found = table(tmp_path, "Time,avg(p),max(p)\n0,1,2\n0.5,3,4\n2,5,1\n")
    assert found.units == {}
    assert list(found.coordinates["column"]) == ["avg(p)", "max(p)"]


def test_a_table_of_places_has_one_parameter(tmp_path):
    found = table(tmp_path, "x,mu,u\n0,0.5,1\n1,0.5,2\n", key="u")
    np.testing.assert_array_equal(found.array, [[1], [2]])
    assert found.coordinates == {"mu": 0.5}
    with pytest.raises(DataError, match="several parameters mu: write a table for each parameter"):
        table(tmp_path, "x,mu,u\n0,0.5,1\n1,0.5,2\n0,1.5,1\n1,1.5,2\n", key="u")


@pytest.mark.parametrize("date", ["31.01.2000 23:50", "2000/01/31", "1/31/2000 11:50 PM"])
def test_dates_in_other_forms_are_refused_with_the_form_that_is_read(tmp_path, date):
    with pytest.raises(DataError, match="may be a date: write dates in UTC as 2000-01-31 23:50:00"):
        table(tmp_path, f"time,u\n{date},1\n{date},2\n")


@pytest.mark.parametrize("index", [True, False])
def test_a_second_line_of_headings_of_pandas_is_no_degree_of_freedom(tmp_path, index):
    U = np.random.default_rng(0).standard_normal((20, 6))
    columns = pd.MultiIndex.from_product([["a", "b"], [0, 1, 2]])
    pd.DataFrame(U, columns=columns).to_csv(tmp_path / "a.csv", index=index)
    data = read_snapshots(tmp_path / "a.csv")
    np.testing.assert_array_equal(np.hstack([data.train.U, data.test.U]), U)
    assert "the second line holds headings too" in data.layout.notes


def test_the_heading_of_one_column_is_the_name_of_its_field(tmp_path):
    for j in range(3):
        (tmp_path / f"a_{j}.csv").write_text(f"u (m/s)\n1\n2\n{j}\n")
    found = find(tmp_path)
    assert (found.names, found.unit, found.named) == (("u",), ("m/s",), True)
    assert not [note for note in found.matrix.notes if "separated" in note]
    for j in range(3):
        (tmp_path / f"a_{j}.csv").write_text(f"step {j}\n1\n2\n{j}\n")
    assert find(tmp_path).names == ("U",)


def test_one_column_is_said_to_be_one(tmp_path):
    (tmp_path / "a.csv").write_text("x,u:0,u:1\n0,1,4\n1,2,5\n2,3,6\n")
    assert "the column u:0 is one snapshot" in find(tmp_path / "a.csv", key="u:0").matrix.notes
    assert "the columns u:0, u:1 are one snapshot" in find(tmp_path / "a.csv", key="u").matrix.notes
