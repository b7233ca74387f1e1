"""What a verdict is held against, and what it warns of."""

from dataclasses import replace

import numpy as np
import pytest

from mornet.comparison import LinearAutoencoderMethod, PODMethod, compare
from mornet.comparison.interpolation import over_parameters, parameter_weights
from mornet.comparison.judging import expectation, judge
from mornet.comparison.neighbours import between_in_time, nearest
from mornet.comparison.references import references
from mornet.comparison.series import is_short_series
from mornet.comparison.verdicts import pod_needs, verdicts
from mornet.fom import burgers_data_set
from mornet.reduction import BestSettings, fit_pod, relative_error
from mornet.reduction.best.outlook import Outlook
from mornet.reduction.best.units import ONE_SERIES
from mornet.snapshots import DataSet, Snapshots, read_snapshots
from mornet.summary import summary, verdict
from mornet.summary.comparison import comparison
from mornet.tables import verdict as verdict_table

T = np.linspace(0, 1, 11)
ENDS = np.array([0.2]), np.array([0.5])


def of_name(data, ranks=(1,)):
    return {reference.name: reference.error for reference in references(data, ranks)}


def parts(columns, mu, t=T, n=4):
    """Trajectories u(t; mu) = columns(t, mu), one for each mu."""
    return Snapshots.of_trajectories(
        [columns(t, m) for m in mu], x=np.arange(float(n))[None], t=t, mu=[(m,) for m in mu]
    )


def affine(t, mu):
    """States that are linear in mu at every time."""
    return np.stack([1 + mu * t, t**2, mu * np.sin(t), np.ones_like(t)])


@pytest.fixture(scope="module")
def burgers():
    return burgers_data_set(n=200, steps=100)


def test_two_trajectories_averaged_are_the_interpolation_half_way(burgers):
    U, m = burgers.train.U, burgers.test.m
    mean = 0.5 * (U[:, :m] + U[:, m:])
    error = np.linalg.norm(burgers.test.U - mean) / burgers.norm(burgers.test)
    found = of_name(burgers, (1, 2))
    np.testing.assert_allclose(found["interpolation over mu"], error, rtol=1e-12)
    assert error < found["PCA"][0]  # a network of rank one must beat the two trajectories
    for centre, name in ((None, "POD"), ("mean", "PCA")):
        pod = fit_pod(U, rank=2, centre=centre)
        expected = relative_error(pod, burgers.test.U, burgers.norm(burgers.test))
        assert found[name][1] == pytest.approx(expected, rel=1e-12)


def test_interpolation_over_parameters_is_exact_for_linear_dependence():
    data = DataSet("x", parts(affine, (0.0, 1.0, 3.0)), parts(affine, (0.4, 2.0), T[:-1] + 0.0), "")
    guess = data.train.U @ over_parameters(data.train, data.test)
    np.testing.assert_allclose(guess, data.test.U, atol=1e-12)
    # a time outside of the trajectories, or an unknown parameter, has no interpolation
    late = replace(data.test, t=data.test.t + 1)
    assert over_parameters(data.train, late) is None
    assert over_parameters(replace(data.train, mu=None), data.test) is None


def test_of_one_parameter_the_radial_basis_functions_are_linear_and_beyond_it_constant():
    mus, wanted = np.array([[1.0, 2.0, 4.0, 7.0]]), np.array([[0.5, 1.0, 1.5, 3.0, 6.9, 8.0]])
    among_two = (np.vstack([x, np.ones_like(x)]) for x in (mus, wanted))  # one that never changes
    np.testing.assert_allclose(
        parameter_weights(mus, wanted), parameter_weights(*among_two), atol=1e-13
    )


def test_steady_states_are_interpolated_without_times():
    mu = np.linspace(0, 1, 5)[None]
    train = Snapshots(np.vstack([mu, 2 * mu]), np.zeros((1, 2)), np.arange(5), mu=mu)
    test = train.take(np.array([1, 2]))
    rest = train.take(np.array([0, 3, 4]))
    assert of_name(DataSet("x", rest, test, ""))["interpolation over mu"][0] < 1e-12


