"""Every record is stored, and comes back as it was."""

import ast
import inspect
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import h5py
import numpy as np
import pytest
import xarray
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import mornet
from mornet.errors import DataError, OptionError, ShapeError, StorageError
from mornet.nn import Dense, Network, StoredNetwork, initialise
from mornet.records import Array, array
from mornet.storage import difference, info, load, save
from mornet.storage.conversion import (
    AXES,
    RENAMED,
    axes_of,
    class_of,
    from_tree,
    stored_fields,
    to_tree,
)
from mornet.storage.homes import homes
from mornet.storage.tree import Leaf
from mornet.training import Adam, Objective, train
from tests.nn.maps import Convolution1D
from tests.storage.examples import example_of, layers, same


@dataclass(frozen=True, eq=False)
class Probe:
    """A record with a field of every sort."""

    kind: ClassVar[str] = "probe"
    a: object = array("row", "column", units="m", optional=True)
    b: object = array("row", optional=True)
    column: object = array("column", optional=True)
    seconds: object = array("row", measured=True, optional=True)
    scalar: object = None
    words: tuple[str, ...] = ()
    units: dict[str, str] = field(default_factory=dict)
    inner: tuple["Probe", ...] = ()


@dataclass(frozen=True, eq=False)
class Reserved:
    kind: ClassVar[str] = "reserved"
    config: int = 0


@dataclass(frozen=True, eq=False)
class Grown:
    """A record whose class has changed since the file was written."""

    kind: ClassVar[str] = "grown"
    old: int
    new: Array


@pytest.fixture(autouse=True, scope="module")
def _homes():
    with pytest.MonkeyPatch.context() as patch:
        for cls in (Probe, Reserved, Grown):
            patch.setitem(homes(), cls.kind, __name__)
        yield


def keep(path, record, **more):
    save(path, record, code="0" * 16, **more)


def test_every_record_class_of_the_package_has_its_home_and_a_kind_of_its_own():
    root = Path(mornet.__file__).parent
    found = []
    for path in root.rglob("*.py"):
        module = ".".join(("mornet", *path.relative_to(root).with_suffix("").parts))
        source = path.read_text()
        for node in ast.walk(ast.parse(source)) if "kind: ClassVar" in source else ():
            if isinstance(node, ast.AnnAssign) and ast.unparse(node).startswith("kind: ClassVar"):
                found.append((node.value.value, module.removesuffix(".__init__")))
    ours = {"probe", "reserved", "grown"}
    assert sorted(found) == sorted((k, home) for k, home in homes().items() if k not in ours)
    assert all(class_of(kind).kind == kind for kind, _ in found)


def test_save_then_load_is_identity(record, stored):
    assert same(load(stored, type(record).kind), record)


def test_two_saves_have_the_same_content(record, stored, tmp_path):
    keep(tmp_path / "b.h5", record, config={"rank": 3}, seed=7)
    with h5py.File(stored) as a, h5py.File(tmp_path / "b.h5") as b:
        assert a.attrs["content_sha256"] == b.attrs["content_sha256"]


def groups_of(group):
    yield group.name
    for child in group.values():
        if isinstance(child, h5py.Group):
            yield from groups_of(child)


WHOLE = ("case", "update_orders")  # parts of others are records, of which there are files as well


def test_xarray_reads_every_group_with_named_axes(record, stored):
    with h5py.File(stored) as file:
        groups = [g for g in groups_of(file) if g in ("/", "/measured") or record.kind in WHOLE]
    read = {}
    for group in groups:
        with xarray.open_dataset(stored, engine="h5netcdf", group=group) as data:
            assert not [dim for dim in data.dims if str(dim).startswith("phony_dim")]
            read[group] = data.load()
    for f in stored_fields(type(record)):
        if getattr(record, f.name) is not None and axes_of(f):
            data = read["/measured" if f.metadata["measured"] else "/"]
            axes = tuple(AXES.get(axis, axis) for axis in axes_of(f))
            name = axes[0] if axes_of(f) == (f.name,) else f.name
            assert data[name].dims == axes
            assert (name in data.coords) == (axes == (name,))


