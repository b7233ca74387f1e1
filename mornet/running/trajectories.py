"""The states of an equation as files of a tree: one trajectory each, made by a job of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mornet.errors import OptionError
from mornet.experiments.data_sets import DATA_SETS
from mornet.fom.problem import Mu, Problem, WholeTrajectories, problem_of
from mornet.origins import code_of
from mornet.settings import Chosen, plain
from mornet.snapshots import Snapshots
from mornet.storage import save

TRAJECTORY = "trajectory"


class Made(NamedTuple):
    """The file ``out`` of the states (n, m) of an ``equation`` for the parameters ``mu``."""

    out: Path
    equation: Chosen
    mu: Mu
    shape: tuple[int, int]

    @property
    def place(self) -> str:
        """Where the states are: FILE:KEY."""
        return f"{self.out}:U"


def problem_behind(equation: Chosen) -> Problem:
    """Return the problem of an ``equation``.

    Raises OptionError for a data set without an equation, and for one that is not made of whole
    trajectories.
    """
    build = problem_of(DATA_SETS[equation.kind].load())
    problem = None if build is None else build(**equation.settings)
    if problem is None or not isinstance(problem.sampling, WholeTrajectories):
        able = ", ".join(sorted(_able()))
        raise OptionError(
            f"equation.kind = {equation.kind!r}: a tree takes an equation with whole trajectories "
            f"for training and for testing: {able}"
        )
    return problem


def _able() -> list[str]:
    """Return the kinds of data sets of whole trajectories."""
    builds = {kind: problem_of(lazy.load()) for kind, lazy in DATA_SETS.items()}
    return [k for k, build in builds.items() if build and _is_whole(build())]


def _is_whole(problem: Problem) -> bool:
    return isinstance(problem.sampling, WholeTrajectories)


def trajectories_of(equation: Chosen, folder: Path) -> tuple[list[Made], int]:
    """Return the files of all trajectories, those for training first, and how many these are.

    The name of a file tells its equation, settings, parameters and code. Raises as
    `problem_behind` does.
    """
    problem = problem_behind(equation)
    sampling: Any = problem.sampling
    shape, code = (problem.grid.n, problem.steps + 1), code_of("trajectory", equation.kind)
    mus = [*sampling.train, *sampling.test]
    return [Made(folder / _name(equation, mu, code), equation, mu, shape) for mu in mus], len(
        sampling.train
    )


def _name(equation: Chosen, mu: Mu, code: str) -> str:
    stamp = json.dumps([plain(equation), list(mu), code], sort_keys=True)
    return f"{TRAJECTORY}-{hashlib.sha256(stamp.encode()).hexdigest()[:12]}.h5"


def states_of(equation: Chosen, mu: Sequence[float]) -> Snapshots:
    """Return the states of the ``equation`` for one ``mu``, from the initial one on."""
    return problem_behind(equation).snapshots([tuple(mu)])


def write_trajectory(made: Made) -> None:
    """Solve the equation, and write the file of a trajectory."""
    made.out.parent.mkdir(parents=True, exist_ok=True)
    config = {**plain(made.equation), "mu": list(made.mu)}
    code = code_of("trajectory", made.equation.kind)
    save(made.out, states_of(made.equation, made.mu), config=config, code=code)


def with_trajectories(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a data set of a tree, with the files of its equation if it has one.

    The key "made" holds these files. Raises OptionError for files beside an equation, and without
    both; and as `problem_behind` does.
    """
    equation, own = given["equation"], ("files", "test_files", "mu", "t")
    if equation is None:
        if not given["files"]:
            raise OptionError("give files, or an equation whose trajectories are the files")
        return {**given, "made": []}
    if foreign := [name for name in own if given[name]]:
        raise OptionError(f"{foreign[0]} belongs to files, and the equation makes the snapshots")
    made, train = trajectories_of(equation, Path(given["tree"].folder))
    mu = tuple(each.mu for each in made)
    return {
        **given,
        "files": tuple(each.place for each in made),
        "test_files": tuple(range(train, len(made))),
        "mu": mu if mu[0] else None,
        "axes": None,
        "made": made,
    }