def test_references_are_in_the_norm_of_the_data(burgers):
    M = np.linspace(1, 5, burgers.train.n)
    weights = np.linspace(1, 2, burgers.train.m)
    train = replace(burgers.train, weights=weights)
    test = replace(burgers.test, weights=np.linspace(3, 1, burgers.test.m))
    data = replace(burgers, train=train, test=test, inner_product=M)
    mean = (train.U @ weights / weights.sum())[:, None]
    lost = np.sqrt(M)[:, None] * (test.U - mean) * np.sqrt(test.weights)
    assert of_name(data)["mean"][0] == pytest.approx(
        np.linalg.norm(lost) / data.norm(test), rel=1e-12
    )
    distances = np.linalg.norm(np.sqrt(M)[:, None] * (train.U - test.U[:, 50:51]), axis=0)
    assert nearest(data, test)[50] == np.argmin(distances)


def test_test_snapshots_between_training_snapshots_in_time_are_noticed():
    whole = parts(affine, (1.0,))
    odd, even = whole.take(np.arange(1, 11, 2)), whole.take(np.arange(0, 11, 2))
    found = between_in_time(DataSet("x", even, odd, ""))
    assert found.part == 1
    curved = 0.5 * (even.U[:, :-1] + even.U[:, 1:]) - odd.U
    assert found.error == pytest.approx(np.linalg.norm(curved) / np.linalg.norm(odd.U))
    # without times the distances of snapshots tell the same
    bare = [replace(part, t=None, mu=None) for part in (even, odd)]
    assert between_in_time(DataSet("x", *bare, "")).part == 1
    # so do the numbers that they had, also where the states jump
    states = np.random.default_rng(0).standard_normal((4, 11))
    jumps = Snapshots(states, whole.x, np.zeros(11, int))
    every = jumps.take(np.arange(0, 11, 2)), jumps.take(np.arange(1, 11, 2))
    assert between_in_time(DataSet("x", *every, "")).part == 1
    # a later part, or another parameter, is not between
    assert between_in_time(
        DataSet("x", whole.take(np.arange(7)), whole.take(np.arange(7, 11)), "")
    ) == (0, None)
    assert between_in_time(DataSet("x", whole, parts(affine, (1.3,)), "")).part == 0


def test_neighbours_in_time_are_of_the_same_trajectory():
    whole = parts(affine, (1.0, 1.0 + 1e-3, 1.0 + 2e-3))
    for without in ({"mu": None}, {"mu": None, "t": None}):
        # the states of the run between both others are close to theirs
        run = replace(whole, **without)
        split = run.divided(run.trajectory == 1, "test")
        assert between_in_time(DataSet("x", *split, "")) == (0, None)
        # inner times of one run lie between its own
        inner = (run.trajectory == 1) & (np.arange(run.m) % 2 == 0)
        split = run.divided(inner, "test")
        own = parts(affine, (1.0 + 1e-3,)).U
        curved = 0.5 * (own[:, :-1:2] + own[:, 2::2]) - own[:, 1::2]
        found = between_in_time(DataSet("x", *split, ""))
        assert found.part == pytest.approx(curved.shape[1] / split[1].m)
        assert found.error == pytest.approx(np.linalg.norm(curved) / np.linalg.norm(own[:, 1::2]))


def test_a_test_error_below_a_training_error_of_round_off_is_no_warning():
    t = np.linspace(0, 1, 24)
    U = np.outer(np.sin(np.arange(20)), np.cos(5 * t)) + np.outer(np.cos(np.arange(20)), t)
    data = read_snapshots(U, axes="dof sample", test_fraction=0.25)
    table = compare(data, {"POD": PODMethod()}, ranks=(2,), seeds=(0,))
    table = replace(table, test_error=0.5 * table.train_error)
    assert not any("training error" in said for v in verdicts(table) for said in v.warnings)


