import itertools

import numpy as np
import pytest

from mornet.errors import DataError
from mornet.experiments.updates.trained_networks import sigmoid_autoencoder_network
from mornet.linalg import rms
from mornet.nn import initialise
from mornet.perturbation import (
    BranchEndError,
    Corrected,
    NoUpdate,
    Taylor,
    continue_branch,
    estimated_error,
    move_snapshots,
    remove_samples,
    validity_radius,
)
from mornet.perturbation.branch import Radius, domb_sykes
from mornet.perturbation.update import newton_kantorovich
from mornet.training import fit_lbfgs
from mornet.training.newton import find_minimum

from .conftest import STORED, ten_point_objective


@pytest.fixture(scope="module", params=[1e-3, 1e-4])
def sigmoid(request):
    trained = sigmoid_autoencoder_network(request.param)
    E = np.random.default_rng(1).standard_normal(trained.objective.x.shape)
    path = move_snapshots(trained.objective, E / np.linalg.norm(E))
    ts = 10.0 ** np.arange(-3, -0.4, 0.5)
    return trained, path, continue_branch(path, trained.base, ts)


@pytest.mark.parametrize(
    "update", [NoUpdate(), Taylor(1), Taylor(2), Taylor(3), Corrected()], ids=lambda u: u.name
)
def test_estimate_is_within_ten_per_cent_of_the_error(sigmoid, update):
    trained, path, branch = sigmoid
    net, curve = trained.objective.net, update.along(trained.base, path)
    size, seen = rms(net.forward(trained.base.p, trained.x)), 0
    for t, p in zip(branch.t, branch.p, strict=True):
        q = curve(t)
        true = rms(net.forward(q, trained.x) - net.forward(p, trained.x))
        estimate = estimated_error(trained.base, path, t, q, trained.x)
        if estimate < 1e-3 * size and true > 100 * 1e-15:
            assert 0.9 < estimate / true < 1.1
            seen += 1
    assert seen >= 3


def test_kantorovich_indicates_near_minima(sigmoid):
    trained, path, _ = sigmoid
    beta = 1 / trained.base.eigenvalues[0]
    near, far = (
        newton_kantorovich(trained.base, path, t, trained.base.p, beta) for t in (1e-5, 1.0)
    )
    assert near < 0.5 < far
    assert near * 1e5 == pytest.approx(far, rel=0.3)


def test_radius_of_a_known_singularity():
    """(1 - t / R)^alpha has the ratios (1/R) (1 - (1 + alpha) / (k + 1)) exactly."""
    R, alpha, c = 0.38, 0.5, [1.0]
    for k in range(24):
        c.append(c[-1] * (k - alpha) / (k + 1) / R)
    found = domb_sykes(np.array(c)[:, None])
    assert found.radius == pytest.approx(R, rel=1e-10)
    assert found.exponent == pytest.approx(alpha, rel=1e-8)
    assert found.straight
    with pytest.raises(DataError, match="at least 4 that do not vanish"):
        domb_sykes(np.ones((10, 3)))


def test_the_branch_is_not_said_to_end_at_a_singularity_on_the_other_side():
    """(1 + t / R)^alpha has the same radius, and no singularity at t > 0."""
    R, alpha, c = 0.27, 0.5, [1.0]
    for k in range(24):
        c.append(-c[-1] * (k - alpha) / (k + 1) / R)
    found = domb_sykes(np.outer(c, [1.0, -2.0]))
    assert found.radius == pytest.approx(R, rel=1e-10)
    assert not found.ahead
    assert domb_sykes(np.abs(np.outer(c, [1.0, -2.0]))).ahead
    far = 1e-7 ** np.arange(len(c))[:, None]  # products of its last coefficients vanish
    assert domb_sykes(np.abs(np.outer(c, [1.0, -2.0])) * far).ahead
    words = found.describe("it")
    assert words.endswith("because of a singularity at t = -0.27: the branch itself may go on")
    assert "fold" not in words


@pytest.mark.parametrize("theta", [0.3, 1.0, 2.0, 3.0])
@pytest.mark.parametrize("P", [2, 23])
def test_radius_of_a_pair_of_complex_singularities(P, theta):
    """The coefficients of Re A (1 - t / (R e^(i theta)))^alpha, A a vector of complex numbers.

    Ratios of their norms oscillate. The numbers of Mercer and Roberts have an error of order 1/k^2.
    """
    R, alpha, c = 0.38, 0.5, [1.0 + 0.0j]
    for k in range(24):
        c.append(c[-1] * (k - alpha) / (k + 1) * np.exp(-1j * theta) / R)
    rng = np.random.default_rng(0)
    A = rng.standard_normal(P) + 1j * rng.standard_normal(P)
    found = domb_sykes(np.real(np.outer(c, A)))
    assert found.radius == pytest.approx(R, rel=1 / 12**2)
    assert found.exponent == pytest.approx(alpha, abs=0.2)
    assert "complex singularity" in found.describe("it")


def test_the_radius_of_a_complex_pair_does_not_hang_on_the_number_of_terms(tens):
    objective, point = tens["1e3"]
    for sample, rtol in ((1, 0.01), (4, 0.02)):
        path = remove_samples(objective, [sample])
        few, many = (validity_radius(point, path, terms) for terms in (24, 40))
        assert not few.straight
        assert few.radius == pytest.approx(many.radius, rel=rtol)
        assert few.uncertainty < 0.05 * few.radius


