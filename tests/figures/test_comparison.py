from dataclasses import replace

import numpy as np
import pytest

from mornet.errors import DataError, OptionError, ShapeError
from mornet.figures import draw, style
from mornet.figures.comparison import (
    error_versus_cost,
    error_versus_rank,
    latent_trajectories,
    learning_curves,
    reconstruction,
    singular_values,
)

from . import examples
from .drawing import drawn, legend, lines


def test_singular_values_are_divided_by_the_first():
    figure = examples.figure("singular_values")
    curves = figure.axes[0].lines[:4]
    assert all(curve.get_ydata()[0] == 1 for curve in curves)
    assert legend(figure) == ["heat", "burgers", "advection", "fitzhugh nagumo"]


def test_the_sizes_of_a_data_set_stand_in_the_legend_as_a_formula():
    case = replace(examples.pod_cases()[0], data_set="a_$", n=60, m=39)
    figure = drawn(singular_values, case)
    assert legend(figure) == [r"a \$, $60\times39$"]


def test_zero_singular_values_are_left_out():
    figure = style.new_figure(singular_values.SIZE)
    singular_values.draw_decay(figure, {"a": np.array([2.0, 1.0, 0.0])})
    (axes,) = figure.axes
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), [1.0, 0.5])


@pytest.mark.parametrize("values", [[1.0, 2.0], [0.0, 0.0], [], [[1.0]]])
def test_what_are_no_singular_values_is_refused(values):
    with pytest.raises(DataError, match="'mine'"):
        singular_values.draw_decay(style.new_figure((90, 70)), {"mine": np.array(values)})


def test_the_figure_ends_where_all_values_are_round_off():
    figure = style.new_figure(singular_values.SIZE)
    noise = np.append(np.geomspace(1, 1e-15, 20), np.full(500, 1e-17))
    singular_values.draw_decay(figure, {"a": noise, "b": np.geomspace(1, 1e-3, 30)})
    (axes,) = figure.axes
    assert 30 < axes.get_xlim()[1] < 40
    assert axes.texts[0].get_text().startswith("round-off")


def test_no_data_set_is_refused():
    with pytest.raises(OptionError, match="at least one"):
        drawn(singular_values)


def test_a_case_without_singular_values_or_a_data_set_twice_is_refused():
    with pytest.raises(DataError, match="linear on burgers holds no singular values"):
        drawn(singular_values, examples.case("linear", models=()))
    first = examples.pod_cases()[0]
    with pytest.raises(OptionError, match="one case of heat"):
        drawn(singular_values, first, first)


def test_every_method_has_a_training_and_a_test_line_and_a_legend_entry():
    figure = drawn(error_versus_rank, examples.comparison())
    left, right = figure.axes
    assert [axes.get_title() for axes in figure.axes] == ["training", "test"]
    for look in style.looks(examples.METHODS).values():
        assert look.label in legend(figure)
        assert len(lines(left, look.colour)) == len(lines(right, look.colour)) == 1
    assert len(lines(left, style.PCA.colour)) == 1
    assert {"optimum of PCA", "mean: 0.9"} <= set(legend(figure))


def test_lines_are_medians_and_bands_ranges_over_seeds():
    comparison = examples.comparison()
    axes, _ = drawn(error_versus_rank, comparison).axes
    train = comparison.train_error[1]
    line = lines(axes, style.looks(examples.METHODS)["linear"].colour)[0]
    np.testing.assert_array_equal(line.get_ydata(), np.median(train, axis=1))
    heights = axes.collections[1].get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (train.min(), train.max())


def test_keys_have_the_lines_of_their_curves():
    figure = drawn(error_versus_rank, examples.comparison())
    handles = {key.get_label(): key for key in figure.legends[0].legend_handles}
    for method, look in style.looks(examples.METHODS).items():
        (curve,) = lines(figure.axes[1], look.colour)
        assert handles[look.label].get_linestyle() == curve.get_linestyle(), method


@pytest.mark.parametrize(("error", "inside"), [(0.05, True), (1e-9, False)])
def test_a_reference_below_the_axes_has_no_line_in_the_legend_and_says_so(error, inside):
    record = examples.comparison()
    name = "interpolation over mu"
    record = replace(
        record, reference=(name,), reference_error=np.full((1, len(record.rank)), error)
    )
    figure = drawn(error_versus_rank, record)
    (key,) = [k for k in figure.legends[0].legend_handles if name in k.get_label()]
    assert (key.get_linestyle() != "None") == inside
    assert ("below the axes" in key.get_label().replace("\n", " ")) != inside


