import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.experiments.update_study import update_study
from mornet.tables import (
    Column,
    Table,
    comma_separated,
    errors,
    latex,
    median_seed,
    update_costs,
    update_slopes,
)

TABLE = Table(
    "100 % of a_b & c",
    (Column("name", "name"), Column("x", "$x$", ".1e"), Column("k", "$k$", "d")),
    (("a_1", 1.25e-13, 3), ("b", 0.5, 4)),
)


def test_latex_is_booktabs_with_special_characters_escaped():
    text = latex(TABLE)
    assert r"\caption{100 \% of a\_b \& c}" in text
    assert r"\begin{tabular}{lrr}" in text
    assert r"a\_1 & $1.2 \times 10^{-13}$ & $3$ \\" in text
    assert [text.count(rule) for rule in (r"\toprule", r"\midrule", r"\bottomrule")] == [1, 1, 1]


def test_csv_keeps_full_precision():
    assert comma_separated(TABLE) == "name,x,k\na_1,1.25e-13,3\nb,0.5,4\n"


@pytest.mark.parametrize("seeds", [1, 2, 5, 6])
def test_the_median_seed_is_one_of_the_seeds(seeds):
    values = np.random.default_rng(0).random((3, seeds))
    middle = median_seed(values)
    assert all(m in row for m, row in zip(middle, values, strict=True))
    if seeds % 2:
        np.testing.assert_array_equal(middle, np.median(values, axis=1))


def test_a_table_of_the_wrong_results_is_refused():
    with pytest.raises(OptionError, match="made of 'comparison' results, not of nothing"):
        errors([])


def test_update_tables_tell_studies_apart_and_price_them():
    t = (1e-4, 1e-3, 1e-2)
    studies = [
        update_study(decay=1e-3, starts=10, t=t),
        update_study(trained="linear_autoencoder", perturbation="snapshots", decay=1e-3, t=t),
    ]
    slopes, costs = update_slopes(studies), update_costs(studies)
    assert len(slopes.rows) == 6
    assert len(costs.rows) == 4  # no update has no price
    assert slopes.rows[3][:4] == ("linear autoencoder", "snapshots", 1e-3, "no update")
    for *_, error, marginal, gradients, paid in costs.rows:
        assert np.isfinite([error, marginal, gradients, paid]).all()
        assert paid >= 0
    assert comma_separated(costs).startswith("trained,perturbation,decay,method,error")
