import hashlib
import json
import os
import re
import struct
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.font_manager import findfont
from matplotlib.text import Text

from mornet.errors import OptionError
from mornet.figures import FIGURES, draw, figure_module, style
from mornet.tables.words import plain

from . import examples
from .drawing import fingerprint

NAMES = sorted(FIGURES)
SAVED = examples.SAVED
ONE_PANEL = (
    "entering_points",
    "entering_sum_of_squares",
    "entering_region",
    "singular_values",
    "error_versus_cost",
    "learning_curves",
    "update_slopes",
    "optimiser_race",
    "stream",
)


@pytest.fixture(scope="module")
def drawn():
    """Every figure, drawn once, with its fingerprint before its layout is made."""
    figures = {name: examples.figure(name) for name in NAMES}
    return {name: (figure, fingerprint(figure)) for name, figure in figures.items()}


@pytest.fixture(scope="module")
def figures(drawn):
    """Every figure, laid out once, as it is saved."""
    figures = {name: figure for name, (figure, _) in drawn.items()}
    for figure in figures.values():
        with style.house_style():
            style.settle(figure)
    return figures


@pytest.fixture(scope="module")
def files(figures, tmp_path_factory):
    """Some of the figures, saved once."""
    directory = tmp_path_factory.mktemp("figures")
    return {name: style.save(figures[name], directory / name) for name in SAVED}


def digest(paths):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.mark.parametrize("name", NAMES)
def test_every_word_is_in_a_font_that_comes_with_matplotlib(figures, name):
    home = Path(mpl.get_data_path())
    for text in figures[name].findobj(Text):
        assert Path(findfont(text.get_fontproperties())).is_relative_to(home), text
        assert text.get_fontname() == "STIXGeneral"
        assert text.get_math_fontfamily() == "stix"


@pytest.mark.parametrize("name", SAVED)
def test_fonts_are_embedded_as_truetype(files, name):
    pdf = files[name][0].read_bytes()
    assert b"/FontFile2" in pdf
    assert b"/Type3" not in pdf


@pytest.mark.parametrize("name", SAVED)
def test_files_have_the_size_of_the_figure_to_a_tenth_of_a_millimetre(figures, files, name):
    size = figures[name].get_size_inches() * style.MM_PER_INCH
    pdf, png = (path.read_bytes() for path in files[name])
    _, _, *points = map(float, re.search(rb"/MediaBox \[([^\]]*)\]", pdf)[1].split())
    assert [p / 72 * style.MM_PER_INCH for p in points] == pytest.approx(size, abs=0.1)
    pixels = struct.unpack(">II", png[16:24])
    assert [p / style.DPI * style.MM_PER_INCH for p in pixels] == pytest.approx(size, abs=0.1)


@pytest.mark.parametrize("name", NAMES)
def test_sizes_are_those_declared_and_widths_those_of_a_journal(figures, name):
    size = figure_module(name).SIZE
    assert figures[name].get_size_inches() * style.MM_PER_INCH == pytest.approx(size)
    assert size[0] in style.WIDTHS["elsevier"].values()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_sticks_out_of_the_figure(figures, name):
    with style.house_style():
        box = figures[name].get_tightbbox()
    width, height = figures[name].get_size_inches()
    assert min(box.x0, box.y0) >= -0.01
    assert box.x1 <= width + 0.01
    assert box.y1 <= height + 0.01


@pytest.mark.parametrize("name", ONE_PANEL)
def test_both_axes_say_what_they_show(figures, name):
    (axes,) = figures[name].axes
    assert axes.get_xlabel()
    assert axes.get_ylabel()


@pytest.mark.parametrize(
    "name", ["entering_sum_of_squares", "singular_values", "error_versus_rank", "learning_curves"]
)
def test_errors_are_on_a_logarithmic_axis(figures, name):
    assert figures[name].axes[0].get_yscale() == "log"


@pytest.mark.parametrize("name", NAMES)
def test_a_legend_is_above_all_axes(figures, name):
    for legend in figures[name].legends:
        bottom = legend.get_window_extent().y0
        assert bottom >= max(axes.get_window_extent().y1 for axes in figures[name].axes)


def test_a_title_becomes_smaller_before_a_word_is_broken():
    figure = style.new_figure((style.DOUBLE, 96.0))
    titles = []
    for panel in figure.subplots(1, 8):
        style.entitle(panel, ("POD", "convolutional")[len(titles) % 2], figure, 8)
        titles.append(panel.title)
    assert [title.get_text() for title in titles[:2]] == ["POD", "convolutional"]
    sizes = [title.get_fontsize() for title in titles]
    assert 0.75 * sizes[0] <= sizes[1] < sizes[0]
    style.entitle(figure.axes[0], "W" * 30, figure, 8)
    assert "\n" in figure.axes[0].get_title()


