"""Logarithmic axes of less than two powers of ten have labels that do not overlap."""

import numpy as np
import pytest

from mornet.figures import style
from mornet.figures.ticks import places


def settled(low, high):
    figure = style.new_figure((45.0, 35.0))
    with style.house_style():
        axes = figure.add_subplot()
        axes.loglog([low, high], [low, high])
        style.settle(figure)
        figure.canvas.draw()
    return figure, axes


@pytest.mark.parametrize(
    ("low", "high"),
    [(2.1, 4.8), (0.011, 0.05), (1.2, 1.5), (1000, 1003), (0.8, 1.3), (3e-7, 2e-6), (0.3, 8)],
)
def test_labels_of_short_logarithms_are_readable(low, high):
    _, axes = settled(low, high)
    for axis in (axes.xaxis, axes.yaxis):
        inside = [tick for tick in axis.get_major_ticks() if tick.label1.get_text()]
        assert 2 <= len(inside) <= 6
        assert not any(tick.label1.get_text() for tick in axis.get_minor_ticks())
        boxes = [tick.label1.get_window_extent() for tick in inside]
        assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_labels_say_where_they_stand():
    _, axes = settled(0.011, 0.05)
    ticks = axes.yaxis.get_major_ticks()
    assert [float(tick.label1.get_text()) for tick in ticks] == [0.02, 0.03, 0.05]
    np.testing.assert_allclose([tick.get_loc() for tick in ticks], [0.02, 0.03, 0.05])


def test_axes_with_two_powers_of_ten_keep_them():
    _, axes = settled(0.02, 30)
    assert r"\mathdefault{10^{0}}" in str([t.get_text() for t in axes.get_xticklabels()])


@pytest.mark.parametrize("factor", [1.0001, 1.1, 1.9, 3.1, 7, 20, 90])
def test_every_range_has_labels(factor):
    for low in (1.3e-9, 0.7, 1.0, 512.0):
        found = places(low, factor * low)
        assert len(found) >= 2
        assert min(found) >= low * (1 - 1e-9)