def test_equal_curves_are_moved_apart_by_less_than_a_tenth_of_the_axis():
    ranks = np.array([1, 5, 20])
    moved = np.array([style.beside(ranks, k, 7, log=True) for k in range(7)])
    assert np.all(np.diff(moved, axis=0) > 0)
    assert np.all(np.abs(np.log(moved / ranks)) < 0.1 * np.log(20))
    np.testing.assert_allclose(moved[3], ranks)


def test_one_seed_has_no_band():
    axes, _ = drawn(error_versus_rank, examples.comparison(seeds=1)).axes
    assert not axes.collections


def test_a_comparison_without_pod_still_shows_the_optimum_in_black():
    comparison = examples.comparison(methods=("linear", "shallow"))
    figure = drawn(error_versus_rank, comparison)
    for look, optimum in zip((style.POD, style.PCA), comparison.optimum, strict=True):
        (line,) = lines(figure.axes[0], look.colour)
        np.testing.assert_array_equal(line.get_ydata(), optimum)
        assert f"optimum of {look.label}" in legend(figure)


def test_the_denominator_is_on_the_axis():
    comparison = examples.comparison()
    assert r"\|U\|_F" in drawn(error_versus_rank, comparison).axes[0].get_ylabel()
    object.__setattr__(comparison, "denominator", "states")
    assert "states" in drawn(error_versus_rank, comparison).axes[0].get_ylabel()


def test_learning_curves_show_every_method_its_errors_at_the_end_and_the_optima():
    cases = [examples.case(method) for method in examples.METHODS]
    figure = drawn(learning_curves, *cases)
    assert legend(figure) == [
        *examples.METHODS, "test, at the end", "optimum of POD", "optimum of PCA",
    ]  # fmt: skip
    looks = style.looks(examples.METHODS)
    for case in cases:
        *_, curve_or_end, test = lines(figure.axes[0], looks[case.method].colour)[:2]
        assert len(curve_or_end.get_xdata()) == (1 if case.curve is None else 95)
        assert test.get_ydata()[0] == np.median(case.test_error)


def test_a_logarithmic_axis_of_epochs_begins_after_the_start():
    case = examples.case("linear")
    (axes,) = drawn(learning_curves, case).axes
    assert axes.get_xscale() == "log"
    assert axes.get_xlim()[0] == case.epoch[1] == 1


@pytest.mark.parametrize("missing", ["epoch", "curve"])
def test_a_curve_without_epochs_is_refused_by_name(missing):
    with pytest.raises(DataError, match=f"linear on burgers at rank 5 has no {missing}"):
        drawn(learning_curves, examples.case("linear", **{missing: None}))


def test_cases_without_any_curve_are_refused():
    with pytest.raises(DataError, match="POD on burgers at rank 5"):
        drawn(learning_curves, examples.case("POD"))


@pytest.mark.parametrize("change", [{"rank": 6}, {"data_set": "heat"}])
def test_cases_of_several_ranks_or_data_sets_are_refused(change):
    with pytest.raises(OptionError, match="one data set and rank"):
        drawn(learning_curves, examples.case("pod"), examples.case("autoencoder", **change))


def test_no_case_is_refused():
    with pytest.raises(OptionError, match="at least one case"):
        drawn(learning_curves)


def test_reconstruction_has_a_column_for_each_method_and_one_colour_scale():
    close_up = examples.close_up()
    figure = drawn(reconstruction, close_up, times=2)
    profiles, (*images, bar) = figure.axes[:3], figure.axes[3:]
    assert [len(axes.lines) for axes in profiles] == 3 * [2 * 2]  # snapshot, reconstruction
    assert [axes.get_title() for axes in profiles] == list(close_up.method)
    assert legend(figure) == ["snapshot", "$t=1$ s", "$t=2$ s"]
    assert all(axes.get_xlabel() == "$x$ (m)" for axes in images)
    assert (profiles[0].get_ylabel(), images[0].get_ylabel()) == ("$u$", "$t$ (s)")
    assert bar.get_ylabel()
    scales = {axes.collections[0].norm for axes in images}
    assert len(scales) == 1
    shown = close_up.reconstruction[0][:, :101] - close_up.states[:, :101]
    assert scales.pop().vmax == np.abs(shown).max()


def test_the_second_trajectory_is_another():
    figure = drawn(reconstruction, examples.close_up(), trajectory=1)
    assert r"\mu=0.2$" in figure.legends[0].get_title().get_text()
    with pytest.raises(OptionError, match="trajectory 2"):
        drawn(reconstruction, examples.close_up(), trajectory=2)


def test_an_exact_reconstruction_can_be_drawn():
    close_up = examples.close_up()
    exact = np.repeat(close_up.states[None], 3, axis=0)
    drawn(reconstruction, examples.close_up(reconstruction=exact)).draw_without_rendering()