@pytest.fixture(scope="module")
def tens():
    objectives = {tag: ten_point_objective(float(f"1e-{tag[-1]}")) for tag in ("1e3", "1e4")}
    return {
        tag: (objective, find_minimum(objective, STORED[f"hh_decay_{tag}"]))
        for tag, objective in objectives.items()
    }


@pytest.fixture(scope="module")
def ends(tens):
    """Where the branch of each removed sample is at t = 1, or the error that it ends with."""
    found = {}
    for tag, (objective, point) in tens.items():
        for i in range(10):
            path = remove_samples(objective, [i])
            try:
                branch = continue_branch(path, point, [1.0], gradient_tolerance=1e-13)
                found[tag, i] = branch.p[0]
            except BranchEndError as end:
                found[tag, i] = end
    return found


@pytest.mark.sensitive
@pytest.mark.parametrize(("sample", "fold", "exponent"), [(3, 0.3796, 0.37), (6, 0.8146, 0.32)])
def test_fold_is_predicted_from_t_0(tens, ends, sample, fold, exponent):
    objective, point = tens["1e3"]
    end = ends["1e3", sample]
    assert end.cause == "fold"
    assert end.t == pytest.approx(fold, rel=5e-4)
    found = validity_radius(point, remove_samples(objective, [sample]))
    assert found.radius == pytest.approx(end.t, rel=2e-3)
    assert found.exponent == pytest.approx(exponent, abs=0.01)
    assert "out of reach of perturbation" in found.describe(f"removing sample {sample}")
    assert "a fold has 0.5" in found.describe(f"removing sample {sample}")


def test_harmless_sample_has_a_large_radius(tens):
    objective, point = tens["1e3"]
    found = validity_radius(point, remove_samples(objective, [0]))
    assert found.radius == pytest.approx(2.7, abs=0.01)
    assert "the series converges" in found.describe("removing sample 0")


@pytest.mark.sensitive
def test_all_folds_of_the_ten_points(tens, ends):
    """Five of twenty removals end in a fold; one fold lies behind a complex singularity."""
    folds = {
        removal: (end.cause, round(end.t, 3))
        for removal, end in ends.items()
        if isinstance(end, BranchEndError)
    }
    assert folds == {
        ("1e3", 3): ("fold", 0.380),
        ("1e3", 4): ("fold", 0.990),
        ("1e3", 6): ("fold", 0.815),
        ("1e4", 3): ("fold", 0.974),
        ("1e4", 4): ("fold", 0.979),
    }
    objective, point = tens["1e3"]
    hidden = validity_radius(point, remove_samples(objective, [4]))
    assert not hidden.straight
    assert hidden.radius < 0.6
    assert "complex singularity" in hidden.describe("removing sample 4")


@pytest.mark.parametrize("tag", ["1e3", "1e4"])
def test_no_prediction_contradicts_the_branch(tens, tag):
    """No series is said to converge if its branch ends before, whichever minima are reached."""
    objective, _ = tens[tag]
    points = [tens[tag][1]]
    for seed in (1, 3):
        start = initialise(objective.net, "glorot", np.random.default_rng(seed))
        points.append(find_minimum(objective, fit_lbfgs(objective, start, steps=1000).p))
    said = set()
    for point, i in itertools.product(points, (1, 3, 4, 6)):
        path = remove_samples(objective, [i])
        found = validity_radius(point, path)
        words = found.describe("it")
        try:
            continue_branch(path, point, [1.0], gradient_tolerance=1e-12)
            reached = 1.0
        except BranchEndError as end:
            reached = end.t
        if reached == 1:
            assert "out of reach" not in words or not (found.straight and found.ahead)
        else:
            assert ": the series converges," not in words
            assert reached <= found.radius + found.uncertainty or not found.straight
        said.add(words.split(",")[0])
    assert len(said) > 1


@pytest.mark.sensitive
def test_medians_at_t_1_reproduce(tens, ends):
    """The median error over the seven points that can be removed, decay 1e-3, rms over a grid."""
    from mornet.experiments.ten_points.data import grid
    from mornet.perturbation import ContinuationSteps, NewtonStep, Pade

    objective, point = tens["1e3"]
    f = lambda q: objective.net.forward(q, grid(21))  # noqa: E731
    updates = [
        NoUpdate(),
        Taylor(1),
        Taylor(2),
        Taylor(3),
        Corrected(),
        ContinuationSteps(4),
        Pade(2),
    ]
    updates += [Corrected(Taylor(1), NewtonStep()), Corrected(NoUpdate(), NewtonStep(), 2)]
    rows = []
    for i in (0, 1, 2, 5, 7, 8, 9):
        path = remove_samples(objective, [i])
        end = f(ends["1e3", i])
        rows.append([rms(f(u.along(point, path)(1.0)) - end) for u in updates])
    expected = [2.7e-2, 8.9e-3, 2.8e-3, 8.4e-4, 2.2e-3, 4.0e-6, 3.8e-5, 2.4e-4, 2.1e-5]
    np.testing.assert_allclose(np.median(rows, axis=0), expected, rtol=0.05)


def test_a_radius_without_a_digit_is_called_a_rough_estimate():
    found = Radius(0.285, 0.5, 0.001, 2.0)
    assert "open, its radius, of which 0.285 is a rough estimate, is that of" in found.describe(
        "it"
    )
    assert "its radius 0.285 +- 0.02 is" in found._replace(uncertainty=0.02).describe("it", t=0.3)
