"""Speed-ups: a rival is the cheapest full-order model that is as accurate as the reduced one."""

import pytest

from mornet.errors import OptionError
from mornet.experiments.choices import entry
from mornet.experiments.data_sets import DATA_SETS
from mornet.experiments.rom_speed import MODELS, Sized, rivals_of, rom_speed
from mornet.fom import burgers_problem
from mornet.rom.methods.trajectories import trajectories

BUMP = entry(DATA_SETS, "burgers", steps=20)


def test_a_rival_is_the_cheapest_model_that_is_as_accurate():
    record = rom_speed(problem=BUMP, sizes=(40, 80), rank=4)
    assert record.model == tuple(MODELS)
    assert record.n.tolist() == [40, 80]
    assert record.speed_up.shape == (2, 4)
    assert not record.failed.any()
    problem = burgers_problem(n=80, steps=20)
    test = next(trajectories(problem, problem.data_set().test))
    rivals = rivals_of(Sized(burgers_problem, BUMP.settings, "n"), 80, test)
    errors = {(rival.n, rival.steps): rival.error for rival in rivals} | {(80, 20): 0.0}
    for error, n, steps in zip(
        record.error[1], record.rival_n[1], record.rival_steps[1], strict=True
    ):
        assert errors[n, steps] <= error
        cheaper = [e for (i, k), e in errors.items() if i * k < n * steps]
        assert all(e > error for e in cheaper)


def test_a_problem_without_grids_is_refused():
    with pytest.raises(OptionError, match="digits has no equation"):
        rom_speed(problem=entry(DATA_SETS, "digits"))
