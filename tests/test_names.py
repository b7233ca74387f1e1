"""Names of fields, files, methods and data sets in the letters of any language."""

import re

import h5py
import meshio
import numpy as np
import pytest
import xarray

from mornet.cli import main
from mornet.errors import GlyphWarning, OptionError
from mornet.figures import style
from mornet.snapshots import read_snapshots
from mornet.storage import load
from mornet.storage.export import export
from mornet.storage.tree import Leaf

NAMES = ["Geschwindigkeit_ü", "Δp", "温度"]
U = np.random.default_rng(0).standard_normal((6, 20))
t = 0.1 * np.arange(20)


def run(*words):
    return main([str(word) for word in words])


def hdf5(path):
    with h5py.File(path, "w") as file:
        file.update({name: i * U for i, name in enumerate(NAMES, 1)} | {"t": t})


def npz(path):
    np.savez(path, **{name: i * U for i, name in enumerate(NAMES, 1)}, t=t)


def netcdf(path):
    fields = {name: (("Ort_ä", "time"), i * U) for i, name in enumerate(NAMES, 1)}
    xarray.Dataset(fields, coords={"time": t}).to_netcdf(path, engine="h5netcdf")


def csv(path):
    head = [f"{name} @ t={s}" for name in NAMES for s in t]
    rows = np.hstack([np.arange(6.0)[:, None], U, 2 * U, 3 * U]).tolist()
    path.write_text("\n".join([",".join(["x", *head]), *(",".join(map(str, r)) for r in rows)]))


WRITERS = {"h5": hdf5, "npz": npz, "nc": netcdf, "csv": csv}


@pytest.mark.parametrize("suffix", WRITERS)
def test_fields_and_files_have_any_letters(tmp_path, suffix):
    WRITERS[suffix](tmp_path / f"Größe_温.{suffix}")
    data = read_snapshots(tmp_path / f"Größe_温.{suffix}", key=NAMES, test_fraction=0.25)
    np.testing.assert_array_equal(data.train.U, np.vstack([U, 2 * U, 3 * U])[:, :15])
    assert (data.name, data.layout.field) == ("Größe_温", tuple(NAMES))


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A data set, two fits and their comparison."""
    path = tmp_path_factory.mktemp("größe")
    hdf5(path / "温度.h5")
    words = [f"path={path / '温度.h5'}", f"keys=[{', '.join(NAMES)}]", "axes=dof sample"]
    words += ["scale=deviation", "test_every=5", "-o", path / "dätä.h5"]
    assert run("snapshots", "file", "--name", "Prüfung_温", "--set", *words) == 0
    for name in ("PODü", "温"):
        fit = ["pod", "--name", name, "--rank", 2, "-o", path / f"{name}.h5"]
        assert run("fit", path / "dätä.h5", *fit) == 0
    fits = [path / "PODü.h5", path / "温.h5"]
    assert run("compare", path / "dätä.h5", *fits, "-o", path / "c.h5") == 0
    return path


@pytest.mark.parametrize("suffix", ["npz", "mat", "nc"])
def test_results_are_exported_with_their_names(results, suffix, tmp_path):
    for name in ("dätä.h5", "c.h5"):
        out = tmp_path / f"{name}_ü.{suffix}"
        assert run("export", results / name, "-o", out) == 0
    if suffix == "npz":
        assert np.load(out)["method_name"].tolist() == ["PODü", "温"]


def test_modes_on_points_have_the_names_of_the_fields(results, tmp_path):
    out = tmp_path / "modes.vtu"
    words = [results / "PODü.h5", "modes", "--snapshots", results / "dätä.h5", "-o", out]
    assert run("export", *words) == 0
    assert {f"{name}_modes_0" for name in NAMES} <= meshio.read(out).point_data.keys()


def test_a_name_that_matlab_does_not_know_is_refused(tmp_path):
    with pytest.raises(OptionError, match="Δp is no name in MATLAB"):
        export(tmp_path / "a.mat", {"Δp": Leaf(t, ("t",))})
    export(tmp_path / "a.npz", {"Δp": Leaf(t, ("t",))})
    np.testing.assert_array_equal(np.load(tmp_path / "a.npz")["Δp"], t)


def test_figures_have_letters_of_latin_and_greek_and_say_which_have_no_font(tmp_path, recwarn):
    figure = style.new_figure((style.SINGLE, 60.0))
    axes = figure.add_subplot(title="Geschwindigkeit_ü, Δp")
    style.save(figure, tmp_path / "a")
    assert not recwarn.list
    figure = style.new_figure((style.SINGLE, 60.0))
    figure.add_subplot(title="\U00012345 and $x$")  # a cuneiform sign
    with pytest.warns(GlyphWarning, match="no font of this machine has \U00012345, so that"):
        style.save(figure, tmp_path / "b")
    assert axes.get_title()


@pytest.mark.filterwarnings("ignore::mornet.errors.GlyphWarning")
def test_all_figures_and_pages_are_made(results, tmp_path, capsys):
    for name in ("dätä.h5", "PODü.h5"):
        assert run("plot", results / name, "-o", tmp_path) == 0
    assert run("table", "errors", results / "c.h5", "-o", tmp_path / "t.tex") == 0
    assert run("summary", results / "c.h5", "--html", "-o", tmp_path / "s.md") == 0
    assert re.search("PODü.*", (tmp_path / "s.md").read_text(encoding="utf-8"))
    assert load(results / "c.h5").method == ("PODü", "温")


def test_names_in_a_study_are_those_of_files(tmp_path, capsys):
    (tmp_path / "a.yaml").write_text("data_sets:\n  Prüfung: {kind: gaussian}\n", encoding="utf-8")
    assert run("validate", tmp_path / "a.yaml") == 1
    assert (
        "Prüfung: a name has letters from A to Z and a to z, digits and _"
        in capsys.readouterr().err
    )
