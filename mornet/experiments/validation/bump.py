"""The steepening bump of Burgers' equation, on which published models are tested.

Y. Kim, Y. Choi, D. Widemann, T. Zohdi, J. Comput. Phys. 451 (2022) 110841: trained on the bumps of
height 0.9 and 1.1, the models predict that of height 1.
"""

from __future__ import annotations

from functools import cache

from mornet.fom.burgers import burgers_problem
from mornet.fom.problem import Problem
from mornet.records import Array

SOURCE = "Kim, Choi, Widemann and Zohdi, J. Comput. Phys. 451, 110841, 2022"
MU = (1.0,)
"""The height of the bump that no model was trained on."""


@cache
def bump_problem() -> Problem:
    """Return the problem in the published configuration."""
    return burgers_problem()


@cache
def bump_states() -> Array:
    """Return the states (n, steps + 1) of the bump of height 1."""
    return bump_problem().trajectory(MU)
