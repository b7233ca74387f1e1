"""Predictions at random parameters: which are drawn, and what is counted."""

from dataclasses import replace

import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.experiments.registry import EXPERIMENTS
from mornet.experiments.rom_robustness import reducible, rom_robustness, sampled
from mornet.fom import BDF2, burgers_2d_problem, burgers_problem, heat_problem
from mornet.settings import Chosen, bind
from mornet.summary.page import section
from mornet.tables.robustness import robustness


def chosen(kind, build, **given):
    mistakes = []
    settings = bind(build, given, kind, mistakes)
    assert not mistakes
    return Chosen(kind, settings)


BUMP = chosen("burgers", burgers_problem, n=40, steps=20)
ROD = chosen("heat", heat_problem, cells=12, levels=2, steps=8)


def test_half_of_the_parameters_are_inside_and_half_up_to_a_fifth_outside():
    problem = sampled(burgers_problem(n=40), np.random.default_rng(0), 40, 0.2)
    mu = np.array(problem.sampling.test)[:, 0]
    assert np.sum((mu >= 0.9) & (mu <= 1.1)) == 20
    assert np.all((mu >= 0.8 * 0.9) & (mu <= 1.2 * 1.1))
    all_inside = sampled(burgers_problem(n=40), np.random.default_rng(0), 3, 0.0)
    assert all(0.9 <= mu <= 1.1 for (mu,) in all_inside.sampling.test)
    several = sampled(heat_problem(cells=12), np.random.default_rng(0), 10, 0.2)
    mu = np.array(several.sampling.test)
    assert mu.shape == (10, 2)
    assert np.sum(np.all((mu >= 0.1) & (mu <= 1.0), axis=1)) == 5


def test_a_manifold_learns_the_initial_states_and_steps_are_implicit():
    problem = reducible(chosen("burgers_2d", burgers_2d_problem, nodes=6, times=3, steps=1))
    train = problem.data_set().train
    assert isinstance(problem.integrator, BDF2)
    np.testing.assert_array_equal(train.U[:, 0], problem.initial((0.8,)))
    assert train.m == 3 * 4
    assert reducible(BUMP).data_set().train.t[0] > 0  # shifted by the initial states


def test_every_run_is_counted_with_its_error_and_floor():
    pod = Chosen("pod", {})
    record = rom_robustness(
        problems={"bump": BUMP, "rod": ROD}, ranks={"bump": 3, "rod": 2}, method=pod, runs=6
    )
    assert record.problem == ("bump", "rod")
    assert np.bincount(record.number).tolist() == [6, 6]
    assert record.inside.sum() == 6
    assert record.failed.sum() == 0
    assert np.all(record.error >= record.floor * (1 - 1e-9))
    table = robustness([record])
    assert [row[3:6] for row in table.rows] == [("inside", 3, 0), ("outside", 3, 0)] * 2
    assert "0 of 12 predictions failed" in table.caption
    words = section("rom_robustness", EXPERIMENTS["rom_robustness"], [record])
    assert "0 of 12" in words


def test_a_failed_run_is_never_a_good_one_and_has_no_error():
    record = rom_robustness(
        problems={"bump": BUMP}, ranks={"bump": 3}, method=Chosen("pod", {}), runs=6
    )
    all_good = replace(record, error=1.1 * record.floor)
    failed = replace(all_good, failed=np.array([1, 0, 0, 1, 1, 0]))
    assert [row[8] for row in robustness([all_good]).rows] == [100, 100]
    inside, outside = robustness([failed]).rows
    assert (inside[6], inside[7]) == (pytest.approx(1.1), "failed")
    assert outside[6:] == ("failed", "failed", pytest.approx(100 / 3), "failed")


def test_what_cannot_be_reduced_is_refused():
    with pytest.raises(OptionError, match="ranks.bump is missing"):
        rom_robustness(problems={"bump": BUMP}, ranks={"rod": 2})
    wave = Chosen("gaussian", {})
    with pytest.raises(OptionError, match="gaussian has no equation"):
        rom_robustness(problems={"wave": wave}, ranks={"wave": 1})
