from dataclasses import replace

import numpy as np
import pytest

from mornet.comparison import (
    AutoencoderMethod,
    DMDMethod,
    HybridMethod,
    LinearAutoencoderMethod,
    PODMethod,
    compare,
)
from mornet.comparison.median import median, median_position
from mornet.comparison.verdicts import pods, verdicts
from mornet.errors import OptionError
from mornet.experiments.updates.orders import update_orders
from mornet.experiments.updates.trained_networks import TrainedNetworkSettings
from mornet.fom.fitzhugh_nagumo import fitzhugh_nagumo_data_set
from mornet.fom.travelling_waves import gaussian_data_set
from mornet.summary import verdict as verdict_lines
from mornet.tables import (
    Column,
    Table,
    comma_separated,
    errors,
    in_one_line,
    latex,
    update_slopes,
    update_work,
    verdict,
)
from mornet.tables.table import least

TABLE = Table(
    "100 % of a_b & c",
    (Column("name", "name"), Column("x", "$x$", ".1e"), Column("k", "$k$", "d")),
    (("a_1", 1.25e-13, 3), ("b", 0.0, 4)),
)


def test_latex_is_booktabs_with_special_characters_escaped():
    text = latex(TABLE)
    assert r"\caption{100 \% of a\_\allowbreak{}b \& c}" in text
    assert r"\begin{tabular}{@{}lrr@{}}" in text
    assert r"a\_\allowbreak{}1 & $1.2 \times 10^{-13}$ & $3$ \tabularnewline" in text
    assert r"b & $0$ & $4$ \tabularnewline" in text
    assert [text.count(rule) for rule in (r"\toprule", r"\midrule", r"\bottomrule")] == [1, 1, 1]


def test_digits_are_aligned_zeros_kept_the_best_bold_and_words_stay_words():
    rows = (("a", 26.9), ("b", 0.25), ("c", "never"))
    table = Table("", (Column("", "m"), Column("", "x", "#.3g")), rows, best=least(rows[:2], (1,)))
    lines = latex(table).splitlines()
    assert r"    a & $26.9\phantom{00}$ \tabularnewline" in lines
    assert r"    b & $\mathbf{0.250}$ \tabularnewline" in lines
    assert r"    c & never \tabularnewline" in lines


def test_a_key_that_is_the_same_in_all_rows_stands_in_the_caption():
    columns = (Column("", "set"), Column("", "$r$", "d"), Column("", "x", "d"))
    text = latex(Table("Errors.", columns, (("wake", 1, 2), ("wake", 3, 4)), keys=2), "errors-wake")
    assert r"\caption{Errors. In all rows: set wake.}\label{tab:errors-wake}" in text
    assert text.count("wake") == 2


def test_csv_keeps_full_precision():
    assert comma_separated(TABLE) == "name,x,k\na_1,1.25e-13,3\nb,0.0,4\n"


