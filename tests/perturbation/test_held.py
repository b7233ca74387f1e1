"""Networks of any size, and hybrids, are updated by steps that hold their old outputs."""

from dataclasses import replace

import numpy as np
import pytest

from mornet.errors import DataError, DivergenceError, OptionError, ShapeError
from mornet.nn import Network
from mornet.perturbation import held
from mornet.perturbation.autoencoder import Pieces, update_autoencoder
from mornet.perturbation.held import HeldSettings, gauss_newton_step, held_data, minimise_held
from mornet.perturbation.hybrid import update_hybrid
from mornet.perturbation.slopes import measure_slope
from mornet.perturbation.stored import update_network
from mornet.reduction import fit_pod
from mornet.reduction.autoencoder.convolutional import (
    ConvolutionalAutoencoderSettings,
    fit_convolutional_autoencoder,
)
from mornet.reduction.autoencoder.sharing import index_found, shared_index
from mornet.reduction.hybrid.correction import CorrectionObjective, Design, untrained_correction
from mornet.reduction.hybrid.record import Hybrid
from mornet.training import Objective, Shared

x, t = np.linspace(0, 1, 16)[:, None], np.linspace(0, 2, 12)
EPS = np.geomspace(1e-3, 1e-2, 4)
EXACT = HeldSettings(decay=0.1, steps=12, enough=1e-11, tolerance=1e-12, products=500)
MOVED = np.random.default_rng(3).standard_normal((16, 12))


def states(t):
    first = np.sin(np.pi * x) * np.cos(t) + 0.4 * np.sin(2 * np.pi * x) * np.cos(t) ** 2
    return first + 0.1 * np.sin(3 * np.pi * x) * np.sin(t)


@pytest.fixture(scope="module")
def convolutional():
    few = ConvolutionalAutoencoderSettings(channels=(2,), size=3, hidden=(4,), epochs=20)
    return fit_convolutional_autoencoder(
        states(t), 1, few, rng=np.random.default_rng(0)
    ).autoencoder


def hybrid(encoder):
    """A hybrid whose correction is not zero, though nobody trained it."""
    pod, rng = fit_pod(states(t), rank=3), np.random.default_rng(0)
    how = {"encoder": encoder, "rng": rng}
    start = untrained_correction(pod.encode(states(t)), 1, Design(True, 4, "swish", True), **how)
    p = start.p + 0.3 * rng.standard_normal(start.p.size)
    return Hybrid(pod, "both" if encoder else "decoder", replace(start, p=p))


def of_autoencoder(model, eps):
    old, new = model.inputs(states(t)), model.inputs(states(t) + eps * MOVED)
    data = held_data(old, new, model.network.forward(model.p, old), None, True)
    return Pieces(Objective(model.network, *data)), model.p


def of_hybrid(model, eps):
    old, new = model.pod.encode(states(t)), model.pod.encode(states(t) + eps * MOVED)
    inputs, targets, _ = held_data(old, new, model.correction.reconstruct(old), None, True)
    w = np.linspace(1, 2, 12)
    F = CorrectionObjective(model.correction, inputs, np.float64, w, targets)
    return F, model.correction.p


def errors_after(steps, problem):
    """The errors of the outputs after some Gauss-Newton steps, for changes of the sizes EPS."""
    errors = []
    for eps in EPS:
        F, p = problem(eps)
        q, goal = p, F.outputs(minimise_held(F, p, EXACT).p)
        for _ in range(steps):
            q = q + gauss_newton_step(F, p, q, EXACT)[0]
        errors.append(np.linalg.norm(F.outputs(q) - goal))
    return np.array(errors)


@pytest.mark.parametrize("network", ["convolutional", "both", "decoder"])
def test_the_first_step_has_an_error_of_order_two_and_the_second_of_order_three(
    network, convolutional
):
    if network == "convolutional":
        model, of = convolutional, of_autoencoder
    else:
        model, of = hybrid(network == "both"), of_hybrid
    for steps in (1, 2):
        errors = errors_after(steps, lambda eps: of(model, eps))
        slope = measure_slope(EPS, errors, floor=1e-13, scale=1.0).slope
        assert slope == pytest.approx(steps + 1, abs=0.25)


@pytest.mark.parametrize("network", ["convolutional", "both", "decoder"])
def test_a_step_evaluates_the_outputs_once(network, convolutional, monkeypatch):
    """Q of the outputs is Q of the parameters, so that Q needs no evaluation of its own."""
    if network == "convolutional":
        F, p = of_autoencoder(convolutional, 1e-2)
        J = F.whole
    else:
        F, p = of_hybrid(hybrid(network == "both"), 1e-2)
        J = F
    assert F.value_of(F.outputs(p)) == pytest.approx(J.value(p), rel=1e-12)
    at, solves = [], []
    outputs, step = type(F).outputs, gauss_newton_step
    monkeypatch.setattr(type(F), "outputs", lambda F, q: (at.append(q), outputs(F, q))[1])
    monkeypatch.setattr(held, "gauss_newton_step", lambda *a: (solves.append(1), step(*a))[1])
    minimise_held(F, p, HeldSettings(decay=0.1, steps=3, enough=1e-11))
    assert len(at) == 1 + len(solves) == 1 + 3


