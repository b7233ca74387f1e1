"""The study of the judge: its data sets, its halves, and what is counted."""

import re
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from mornet.cli import main
from mornet.comparison import BestMethod, run_case
from mornet.comparison.judging import judge, look_ahead
from mornet.experiments.judge import happenings, phenomena, recordings, solutions
from mornet.experiments.judge.judged import Judged
from mornet.experiments.judge.judged import judge as experiment
from mornet.experiments.judge.sets import SETS, TASKS
from mornet.experiments.judge.waves import blob, front, street
from mornet.figures import judged as figure
from mornet.figures import style
from mornet.reduction.best.outlook import Outlook, intervals, meaning
from mornet.reduction.best.reasons import LATER
from mornet.reduction.best.settings import BestSettings
from mornet.study import read
from mornet.tables.judged import judged, judged_totals, outlook_right

ROOT = Path(__file__).parents[2]


def before():
    two = ("both", "decoder")
    facts = (0.1, 1.5, 2.0, 0.9, 0.6, 0.1)
    return Outlook(2, "parameter", 5, *facts, two, np.array([0.05, 0.3]), np.array([0.4, 0.9]), 1.2)


def record(name, half="earlier", variant="both", error=0.02, reference=0.1):
    """A verdict of one draw."""
    return Judged(
        name=name,
        half=half,
        variants=(variant,),
        words="",
        rank=2,
        n=9,
        m=50,
        reference=reference,
        errors=np.array([error]),
        candidate=("POD", "both, centred", "decoder, centred"),
        in_full=np.array([[reference, 0.02, 0.95 * reference]]),
        before=before(),
        risks=np.array([0.3]),
        seconds=np.array([2.0]),
        outlook_seconds=0.1,
    )


def test_there_are_forty_sets_and_the_groups_share_none():
    assert len(SETS) >= 40
    assert len(SETS) == sum(len(tasks) for tasks in TASKS.values())
    assert len(TASKS["tuning"]) <= len(SETS) / 2
    assert len(TASKS["sealed"]) >= 12


def test_no_sealed_set_has_the_settings_of_another_set():
    def key(task):
        return task.name, sorted(task.settings.items())

    sealed = TASKS["sealed"]
    others = [key(task) for name, task in SETS.items() if name not in sealed]
    assert not [name for name, task in sealed.items() if key(task) in others]


WRITTEN = {part.__name__ for part in (happenings, phenomena, recordings, solutions)}


@pytest.mark.parametrize("name", [n for n, task in SETS.items() if task.module in WRITTEN])
def test_sets_by_formulas_repeat_are_finite_and_test_other_snapshots(name):
    data, again = SETS[name].data(), SETS[name].data()
    for part, same in ((data.train, again.train), (data.test, again.test)):
        assert np.isfinite(part.U).all()
        np.testing.assert_array_equal(part.U, same.U)
    known = {u.tobytes() for u in data.train.U.T}
    assert not any(u.tobytes() in known for u in data.test.U.T)


def test_the_shock_tube_of_pressure_one_is_that_of_sod():
    train = solutions.shock_tubes(parameters=7).train
    last = train.U[:, np.isclose(train.mu[0], 1.0)][:, -1]  # at t = 0.2
    found = np.interp([0.6, 0.78], train.x[0], last)
    np.testing.assert_allclose(found, [0.42632, 0.26557], atol=1e-5)  # Toro, table 4.3, test 1


def test_no_car_is_lost_when_a_queue_gets_a_green_light():
    n = 2000
    train = phenomena.jams(n=n).train
    t, mu = train.t, train.mu[0]
    cars = 2 * train.U.mean(axis=0)  # on the road (-1, 1), which mu (1 - mu) cars enter
    np.testing.assert_allclose(cars, 0.8 * mu + 0.2 + mu * (1 - mu) * t, atol=4 / n)


def test_velocities_of_stars_vanish_in_the_mean_over_a_period():
    train = phenomena.velocities(noise=0.0).train
    np.testing.assert_allclose(train.U.mean(axis=0), 0, atol=1e-10)


def test_strains_of_rods_with_fixed_ends_vanish_in_the_mean():
    train = phenomena.strains().train
    np.testing.assert_allclose(train.U.mean(axis=0), 0, atol=1e-13)


