import pytest

from . import examples


@pytest.mark.parametrize(
    "name",
    [
        "entering_points",
        "entering_sum_of_squares",
        "entering_region",
        "singular_values",
        "error_versus_rank",
        "error_versus_cost",
        "learning_curves",
        "update_slopes",
        "optimiser_race",
        "stream",
    ],
)
def test_both_axes_say_what_they_show(name):
    (axes,) = examples.figure(name).axes
    assert axes.get_xlabel()
    assert axes.get_ylabel()


@pytest.mark.parametrize(
    "name", ["entering_sum_of_squares", "singular_values", "error_versus_rank", "learning_curves"]
)
def test_errors_are_on_a_logarithmic_axis(name):
    assert examples.figure(name).axes[0].get_yscale() == "log"


@pytest.mark.parametrize(
    "name", ["singular_values", "error_versus_rank", "update_slopes", "optimiser_race"]
)
def test_the_legend_is_above_all_axes(name):
    figure = examples.figure(name)
    figure.draw_without_rendering()
    bottom = figure.legends[0].get_window_extent().y0
    assert bottom >= max(axes.get_window_extent().y1 for axes in figure.axes)
