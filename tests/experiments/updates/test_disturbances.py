"""Disturbed weights: the excess of J, and the orders of repair."""

import numpy as np
import pytest

from mornet.experiments.updates.disturbances import disturbances
from mornet.experiments.updates.trained_networks import TrainedNetworkSettings
from mornet.tables import disturbances as disturbances_table

STORED = 0.1717093414  # J of a minimum of the ten points


@pytest.fixture(scope="module", params=[("ten_points", STORED), ("sigmoid_autoencoder", None)])
def study(request):
    trained, minimum = request.param
    return disturbances(
        base=TrainedNetworkSettings(trained, minimum=minimum, starts=2), steps_within=4
    )


def case(study, disturbance, repair):
    pairs = list(zip(study.cases.disturbance, study.cases.repair, strict=True))
    return pairs.index((disturbance, repair))


def test_excess_cost_is_half_the_quadratic_form(study):
    """J(q) - J(p*) = 1/2 v^T H v (1 + O(||v||)): the deviation has slope 1."""
    deviation = np.abs(study.noise.excess / study.noise.quadratic - 1)
    near = study.noise.size < 0.03
    slopes = np.diff(np.log(deviation[near])) / np.diff(np.log(study.noise.size[near]))
    np.testing.assert_allclose(slopes, 1, atol=0.1)
    for number_format in ("float16", "bfloat16", "int8"):
        k = case(study, number_format, "no repair")
        assert study.cases.excess[k] == pytest.approx(study.cases.quadratic[k], rel=0.01)


def test_repairs_of_noise_have_their_orders(study):
    """The H of p* is the H at the goal: two steps with its factors are of order 4, not 3."""
    assert dict(zip(study.noise.method, study.noise.error_order, strict=True))["2 chord steps"] == 4
    np.testing.assert_allclose(
        study.noise.slope[study.noise.error_order < 4],
        study.noise.error_order[study.noise.error_order < 4],
        atol=0.05,
    )
    np.testing.assert_allclose(study.noise.slope[study.noise.error_order == 4], 4, atol=0.1)


def test_rounding_is_repaired_and_pruning_is_not(study):
    for name, gain in (("chord step", 50), ("Newton step", 50), ("2 chord steps", 1e4)):
        for number_format in ("float16", "bfloat16", "int8"):
            bare = study.cases.error[case(study, number_format, "no repair")]
            assert study.cases.error[case(study, number_format, name)] < bare / gain
        assert study.cases.error[case(study, "rank 1", name)] > 0.1 * study.output


def test_repair_within_the_set_never_raises_j(study):
    for disturbance in set(study.cases.disturbance):
        bare, within = (case(study, disturbance, r) for r in ("no repair", "within the set"))
        assert study.cases.excess[within] < study.cases.excess[bare]
        assert study.cases.setup[within] == 0


def test_held_out_loss_needs_a_truth(study):
    if study.base.trained == "ten_points":
        assert study.test_loss is study.cases.test_loss is None
    else:
        bare = case(study, "float16", "no repair")
        assert study.cases.test_loss[bare] == pytest.approx(study.test_loss, rel=1e-3)


def test_table_has_a_row_for_each_case(study):
    table = disturbances_table([study])
    assert len(table.rows) == len(study.cases.repair)
    assert table.rows[0][2:4] == ("float16", "no repair")