@pytest.mark.parametrize("seeds", [1, 2, 5, 6])
def test_the_median_is_in_the_middle_and_a_failure_there_is_no_number(seeds):
    values = np.random.default_rng(0).random((3, seeds))
    ordered = np.sort(values, axis=1)
    middle = (ordered[:, (seeds - 1) // 2] + ordered[:, seeds // 2]) / 2
    np.testing.assert_allclose(median(values), middle, rtol=1e-15)
    ordered[:, seeds // 2 :] = np.inf
    assert np.isinf(median(ordered)).all()


def test_the_seed_that_is_shown_is_the_lower_of_two_in_the_middle():
    assert median_position(np.array([4.0, 1.0, 3.0, 2.0])) == 3
    assert median_position(np.array([4.0, 1.0, 3.0])) == 2


def test_a_table_of_the_wrong_results_is_refused():
    with pytest.raises(OptionError, match="shows results of kind 'comparison', not nothing"):
        errors([])


def test_update_tables_tell_networks_apart_and_count_work():
    few = {"t": (1e-4, 1e-3, 1e-2), "adam_steps": 200, "retraining_gradients": 50}
    records = [
        update_orders(base=TrainedNetworkSettings(starts=10), **few),
        update_orders(
            base=TrainedNetworkSettings("linear_autoencoder"), perturbation="snapshots", **few
        ),
    ]
    slopes, shown = update_slopes(records), update_work(records)
    assert len(slopes.rows) == 6
    assert len(shown.rows) == 4  # no update takes no work
    assert slopes.rows[3][:4] == ("linear autoencoder", "snapshots", 1e-3, "no update")
    for *_, error, work, _ms, lbfgs, kept, reset, paid in shown.rows:
        assert np.isfinite([error, work]).all()
        assert paid == "never" or paid >= 0
        assert all(k == "> 50" or 1 <= k <= 50 for k in (lbfgs, kept, reset))
    assert comma_separated(shown).startswith("trained,perturbation,decay,method,error")


PODS = {"POD": PODMethod(), "PCA": PODMethod(centre=True)}
HYBRID = HybridMethod(hidden=8, steps=60, trial_steps=30)


@pytest.fixture(scope="module")
def gaussian():
    """A comparison in which the hybrid wins at rank 3; the test sets its errors there."""
    methods = PODS | {"linear": LinearAutoencoderMethod(), "hybrid": HYBRID}
    table = compare(gaussian_data_set(n=32, width=0.1), methods, ranks=(3, 9), seeds=(0, 1, 2))
    test = table.test_error.copy()
    test[3, 0] = table.reference_error[:, 0].min() * np.array([0.5, 0.4, 0.6])
    return replace(table, test_error=test)


def test_pca_counts_as_pod_and_a_linear_autoencoder_does_not(gaussian):
    assert pods(gaussian).tolist() == [0, 1]


def test_the_verdict_names_winner_factor_and_processor_time(gaussian):
    table = verdict([gaussian])
    rows = [dict(zip([c.name for c in table.columns], row, strict=True)) for row in table.rows]
    assert [row["rank"] for row in rows] == [3, 9]
    # the shifts are dense: the nearest training snapshot is better than POD
    assert (rows[0]["reference"], rows[0]["winner"]) == ("nearest snapshot", "hybrid")
    test, hybrid = gaussian.test_error, np.median(gaussian.test_error[3, 0])
    assert rows[0]["reference error / best method error"] == pytest.approx(2)
    assert rows[0]["best method processor seconds"] == np.median(gaussian.seconds[3, 0])
    assert rows[0]["best method sample gradients"] == np.median(gaussian.sample_gradients[3, 0]) > 0
    enough = [r for r, e in zip((3, 9), test[:2, :, 0].min(axis=0), strict=True) if e <= hybrid]
    needed = str(min(enough)) if enough else "more than 9"
    assert rows[0]["POD rank for best method error"] == needed
    assert "lie between training snapshots in time" in rows[0]["warnings"]
    assert verdict_lines(gaussian)[0].startswith("**Verdict**: lowest error by ")


def test_the_least_error_of_the_table_is_that_of_the_winner_at_every_rank(gaussian):
    table = errors([gaussian])
    winners = {2 + j: at.winner for j, at in enumerate(verdicts(gaussian))}
    bold = {(table.rows[k][0], table.rows[k][1], column) for k, column in table.best}
    assert all(("test", name, column) in bold for column, name in winners.items())
    rows = [row[:2] for row in table.rows]
    assert rows[4] == ("test", "nearest snapshot")
    assert rows.count(("test", "POD")) == 1
    assert "nearest snapshot is a reference, which no study has to list." in table.caption
    alone = compare(gaussian_data_set(n=16), PODS, ranks=(2,), seeds=(0,))
    assert [row[1] for row in errors([alone]).rows if row[0] == "training"] == ["POD", "PCA"]


def test_on_fitzhugh_nagumo_the_verdict_is_pod():
    # a network is never reported to win where five POD modes are enough
    data = fitzhugh_nagumo_data_set(nodes=48)
    methods = PODS | {
        "dmd": DMDMethod(),
        "deep": AutoencoderMethod(hidden=(16,), pod_tolerance=1e-4, epochs=50),
        "hybrid": HYBRID,
    }
    table = compare(data, methods, ranks=(2, 5, 10), seeds=(0, 1))
    assert all(row[8] in PODS for row in verdict([table]).rows)
    line = in_one_line(table)
    assert line.startswith("lowest error by POD (") or line.startswith("lowest error by PCA (")
    assert "by a factor" not in line
    hybrid = table.test_error[table.method.index("hybrid")]
    assert (hybrid <= 1.02 * table.test_error[0]).all()


def test_a_verdict_needs_a_rival_but_no_listed_pod():
    data = gaussian_data_set(n=16)
    alone = compare(data, PODS, ranks=(2,), seeds=(0,))
    assert verdict_lines(alone) == []
    with pytest.raises(OptionError, match="a method that is not POD, but there is only POD, PCA"):
        verdict([alone])
    linear = compare(data, {"linear": LinearAutoencoderMethod()}, ranks=(2,), seeds=(0,))
    np.testing.assert_allclose(linear.reference_error[:2, 0], alone.test_error[:, 0, 0], rtol=1e-12)
    assert verdict([linear]).rows[0][8] != "linear"
