import numpy as np

from mornet.experiments.update_study import update_study
from mornet.tables import comma_separated, update_costs, update_slopes


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
