"""Published numbers of the steady Burgers equation, on a coarse grid of few parameters."""

import numpy as np
import pytest

from mornet.experiments.validation import steady_burgers as table
from mornet.reduction.best.candidates import Effort

FUNCTIONS = (table._solutions, table._pod, table._equations, table._fit, table._of_network)


@pytest.fixture(scope="module")
def small():
    """Let the table compute on 30 x 4 nodes, with 64 training parameters."""
    settings = {
        "NODES": (30, 4),
        "AMPLITUDES": np.linspace(5e3, 1e4, 8),
        "GROWTHS": np.linspace(15.0, 25.0, 8),
        "EVERY": 2,
        "RANK": 2,
        "MODES": 12,
        "EFFORT": Effort(200, 1e-2, 20),
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setattr(table, name, value)
        for function in FUNCTIONS:
            function.cache_clear()
        yield
    for function in FUNCTIONS:
        function.cache_clear()


def test_extrapolated_solutions_are_steady(small):
    solutions = table._solutions()
    assert solutions.U.shape == (240, 64)
    for column in (0, 20, 63):
        model = table._model(tuple(solutions.mu[:, column]))
        scale = np.linalg.norm(model.f(np.zeros(240)))
        assert np.linalg.norm(model.f(solutions.U[:, column])) <= 1e-6 * scale


def test_extrapolation_is_exact_for_polynomials():
    t = np.arange(6.0)
    states = [np.array([1.0, k, k**4]) for k in t[:-1]]
    np.testing.assert_allclose(table._extrapolated(states, 3), [1.0, 5.0, 5.0**4], rtol=1e-12)
    np.testing.assert_array_equal(table._extrapolated([], 3), np.zeros(3))


def test_the_models_stay_near_what_their_manifolds_can_do(small):
    found = table.steady_burgers(seeds=(0,))
    of = {
        case.removeprefix("of = "): value
        for case, value in zip(found.case, found.computed, strict=True)
    }
    u, pod = table._solutions().test, table._pod(False)
    floor = np.linalg.norm(u - pod.decode(pod.encode(u[:, None]))[:, 0]) / np.linalg.norm(u)
    assert floor <= of["POD 10"] < 20 * floor
    assert floor <= of["POD 10, few equations"] < 40 * floor
    assert 0 < of["network"] < 0.1
    assert 0 < of["network, few equations"] < 0.2
    assert 0 < of["network, number of equations"] < 240
    assert of["network, seconds of training"] > 0