def test_a_test_error_below_the_training_error_is_a_warning(burgers):
    # mu = 1 is the midpoint of both training values
    table = compare(burgers, {"linear": LinearAutoencoderMethod()}, ranks=(2,), seeds=(0,))
    (verdict,) = verdicts(table)
    assert verdict.reference == "interpolation over mu"
    assert not verdict.won
    assert any("below the training error" in words for words in verdict.warnings)
    assert any("one seed" in words for words in verdict.warnings)
    three = compare(burgers, {"linear": LinearAutoencoderMethod()}, ranks=(2,), seeds=(0, 1, 2))
    assert not any("seed" in words for words in verdicts(three)[0].warnings)


def test_a_listed_pod_that_beats_the_networks_stands_in_the_verdict(burgers):
    """Interpolation wins; of the methods of the study POD is the best, not the network."""
    methods = {"linear": LinearAutoencoderMethod(), "mine": PODMethod()}
    table = compare(burgers, methods, ranks=(2,), seeds=(0,))
    errors = np.array([0.386, 0.159]).reshape(2, 1, 1)
    (found,) = verdicts(replace(table, test_error=errors))
    assert (found.winner, found.listed) == ("interpolation over mu", ("mine", 0.159))
    words = verdict(replace(table, test_error=errors))[1]
    assert "; mine 15.9 %, the best listed method; linear 38.6 %, " in words
    (found,) = verdicts(replace(table, test_error=errors[::-1]))
    assert found.listed is None
    (found,) = verdicts(replace(table, test_error=errors, reference=("POD",) * 5))
    assert found.listed is None


def pressures(offset, m=60):
    """A wave of amplitude 200 on an ``offset``: one slow series, tested on its last quarter."""
    t, x = np.linspace(0, 0.5, m), np.linspace(0, 1, 30)
    U = offset + 200 * np.exp(-(((x[:, None] - 0.3 - t) / 0.2) ** 2))
    whole = Snapshots(U, x[None], np.zeros(m, int), t=t)
    return DataSet("p", whole.take(np.arange(45)), whole.take(np.arange(45, m)), "the last quarter")


def test_where_the_mean_is_most_of_the_norm_the_verdict_says_what_is_left_of_the_rest():
    data = pressures(101325.0)
    table = compare(data, {"linear": LinearAutoencoderMethod()}, ranks=(2,), seeds=(0,))
    assert "mean" in table.reference
    (found,) = verdicts(table)
    mean = np.linalg.norm(data.test.U - data.train.U.mean(axis=1, keepdims=True))
    mean /= data.norm(data.test)
    assert found.mean_error == pytest.approx(mean)
    name, error = found.pod
    words = (
        f"of which the mean of the training snapshots leaves {100 * mean:.3g} %; of the deviation "
        f"from this mean {found.winner} leaves {100 * found.least / mean:.3g} %"
    )
    assert words in verdict(table)[0]
    assert f"{name} leaves {100 * error / mean:.3g} %" in verdict(table)[0]
    assert words in comparison(table)
    far = compare(pressures(0.0), {"linear": LinearAutoencoderMethod()}, ranks=(2,), seeds=(0,))
    assert "of the deviation" not in verdict(far)[0]


def test_of_one_short_series_the_verdict_holds_for_its_own_times_alone():
    alone = "held out of this one short series alone"
    data = pressures(0.0)
    methods = {"linear": LinearAutoencoderMethod()}
    table = compare(data, methods, ranks=(2,), seeds=(0,))
    assert table.one_series
    assert alone in verdict(table)[0]
    assert verdict(table)[0].startswith("**Verdict, without an honest test**: ")
    assert alone in comparison(table)
    assert f"There is no honest test on p: {ONE_SERIES}." in summary("Study", [table])
    assert ONE_SERIES in verdict_table([table]).rows[0][-1]
    assert judge(data, 2).best.reason.startswith(ONE_SERIES)
    other = replace(data, test=replace(data.test, trajectory=np.ones(data.test.m, int)))
    assert not is_short_series(other)
    mus = [np.full((1, part.m), mu) for part, mu in ((data.train, 1.0), (data.test, 2.0))]
    train, test = (
        replace(part, mu=mu) for part, mu in zip((data.train, data.test), mus, strict=True)
    )
    assert not is_short_series(replace(data, train=train, test=test))
    assert is_short_series(replace(data, train=train, test=replace(test, mu=test.mu - 1)))


