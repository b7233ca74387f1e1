"""The benchmarks measure the same work: what they compare takes the same steps."""

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("numba")

from benchmarks.autoencoder_epochs import mornet_epoch
from benchmarks.jacobian import jacrev
from benchmarks.pairs import race
from benchmarks.peers import VARIANTS, torch_epoch, torch_parameters
from benchmarks.report import table
from mornet.experiments.benchmark import Benchmark
from mornet.nn import Network, glorot
from mornet.storage import save
from mornet.training import Objective

NET = Network((12, 6, 3, 6, 12), ("sigmoid", "sigmoid", "sigmoid", "identity"))
RNG = np.random.default_rng(0)
X = np.asfortranarray(RNG.standard_normal((12, 40)))
P = glorot(NET, RNG)


@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_mornet_and_torch_take_the_same_steps(optimiser, variant):
    theirs = torch_epoch(NET, P, X, 40, optimiser, 0.01, variant)
    for which in ("plain", "compiled"):
        ours = mornet_epoch(NET, P, X, 40, optimiser, 0.01, which)
        for _ in range(5):
            p = ours()
    for _ in range(5):
        model = theirs()
    np.testing.assert_allclose(p, torch_parameters(model), rtol=1e-12, atol=1e-14)


def test_mornet_and_torch_make_the_same_jacobian():
    net = Network((12, 6, 12), ("tanh", "identity"))
    p = glorot(net, RNG)
    theirs = jacrev(net, p, X)().numpy().reshape(40 * 12, net.size)
    ours = Objective(net, X, X).jacobian(p) * np.sqrt(40)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14)


def test_candidates_take_turns_in_alternating_order():
    calls = []
    seconds = race({name: lambda name=name: calls.append(name) for name in "ab"}, 4, least=0.0)
    assert "".join(calls) == "ab" + "abbaabba"
    assert seconds.shape == (2, 2, 4)


def test_the_table_tells_the_ratios(tmp_path):
    names = ("mornet plain", "mornet compiled", "torch eager", "torch fused", "sklearn")
    cpu = np.array([2.0, 1.0, 6.0, 4.0, 8.0, 0.5])[:, None] * np.ones((2, 1, 7))
    record = Benchmark(
        "epochs_sgd_float64", "epochs", ("x", "y"), (*names, "products alone"), cpu, cpu
    )
    save(tmp_path / "epochs_sgd_float64.h5", record)
    told = table(tmp_path)
    assert "| best PyTorch / mornet plain | 2.00 | 2.00 | 0 of 2 |" in told
    assert "| MLPRegressor / mornet compiled | 8.00 | 8.00 | 0 of 2 |" in told
    assert "| products alone / mornet plain, stochastic gradient, float64 | 0.25 |" in told
