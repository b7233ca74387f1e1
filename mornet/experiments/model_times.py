"""What reduced-order models without an equation refuse about the times of snapshots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mornet.errors import MornetError
from mornet.experiments.model_runs import Test, require_comparable, tests_of
from mornet.fom.problem import Problem
from mornet.rom.methods.at_times import steps_to
from mornet.rom.methods.interface import ReducedMethod, implicit_of
from mornet.rom.methods.operator_inference import OperatorInferenceMethod
from mornet.rom.methods.without_equation import problem_of_snapshots
from mornet.snapshots import DataSet


def refusals_of_times(data: DataSet, models: Mapping[str, ReducedMethod]) -> Iterator[str]:
    """Yield why ``models``, by name, cannot learn from ``data`` or predict its test trajectories.

    Nothing is fitted: what stands in the way is said before a study computes anything.
    """
    try:
        problem = problem_of_snapshots(data)
        tests = list(tests_of(data, problem, None))
        require_comparable(data.name, tests)
    except MornetError as error:
        yield f"{', '.join(models)}: {error}"
        return
    for name, model in models.items():
        try:
            if isinstance(model, OperatorInferenceMethod):
                _require_steps(model, data, problem, tests)
        except MornetError as error:
            yield f"{name}: {error}"


def _require_steps(
    model: OperatorInferenceMethod, data: DataSet, problem: Problem, tests: list[Test]
) -> None:
    """Raise OptionError unless equal steps lead through the times of all trajectories."""
    model.require_times(data.train)
    dt = implicit_of(problem.integrator)[0].dt
    for test in tests:
        t = test.trajectory.start.times
        if t is not None and len(t) > 1:
            steps_to(t, dt)
