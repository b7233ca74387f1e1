import hashlib
import re
import struct
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest

from mornet.errors import OptionError
from mornet.figures import FIGURES, draw, figure_module, style

from . import examples

NAMES = sorted(FIGURES)


@pytest.fixture(scope="module")
def figures():
    """Every figure, drawn once."""
    return {name: examples.figure(name) for name in NAMES}


@pytest.fixture(scope="module")
def files(figures, tmp_path_factory):
    """Every figure, saved once."""
    directory = tmp_path_factory.mktemp("figures")
    return {name: style.save(figures[name], directory / name) for name in NAMES}


def digest(paths):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.mark.parametrize("name", NAMES)
def test_fonts_are_embedded_as_truetype(files, name):
    pdf = files[name][0].read_bytes()
    assert b"/FontFile2" in pdf
    assert b"/Type3" not in pdf


@pytest.mark.parametrize("name", NAMES)
def test_sizes_are_those_declared_to_a_tenth_of_a_millimetre(files, name):
    size = figure_module(name).SIZE
    pdf, png = (path.read_bytes() for path in files[name])
    _, _, *points = map(float, re.search(rb"/MediaBox \[([^\]]*)\]", pdf)[1].split())
    assert [p / 72 * style.MM_PER_INCH for p in points] == pytest.approx(size, abs=0.1)
    pixels = struct.unpack(">II", png[16:24])
    assert [p / style.DPI * style.MM_PER_INCH for p in pixels] == pytest.approx(size, abs=0.1)


@pytest.mark.parametrize("name", NAMES)
def test_widths_are_those_of_a_journal(name):
    assert figure_module(name).SIZE[0] in style.WIDTHS["elsevier"].values()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_sticks_out_of_the_figure(figures, files, name):
    with style.house_style():
        box = figures[name].get_tightbbox()
    width, height = figures[name].get_size_inches()
    assert min(box.x0, box.y0) >= -0.01
    assert box.x1 <= width + 0.01
    assert box.y1 <= height + 0.01


def test_drawing_and_saving_again_give_the_same_bytes(figures, files, tmp_path):
    name = "entering_points"  # of fixed aspect: its layout takes several runs
    for figure in (figures[name], examples.figure(name)):
        assert digest(style.save(figure, tmp_path / name)) == digest(files[name])


def test_another_process_gives_the_same_bytes(files, tmp_path):
    environment = {"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    command = [sys.executable, "-m", examples.__name__, tmp_path]
    subprocess.run(command, check=True, env=environment)
    for name in NAMES:
        assert digest(tmp_path / path.name for path in files[name]) == digest(files[name])


def test_drawing_and_saving_leave_matplotlib_as_it_was(tmp_path):
    before = dict(mpl.rcParams)
    style.save(examples.figure("error_versus_rank"), tmp_path / "figure")
    assert dict(mpl.rcParams) == before


def test_a_users_settings_have_no_say(files, tmp_path):
    with mpl.rc_context({"font.size": 20, "axes.grid": True, "savefig.bbox": "tight"}):
        saved = style.save(
            examples.figure("entering_sum_of_squares"), tmp_path / "entering_sum_of_squares"
        )
    assert digest(saved) == digest(files["entering_sum_of_squares"])


@pytest.mark.parametrize("name", ["cost", "cost.pdf", "cost.png", "cost_1e-3.pdf", "cost_1e-3.5"])
def test_save_writes_pdf_and_png_beside_each_other_and_nothing_else(tmp_path, name):
    saved = style.save(style.new_figure((20, 20)), tmp_path / name)
    stem = name.removesuffix(".pdf").removesuffix(".png")
    assert [path.name for path in saved] == [stem + ".pdf", stem + ".png"]
    assert sorted(tmp_path.iterdir()) == sorted(saved)


def test_a_failed_save_leaves_the_old_files(tmp_path, monkeypatch):
    old = digest(style.save(style.new_figure((20, 20)), tmp_path / "figure"))
    figure = style.new_figure((30, 30))
    monkeypatch.setattr(figure, "savefig", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        style.save(figure, tmp_path / "figure")
    assert digest(tmp_path.iterdir()) == old


def test_save_names_a_missing_directory(tmp_path):
    with pytest.raises(OptionError, match="no directory"):
        style.save(style.new_figure((20, 20)), tmp_path / "missing" / "figure")


def test_a_method_looks_the_same_in_every_company():
    alone = style.looks(["linear"])["linear"]
    among = style.looks(["mine", "pod", "yours", "linear"])
    assert among["linear"] == alone
    assert among["pod"].colour == style.BLACK


@pytest.mark.parametrize("known", [(), ("POD", "PCA", "shallow", "linear")])
def test_methods_differ_in_colour_and_marker(known):
    names = [*known, *(f"method_{i}" for i in range(7))]
    looks = style.looks(names).values()
    assert len({look.colour for look in looks}) == len(names)
    assert len({look.marker for look in looks}) == len(names)


def test_more_methods_than_colours_still_differ():
    looks = style.looks(f"method {i}" for i in range(20)).values()
    assert len({(look.colour, look.marker) for look in looks}) == 20


def test_draw_saves_what_the_module_draws(files, tmp_path):
    saved = draw("update_slopes", examples.records("update_slopes"), tmp_path / "update_slopes.pdf")
    assert digest(saved) == digest(files["update_slopes"])


def test_draw_refuses_records_of_another_kind_or_too_many(tmp_path):
    (study,) = examples.records("update_slopes")
    with pytest.raises(OptionError, match="shows records 'comparison', not 'update_orders'"):
        draw("error_versus_rank", [study], tmp_path / "figure")
    with pytest.raises(OptionError, match="one record, not 2"):
        draw("update_slopes", [study, study], tmp_path / "figure")
    assert not any(tmp_path.iterdir())


def test_figure_module_names_the_figures_there_are():
    with pytest.raises(OptionError, match="update_slopes"):
        figure_module("update_slope")


def test_the_list_of_figures_is_read_without_matplotlib():
    code = "import sys, mornet.figures; sys.exit('matplotlib' in sys.modules)"
    environment = {"PYTHONPATH": ":".join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], env=environment).returncode == 0


def test_no_figure_uses_pyplot():
    for path in Path(style.__file__).parent.glob("*.py"):
        assert "pyplot" not in path.read_text()
