"""The steady Burgers equation: derivatives, rows, the solver, and the norms that are printed."""

import numpy as np
import pytest

from mornet.errors import DivergenceError, OptionError
from mornet.fom.steady_burgers import SteadyBurgers

SMALL = SteadyBurgers(7.0, 6.0, 5, 4)
STATE = np.random.default_rng(0).standard_normal(SMALL.n)


def test_the_derivative_is_that_of_differences():
    h = 1e-6
    steps = h * np.eye(SMALL.n)
    differences = [(SMALL.f(STATE + e) - SMALL.f(STATE - e)) / (2 * h) for e in steps]
    J = SMALL.jacobian(STATE).toarray()
    np.testing.assert_allclose(np.array(differences).T, J, atol=1e-8 * np.abs(J).max())


def test_the_band_solver_inverts_the_derivative():
    b = np.arange(SMALL.n, dtype=float)
    J = SMALL.jacobian(STATE)
    np.testing.assert_allclose(J @ SMALL.factored(STATE)(b), b, atol=1e-10)


def test_rows_are_those_of_the_whole_function():
    chosen = np.array([0, 7, 33])
    rows = SMALL.at_rows(chosen)
    part = STATE[rows.needed]
    np.testing.assert_array_equal(rows.f(0.0, part), SMALL.f(STATE)[chosen])
    J = SMALL.jacobian(STATE).toarray()[np.ix_(chosen, rows.needed)]
    np.testing.assert_array_equal(rows.jacobian(0.0, part).toarray(), J)


def test_a_steady_state_is_a_zero_of_f_from_any_factorisation():
    start = np.zeros(SMALL.n)
    u, solve = SMALL.steady_state(start)
    scale = np.linalg.norm(SMALL.f(start))
    assert np.linalg.norm(SMALL.f(u)) <= 1e-9 * scale
    near = SteadyBurgers(7.5, 6.0, 5, 4)
    v, _ = near.steady_state(u, solve)
    np.testing.assert_allclose(v, near.steady_state(start)[0], rtol=1e-8, atol=1e-10)
    with pytest.raises(DivergenceError, match="after 1 steps"):
        SMALL.steady_state(start, steps=1)


def test_the_transform_of_a_linear_function_solves_the_difference_equations():
    # growth 0: phi = 3 + x and v = 0; central differences of 1 / (3 + x) satisfy u u_x = nu u_xx
    model = SteadyBurgers(1.0, 0.0, 10, 4)
    u, _ = model.steady_state(np.zeros(model.n))
    exact = -2 * model.viscosity / (3 + np.linspace(-1, 1, 12)[1:-1])
    np.testing.assert_allclose(u, np.concatenate([np.tile(exact, 4), np.zeros(40)]), atol=1e-11)


@pytest.mark.parametrize(("mu", "printed"), [((7692.5384, 21.923), 5.007e6), ((1e4, 5.0), 2.430e5)])
def test_the_norm_at_zero_is_the_printed_one(mu, printed):
    model = SteadyBurgers(*mu)
    norm = np.linalg.norm(model.f(np.zeros(model.n)))
    assert norm == pytest.approx(printed, rel=2.1e-4)  # half a unit of the last printed digit


def test_a_grid_without_inner_nodes_is_refused():
    with pytest.raises(OptionError, match="needs 2 x 2 nodes"):
        SteadyBurgers(1.0, 1.0, 1, 4)