def test_info_names_every_field_with_axes_and_provenance(record, stored):
    lines = info(stored)
    for word in (type(record).kind, "numpy", "commit", '{"rank": 3}', "seed"):
        assert word in lines
    for f in stored_fields(type(record)):
        assert f.name in lines


def test_files_carry_units_and_meaning(tmp_path):
    save(tmp_path / "a.h5", example_of("snapshots"), seed=3)
    with h5py.File(tmp_path / "a.h5") as file:
        assert file["U"].attrs["units"] == "m/s"  # from the record's own units
        assert file["U"].attrs["long_name"].startswith("snapshots")
        assert file.attrs["seed"] == 3
        assert len(file.attrs["code_id"]) == 16


def test_large_arrays_are_compressed_and_small_ones_are_not(large, tmp_path):
    save(tmp_path / "a.h5", large)
    with h5py.File(tmp_path / "a.h5") as file:
        U = file["U"]
        assert (U.compression, U.compression_opts, U.shuffle, U.fletcher32) == ("gzip", 4, True, 1)
        assert file["t"].chunks is None


floats = st.floats(allow_nan=False, allow_infinity=False)
names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)
integers = st.integers(-(2**63), 2**63 - 1)
kinds = st.sampled_from([np.float64, np.float32, np.int64, np.uint8, np.bool_])


@st.composite
def probes(draw, depth=1):
    rows, columns = draw(st.integers(0, 4)), draw(st.integers(1, 4))

    def some(*shape):
        dtype = np.dtype(draw(kinds))
        finite = {"allow_nan": False, "allow_infinity": False} if dtype.kind == "f" else {}
        elements = hnp.from_dtype(dtype, **finite)
        return draw(st.none() | hnp.arrays(dtype, shape, elements=elements))

    scalars = st.none() | st.booleans() | integers | floats | names
    tuples = st.one_of(*(st.lists(s).map(tuple) for s in (st.booleans(), integers, floats, names)))
    return Probe(
        some(rows, columns),
        some(rows),
        some(columns),
        some(rows),
        draw(scalars | tuples),
        draw(st.lists(names).map(tuple)),
        draw(st.dictionaries(names, names)),
        tuple(draw(st.lists(probes(0), max_size=2))) if depth else (),
    )


@settings(max_examples=20, deadline=None)
@given(probes())
def test_arbitrary_records_come_back_identical(probe):
    with tempfile.TemporaryDirectory() as folder:
        a, b = Path(folder, "a.h5"), Path(folder, "b.h5")
        keep(a, probe)
        back = load(a)
        keep(b, back)
        assert same(back, probe)
        assert difference(a, b) == []


def test_fortran_order_and_slices_are_stored_by_value(tmp_path):
    a = np.arange(24.0).reshape(4, 6)
    keep(tmp_path / "c.h5", Probe(a[::2].copy()))
    keep(tmp_path / "f.h5", Probe(np.asfortranarray(a)[::2]))
    assert difference(tmp_path / "c.h5", tmp_path / "f.h5") == []
    assert load(tmp_path / "f.h5").a.flags.c_contiguous


def test_difference_names_what_differs_and_leaves_measurements_aside(tmp_path):
    a, b = tmp_path / "a.h5", tmp_path / "b.h5"
    one = Probe(np.ones((2, 2)), seconds=np.array([1.0, 2.0]), scalar="x")
    keep(a, one, seed=1)
    save(b, Probe(one.a, seconds=np.array([3.0, 4.0]), scalar="x"), code="other", seed=1)
    assert difference(a, b) == []
    keep(
        b, Probe(np.array([[1, 1], [1, 1.5]]), scalar="y", words=("z",), units={"a": "km"}), seed=2
    )
    assert difference(a, b) == [
        "/ has seed 1 and 2",
        "/a differs in 1 of 4 entries, by 0.5 at most",
        "/a has units 'm' and 'km'",
        "/scalar has x and y",
        '/units has {} and {"a": "km"}',
        "/words is a group in one file and an array in the other",
    ]