def test_a_verdict_states_the_advantage_over_pod_beside_that_over_the_best_reference(burgers):
    table = compare(burgers, {"linear": LinearAutoencoderMethod()}, ranks=(2,), seeds=(0,))
    errors = {"POD": 0.4, "PCA": 0.3, "mean": 0.9, "nearest snapshot": 0.2}
    table = replace(
        table,
        test_error=np.full((1, 1, 1), 0.1),
        reference=tuple(errors),
        reference_error=np.array(list(errors.values()))[:, None],
    )
    (found,) = verdicts(table)
    assert found.advantage == "by a factor of 2, and of 3 over PCA"
    headline, line = verdict(table)
    assert f"linear wins {found.advantage} at r = 2 (against nearest snapshot; " in headline
    assert "; POD and PCA need r > 2)" in headline
    assert [pod_needs(table, error) for error in (0.3, 0.4)] == [
        "PCA needs r = 2",
        "POD and PCA need r = 2",
    ]
    assert f"**linear** wins {found.advantage} (nearest snapshot 20 %" in line
    table = replace(table, reference_error=np.array([0.2, 0.3, 0.9, 0.4])[:, None])
    assert verdicts(table)[0].advantage == "by a factor of 2"


def test_an_order_of_useless_errors_is_a_warning():
    rng = np.random.default_rng(0)
    train, test = (
        Snapshots(rng.standard_normal((40, m)), np.arange(40.0)[None], np.zeros(m, int))
        for m in (30, 20)
    )
    noise = DataSet("noise", train, test, "independent draws")
    methods = {"POD": PODMethod(), "linear": LinearAutoencoderMethod()}
    table = compare(noise, methods, ranks=(1,), seeds=(0,))
    words = ["".join(verdict.warnings) for verdict in verdicts(table)]
    least = 100 * table.reference_error[:, 0].min()
    few = judge(noise, 1, settings=BestSettings(trial_steps=2, steps=2))
    assert f"the least of all errors is {least:.3g} %: no method" in words[0]
    assert "Note: the least of all errors is" in few.words


def test_the_judge_says_what_weakens_its_test():
    near = judge(pressures(1e5), 2).words
    assert "of the deviation from this mean the winner leaves" in near
    data = pressures(0.0)
    assert "of the deviation" not in judge(data, 2).words
    copies = judge(replace(data, test=data.train), 2).words
    assert f"test nothing: {data.train.m} of {data.train.m}." in copies
    equal = replace(data.train, U=np.ones_like(data.train.U))
    assert "equal an earlier one" not in judge(replace(data, train=equal), 1).words  # no race


def test_the_judge_flags_what_the_split_does_to_its_test():
    t, x = np.linspace(0, 1, 40), np.linspace(0, 1, 30)
    U = np.exp(-(((x[:, None] - 0.3 - 0.3 * t) / 0.2) ** 2))
    every = read_snapshots(U, axes="dof sample", test_every=4)
    few = BestSettings(trial_steps=2, steps=2)
    words = judge(every, 1, settings=few).words
    part, error = between_in_time(every)
    assert f"Note: {100 * part:.0f} % of the test snapshots lie between training snapshots" in words
    assert f"interpolating these in time has an error of {100 * error:.3g} %" in words
    last = judge(read_snapshots(U, axes="dof sample", test_fraction=0.25), 1, settings=few).words
    assert "lie between" not in last
    assert "below the training error" not in last
    easy = replace(every, test=every.train.take(np.arange(13, 17)))  # they are near the mean
    assert "Note: the test error is below the training error of " in judge(easy, 1).words


