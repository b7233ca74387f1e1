"""Trial manifolds: states, codes and derivatives of every reduction with a decoder Jacobian."""

import numpy as np
import pytest

from mornet.errors import DataError, ShapeError
from mornet.linalg import as_inner_product
from mornet.reduction import POD, fit_pod, fit_quadratic_manifold
from mornet.rom.trial import AffineTrial, SmoothTrial, trial_manifold
from mornet.snapshots import Snapshots

EPS = np.finfo(float).eps
RNG = np.random.default_rng(0)
U = RNG.standard_normal((10, 40)) * 0.5 ** np.arange(10)[:, None]
SHIFT, SCALE = RNG.standard_normal(10), RNG.random(10) + 0.5
M = np.diag(RNG.random(10) + 0.5)
POD_3 = fit_pod(U, rank=3, centre="mean")
TRIALS = {
    "POD": trial_manifold(POD_3, SHIFT),
    "POD without a centre": trial_manifold(fit_pod(U, rank=3), SHIFT),
    "POD in an inner product": trial_manifold(
        pod := fit_pod(U, rank=3, inner_product=M), SHIFT, inner_product=pod.inner_product
    ),
    "scaled POD": trial_manifold(POD_3, SHIFT, SCALE),
    "quadratic manifold": trial_manifold(fit_quadratic_manifold(U, 3), SHIFT, SCALE),
    "quadratic manifold alone": trial_manifold(fit_quadratic_manifold(U, 3)),
    "quadratic manifold in an inner product": trial_manifold(
        fit_quadratic_manifold(U, 3, inner_product=M), inner_product=as_inner_product(M, 10)
    ),
}


@pytest.fixture(params=TRIALS.values(), ids=list(TRIALS))
def trial(request):
    return request.param


def test_codes_of_states_on_the_manifold_are_their_own(trial):
    Z = RNG.standard_normal((3, 5))
    np.testing.assert_allclose(trial.code(trial.state(Z)), Z, atol=1e-12)
    np.testing.assert_allclose(trial.code(trial.state(Z[:, 0])), Z[:, 0], atol=1e-12)


def test_many_codes_are_one_after_the_other(trial):
    Z = RNG.standard_normal((3, 5))
    columns = np.column_stack([trial.state(z) for z in Z.T])
    np.testing.assert_allclose(trial.state(Z), columns, rtol=1e-13, atol=1e-13)


def test_a_code_that_is_not_finite_has_such_a_state_so_that_solvers_see_it(trial):
    Z = RNG.standard_normal((3, 5))
    right = trial.state(Z)
    right[:, 2] = Z[1, 2] = np.nan
    np.testing.assert_allclose(trial.state(Z), right, rtol=1e-13, atol=1e-13)
    assert np.isnan(trial.state(Z[:, 2])).all()


def test_jacobian_is_the_derivative_by_central_differences(trial):
    z, h = RNG.standard_normal(3), EPS ** (1 / 3)
    steps = [(trial.state(z + h * e) - trial.state(z - h * e)) / (2 * h) for e in np.eye(3)]
    atol = 100 * EPS ** (2 / 3) * np.max(abs(trial.jacobian(z)))
    np.testing.assert_allclose(np.column_stack(steps), trial.jacobian(z), atol=atol)


def test_projection_of_a_tangent_vector_is_its_coordinates(trial):
    z, x = RNG.standard_normal(3), RNG.standard_normal(3)
    J = trial.jacobian(z)
    np.testing.assert_allclose(trial.project(z, J @ x), x, rtol=1e-11)
    np.testing.assert_allclose(trial.project(z, J), np.eye(3), atol=1e-12)


def test_a_trial_holds_the_states_that_the_snapshots_stand_for():
    part = Snapshots.of_trajectories(
        [U[:, :20], U[:, 20:]],
        x=np.arange(10.0)[None],
        t=np.arange(20.0),
        shift=[SHIFT, -SHIFT],
        scale=SCALE,
    )
    full = fit_pod(U, rank=10)
    for k in (0, 1):
        states = part.states[:, part.trajectory == k]
        trial = trial_manifold(full, part.shift[:, k], part.scale)
        np.testing.assert_allclose(trial.state(trial.code(states)), states, atol=1e-13)
        np.testing.assert_allclose(
            trial.code(states), full.encode(part.U[:, part.trajectory == k]), atol=1e-13
        )


def test_pod_projects_by_its_modes_only_where_they_are_orthonormal():
    assert isinstance(TRIALS["POD"], AffineTrial)
    assert isinstance(TRIALS["POD in an inner product"], AffineTrial)
    assert isinstance(TRIALS["scaled POD"], SmoothTrial)
    other = trial_manifold(POD_3, inner_product=as_inner_product(M, 10))
    assert isinstance(other, SmoothTrial)


@pytest.mark.parametrize(("V", "shift"), [(np.eye(4, 2), np.ones(3)), (np.ones(4), np.ones(4))])
def test_sizes_that_do_not_fit_an_affine_space_are_refused(V, shift):
    with pytest.raises(ShapeError, match="V has shape"):
        AffineTrial(V, shift)


def test_modes_of_an_affine_space_are_orthonormal_in_its_inner_product():
    V, X = np.eye(4, 2), as_inner_product(np.array([1.0, 4.0, 1.0, 1.0]), 4)
    for modes, product in ((2 * V, None), (V, X), (V + np.nan, None)):
        with pytest.raises(DataError, match="V are not orthonormal: .* differs from I by"):
            AffineTrial(modes, np.zeros(4), product)
    assert AffineTrial(V, np.zeros(4)).at(np.array([1, 2])).V.tolist() == [[0, 1], [0, 0]]


@pytest.mark.parametrize("part", ["shift", "scale"])
def test_sizes_that_do_not_fit_a_reduction_are_refused(part):
    pod = POD(np.eye(4, 2), np.ones(2))
    with pytest.raises(ShapeError, match=f"{part} has shape .*, but n = 4"):
        SmoothTrial(pod, **{part: np.ones(3)})