@pytest.mark.parametrize(
    ("probe", "error", "words"),
    [
        (Probe(np.array([[1.0, 2.0], [np.nan, 1.0]])), DataError, "/a[1, 0] is nan"),
        (Probe(b=np.array([1.0, -np.inf])), DataError, "/b[1] is -inf"),
        (Probe(scalar=float("nan")), DataError, "/scalar is nan"),
        (Probe(inner=(Probe(b=np.array([np.inf])),)), DataError, "/inner/0/b[0] is inf"),
        (Probe(b=np.array([1j])), DataError, "complex128"),
        (Probe(b=np.array(["a"])), DataError, "strings as a tuple"),
        (Probe(b=np.ma.masked_array([1.0], [True])), DataError, "MaskedArray"),
        (Probe(scalar=2**70), DataError, "64 bits"),
        (Probe(scalar=(1, 2.5)), DataError, "tuple of one kind"),
        (Probe(scalar=[1]), DataError, "list"),
        (Probe(scalar="a\0b"), DataError, "HDF5 cannot hold"),
        (Probe(scalar="\ud800"), DataError, "HDF5 cannot hold"),
        (Probe(units={"a": 1}), DataError, "str to str"),
        (Probe(scalar=np.ones(2)), ShapeError, "without axes"),
        (Probe(b=np.ones((2, 2))), ShapeError, "('row',)"),
        (Probe(np.ones((2, 3)), np.ones(4)), ShapeError, "'row' has 2 entries in a but 4 in b"),
        (Probe(b=np.ones(2), seconds=np.ones(3)), ShapeError, "2 entries in b but 3 in seconds"),
        (Reserved(), StorageError, "the file reserves this name"),
        ("no record", StorageError, "not a record of mornet"),
    ],
)
def test_what_a_file_cannot_hold_is_refused_by_name(probe, error, words, tmp_path):
    with pytest.raises(error) as caught:
        keep(tmp_path / "a.h5", probe)
    assert words in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_bad_config_and_seed_are_refused(tmp_path):
    with pytest.raises(DataError, match="JSON"):
        keep(tmp_path / "a.h5", Probe(), config={"a": float("nan")})
    with pytest.raises(OptionError, match="seed"):
        keep(tmp_path / "a.h5", Probe(), seed=-1)


def test_a_field_that_the_class_gained_or_lost_is_named(tmp_path, monkeypatch):
    @dataclass(frozen=True, eq=False)
    class Old:
        kind: ClassVar[str] = "grown"
        old: int
        lost: int

    with monkeypatch.context() as patch:
        patch.setattr("mornet.storage.conversion.class_of", lambda kind: Old)
        keep(tmp_path / "a.h5", Old(1, 2))
    with pytest.raises(StorageError, match=r"a\.h5: .*unknown fields \['lost'\]"):
        load(tmp_path / "a.h5")
    with monkeypatch.context() as patch:
        patch.setattr("mornet.storage.conversion.class_of", lambda kind: Old)
        patch.setattr(
            "mornet.storage.conversion.stored_fields",
            lambda cls: [f for f in stored_fields(cls) if f.name == "old"],
        )
        keep(tmp_path / "a.h5", Old(1, 2))
    with pytest.raises(StorageError, match=r"a\.h5: .*lacks the fields \['new'\]"):
        load(tmp_path / "a.h5")


@pytest.mark.parametrize("kind", RENAMED)
def test_a_file_with_former_names_of_fields_is_read(kind):
    record = example_of(kind)
    tree = to_tree(record)
    for former, present in RENAMED[kind].items():
        if present in tree.members:
            tree.members[former] = tree.members.pop(present)
        else:
            absent = str(tree.attributes["absent"]).split()
            tree.attributes["absent"] = " ".join(former if a == present else a for a in absent)
    assert same(from_tree(tree), record)


