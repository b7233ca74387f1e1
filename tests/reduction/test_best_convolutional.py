"""A convolutional autoencoder among the candidates of a race."""

import numpy as np
import pytest

from mornet.errors import OptionError, ShapeError
from mornet.reduction import BestSettings, FitContext, fit_best, fit_pod, relative_error
from mornet.reduction.best.candidates import Convolutional, Effort
from mornet.reduction.best.fit import fit_all
from mornet.reduction.best.full import _reduction
from mornet.storage import load, save
from tests.contracts import check_reduction

NAME = "convolutional autoencoder, centred"
RACE = BestSettings(steps=300, trial_steps=100, convolutional=True)
SHORT = BestSettings(steps=1, trial_steps=1, convolutional=True)
UNASKED = BestSettings(steps=1, trial_steps=1)
SIDE = np.linspace(0, 1, 12)
Y, X = np.meshgrid(SIDE, SIDE, indexing="ij")
GRID = np.stack([X.ravel(), Y.ravel()])


def bumps(m=40):
    """A bump that moves over the grid: (144, m)."""
    t = np.linspace(0, 1, m)
    moved = (X[..., None] - 0.3 - 0.4 * t) ** 2 + (Y[..., None] - 0.4 - 0.2 * t) ** 2
    return np.exp(-moved / 0.05).reshape(144, m)


def context(m=40, x=GRID):
    return FitContext(x=x, t=np.linspace(0, 1, m), gaps=True)


def rng():
    return np.random.default_rng(0)


def raced(U, **more):
    return fit_best(U, 2, RACE, rng=rng(), **{"context": context(), **more}).best


@pytest.fixture(scope="module")
def in_full():
    return fit_all(bumps(), 2, RACE, rng=rng(), context=context())


def test_it_races_with_its_own_evidence_if_it_is_asked_for():
    best = raced(bumps())
    k = best.candidate.index(NAME)
    assert best.steps[k] >= RACE.trial_steps
    assert 0 < best.ratio[k] < 1  # better than POD after its trial
    assert NAME not in fit_best(bumps(), 2, UNASKED, rng=rng(), context=context()).best.candidate


def test_trained_in_full_it_is_a_network_on_the_grid_and_a_reduction(in_full, tmp_path):
    model, U = in_full[NAME], bumps()
    assert model.n == 144
    assert model.network.widths[0] == 144  # snapshots go in, not coordinates
    assert relative_error(model, U) < 0.3 * relative_error(fit_pod(U, rank=2, centre="mean"), U)
    check_reduction(model, U)
    save(tmp_path / "model.h5", model)
    np.testing.assert_array_equal(load(tmp_path / "model.h5").encode(U), model.encode(U))


def test_in_coordinates_it_has_the_outputs_of_the_network_in_the_modes():
    U = bumps()
    pod = fit_pod(U, centre="mean", tolerance=1e-8)
    c, candidate = pod.encode(U), Convolutional(2, GRID, RACE.convolution)
    net = candidate.start(c, rng(), None, lambda: pod.V)
    net, _ = candidate.train(net, c, Effort(50, 1e-2), rng(), None)
    model = _reduction(candidate, net, pod)
    projected = pod.encode(model.decode(model.encode(pod.decode(c))))
    single = np.finfo(np.float32).eps * net.network.size
    assert np.max(abs(net.reconstruct(c) - projected)) <= single * np.max(abs(c))
    assert net.scale == pytest.approx(np.sqrt(np.mean((pod.V @ c) ** 2)))


def test_what_stands_on_no_grid_or_has_an_inner_product_is_refused():
    U, mass = bumps(), np.linspace(1, 2, 144)
    with pytest.raises(OptionError, match="rectangular grid"):
        raced(U, context=context(x=GRID**2 + GRID[::-1]))
    with pytest.raises(OptionError, match="no inner product"):
        raced(U, inner_product=mass)
    with pytest.raises(ShapeError, match="x has shape"):
        raced(U, context=context(x=GRID[:, 1:]))
    with pytest.raises(OptionError, match="modes of a POD tree"):
        raced(U, context=context()._replace(left_out=np.ones(40)))


def test_snapshots_without_coordinates_are_signals():
    best = fit_best(bumps(), 2, SHORT, rng=rng(), context=context(x=None)).best
    assert NAME in best.candidate