def test_a_further_run_of_the_layout_moves_no_axes_of_free_aspect_by_a_pixel():
    figure = examples.figure("reconstruction")  # of all examples, it moves most
    layout = figure.get_layout_engine()
    with style.house_style():
        style.settle(figure)
        settled = [axes.get_window_extent().get_points() for axes in figure.axes]
        layout.execute(figure)
    moved = [axes.get_window_extent().get_points() for axes in figure.axes]
    assert np.max(np.abs(np.array(moved) - settled)) < 0.5


def test_drawing_and_saving_again_give_the_same_bytes(figures, files, tmp_path):
    name = "entering_points"  # of fixed aspect: its layout takes several runs
    again = style.save(examples.figure(name), tmp_path / name)
    assert digest(again) == digest(files[name])
    assert digest(style.save(figures[name], tmp_path / name)) == digest(files[name])


def test_another_process_draws_the_same_and_saves_the_same_bytes(drawn, files, tmp_path):
    changed = {"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    environment = os.environ | changed  # the BLAS kernel stays
    command = [sys.executable, "-m", examples.__name__, tmp_path]
    printed = subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE).stdout
    assert json.loads(printed) == {name: seen for name, (_, seen) in drawn.items()}
    for name in SAVED:
        assert digest(tmp_path / path.name for path in files[name]) == digest(files[name])


def test_a_fingerprint_tells_any_change_of_a_figure():
    figure = examples.figure("error_versus_rank")
    seen = {fingerprint(figure)}
    axes = figure.axes[0]
    for change in (
        lambda: axes.lines[0].set_ydata(2 * axes.lines[0].get_ydata()),
        lambda: axes.lines[0].set_color("red"),
        lambda: axes.set_xlabel("n"),
        lambda: axes.collections[0].set_facecolor("red"),
        lambda: axes.lines[0].set_zorder(99),
    ):
        change()
        seen.add(fingerprint(figure))
    assert len(seen) == 5 + 1


def test_drawing_and_saving_leave_matplotlib_as_it_was(tmp_path):
    before = dict(mpl.rcParams)
    style.save(examples.figure("entering_points"), tmp_path / "figure")
    assert dict(mpl.rcParams) == before


def test_a_users_settings_of_matplotlib_have_no_effect(files, tmp_path):
    with mpl.rc_context({"font.size": 20, "axes.grid": True, "savefig.bbox": "tight"}):
        saved = style.save(examples.figure("error_versus_rank"), tmp_path / "error_versus_rank")
    assert digest(saved) == digest(files["error_versus_rank"])


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
    name = "entering_points"
    saved = draw(name, examples.records(name), tmp_path / f"{name}.pdf")
    assert digest(saved) == digest(files[name])


def test_draw_refuses_records_of_another_kind_or_too_many(tmp_path):
    (record,) = examples.records("update_slopes")
    with pytest.raises(OptionError, match="shows records 'comparison', not 'update_orders'"):
        draw("error_versus_rank", [record], tmp_path / "figure")
    with pytest.raises(OptionError, match="one record, not 2"):
        draw("update_slopes", [record, record], tmp_path / "figure")
    assert not any(tmp_path.iterdir())


def test_figure_module_names_the_figures_there_are():
    with pytest.raises(OptionError, match="update_slopes"):
        figure_module("update_slope")


def test_the_list_of_figures_is_read_without_matplotlib():
    code = "import sys, mornet.figures; sys.exit('matplotlib' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": ":".join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], env=environment).returncode == 0


def test_no_figure_uses_pyplot():
    for path in Path(style.__file__).parent.glob("*.py"):
        assert "pyplot" not in path.read_text()


@pytest.mark.parametrize("names", [["a_name_that_is_much_too_long_for_a_legend"] * 4, ["net"] * 40])
def test_a_legend_of_long_or_many_names_stays_in_the_figure(names):
    figure = style.new_figure((style.SINGLE, 60.0))
    figure.add_subplot()
    looks = style.looks(f"{name}_{i}" for i, name in enumerate(names))
    keys = [look.key() for look in looks.values()]
    legend = style.in_house_style(style.legend_above)(figure, keys, columns=3)
    assert legend.get_window_extent().width <= figure.bbox.width
    style.settle(figure)
    (axes,) = figure.axes
    assert axes.bbox.height > 0.25 * figure.bbox.height


def test_a_dollar_in_a_name_is_no_formula():
    figure = style.new_figure((style.SINGLE, 60.0))
    (look,) = style.looks([r"$\frac{$ of_a"]).values()
    legend = style.legend_above(figure, [look.key()], columns=1, title=look.label)
    assert legend.get_window_extent().width > 0  # Matplotlib reads no formula
    assert plain(look.label) == r"$\frac{$ of a"
