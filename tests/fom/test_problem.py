"""A full-order problem hands its inner product to the data set that it makes."""

from dataclasses import replace

import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.fom import Problem
from mornet.fom.problem import Grid, WholeTrajectories, mus
from mornet.fom.time_stepping import BDF2
from mornet.linalg import as_inner_product
from tests.fom.models import WithMass
from tests.fom.test_contract import PROBLEMS, SMALL

MASS = np.array([[4.0, 1.0], [1.0, 3.0]])
OSCILLATION = Problem(
    name="oscillation",
    model=lambda mu: WithMass(MASS, mu[0] * np.array([[0.0, 1.0], [-1.0, 0.0]])),
    initial=lambda mu: np.ones(2),
    integrator=BDF2(0.1, 1e-10),
    steps=5,
    final_time=0.5,
    grid=Grid(np.array([[0.0, 1.0]]), (2,)),
    sampling=WholeTrajectories(mus([1.0, 2.0]), mus([1.5])),
    parameters=("mu",),
)


def test_a_data_set_measures_in_the_inner_product_of_its_problem():
    data = replace(OSCILLATION, inner_product=as_inner_product(MASS, 2)).data_set()
    norms = [np.sqrt(u @ MASS @ u) for u in data.test.U.T]
    np.testing.assert_allclose(data.column_norms(data.test), norms, rtol=10 * np.finfo(float).eps)


def test_an_integrator_that_does_not_end_at_the_final_time_is_refused():
    with pytest.raises(OptionError, match=r"5 steps of dt = 0.1 end at t = 0.5, not at .* = 2"):
        replace(OSCILLATION, final_time=2.0)
    with pytest.raises(OptionError, match="steps = 0 must be at least 1"):
        replace(OSCILLATION, steps=0)


def test_parameters_that_are_no_tuples_are_refused():
    with pytest.raises(OptionError, match="each mu is a tuple"):
        WholeTrajectories((0.9, 1.1), mus([1.0]))


def test_a_data_set_of_a_problem_without_inner_product_is_euclidean():
    assert OSCILLATION.data_set().inner_product is None


@pytest.mark.parametrize("name", ["fitzhugh_nagumo", "kuramoto_sivashinsky", "heat"])
def test_every_sampling_hands_on_the_inner_product(name):
    problem = PROBLEMS[name](**SMALL[name])
    product = as_inner_product(np.full(problem.grid.n, 2.0), problem.grid.n)
    assert replace(problem, inner_product=product).data_set().inner_product is product
