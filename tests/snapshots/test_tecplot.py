"""Zones of Tecplot: in blocks, of finite elements, at nodes and in cells, with their times."""

import numpy as np
import pytest

from mornet.errors import DataError, StorageError
from mornet.snapshots import read_snapshots
from mornet.snapshots.formats import read_contents

X, Y = np.meshgrid(np.arange(3.0), np.arange(2.0))
NODES = np.array([X.ravel(), Y.ravel()])
P = np.sin(NODES[0] + 2 * NODES[1])
ELEMENTS = [(1, 2, 5, 4), (2, 3, 6, 5)]
HEAD = 'TITLE = "I=9"\nVARIABLES = "X", "Y"\n"P"\n'
GRID = 'ZONE T="I=7 F=POINT", I=3, J=2, '
MESH = 'ZONE T="a"\n N=6, E=2, '


def blocks(*, width=4):
    """Return all numbers, one variable after the other, in lines of their own length."""
    words = [f"{number:.17g}" for row in (*NODES, P) for number in row]
    return "\n".join(" ".join(words[k : k + width]) for k in range(0, len(words), width)) + "\n"


def points():
    return "".join(f"{x:g} {y:g} {p:.17g}\n" for x, y, p in zip(*NODES, P, strict=True))


def elements(corners=4):
    return "".join(" ".join(map(str, nodes[:corners])) + "\n" for nodes in ELEMENTS)


ZONES = {
    "ordered": GRID + "DATAPACKING=BLOCK\n" + blocks(),
    "ordered, earlier": GRID + "F=BLOCK\n" + blocks(width=5),
    "FEPOINT": MESH + "F=FEPOINT, ET=QUADRILATERAL\n" + points() + elements(),
    "FEBLOCK": MESH + "F=FEBLOCK, ET=QUADRILATERAL\n" + blocks() + elements(),
    "triangles": MESH + "DATAPACKING=POINT, ZONETYPE=FETRIANGLE\n" + points() + elements(3),
    "block": "ZONE NODES=6, ELEMENTS=2, DATAPACKING=BLOCK, ZONETYPE=FEQUADRILATERAL\n"
    + blocks()
    + elements(),
    "nodal": MESH
    + "DATAPACKING=BLOCK, ZONETYPE=FEQUADRILATERAL, VARLOCATION=([3]=NODAL)\n"
    + "DT=(DOUBLE DOUBLE DOUBLE)\n"
    + blocks()
    + elements(),
}


def written(folder, text, name="a.dat"):
    (folder / name).write_text(text)
    return folder / name


@pytest.mark.parametrize("zone", list(ZONES))
def test_a_zone_has_its_nodes_and_its_variables_to_the_last_digit(tmp_path, zone):
    found = read_contents(written(tmp_path, HEAD + ZONES[zone]), "P")
    np.testing.assert_array_equal(found.array[:, 0], P)
    np.testing.assert_array_equal(found.fields["x"], NODES)


@pytest.mark.parametrize("zone", list(ZONES))
def test_the_time_of_a_zone_is_that_of_its_snapshot(tmp_path, zone):
    for k in range(3):
        text = ZONES[zone].replace("ZONE", f"ZONE STRANDID=1, SOLUTIONTIME={k / 4}", 1)
        written(tmp_path, HEAD + text, f"{k}.dat")
    data = read_snapshots(tmp_path, key="P", test_fraction=0.3)
    np.testing.assert_array_equal(data.train.t, [0, 0.25])
    np.testing.assert_array_equal(data.train.x, NODES)


def test_names_of_places_may_have_units_and_those_of_cgns(tmp_path):
    zone = ZONES["ordered"].replace("ZONE", "ZONE SOLUTIONTIME=0.5", 1)
    for names in (
        '"X (m)", "Y (m)"',
        '"CoordinateX" "CoordinateY"',
        '"x-coordinate" "y-coordinate"',
    ):
        path = written(tmp_path, HEAD.replace('"X", "Y"', names) + zone)
        found = read_contents(path, "P")
        np.testing.assert_array_equal(found.fields["x"], NODES)
        np.testing.assert_array_equal(found.fields["t"], [0.5])