def test_the_readme_counts_the_sets():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"| `judge.yaml` | {len(SETS)} data sets, " in readme


def test_the_study_judges_every_set():
    study = read("workflows/studies/judge.yaml")
    assert {choice.settings["name"] for choice in study.experiments.values()} == set(SETS)
    few = read("workflows/studies/judge_ci.yaml").experiments.values()
    assert {choice.settings["name"] for choice in few} <= set(SETS)


@pytest.mark.parametrize("make", [front, blob])
def test_test_parameters_lie_between_training_parameters(make):
    data = make(**({"n": 20, "times": 5} if make is front else {"nodes": 4, "angles": 5}))
    train, test = np.unique(data.train.mu), np.unique(data.test.mu)
    assert not set(train) & set(test)
    assert train.min() < test.min() <= test.max() < train.max()


def test_totals_count_losses_and_missed_intervals():
    good = record("a")
    lost = record("b", error=0.11)  # a network was chosen, and POD is better
    pod = record("c", half="tuning", variant="POD", error=0.1)
    rows = {row[0]: row for row in judged_totals([good, lost, pod]).rows}
    assert rows["earlier"][1:6] == (2, 1, 2, 1, 1)
    assert rows["tuning"][1:6] == (1, 0, 1, 0, 0)  # POD is five times the best candidate
    assert outlook_right(good) == [True, False]  # 0.95 is above 0.9
    table = judged([good, lost, pod])
    assert [row[0] for row in table.rows] == ["a", "b", "c"]
    assert table.rows[0][9] == "both, centred"


def test_medians_over_draws_are_compared_and_losses_are_counted_one_by_one():
    full = np.array([[0.1, 0.02, 0.09], [0.1, 0.06, 0.01], [0.1, 0.03, 1.0]])  # 1: diverged
    draws = replace(
        record("a"),
        variants=("both", "POD", "both"),
        errors=np.array([0.02, 0.1, 0.103]),
        in_full=full,
        risks=np.array([0.3, 0.0, 0.5]),
        seconds=np.array([1.0, 5.0, 2.0]),
    )
    assert draws.winner == "both"
    assert draws.best == 1
    assert draws.to_best == pytest.approx(0.1 / 0.03)
    assert draws.wrong == [False, False, True]  # of POD no network is claimed to be better
    (totals,) = judged_totals([draws]).rows
    assert totals[:6] == ("earlier", 1, 0, 3, 1, 1)
    assert totals[-1] == 2.0
    row = judged([draws]).rows[0]
    assert row[6] == pytest.approx(1.0)
    assert row[11:] == (0.5, 2.0)  # the largest risk, the median of the seconds


def test_a_set_is_judged_once_for_each_draw_and_the_first_seeds_repeat():
    two, one = experiment(name="iris_r2", draws=2), experiment(name="iris_r2", draws=1, seed=1)
    assert two.in_full.shape == (2, len(two.candidate))
    assert two.errors[1] == one.errors[0]
    np.testing.assert_array_equal(two.in_full[1], one.in_full[0])
    assert (two.in_full[:, 0] == two.reference).all()


def test_the_figure_has_one_point_for_each_set():
    drawn = style.new_figure(figure.SIZE)
    figure.draw(drawn, record("a"), record("b", error=0.05), record("c", half="tuning"))
    points = [line for line in drawn.axes[0].lines if line.get_marker() in ("o", "D", "s")]
    assert sorted(len(line.get_xdata()) for line in points) == [1, 2]


def test_a_bar_points_up_to_a_best_candidate_that_is_worse_than_the_winner():
    drawn = style.new_figure(figure.SIZE)
    short = replace(record("a"), in_full=np.array([[0.1, 0.05, 0.09]]))  # the winner has 0.02
    figure.draw(drawn, short)
    (bar,) = drawn.axes[0].collections[0].get_segments()
    point, best = 0.2, 0.5
    np.testing.assert_allclose(sorted(bar[:, 1]), [point, best])
    (dash,) = (line for line in drawn.axes[0].lines if line.get_marker() == "_")
    np.testing.assert_allclose(dash.get_ydata(), [best])


def test_a_dry_run_prints_intervals_and_trains_nothing(capsys):
    words = ["judge", "burgers", "--rank", "2", "--dry-run", "--set", "n=60", "steps=40"]
    assert main(words) == 0
    text = capsys.readouterr().out
    assert "rank 2: PCA, the better one of POD and PCA, leaves " in text
    assert "\nexpected, in times the error of PCA:\n  quadratic manifold: " in text
    assert "correction of encoder and decoder: " in text


