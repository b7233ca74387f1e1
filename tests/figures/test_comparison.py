import numpy as np
import pytest

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

from . import examples
from .drawing import drawn, legend, lines


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


def test_a_methods_ranks_are_joined_at_their_median_cost_and_error():
    record = examples.comparison()
    (axes,) = drawn(error_versus_cost, record).axes
    look = style.looks(record.method)["shallow"]
    marked = [line for line in lines(axes, look.colour) if line.get_marker() == look.marker]
    line, hollow = marked
    assert (hollow.get_xdata(), hollow.get_ydata()) == (line.get_xdata()[0], line.get_ydata()[0])
    np.testing.assert_array_equal(line.get_xdata(), np.median(record.seconds[2], axis=1))
    np.testing.assert_array_equal(line.get_ydata(), np.median(record.test_error[2], axis=1))


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


def test_a_cost_of_zero_has_no_place_on_a_logarithmic_axis():
    record = examples.comparison()
    record.seconds[0] = 0
    with pytest.raises(DataError, match="burgers has times that are not positive"):
        drawn(error_versus_cost, record)