def test_numbers_that_repeat_may_be_counted(tmp_path):
    text = "VARIABLES = X, P\nZONE I=4, F=BLOCK\n0 1 2 3\n3*0.5 7\n"
    found = read_contents(written(tmp_path, text), "P")
    np.testing.assert_array_equal(found.array[:, 0], [0.5, 0.5, 0.5, 7])


@pytest.mark.parametrize(
    ("zone", "message"),
    [
        (
            MESH + "DATAPACKING=BLOCK, ZONETYPE=FEQUADRILATERAL, VARLOCATION=([3]=CELLCENTERED)\n"
            + blocks() + elements(),
            "variables in the centres of cells .VARLOCATION.: write all variables at the nodes",
        ),
        (ZONES["ordered"] + "5\n", "with 19 numbers, but its zone states 6 nodes, which need 18"),
        (
            ZONES["FEBLOCK"].replace("E=2", "E=3"),
            "with 26 numbers, but its zone states 6 nodes and 3 elements, which need 30",
        ),
        (ZONES["FEBLOCK"].replace("N=6,", ""), "its zone states 0 nodes"),
        (ZONES["block"].replace("DATAPACKING=BLOCK,", ""), "does not say how it is packed"),
        (ZONES["ordered"] * 2, "two zones of Tecplot hold the same places: write a SOLUTIONTIME"),
        (
            ZONES["ordered"] + ZONES["ordered"].replace("ZONE", "ZONE SOLUTIONTIME=1", 1),
            "zone 1 states no SOLUTIONTIME, but others do: write one for each zone",
        ),
        (
            ZONES["ordered"] + GRID + "F=BLOCK, VARSHARELIST=([1]=3)\n0\n",
            "zone 2 shares variables of zone 3, which is not before it",
        ),
    ],
)  # fmt: skip
def test_zones_that_are_not_clear_are_refused(tmp_path, zone, message):
    with pytest.raises(DataError, match=message):
        read_contents(written(tmp_path, HEAD + zone), "P")


def test_numbers_that_expand_without_bounds_are_refused(tmp_path):
    zone = f"VARIABLES = X, P\nZONE I={10**12}, F=BLOCK\n{10**12}*0.5 {10**12}*1\n"
    with pytest.raises(StorageError, match="a.dat"):
        read_contents(written(tmp_path, zone), "P")


def timed(zone, time, change=""):
    return zone.replace("ZONE", f"ZONE STRANDID=1, SOLUTIONTIME={time}{change}", 1)


@pytest.mark.parametrize("zone", list(ZONES))
@pytest.mark.parametrize("suffix", ["dat", "tec", "plt"])
def test_zones_of_several_times_are_snapshots_in_their_order(tmp_path, zone, suffix):
    text = HEAD + "".join(timed(ZONES[zone], k / 4) for k in (2, 0, 1))
    found = read_contents(written(tmp_path, text, f"a.{suffix}"), "P")
    np.testing.assert_array_equal(found.array, np.tile(P[:, None], 3))
    np.testing.assert_array_equal(found.fields["t"], [0, 0.25, 0.5])
    np.testing.assert_array_equal(found.fields["x"], NODES)
    assert "3 zones of Tecplot are one snapshot each" in found.notes


@pytest.mark.parametrize("times", [[None], [0, 1]])
def test_zones_of_one_time_are_blocks_of_space(tmp_path, times):
    far = "".join(f"{x + 9:g} {y:g} {p + 1:.17g}\n" for x, y, p in zip(*NODES, P, strict=True))
    text = HEAD
    for time in times:
        for zone in (GRID + "F=POINT\n" + points(), "ZONE T = b\n" + far):
            text += zone if time is None else timed(zone, time)
    found = read_contents(written(tmp_path, text), "P")
    np.testing.assert_array_equal(found.array, np.tile(np.append(P, P + 1)[:, None], len(times)))
    np.testing.assert_array_equal(found.fields["x"][0], np.append(NODES[0], NODES[0] + 9))