def test_a_dry_run_without_a_race_says_why(capsys, tmp_path):
    t = np.linspace(0, 0.5, 40)
    U = np.exp(-(((np.linspace(0, 1, 30)[:, None] - 0.3 - t) / 0.2) ** 2))
    np.savez(tmp_path / "a.npz", U=U, t=t)
    assert main(["judge", str(tmp_path / "a.npz"), "--rank", "2", "--dry-run"]) == 0
    text = capsys.readouterr().out
    assert "\nsplit: by default, " in text
    assert "\naxes by length: " in text
    assert "PCA: one short series allows no honest test of a network. A longer " in text
    assert main(["judge", str(tmp_path / "a.npz"), "--rank", "20", "--dry-run"]) == 0
    assert "leaves next to nothing to learn." in capsys.readouterr().out


def test_an_outlook_says_in_words_what_a_wide_interval_means():
    data = front(n=40, times=20, parameters=5)
    found = look_ahead(data, 2)
    assert found.reference in ("POD", "PCA")
    wide = replace(found, low=np.full(4, 1 / 3000), high=np.full(4, 1 / 3))
    assert "0.00033 to 0.33 (a gain by a factor of 3 to 3000)" in wide.words
    assert wide.words.endswith("only a training can tell how large a gain is.")
    narrow = replace(found, low=np.full(4, 0.5), high=np.full(4, 0.9))
    assert "only a training" not in narrow.words
    assert "training error" not in replace(found, q=None).words
    assert "on 1 held-out" not in found.words
    assert meaning(0.0, 0.0) == "a gain by a factor of a million or more"


def test_the_outlook_repeats_and_bounds_are_ordered():
    data = front(n=40, times=20, parameters=5)
    one, two = (look_ahead(data, 2) for _ in range(2))
    assert one.words == two.words
    assert (one.low < one.high).all()
    assert 0.5 < one.dimension < 4
    one_sided = replace(one, kernel=1.0)
    assert one_sided.of("decoder") == one.of("decoder")
    assert one.of("POD") is None


def test_where_snapshots_wind_no_network_is_promised_more_than_the_quadratic_manifold():
    known = {"quadratic": 0.8, "kernel": 0.01, "tangent": 0.02}
    (family, low, high), (_, same, wider) = (intervals(known, True, winds=b) for b in (False, True))
    np.testing.assert_array_equal(low, same)
    assert family[0] == "quadratic manifold"
    assert (wider == high[0]).all()
    assert (high[1:] < 0.1).all()


def without_times(data):
    return replace(data, train=replace(data.train, t=None), test=replace(data.test, t=None))


def test_a_series_is_judged_alike_with_and_without_times_and_as_a_case():
    data, few = street(times=240), {"steps": 4, "trial_steps": 2}
    dated, bare = (judge(d, 2, settings=BestSettings(**few)) for d in (data, without_times(data)))
    assert dated.words.replace(LATER, "") == bare.words  # times alone tell what comes later
    assert dated.best.unit == "block of time"
    case = run_case(data, "best", BestMethod(**few), 2, [0])
    assert case.test_error[0] == dated.error
    assert case.model(0).words == dated.best.words


def rows_of(page):
    """The set and its group in every row of a page of results."""
    lines = (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()
    rows = [line.split("|")[1:3] for line in lines if re.match(r"\| \w+_r\d+ \|", line)]
    return {name.strip(): group.strip() for name, group in rows}


@pytest.mark.parametrize("group", TASKS)
def test_the_page_of_results_holds_all_sets_of_a_group(group):
    listed = {name for name, found in rows_of("judge_results.md").items() if found == group}
    assert listed == set(TASKS[group])


def test_an_hdf5_file_of_the_user_is_judged_as_other_files_are(tmp_path, capsys):
    U = np.random.default_rng(0).standard_normal((12, 20))
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["U"], file["t"] = U, np.arange(20.0)
    assert main(["judge", str(tmp_path / "a.h5"), "--rank", "1", "--dry-run"]) == 0
    assert "a: 12 degrees of freedom, 16 training snapshots" in capsys.readouterr().out
