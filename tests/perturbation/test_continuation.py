import numpy as np
import pytest

from mornet.errors import DivergenceError, OptionError
from mornet.nn.initialise import normal
from mornet.perturbation import MatrixFreePoint, continue_branch, move_targets
from mornet.training import find_minimum, quadratic_model

from .conftest import STORED, ten_point_objective


def towards_the_other_category(objective, i):
    F = np.zeros_like(objective.y)
    F[:, i] = objective.y[::-1, i] - objective.y[:, i]
    return move_targets(objective, F)


def stored_base(tag, decay):
    objective = ten_point_objective(decay)
    return objective, find_minimum(objective, STORED[f"hh_decay_{tag}"])


def test_branch_is_stationary_and_definite(base, F):
    objective, point = base
    path, t = move_targets(objective, F), [0.0, 1e-2, 1e-1, 0.3]
    branch = continue_branch(path, point, t)
    np.testing.assert_array_equal(branch.p[0], point.p)
    assert np.all(branch.gradient_norm < 1e-14)
    assert np.all(branch.distance < 1e-10)
    assert np.all(branch.smallest_eigenvalue > 0)
    for s, p in zip(t, branch.p, strict=True):
        assert np.linalg.norm(path.objective(s).gradient(p)) < 1e-14


def test_branch_does_not_depend_on_the_steps(base, F):
    objective, point = base
    path = move_targets(objective, F)
    direct = continue_branch(path, point, [0.3]).p[0]
    np.testing.assert_allclose(
        continue_branch(path, point, [0.1, 0.2, 0.3]).p[-1], direct, atol=1e-10
    )
    np.testing.assert_allclose(
        continue_branch(path, point, [0.3], max_correction=2e-4).p[0], direct, atol=1e-10
    )


def test_branch_comes_back(base, F):
    objective, point = base
    forth = move_targets(objective, F)
    there = find_minimum(forth.objective(0.2), continue_branch(forth, point, [0.2]).p[0])
    back = continue_branch(move_targets(forth.objective(0.2), -F), there, [0.2])
    np.testing.assert_allclose(back.p[0], point.p, atol=1e-9)


def test_fold_is_named_with_its_numbers():
    objective, point = stored_base("1e3", 1e-3)
    message = r"lost at t = 0\.30\d+, before t = 1: .*\(4\.2e-05 at t = 0\).*; the cause is a fold"
    with pytest.raises(DivergenceError, match=message):
        continue_branch(towards_the_other_category(objective, 3), point, [0.1, 1.0])


@pytest.mark.sensitive
def test_bifurcation_is_told_from_a_fold():
    """The base has two equal units. Where they separate, H is singular but p' stays finite.

    ||p'|| = 3.7719 there, whatever rounding drives the units apart.
    """
    objective, point = stored_base("1e4", 1e-4)
    message = r"lost at t = 0\.297\d+, .*\|\|p'\|\| = 3\.8e\+00; the cause is a bifurcation"
    with pytest.raises(DivergenceError, match=message):
        continue_branch(towards_the_other_category(objective, 5), point, [1.0])


def test_tolerance_out_of_reach_is_no_fold(base, F):
    objective, point = base
    with pytest.raises(DivergenceError, match="H stays definite, but Newton's method"):
        continue_branch(move_targets(objective, F), point, [1e-3], gradient_tolerance=1e-25)


def test_base_must_be_a_minimum_of_the_path(base, F):
    objective, point = base
    path = move_targets(objective, F)
    with pytest.raises(OptionError, match="base is not a minimum"):
        continue_branch(move_targets(path.objective(0.1), F), point, [0.1])
    anywhere = normal(objective.net, np.random.default_rng(0))
    with pytest.raises(OptionError, match="base is not a minimum"):
        continue_branch(path, quadratic_model(objective, anywhere), [0.1])
    with pytest.raises(OptionError, match="not a MatrixFreePoint; take one from find_minimum"):
        continue_branch(path, MatrixFreePoint(objective, point.p), [0.1])


@pytest.mark.parametrize("t", [[], [0.1, 0.1], [0.2, 0.1], [-0.1]])
def test_values_must_ascend(base, F, t):
    objective, point = base
    with pytest.raises(OptionError, match="must be ascending from 0 on"):
        continue_branch(move_targets(objective, F), point, t)
