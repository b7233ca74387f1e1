import numpy as np
import pytest

from mornet.errors import DataError, OptionError, ShapeError
from mornet.figures import style
from mornet.figures.ten_points import (
    entering_network,
    entering_points,
    entering_region,
    entering_sum_of_squares,
    optimiser_race,
)
from mornet.nn import Network

from . import examples
from .drawing import drawn, legend, lines


def test_points_are_all_there_one_marker_for_each_category():
    example = examples.entering_example()
    (axes,) = drawn(entering_points, example).axes
    first, second = axes.lines
    assert first.get_marker() != second.get_marker()
    np.testing.assert_array_equal(first.get_xydata(), example.x.T[:5])
    np.testing.assert_array_equal(second.get_xydata(), example.x.T[5:])


def test_points_in_space_are_refused():
    example = examples.entering_example()
    object.__setattr__(example, "x", np.ones((3, 10)))
    with pytest.raises(ShapeError, match=r"\(3, 10\)"):
        drawn(entering_points, example)


@pytest.mark.parametrize(("reference", "marked"), [(7e-4, 1), (None, 0), (np.nan, 0), (0.0, 0)])
def test_the_independent_sum_of_squares_is_marked_where_there_is_one(reference, marked):
    (axes,) = drawn(entering_sum_of_squares, examples.entering_example(reference)).axes
    assert len(lines(axes, style.BLACK)) == len(axes.texts) == marked
    assert len(lines(axes, style.COLOURS[0])) == 1


def test_a_region_on_another_grid_is_refused():
    example = examples.entering_example()
    object.__setattr__(example, "x1", example.x1[1:])
    with pytest.raises(ShapeError, match=r"\(501, 501\).*\(501, 500\)"):
        drawn(entering_region, example)


def test_the_graph_has_a_circle_for_each_unit_and_an_arrow_for_each_weight():
    (axes,) = drawn(entering_network, examples.entering_example()).axes
    kinds = [type(patch).__name__ for patch in axes.patches]
    assert kinds.count("Circle") == 2 + 2 + 3 + 2
    assert kinds.count("FancyArrowPatch") == 2 * (2 * 2 + 3 * 2 + 2 * 3)  # shaft and tip
    words = {text.get_text() for text in axes.texts}
    assert {"$x$", "$a^{[2]}$", "$a^{[3]}$", "$F(x)$"} <= words
    assert "−5.5" in words  # the first bias


def test_a_graph_without_biases_writes_none():
    network = Network((2, 3, 1), bias=False)
    trained = examples.drawn(examples.EnteringExample, network=network, p=np.zeros(network.size))
    (axes,) = drawn(entering_network, trained).axes
    assert not any("b^" in text.get_text() for text in axes.texts)


def test_a_graph_too_large_to_read_is_refused():
    network = Network((2, 50, 2))
    trained = examples.drawn(examples.EnteringExample, network=network, p=np.zeros(network.size))
    with pytest.raises(OptionError, match="unreadable"):
        drawn(entering_network, trained)


def test_every_start_of_the_race_is_a_line_up_to_the_work_it_took():
    race = examples.optimiser_race(starts=3)
    figure = drawn(optimiser_race, race)
    for k, name in enumerate(race.method):
        drawn_lines = lines(figure.axes[0], style.looks(race.method)[name].colour)
        each, ends = drawn_lines[::2], drawn_lines[1::2]
        assert len(each) == 3
        for line, end, squares, spent in zip(
            each, ends, race.sum_of_squares[k], race.spent[k], strict=True
        ):
            until = race.work <= spent
            np.testing.assert_array_equal(line.get_xdata(), race.work[until])
            np.testing.assert_array_equal(line.get_ydata(), squares[until])
            hollow = end.get_markerfacecolor() == "white"
            assert hollow == (squares[until][-1] >= optimiser_race.SOLVED)


def test_the_race_says_how_many_starts_every_method_fits():
    race = examples.optimiser_race(starts=3)
    fitted = np.sum(race.sum_of_squares[..., -1] < optimiser_race.SOLVED, axis=1)
    expected = [f"{name}: {k} of 3" for name, k in zip(race.method, fitted, strict=True)]
    assert legend(drawn(optimiser_race, race)) == expected


def test_a_race_that_logarithmic_axes_cannot_show_is_refused():
    race = examples.optimiser_race()
    race.sum_of_squares[0, 0, 0] = 0
    with pytest.raises(DataError, match="must be > 0"):
        drawn(optimiser_race, race)
