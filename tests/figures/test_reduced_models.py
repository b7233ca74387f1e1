"""The figures of reduced-order models show errors, floors, rivals and failures."""

from dataclasses import replace

import numpy as np
import pytest

from mornet.comparison.median import median
from mornet.figures import style
from mornet.figures.reduced_models import (
    rom_error_in_time,
    rom_error_versus_rank,
    rom_error_versus_time,
)
from mornet.tables.reduced_models import reduced_models as table
from mornet.tables.speed import rom_speed

from . import examples
from .drawing import legend

RECORD = examples.reduced_models()


@pytest.mark.parametrize(
    "name", ["rom_error_versus_rank", "rom_error_versus_time", "rom_error_in_time"]
)
def test_there_is_a_panel_for_each_model_with_one_axis_of_errors(name):
    figure = examples.figure(name)
    assert [axes.get_title() for axes in figure.axes] == ["least_squares", "galerkin"]
    assert all(axes.get_yscale() == "log" and axes.get_xlabel() for axes in figure.axes)
    assert "error" in figure.axes[0].get_ylabel()


def test_many_models_stand_in_rows_with_labels_at_the_edges():
    figure = style.new_figure(rom_error_versus_time.SIZE)
    rom_error_versus_time.draw(figure, *[RECORD] * 7)
    assert [bool(axes.get_ylabel()) for axes in figure.axes] == [i % 4 == 0 for i in range(7)]
    assert [bool(axes.get_xlabel()) for axes in figure.axes] == [False] * 3 + [True] * 4
    assert figure.get_figheight() > figure.get_figwidth() * 0.7


def test_lines_are_the_medians_of_the_seeds_above_their_floors():
    axes = examples.figure("rom_error_versus_rank").axes[0]
    floor, error, _ = axes.lines[6:9]  # the third reduction
    cases = [group.cases for group in RECORD.groups() if group.method == "hybrid"]
    expected = [median(RECORD.over_trajectories("error")[c]) for c in cases]
    good = np.isfinite(error.get_ydata())  # a reduction on which a prediction failed has no point
    assert good.tolist() == [True, True, False]
    np.testing.assert_allclose(error.get_ydata()[good], np.array(expected)[good])
    assert np.all(floor.get_ydata()[good] < error.get_ydata()[good])


def key_of(figure, label):
    (handles,) = (legend.legend_handles for legend in figure.legends)
    return next(handle for handle in handles if handle.get_label() == label)


@pytest.mark.parametrize("name", ["rom_error_versus_rank", "rom_error_in_time"])
def test_keys_have_the_lines_of_their_curves(name):
    figure = examples.figure(name)
    for method, look in style.looks(RECORD.method).items():
        curves = {
            line.get_linestyle()
            for line in figure.axes[0].lines
            if line.get_color() == look.colour and line.get_mfc() != "white"
        } - {"None"}
        assert curves == {key_of(figure, method).get_linestyle()}, method


def test_models_have_the_names_of_the_study_in_panels_captions_and_tables():
    record = replace(RECORD, model="few_cells")
    figure = style.new_figure(rom_error_versus_rank.SIZE)
    rom_error_versus_rank.draw(figure, record)
    assert figure.axes[0].get_title() == table([record]).rows[0][0] == "few_cells"
    assert "few_cells" in rom_error_versus_rank.caption(record)


def test_estimates_are_seen_inside_the_markers_of_errors():
    figure = style.new_figure(rom_error_versus_rank.SIZE)
    rom_error_versus_rank.draw(figure, examples.reduced_models(failing=False))
    pluses = [line for line in figure.axes[0].lines if line.get_marker() == "+"]
    assert len(pluses) == 3
    assert all(line.get_path_effects() and line.get_markersize() > 6 for line in pluses)


def test_small_markers_lie_on_large_ones():
    lines = [
        line
        for line in examples.figure("rom_error_versus_time").axes[0].lines
        if line.get_marker() in "o>v"
    ]
    by_size = sorted(lines, key=lambda line: line.get_markersize())
    places = [line.get_zorder() for line in by_size]
    assert places == sorted(places, reverse=True)
    assert places[0] > places[-1] > 2


def test_what_the_reduction_loses_is_named_in_the_legend_and_explained_in_the_caption():
    assert "reconstruction error" in legend(examples.figure("rom_error_versus_rank"))
    words = rom_error_versus_rank.caption(RECORD)
    assert "reconstruction errors, of decode(encode(u)): of the reduction itself" in words
    assert "no bound" in words


def test_a_failure_is_a_cross_where_it_happens_and_in_the_legend():
    figure = examples.figure("rom_error_in_time")
    crosses = [line for line in figure.axes[0].lines if line.get_marker() == "X"]
    assert [line.get_xdata()[0] for line in crosses] == [RECORD.t[30]]
    assert "a prediction failed" in legend(figure)
    assert not [line for line in figure.axes[1].lines if line.get_marker() == "X"]
    calm = style.new_figure(rom_error_in_time.SIZE)
    rom_error_in_time.draw(calm, examples.reduced_models(failing=False))
    assert "a prediction failed" not in legend(calm)


def test_full_order_models_are_points_beside_the_reduced_ones():
    axes = examples.figure("rom_error_versus_time").axes[0]
    full = next(line for line in axes.lines if line.get_marker() == "*")
    np.testing.assert_allclose(full.get_xdata(), [0.1, 0.04, 0.02])
    np.testing.assert_allclose(full.get_ydata(), [0.01, 0.02, 0.04])
    assert rom_error_versus_time.SIZE[0] == style.DOUBLE


def test_speed_ups_are_drawn_beside_one_and_begin_where_they_stay_above_it():
    record, (times, speed_ups) = examples.rom_speed(), examples.figure("rom_speed").axes
    expected = np.array([0.05, 0.25, 0.25]) / (0.1 - 0.01)  # decoding is left out
    np.testing.assert_allclose(times.lines[0].get_ydata(), record.full_seconds)
    np.testing.assert_allclose(speed_ups.lines[2].get_ydata(), expected)
    assert [record.begins(k) for k in (0, 1)] == [None, 10_000]
    table = rom_speed([record])
    assert "Galerkin on pod at rank 20 is faster at no size." in table.caption
    assert "DEIM on pod at rank 20 is faster from n = 10000 on." in table.caption
    assert [row[-1] for row in table.rows if row[2] == "Galerkin, DEIM"] == pytest.approx(expected)