def test_the_judge_says_what_its_held_out_errors_do_not_show():
    def part(m, mu, seed=0):
        U = np.random.default_rng(seed).standard_normal((9, m))
        return Snapshots(U, np.arange(9.0)[None], np.arange(m), mu=np.atleast_2d(mu))

    train, test = part(30, np.linspace(0, 1, 30)), part(2, [0.5, 3.0], seed=1)
    few = BestSettings(trial_steps=2, steps=2)
    words = judge(DataSet("d", train, test, "own"), 1, settings=few).words
    assert "held-out errors say little: 1 of 2." in words
    assert "equal an earlier one" not in words
    assert "held-out errors say little: 1 of 2." in expectation(DataSet("d", train, test, "own"), 1)
    twice = replace(train, U=np.repeat(train.U[:, :15], 2, axis=1))
    data = DataSet("d", twice, test, "own")
    for words in (judge(data, 1, settings=few).words, expectation(data, 1)):
        assert "\nNote: training snapshots that equal an earlier one, " in words
        assert "held-out errors may be too small: 15 of 30." in words


def test_an_outlook_and_its_race_hold_out_the_same_snapshots():
    draw = np.random.default_rng(3)
    train = Snapshots(draw.standard_normal((9, 60)), np.arange(9.0)[None], np.arange(60))
    test = Snapshots(draw.standard_normal((9, 5)), np.arange(9.0)[None], np.arange(5))
    few = BestSettings(trial_steps=2, steps=2)
    for seed in range(3):
        found = judge(DataSet("d", train, test, "own"), 2, seed, few)
        assert found.before.q == found.best.q  # of POD, on held-out over training snapshots
        assert found.before.reference == found.best.reference


def test_the_judge_holds_its_winner_against_the_reference_that_it_names(burgers):
    found = judge(burgers, 2, settings=BestSettings(trial_steps=2, steps=2))
    name, error = found.pod
    pca = found._replace(error=error, best=replace(found.best, variant=name))
    assert f"\nit is {name}, the better one of POD and PCA on the test snapshots" in pca.words
    assert found.before is None or "what was expected" not in pca.words
    before = Outlook(2, "block of time", 6, 0.1, 1.0, 1.0, 1.0, 1.0, 1.0, ("both",), *ENDS)
    before = replace(before, reference="POD")
    pod = float(found.references[0].error[0])
    for factor, place in ((0.1, "below"), (0.4, "within"), (0.8, "above")):
        both = replace(found.best, variant="both")
        words = found._replace(before=before, best=both, error=factor * pod).words
        assert f"; {place} what was expected, 0.2 to 0.5 times that of POD" in words


def test_where_all_errors_are_round_off_the_judge_names_no_factor():
    data = pressures(0.0)
    same = [replace(part, U=np.ones_like(part.U)) for part in (data.train, data.test)]
    words = judge(replace(data, train=same[0], test=same[1]), 1).words
    assert "the better one of POD and PCA, are round-off" in words
    assert "beats it" not in words


def test_equal_training_snapshots_leave_pca_the_error_of_their_mean():
    rng = np.random.default_rng(0)
    one = Snapshots(rng.standard_normal((6, 1)), np.arange(6.0)[None], np.zeros(1, int))
    test = Snapshots(rng.standard_normal((6, 3)), np.arange(6.0)[None], np.zeros(3, int))
    errors = of_name(DataSet("one", one, test, "one snapshot for training"))
    assert errors["PCA"][0] == errors["mean"][0] == errors["nearest snapshot"][0]
    table = compare(DataSet("one", one, test, "one"), {"POD": PODMethod()}, ranks=(1,), seeds=(0,))
    assert table.test_error.shape == (1, 1, 1)
