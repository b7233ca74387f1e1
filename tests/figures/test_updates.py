import numpy as np
import pytest

from mornet.errors import DataError
from mornet.figures import style
from mornet.figures.updates import damping, disturbances, matrix_free, removals, update_slopes

from . import examples
from .drawing import drawn, legend, lines


def test_slopes_are_in_the_legend_and_unused_points_hollow():
    record = examples.update_orders()
    figure = drawn(update_slopes, record)
    (axes,) = figure.axes
    assert axes.get_xscale() == axes.get_yscale() == "log"
    accuracy = record.accuracy
    expected = [f"{n}: {s:.2f}" for n, s in zip(accuracy.method, accuracy.slope, strict=True)]
    assert legend(figure) == [*expected, "hollow: not used"]
    for look, used in zip(style.looks(accuracy.method).values(), accuracy.used, strict=True):
        _, hollow, filled = lines(axes, look.colour)
        assert hollow.get_markerfacecolor() == "white"
        assert len(hollow.get_xdata()) == np.count_nonzero(used == 0)
        assert len(filled.get_xdata()) == np.count_nonzero(used)


def test_theory_lines_have_the_slope_their_triangle_says():
    record = examples.update_orders()
    (axes,) = drawn(update_slopes, record).axes
    guides = [line for line in lines(axes, style.GREY) if len(line.get_xdata()) == 2]
    for guide, order in zip(guides, (1, 2, 3), strict=True):
        t, error = np.log(guide.get_xdata()), np.log(guide.get_ydata())
        assert (error[1] - error[0]) / (t[1] - t[0]) == pytest.approx(order)
    assert [text.get_text() for text in axes.texts] == ["1", "1", "1", "2", "1", "3"]


def test_a_logarithm_of_zero_is_refused():
    record = examples.update_orders()
    accuracy = record.accuracy
    object.__setattr__(accuracy, "t", np.append(0.0, accuracy.t[1:]))
    with pytest.raises(DataError, match="t and every error used"):
        drawn(update_slopes, record)


def test_crossovers_within_the_range_are_marked():
    record = examples.damping()
    left, right = drawn(damping, record).axes
    marked = [line for line in left.lines if line.get_marker() == "o"]
    inside = record.crossovers.predicted[record.crossovers.predicted <= record.t[-1]]
    assert [line.get_xdata()[0] for line in marked] == pytest.approx(list(inside))
    assert len(inside) < len(record.crossovers.damping)
    for line, tx in zip(
        right.lines[-len(record.crossovers.damping) :], record.crossovers.predicted, strict=True
    ):
        np.testing.assert_allclose(line.get_xdata(), record.middle / tx)


def test_what_is_beyond_the_axis_is_hollow_on_it():
    record = examples.disturbances()
    right = drawn(disturbances, record).axes[2]
    cases = [line for line in right.lines if len(line.get_xdata()) == 1]
    for line, error in zip(cases, record.cases.error, strict=True):
        beyond = error > 10 * record.output
        assert (line.get_markerfacecolor() == "white") == beyond
        assert line.get_ydata()[0] == (10 * record.output if beyond else error)


def test_noise_beyond_the_axis_is_hollow_on_it():
    record = examples.disturbances()
    record.noise.error[0, -2:] = 100 * record.output
    middle = drawn(disturbances, record).axes[1]
    filled, hollow = (line for line in middle.lines if line.get_marker() == "s")
    np.testing.assert_array_equal(hollow.get_xdata(), record.noise.size[-2:])
    assert set(hollow.get_ydata()) == {10 * record.output}
    assert np.isnan(filled.get_ydata()).sum() == 2


def test_work_on_the_right_is_the_least_of_the_accurate_solves():
    record = examples.matrix_free()
    right = drawn(matrix_free, record).axes[1]
    *_, direct = right.lines
    np.testing.assert_array_equal(direct.get_ydata(), record.direct_work)
    first = right.lines[0].get_ydata()  # MINRES to the error 0.1
    np.testing.assert_array_equal(first, record.work[:, 0, 1])
    assert right.get_xlabel() == "number of parameters $P$"


def test_a_radius_is_grey_where_no_branch_ends_at_it():
    record = examples.removal()
    below = drawn(removals, record).axes[1]
    grey = [line for line in lines(below, style.GREY) if line.get_marker() == "o"]
    np.testing.assert_array_equal(grey[0].get_xdata(), [8, 9])  # complex; at t = -R
