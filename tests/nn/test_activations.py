import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.nn import ACTIVATIONS, activation

z = np.concatenate([np.linspace(-6, 6, 25) + 0.01, [-30.0, 30.0]])
smooth = [name for name in ACTIVATIONS if name != "relu"]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_derivative_is_that_of_the_value(name):
    sigma, h = activation(name), 1e-6
    difference = (sigma.value(z + h) - sigma.value(z - h)) / (2 * h)
    # truncation h^2 and round-off eps |sigma| / h; |sigma| <= 30
    np.testing.assert_allclose(
        sigma.derivative(z, sigma.value(z)), difference, atol=1e-8, rtol=1e-8
    )


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_second_derivative_is_that_of_the_derivative(name):
    sigma, h = activation(name), 1e-6

    def slope(z):
        return sigma.derivative(z, sigma.value(z))

    difference = (slope(z + h) - slope(z - h)) / (2 * h)
    second = sigma.second_derivative(z, sigma.value(z))
    np.testing.assert_allclose(second, difference, atol=1e-9, rtol=1e-8)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "identity", "swish"])
def test_value_is_analytic_for_complex_steps(name):
    sigma, h = activation(name), 1e-30
    derivative = sigma.value(z + 1j * h).imag / h
    np.testing.assert_allclose(derivative, sigma.derivative(z, sigma.value(z)), atol=1e-15)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_overflows_and_the_type_is_kept(name, dtype):
    sigma = activation(name)
    extreme = np.array([-1e4, -800, 0, 800, 1e4], dtype)
    a = sigma.value(extreme)
    for values in (a, sigma.derivative(extreme, a), sigma.second_derivative(extreme, a)):
        assert values.dtype == dtype
        assert np.isfinite(values).all()


def test_sigmoid_is_the_smoothed_step_of_the_talk():
    s = activation("sigmoid")
    np.testing.assert_allclose(
        s.value(z), 1 / (1 + np.exp(-z)), rtol=0, atol=2 * np.finfo(float).eps
    )
    assert s.value(np.array([-1e4, 1e4])).tolist() == [0.0, 1.0]


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(OptionError, match="no activation 'step'; there are sigmoid, tanh"):
        activation("step")


def test_a_study_can_name_every_activation():
    from mornet.comparison import AutoencoderMethod
    from mornet.settings import bind

    mistakes = []
    for name in [*ACTIVATIONS, "step"]:
        bind(AutoencoderMethod, {"activation": name}, "deep", mistakes)
    (mistake,) = mistakes
    assert mistake.startswith("deep.activation = 'step' must be one of 'sigmoid', ")
