"""Disturbed weights: the excess of J, and the orders of repair."""

import numpy as np
import pytest

from mornet.experiments.updates.disturbances import disturbances
from mornet.experiments.updates.trained_networks import TrainedNetworkSettings
from mornet.tables import disturbances as disturbances_table

STORED = 0.1717093414  # J of a minimum of the ten points


@pytest.fixture(scope="module", params=[("ten_points", STORED), ("sigmoid_autoencoder", None)])
def record(request):
    trained, minimum = request.param
    return disturbances(
        base=TrainedNetworkSettings(trained, minimum=minimum, starts=2), steps_within=4
    )


def case(record, disturbance, repair):
    pairs = list(zip(record.cases.disturbance, record.cases.repair, strict=True))
    return pairs.index((disturbance, repair))


def test_excess_of_the_objective_is_half_the_quadratic_form(record):
    """J(q) - J(p*) = 1/2 v^T H v (1 + O(||v||)): the deviation has slope 1."""
    deviation = np.abs(record.noise.excess / record.noise.quadratic - 1)
    near = record.noise.size < 0.03
    slopes = np.diff(np.log(deviation[near])) / np.diff(np.log(record.noise.size[near]))
    np.testing.assert_allclose(slopes, 1, atol=0.1)
    for number_format in ("float16", "bfloat16", "int8"):
        k = case(record, number_format, "no repair")
        assert record.cases.excess[k] == pytest.approx(record.cases.quadratic[k], rel=0.01)


@pytest.mark.sensitive
def test_repairs_of_noise_have_their_orders(record):
    """The H of p* is the H at the goal: two steps with its factors are of order 4, not 3."""
    assert (
        dict(zip(record.noise.method, record.noise.error_order, strict=True))["2 chord steps"] == 4
    )
    np.testing.assert_allclose(
        record.noise.slope[record.noise.error_order < 4],
        record.noise.error_order[record.noise.error_order < 4],
        atol=0.05,
    )
    np.testing.assert_allclose(record.noise.slope[record.noise.error_order == 4], 4, atol=0.1)


def test_rounding_is_repaired_and_pruning_is_not(record):
    for name, gain in (("chord step", 50), ("Newton step", 50), ("2 chord steps", 1e4)):
        for number_format in ("float16", "bfloat16", "int8"):
            bare = record.cases.error[case(record, number_format, "no repair")]
            assert record.cases.error[case(record, number_format, name)] < bare / gain
        assert record.cases.error[case(record, "rank 1", name)] > 0.1 * record.output


def test_repair_within_the_set_never_raises_j(record):
    for disturbance in set(record.cases.disturbance):
        bare, within = (case(record, disturbance, r) for r in ("no repair", "within the set"))
        assert record.cases.excess[within] < record.cases.excess[bare]
        assert record.cases.setup[within] == 0


def test_held_out_loss_needs_a_truth(record):
    if record.base.trained == "ten_points":
        assert record.test_loss is record.cases.test_loss is None
    else:
        bare = case(record, "float16", "no repair")
        assert record.cases.test_loss[bare] == pytest.approx(record.test_loss, rel=1e-3)


def test_table_has_a_row_for_each_case(record):
    table = disturbances_table([record])
    assert len(table.rows) == len(record.cases.repair)
    assert table.rows[0][2:4] == ("float16", "no repair")