@pytest.mark.parametrize("listed", ["([1-2]=1)", "([1,2]=1)", "([1]=1, [2]=1)"])
def test_a_zone_may_share_places_and_elements_of_another(tmp_path, listed):
    numbers = " ".join(f"{2 * p:.17g}" for p in P) + "\n"
    share = f"F=FEBLOCK, ET=QUADRILATERAL, VARSHARELIST={listed}, CONNECTIVITYSHAREZONE=1\n"
    text = HEAD + timed(ZONES["FEBLOCK"], 0) + timed(MESH, 1) + share + numbers
    found = read_contents(written(tmp_path, text), "P")
    np.testing.assert_array_equal(found.array, np.array([P, 2 * P]).T)
    np.testing.assert_array_equal(found.fields["x"], NODES)


def test_zones_on_other_places_are_refused(tmp_path):
    text = HEAD + timed(ZONES["ordered"], 0) + timed(ZONES["ordered"], 1).replace("0 1 2", "0 1 3")
    with pytest.raises(StorageError, match="time 1 has other coordinates than .*time 0"):
        read_contents(written(tmp_path, text), "P")


@pytest.mark.parametrize("name", ["a.plt", "a.dat"])
def test_binary_files_of_tecplot_are_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"#!TDV112\0\0")
    with pytest.raises(DataError, match="is a binary file of Tecplot: write it in ASCII"):
        read_contents(tmp_path / name)


@pytest.mark.parametrize("zones", [1, 2])
def test_a_time_may_have_an_exponent_of_fortran(tmp_path, zones):
    text = HEAD + "".join(timed(ZONES["ordered"], f"{k}.0D-01") for k in range(1, 1 + zones))
    found = read_contents(written(tmp_path, text), "P")
    np.testing.assert_allclose(found.fields["t"], np.array([0.1, 0.2])[:zones])


@pytest.mark.parametrize("zones", [1, 2])
def test_a_time_that_is_no_number_is_refused(tmp_path, zones):
    text = HEAD + timed(ZONES["ordered"], "1.2.3") * zones
    with pytest.raises(DataError, match="has SOLUTIONTIME=1.2.3, which is no number: correct it"):
        read_contents(written(tmp_path, text), "P")


def test_other_records_between_names_and_zones_are_passed_over(tmp_path):
    head = HEAD + 'TEXT X=1, Y=2, T="hello"\nDATASETAUXDATA a="b"\n'
    text = head + timed(GRID + "F=POINT\n" + points(), 0) + timed("ZONE\n" + points(), 1)
    found = read_contents(written(tmp_path, text), "P")
    np.testing.assert_array_equal(found.array, np.tile(P[:, None], 2))


@pytest.mark.parametrize("zone", [GRID + "F=POINT\n", GRID + "\n"])
@pytest.mark.parametrize("lines", [points().splitlines()[:-1], [*points().splitlines(), "9 9 9"]])
def test_a_zone_of_points_has_as_many_as_it_states(tmp_path, zone, lines):
    words = f"a file of Tecplot with {3 * len(lines)} numbers, but its zone states 6 nodes"
    with pytest.raises(DataError, match=words):
        read_contents(written(tmp_path, HEAD + zone + "\n".join(lines)), "P")


@pytest.mark.parametrize("zones", [1, 2])
def test_two_variables_of_one_name_are_refused(tmp_path, zones):
    head = HEAD.replace('"Y"', '"P"')
    text = head + "".join(timed(GRID + "F=POINT\n" + points(), k) for k in range(zones))
    with pytest.raises(DataError, match="has two variables of the name 'P': rename one of them"):
        read_contents(written(tmp_path, text), "P")
