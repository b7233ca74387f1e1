"""A trained MLPRegressor goes in, is updated for changed data, and comes out."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

from mornet.errors import DataError, DivergenceError, OptionError
from mornet.sklearn import update_regressor
from mornet.sklearn.regressor import network_of

X = np.linspace(-1, 1, 30)[:, None] * [1.0, 0.5] + [0.0, 0.2]
Y = np.column_stack([np.sin(2 * X[:, 0]), X[:, 1] ** 2])


def trained(y=Y, **settings):
    how = {"solver": "lbfgs", "alpha": 1e-2, "max_iter": 5000, "tol": 1e-12, "random_state": 0}
    how |= {"hidden_layer_sizes": (4,), "activation": "tanh"} | settings
    return fitted(MLPRegressor(**how), y)


def fitted(regressor, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it stops at round-off, or as asked
        return regressor.fit(X, y)


@pytest.fixture(scope="module")
def regressor():
    return trained()


def test_the_network_is_that_of_the_regressor(regressor):
    net, p = network_of(regressor)
    np.testing.assert_allclose(net.forward(p, X.T).T, regressor.predict(X), atol=1e-13)


@pytest.mark.parametrize("size", [1e-3, 1e-2])
def test_the_update_reaches_what_training_on_reaches(regressor, size):
    y_new = Y + size * np.cos(3 * X)
    found = update_regressor(regressor, (X, Y), (X, y_new))
    again = trained(y_new, warm_start=True, max_iter=1)
    again.coefs_ = [W.copy() for W in found.regressor.coefs_]
    again.intercepts_ = [b.copy() for b in found.regressor.intercepts_]
    fitted(again.set_params(max_iter=5000), y_new)  # L-BFGS from the updated parameters
    away = np.linalg.norm(found.regressor.predict(X) - again.predict(X)) / np.sqrt(Y.size)
    assert away <= 1e-3 * found.change + 1e-7
    assert found.estimated_error <= 1e-2 * found.change
    assert found.regressor.loss_ == pytest.approx(again.loss_, rel=1e-6)
    assert found.gradients > 0


def test_an_update_that_is_too_far_is_refused(regressor):
    flat = trained(alpha=1e-4)
    with pytest.raises(DivergenceError, match="the estimated error .* exceeds the change .* again"):
        update_regressor(flat, (X, Y), (X, Y + 0.3 * np.cos(9 * X)))


def test_unchanged_data_leave_the_outputs_where_the_minimum_is(regressor):
    found = update_regressor(regressor, (X, Y), (X, Y))
    assert found.change == pytest.approx(found.settled)


def test_an_objective_that_grows_is_refused(regressor, monkeypatch):
    monkeypatch.setattr("mornet.sklearn.regressor.estimated_error", lambda *_: 0.0)
    with pytest.raises(DivergenceError, match="the objective of the new data grows from"):
        update_regressor(trained(alpha=1e-4), (X, Y), (X, Y + 0.3 * np.cos(9 * X)))


def test_the_regressor_itself_stays_as_it_was(regressor):
    before = regressor.predict(X).copy()
    update_regressor(regressor, (X, Y), (X + 1e-3, Y))
    np.testing.assert_array_equal(regressor.predict(X), before)


def test_a_single_target_is_a_vector():
    one = trained(Y[:, 0])
    found = update_regressor(one, (X, Y[:, 0]), (X, Y[:, 0] + 1e-3))
    assert found.regressor.predict(X).shape == (30,)


def test_what_cannot_be_updated_is_refused(regressor):
    with pytest.raises(OptionError, match="give the same samples"):
        update_regressor(regressor, (X, Y), (X[:-1], Y[:-1]))
    relu = trained(activation="relu")
    with pytest.raises(OptionError, match="activation 'relu' cannot be updated"):
        update_regressor(relu, (X, Y), (X, Y))


def test_masked_entries_are_refused():
    masked = np.ma.masked_array(Y, Y.max() == Y)
    with pytest.raises(DataError, match="y has masked entries; fill them"):
        update_regressor(trained(), (X, Y), (X, masked))