def test_snapshots_that_did_not_change_move_nothing(convolutional):
    U = states(t)
    held = update_autoencoder(convolutional, U, U, changed=True, means="held")
    for found in (held, update_hybrid(hybrid(True), U, U, changed=True)):
        assert found.change < 1e-12 * np.abs(U).max()
        assert found.gradients > 0


@pytest.mark.parametrize("changed", [True, False])
def test_the_estimated_error_is_that_of_the_outputs(convolutional, changed):
    new = 1.02 * states(t) if changed else states(t[3:5]) + 0.02
    how = {"changed": changed, "decay": 0.1, "means": "held"}
    found = update_network(convolutional, states(t), new, **how)
    old = convolutional.inputs(states(t))
    outputs = convolutional.network.forward(convolutional.p, old)
    data = held_data(old, convolutional.inputs(new), outputs, None, changed)
    F = Pieces(Objective(convolutional.network, *data))
    goal = minimise_held(F, convolutional.p, EXACT).p
    true = convolutional.scale * np.sqrt(np.mean((F.outputs(goal) - F.outputs(found.model.p)) ** 2))
    assert true < 3 * found.estimated_error
    assert found.estimated_error <= 0.01 * found.change


def test_an_update_recovers_the_error_on_changed_snapshots():
    model, U = hybrid(True), states(t)
    found = update_hybrid(model, U, 1.02 * U, changed=True, decay=1e-4).model
    old, before, after = (
        np.linalg.norm(m.decode(m.encode(V)) - V)
        for m, V in ((model, U), (model, 1.02 * U), (found, 1.02 * U))
    )
    assert abs(after - old) < 0.5 * abs(before - old)


def test_networks_without_power_series_are_held(convolutional):
    relu = Network((16, 4, 1, 4, 16), ("relu", "identity", "relu", "identity"))
    p = 0.3 * np.random.default_rng(2).standard_normal(relu.size)
    model = replace(convolutional, network=relu, code=2, p=p)
    found = update_autoencoder(model, states(t), 1.001 * states(t), changed=True, decay=1e-2)
    assert found.means == "held"
    with pytest.raises(OptionError, match="'relu' has no power series, so no branch"):
        update_autoencoder(model, states(t), states(t), means="branch")


@pytest.mark.parametrize("sharing", [{"tied": True}, {"decoder_density": 0.5}])
def test_tied_and_masked_weights_stay_so(sharing, convolutional):
    net = Network((16, 4, 1, 4, 16), ("tanh", "identity", "tanh", "identity"))
    index = shared_index(net, sharing.get("tied", False), sharing.get("decoder_density"))
    by = Shared(Objective(net, np.zeros((16, 1)), np.zeros((16, 1))), index)
    p = by.lift(0.3 * np.random.default_rng(2).standard_normal(by.size))
    np.testing.assert_array_equal(index_found(net, p), index)
    model = replace(convolutional, network=net, code=2, p=p)
    U, new = states(t), 1.02 * states(t)
    found = update_autoencoder(model, U, new, changed=True, decay=1e-2)
    assert found.means == "held"
    assert found.change > 0
    np.testing.assert_array_equal(index_found(net, found.model.p), index)
    # it is the minimum of Q among the networks of this structure
    data = held_data(
        model.inputs(U), model.inputs(new), net.forward(p, model.inputs(U)), None, True
    )
    J = Shared(Objective(net, *data), index)
    q, q_0 = by.restrict(found.model.p), by.restrict(p)
    left, first = (J.gradient(at) + 1e-2 * (at - q_0) for at in (q, q_0))
    assert np.linalg.norm(left) < 0.05 * np.linalg.norm(first)
    with pytest.raises(OptionError, match="tied or masked weights, which a branch would not keep"):
        update_autoencoder(model, U, new, changed=True, means="branch")


def test_free_weights_share_nothing():
    net = Network((3, 2, 1, 2, 3), "tanh")
    p = np.random.default_rng(0).standard_normal(net.size)
    assert index_found(net, p) is None


def test_what_cannot_be_updated_is_said(convolutional):
    U = states(t)
    with pytest.raises(ShapeError, match="3 changed snapshots for 12 old ones"):
        update_hybrid(hybrid(True), U, U[:, :3], changed=True)
    with pytest.raises(OptionError, match="update its POD"):
        update_hybrid(replace(hybrid(True), correction=None), U, U)
    with pytest.raises(OptionError, match="'pod' has no network to update"):
        update_network(fit_pod(U, rank=1), U, U)
    for model in (convolutional, hybrid(True)):
        with pytest.raises(DataError, match="new .*rescale"):
            update_network(model, U, 1e200 * U, changed=True)
    F, p = of_hybrid(hybrid(True), 30.0)
    with pytest.raises(DivergenceError, match="out of reach of an update: its steps move"):
        minimise_held(F, p, HeldSettings(steps=2))
