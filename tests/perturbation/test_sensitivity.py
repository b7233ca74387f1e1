import numpy as np
import pytest

from mornet.experiments.updates.directions import directions
from mornet.experiments.updates.trained_networks import TrainedNetworkSettings
from mornet.linalg import rms
from mornet.perturbation import (
    move_inputs,
    move_snapshots,
    move_targets,
    output_sensitivity,
    parameter_sensitivity,
    tangent,
)
from mornet.training.newton import newton_refine, quadratic_model

from .networks import linear_autoencoder, prescribed


@pytest.fixture(scope="module")
def record(near_the_stored_minimum):
    return directions(
        base=TrainedNetworkSettings(decay=1e-4, minimum=0.02882662591, starts=2),
        followed=3,
        drawn=500,
    )


@pytest.mark.parametrize("move", [move_targets, move_inputs])
def test_the_norm_is_that_of_the_matrix_of_retrained_minima(base, move):
    """No derivatives are used: each entry of the data moves, and Newton finds the minimum."""
    objective, point = base
    h, columns = 1e-5, []
    for k in range(20):
        E = np.zeros(20)
        E[k] = 1
        path = move(objective, E.reshape(2, 10, order="F"))
        forth, back = (newton_refine(path.objective(s), point.p).p for s in (h, -h))
        columns.append((forth - back) / (2 * h))
    S = parameter_sensitivity(point, objective, move, (2, 10))
    explicit = np.column_stack(columns)
    exact = np.linalg.svd(explicit, compute_uv=False)
    np.testing.assert_allclose(S.values[:5], exact[:5], rtol=1e-4)
    assert np.linalg.norm(explicit @ S.worst.ravel(order="F")) == pytest.approx(exact[0], rel=1e-4)


def test_a_sensitivity_is_the_tangent_of_every_path(base):
    objective, point = base
    S = parameter_sensitivity(point, objective, move_inputs, (2, 10))
    E = np.random.default_rng(3).standard_normal((2, 10))
    p_rate = tangent(point, move_inputs(objective, E))
    np.testing.assert_allclose(S.of(E), p_rate, rtol=1e-9, atol=1e-9 * np.linalg.norm(p_rate))
    x, h = np.random.default_rng(4).random((2, 50)), 1e-5 / np.linalg.norm(p_rate)
    f = [objective.net.forward(point.p + s * p_rate, x) for s in (h, -h)]
    of_f = output_sensitivity(S, objective, point.p, x)
    assert np.linalg.norm(of_f.of(E)) == pytest.approx(rms(f[0] - f[1]) / (2 * h), rel=1e-7)


def test_the_worst_direction_of_the_linear_autoencoder_is_that_of_pod():
    """||dP/dX|| = sqrt(2 (s_r^2 + s_{r+1}^2)) / (s_r^2 - s_{r+1}^2): E turns mode r to r + 1."""
    X, _ = prescribed(n=8, N=12)
    objective, p = linear_autoencoder(X, r=3)
    point = quadratic_model(objective, p)
    S = output_sensitivity(
        parameter_sensitivity(point, objective, move_snapshots, X.shape), objective, p, np.eye(8)
    )
    s, t = 10 * 0.75**2, 10 * 0.75**3
    theory = np.sqrt(2 * (s**2 + t**2)) / (s**2 - t**2) / 8  # rms of 8 x 8 outputs
    assert S.norm == pytest.approx(theory, rel=1e-10)
    U, _, Vt = np.linalg.svd(X, full_matrices=False)
    turn = t * np.outer(U[:, 2], Vt[3]) + s * np.outer(U[:, 3], Vt[2])
    overlap = np.sum(S.worst * turn) / np.linalg.norm(turn)
    assert abs(overlap) == pytest.approx(1, abs=1e-8)


def test_no_random_direction_is_worse_than_the_worst(record):
    assert record.followed.direction[0] == "worst"
    assert record.followed.gain[0] == pytest.approx(record.outputs.singular_values[0], rel=1e-12)
    assert np.all(record.drawn_gain <= record.outputs.singular_values[0])
    assert np.all(record.followed.move[0] > record.followed.move[1:].max(axis=0))


def test_the_mean_over_random_directions_is_the_frobenius_norm_of_all(record):
    """E ||S e||^2 = ||S||_F^2 / dim for uniform e on the sphere; 500 draws, five deviations."""
    squares = record.drawn_gain**2
    deviation = np.std(squares) / np.sqrt(len(squares))
    assert abs(np.mean(squares) - record.outputs.mean**2) < 5 * deviation


def test_first_order_predicts_every_move_up_to_t_squared(record):
    np.testing.assert_allclose(record.followed.slope, 2, atol=0.05)
    np.testing.assert_allclose(
        record.followed.move[:, 0], record.followed.gain * record.followed.t[0], rtol=1e-2
    )
