import numpy as np
import pytest
from matplotlib.colors import to_hex

from mornet.errors import DataError, OptionError, ShapeError
from mornet.figures import style
from mornet.figures.comparison import (
    error_versus_cost,
    error_versus_rank,
    latent_trajectories,
    learning_curves,
    reconstruction,
    singular_values,
)
from mornet.figures.ten_points import (
    entering_cost,
    entering_network,
    entering_points,
    entering_region,
    optimiser_race,
)
from mornet.figures.updates import damping, disturbances, matrix_free, update_slopes
from mornet.nn import Network

from . import examples


def drawn(module, *records, **options):
    figure = style.new_figure(module.SIZE)
    module.draw(figure, *records, **options)
    return figure


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def lines(axes, colour):
    return [line for line in axes.lines if to_hex(line.get_color()) == to_hex(colour)]


@pytest.mark.parametrize(
    "name",
    [
        "entering_points",
        "entering_cost",
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
    "name", ["entering_cost", "singular_values", "error_versus_rank", "learning_curves"]
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
def test_the_independent_cost_is_marked_where_there_is_one(reference, marked):
    (axes,) = drawn(entering_cost, examples.entering_example(reference)).axes
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


def test_singular_values_are_divided_by_the_first():
    figure = examples.figure("singular_values")
    curves = figure.axes[0].lines[:4]
    assert all(curve.get_ydata()[0] == 1 for curve in curves)
    assert legend(figure) == ["heat", "burgers", "advection", "fitzhugh nagumo"]


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
    looks = style.looks(examples.METHODS)
    for look in looks.values():
        assert look.label in legend(figure)
        assert len(lines(figure.axes[0], look.colour)) == 2
    assert len(lines(figure.axes[0], style.PCA.colour)) == 1
    assert {"training (band: 5 seeds)", "test", "PCA"} <= set(legend(figure))


def test_lines_are_medians_and_bands_ranges_over_seeds():
    comparison = examples.comparison()
    (axes,) = drawn(error_versus_rank, comparison).axes
    train = comparison.train_error[1]
    line = lines(axes, style.looks(examples.METHODS)["linear"].colour)[0]
    np.testing.assert_array_equal(line.get_ydata(), np.median(train, axis=1))
    heights = axes.collections[2].get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (train.min(), train.max())


def test_one_seed_has_no_band():
    (axes,) = drawn(error_versus_rank, examples.comparison(seeds=1)).axes
    assert not axes.collections


def test_a_comparison_without_pod_still_shows_the_optimum_in_black():
    comparison = examples.comparison(methods=("linear", "shallow"))
    figure = drawn(error_versus_rank, comparison)
    for look, optimum in zip((style.POD, style.PCA), comparison.optimum, strict=True):
        (line,) = lines(figure.axes[0], look.colour)
        np.testing.assert_array_equal(line.get_ydata(), optimum)
        assert look.label in legend(figure)


def test_the_denominator_is_on_the_axis():
    comparison = examples.comparison()
    assert r"\|U\|_F" in drawn(error_versus_rank, comparison).axes[0].get_ylabel()
    object.__setattr__(comparison, "denominator", "states")
    assert "states" in drawn(error_versus_rank, comparison).axes[0].get_ylabel()


def test_learning_curves_show_every_method_and_pod_by_name():
    figure = drawn(learning_curves, *map(examples.case, examples.METHODS))
    (axes,) = figure.axes
    trained = ["linear", "shallow", "deep"]
    assert legend(figure) == trained
    assert len(axes.lines) == len(trained) + 2
    assert [text.get_text() for text in axes.texts] == ["POD", "PCA"]


def test_epochs_from_zero_are_linear_below_one_and_say_so():
    case = examples.case("linear")
    (axes,) = drawn(learning_curves, case).axes
    assert axes.get_xscale() == "symlog"
    assert "linear" in axes.get_xlabel()
    later = examples.case("linear", epoch=case.epoch + 1)
    assert drawn(learning_curves, later).axes[0].get_xscale() == "log"


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


def test_slopes_are_in_the_legend_and_unused_points_hollow():
    study = examples.update_study()
    figure = drawn(update_slopes, study)
    (axes,) = figure.axes
    assert axes.get_xscale() == axes.get_yscale() == "log"
    expected = [f"{n}: {s:.2f}" for n, s in zip(study.method, study.slope, strict=True)]
    assert legend(figure) == [*expected, "hollow: not used"]
    for look, used in zip(style.looks(study.method).values(), study.used, strict=True):
        _, hollow, filled = lines(axes, look.colour)
        assert hollow.get_markerfacecolor() == "white"
        assert len(hollow.get_xdata()) == np.count_nonzero(used == 0)
        assert len(filled.get_xdata()) == np.count_nonzero(used)


def test_theory_lines_have_the_slope_their_triangle_says():
    study = examples.update_study()
    (axes,) = drawn(update_slopes, study).axes
    guides = [line for line in lines(axes, style.GREY) if len(line.get_xdata()) == 2]
    for guide, order in zip(guides, (1, 2, 3), strict=True):
        t, error = np.log(guide.get_xdata()), np.log(guide.get_ydata())
        assert (error[1] - error[0]) / (t[1] - t[0]) == pytest.approx(order)
    assert [text.get_text() for text in axes.texts] == ["1", "1", "1", "2", "1", "3"]


def test_a_logarithm_of_zero_is_refused():
    study = examples.update_study()
    object.__setattr__(study, "t", np.append(0.0, study.t[1:]))
    with pytest.raises(DataError, match="t and every error used"):
        drawn(update_slopes, study)


def test_crossovers_within_the_range_are_marked():
    study = examples.damping_study()
    left, right = drawn(damping, study).axes
    marked = [line for line in left.lines if line.get_marker() == "o"]
    inside = study.predicted[study.predicted <= study.t[-1]]
    assert [line.get_xdata()[0] for line in marked] == pytest.approx(list(inside))
    assert len(inside) < len(study.damping)
    for line, tx in zip(right.lines[-len(study.damping) :], study.predicted, strict=True):
        np.testing.assert_allclose(line.get_xdata(), study.middle / tx)


def test_what_is_beyond_the_axis_is_hollow_on_it():
    study = examples.disturbance_study()
    right = drawn(disturbances, study).axes[2]
    cases = [line for line in right.lines if len(line.get_xdata()) == 1]
    for line, error in zip(cases, study.error, strict=True):
        beyond = error > 10 * study.output
        assert (line.get_markerfacecolor() == "white") == beyond
        assert line.get_ydata()[0] == (10 * study.output if beyond else error)


def test_price_on_the_right_is_that_of_the_cheapest_accurate_solve():
    study = examples.matrix_free_study()
    right = drawn(matrix_free, study).axes[1]
    *_, direct = right.lines
    np.testing.assert_array_equal(direct.get_ydata(), study.direct)
    first = right.lines[0].get_ydata()  # MINRES to the error 0.1
    np.testing.assert_array_equal(first, study.price[:, 0, 1])
    assert right.get_xlabel() == "number of parameters $P$"


def test_reconstruction_shows_profiles_and_errors_with_one_colour_scale():
    close_up = examples.close_up()
    figure = drawn(reconstruction, close_up, times=2)
    profiles, (*images, bar) = figure.axes[:2], figure.axes[2:]
    assert [len(axes.lines) for axes in profiles] == [1 + 3, 1 + 3]
    assert [axes.get_title() for axes in profiles] == ["$t=1$ s", "$t=2$ s"]
    assert [axes.get_title() for axes in images] == legend(figure)[1:]
    assert all(axes.get_xlabel() == "$x$ (m)" for axes in [*profiles, *images])
    assert (profiles[0].get_ylabel(), images[0].get_ylabel()) == ("$u$", "$t$ (s)")
    assert bar.get_ylabel()
    scales = {axes.collections[0].norm for axes in images}
    assert len(scales) == 1
    shown = close_up.reconstruction[0][:, :101] - close_up.states[:, :101]
    assert scales.pop().vmax == np.abs(shown).max()


def test_the_second_trajectory_is_another():
    figure = drawn(reconstruction, examples.close_up(), trajectory=1)
    assert r"\mu = 0.2$" in figure.legends[0].get_title().get_text()
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


def test_every_start_of_the_race_is_a_line_up_to_the_work_it_took():
    race = examples.optimiser_race(starts=3)
    figure = drawn(optimiser_race, race)
    assert legend(figure) == list(race.method)
    for k, name in enumerate(race.method):
        colour = style.looks(race.method)[name].colour
        *each, median = lines(figure.axes[0], colour)
        assert len(each) == 3
        for line, cost, spent in zip(each, race.cost[k], race.spent[k], strict=True):
            until = race.work <= spent
            np.testing.assert_array_equal(line.get_xdata(), race.work[until])
            np.testing.assert_array_equal(line.get_ydata(), cost[until])
        np.testing.assert_array_equal(
            median.get_ydata(), np.median(race.cost[k], axis=0)[: len(median.get_ydata())]
        )


def test_the_race_says_how_many_starts_least_squares_solved():
    (axes,) = drawn(optimiser_race, examples.optimiser_race()).axes
    assert "2 of\n3 starts" in axes.texts[0].get_text()


def test_a_race_that_logarithmic_axes_cannot_show_is_refused():
    race = examples.optimiser_race()
    race.cost[0, 0, 0] = 0
    with pytest.raises(DataError, match="must be > 0"):
        drawn(optimiser_race, race)


def test_a_methods_ranks_are_joined_at_their_median_cost_and_error():
    record = examples.comparison()
    (axes,) = drawn(error_versus_cost, record).axes
    look = style.looks(record.method)["shallow"]
    marked = [line for line in lines(axes, look.colour) if line.get_marker() == look.marker]
    line, hollow = marked
    assert (hollow.get_xdata(), hollow.get_ydata()) == (line.get_xdata()[0], line.get_ydata()[0])
    np.testing.assert_array_equal(line.get_xdata(), np.median(record.seconds[2], axis=1))
    np.testing.assert_array_equal(line.get_ydata(), np.median(record.test_error[2], axis=1))


def test_a_cost_of_zero_has_no_place_on_a_logarithmic_axis():
    record = examples.comparison()
    record.seconds[0] = 0
    with pytest.raises(DataError, match="burgers has times that are not positive"):
        drawn(error_versus_cost, record)


def test_codes_of_every_method_have_a_panel_and_each_trajectory_a_line():
    record = examples.close_up()
    figure = drawn(latent_trajectories, record)
    assert [axes.get_title() for axes in figure.axes] == ["POD", "shallow", "deep"]
    first = figure.axes[1].lines[0]
    scale = np.sqrt(np.mean(record.code[1] ** 2))
    at = record.trajectory == 0
    np.testing.assert_allclose(first.get_xdata(), record.code[1, 0, at] / scale)
    assert len(figure.axes[1].lines) == 4  # two trajectories, each with its beginning


def test_codes_of_one_entry_are_drawn_against_time_and_zero_codes_refused():
    record = examples.close_up()
    single = examples.close_up(code=record.code[:, :1])
    axes = drawn(latent_trajectories, single).axes[0]
    np.testing.assert_array_equal(axes.lines[0].get_xdata(), record.t[:101])
    assert "t" in axes.get_xlabel()
    with pytest.raises(DataError, match="codes of POD on travelling_front are all zero"):
        drawn(latent_trajectories, examples.close_up(code=0 * record.code))