def test_snapshots_without_times_or_in_the_plane_are_refused():
    with pytest.raises(DataError, match="no times t"):
        drawn(reconstruction, examples.close_up(t=None))
    with pytest.raises(DataError, match="2 coordinates"):
        drawn(reconstruction, examples.close_up(x=np.ones((2, 256))))


def test_fields_that_do_not_fit_are_refused():
    x, t, U = np.linspace(0, 1, 5), np.arange(4.0), np.ones((5, 4))
    figure = style.new_figure(reconstruction.SIZE)
    with pytest.raises(ShapeError, match=r"pod have shape \(5, 3\)"):
        reconstruction.draw_fields(figure, x, t, U, {"pod": U[:, :3]})
    with pytest.raises(DataError, match="x must increase"):
        reconstruction.draw_fields(figure, x[::-1], t, U, {"pod": U})
    with pytest.raises(OptionError, match="at least one method"):
        reconstruction.draw_fields(figure, x, t, U, {})


def test_points_are_median_costs_and_errors_and_the_staircase_only_falls():
    record = examples.comparison()
    (axes,) = drawn(error_versus_cost, record).axes
    look = style.looks(record.method)["shallow"]
    points = np.array([line.get_xydata()[0] for line in lines(axes, look.colour)])
    np.testing.assert_array_equal(points[:, 0], np.median(record.seconds[2], axis=1))
    np.testing.assert_array_equal(points[:, 1], np.median(record.test_error[2], axis=1))
    assert np.all(np.diff([line.get_markersize() for line in lines(axes, look.colour)]) > 0)
    (front,) = lines(axes, error_versus_cost.FRONT["color"])
    assert np.all(np.diff(front.get_xdata()) >= 0)
    assert np.all(np.diff(front.get_ydata()) <= 0)
    assert front.get_ydata()[-1] == record.median("test_error").min()


def test_codes_have_a_panel_each_with_common_limits_and_time_as_colour():
    record = examples.close_up()
    *panels, bar = drawn(latent_trajectories, record).axes
    assert [axes.get_title() for axes in panels] == ["POD", "shallow", "deep"]
    assert len({(axes.get_xlim(), axes.get_ylim()) for axes in panels}) == 1
    assert bar.get_ylabel() == "$t$ (s)"
    curves = [c for c in panels[1].collections if len(c.get_paths()) == 100]
    assert len(curves) == 2  # two trajectories
    np.testing.assert_array_equal(curves[0].get_array(), record.t[:100])


def test_drawn_codes_have_mean_zero_unit_size_and_begin_left_and_below():
    z = latent_trajectories._principal(examples.close_up().code[1], "z")
    assert z.shape == (2, 202)
    np.testing.assert_allclose(z.mean(axis=1), 0, atol=1e-14)
    assert np.sum(z**2) == pytest.approx(202)
    assert np.all(z[:, 0] < 0)


def test_codes_of_one_entry_are_drawn_against_time_and_zero_codes_refused():
    record = examples.close_up()
    single = examples.close_up(code=record.code[:, :1])
    axes = drawn(latent_trajectories, single).axes[0]
    segments = np.array(axes.collections[0].get_segments())
    np.testing.assert_array_equal(segments[:, 0, 0], record.t[:100])
    assert "t" in axes.get_xlabel()
    with pytest.raises(DataError, match="codes of POD on travelling_front are all zero"):
        drawn(latent_trajectories, examples.close_up(code=0 * record.code))


def test_a_fit_too_short_for_the_clock_is_drawn_at_a_tick_and_the_caption_says_so():
    record = examples.comparison()
    assert "tick" not in error_versus_cost.caption(record)
    record.seconds[2] = 0
    (axes,) = drawn(error_versus_cost, record).axes
    look = style.looks(record.method)["shallow"]
    assert {line.get_xdata()[0] for line in lines(axes, look.colour)} == {0.01}
    assert "drawn at one tick, 0.01 s." in error_versus_cost.caption(record)


def test_a_negative_cost_has_no_place_on_a_logarithmic_axis():
    record = examples.comparison()
    record.seconds[0] = -1
    with pytest.raises(DataError, match="burgers has negative times"):
        drawn(error_versus_cost, record)


def test_numbers_that_no_axis_can_show_are_an_error_of_the_data(tmp_path):
    comparison = examples.comparison()
    huge = replace(comparison, test_error=np.full_like(comparison.test_error, 1.7e308))
    with (
        np.errstate(over="ignore", invalid="ignore"),
        pytest.raises(DataError, match="cannot show these numbers"),
    ):
        draw("error_versus_cost", [huge], tmp_path / "a.pdf")