def test_former_names_are_used_no_more():
    for kind, names in RENAMED.items():
        fields = {field.name for field in stored_fields(class_of(kind))}
        assert set(names.values()) <= fields
        assert not fields & set(names)


def test_a_network_of_any_layers_is_stored_with_them(tmp_path, monkeypatch):
    known = {**homes(), "test_convolution": "tests.nn.maps"}
    monkeypatch.setattr("mornet.storage.conversion.homes", lambda: known)
    layers = (Convolution1D((1, 2), 6, 3, stride=1), Dense(8, 2))
    net = Network.of(layers, ("tanh", "identity"), (True, False))
    save(tmp_path / "network.h5", net)
    assert load(tmp_path / "network.h5") == net


def test_a_network_of_every_kind_of_layer_comes_back(tmp_path):
    chain = (*layers(), Dense(36, 2))
    network = Network.of(chain, "identity", (False, True) * 3 + (True,))
    save(tmp_path / "network.h5", network)
    again = load(tmp_path / "network.h5")
    assert again == network
    p, x = np.arange(float(network.size)), np.eye(18)
    np.testing.assert_array_equal(again.forward(p, x), network.forward(p, x))


def test_a_trained_network_is_one_file(tmp_path):
    network = Network.of((*layers(), Dense(36, 2)), "tanh", (False, True) * 3 + (True,))
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((18, 5)), np.zeros((2, 5))
    training = train(Objective(network, x, y), initialise(network, "glorot", rng), Adam(), steps=2)
    with pytest.raises(StorageError, match=r"type Training, .*: save StoredNetwork\(network, p\)"):
        save(tmp_path / "network.h5", training)
    save(tmp_path / "network.h5", StoredNetwork(network, training.p, probabilities=True))
    again = load(tmp_path / "network.h5")
    np.testing.assert_array_equal(again.forward(x), network.forward(training.p, x))
    np.testing.assert_allclose(again.outputs(x).sum(axis=0), 1, rtol=4 * np.finfo(float).eps)
    with pytest.raises(ShapeError, match=rf"shape \(3,\) but the network {network.size} param"):
        StoredNetwork(network, training.p[:3])


def test_a_place_along_any_axis_is_selected_by_the_name_of_the_axis():
    own = inspect.signature(xarray.DataArray.sel).parameters
    for kind in homes():
        for declared in stored_fields(class_of(kind)):
            for axis in axes_of(declared) or ():
                assert AXES.get(axis, axis) not in own, (kind, axis)


def test_files_with_the_former_name_of_an_axis_are_read():
    record = example_of("comparison")
    tree, former = to_tree(record), {stored: name for name, stored in AXES.items()}
    for name, leaf in list(tree.members.items()):
        if isinstance(leaf, Leaf):
            dims = tuple(former.get(dim, dim) for dim in leaf.dims)
            del tree.members[name]
            tree.members[former.get(name, name)] = Leaf(leaf.value, dims, leaf.attributes)
    assert "method" in tree.members
    same(from_tree(tree), record)


@pytest.mark.parametrize("kind", homes())
def test_a_record_is_printed_in_one_short_line(kind):
    """Shapes stand for arrays, so that a notebook is not filled with numbers."""
    printed = repr(example_of(kind))
    assert "array(" not in printed
    assert "\n" not in printed


def test_a_printed_record_has_the_shapes_of_its_arrays():
    from mornet.reduction import fit_pod

    pod = fit_pod(np.eye(4)[:, :3], rank=2, centre="mean")
    assert repr(pod).startswith("POD(V=<4 x 2 float64>, singular_values=<3 float64>, centre=<4")
    assert "inner_product" not in repr(pod)  # it has none
