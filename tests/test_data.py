"""The arrays in tests/data are those of the scripts beside them, each a computation of its own."""

from pathlib import Path

import numpy as np
import pytest

from tests.data import make_gradients, make_higham, make_perturbation_bases

DATA = Path(make_higham.__file__).parent
EPS = np.finfo(float).eps


def test_each_file_has_a_script_that_makes_it_and_each_script_its_file():
    files = {path.stem for path in (*DATA.glob("*.npz"), *DATA.glob("[!_]*/"))}
    assert files == {path.stem.removeprefix("make_") for path in DATA.glob("make_*.py")}


@pytest.mark.parametrize("k", [0, 1])  # all six take half a minute
def test_derivatives_of_networks_are_differences_of_values_in_60_digits(k):
    stored = make_gradients.network(k)
    for name, array in make_gradients.derived(stored).items():
        scale = max(1.0, np.abs(array).max())
        np.testing.assert_allclose(stored[name], array, rtol=0, atol=20 * EPS * scale)


def test_the_published_run_is_that_of_plain_loops():
    with np.load(make_higham.FILE) as stored:
        made = make_higham.arrays(steps=2000)
        assert {name for name in stored if "w1e5" not in name and "w1e6" not in name} == set(made)
        for name, array in made.items():
            part = stored[name][:3] if name.endswith("cost") else stored[name]
            np.testing.assert_allclose(array, part, rtol=1e-10)


def test_the_minima_with_decay_are_those_of_newtons_method_with_complex_steps():
    with np.load(make_perturbation_bases.FILE) as stored:
        made = make_perturbation_bases.arrays()
        assert set(stored) == set(made)
        for name, array in made.items():
            # the gradient has the error eps, and the Hessian the smallest eigenvalue 1e-4 or more
            np.testing.assert_allclose(array, stored[name], rtol=0, atol=EPS / 1e-4)
