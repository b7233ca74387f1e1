"""The benchmarks measure the same work: their candidates take the same steps."""

import sys
from importlib.util import find_spec

import numpy as np
import pytest

from mornet.experiments.benchmark import Benchmark
from mornet.fom.burgers import burgers_data_set
from mornet.nn import AveragePool, Convolution, MaxPool, Network, Upsampling, glorot
from mornet.reduction import fit_pod
from mornet.reduction.hybrid.correction import CorrectionObjective
from mornet.storage import save
from mornet.training import Adam, Objective, OnBatch

# PyTorch takes seconds to import: only tests that run import it, and not each process that collects
if missing := [name for name in ("torch", "numba") if find_spec(name) is None]:
    pytest.skip(f"without {' and '.join(missing)}", allow_module_level=True)

NET = Network((12, 6, 3, 6, 12), ("sigmoid", "sigmoid", "sigmoid", "identity"))
RNG = np.random.default_rng(0)
X = np.asfortranarray(RNG.standard_normal((12, 40)))
P = glorot(NET, RNG)


@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
@pytest.mark.parametrize("variant", ["eager", "foreach", "fused"])
def test_mornet_and_torch_take_the_same_steps(optimiser, variant):
    from benchmarks.autoencoder_epochs import mornet_epoch
    from benchmarks.peers import VARIANTS, torch_epoch, torch_parameters

    assert set(VARIANTS) == {"eager", "foreach", "fused"}
    theirs = torch_epoch(NET, P, X, 40, optimiser, 0.01, variant)
    for which in ("plain", "compiled"):
        ours = mornet_epoch(NET, P, X, 40, optimiser, 0.01, which)
        for _ in range(5):
            p = ours()
    for _ in range(5):
        model = theirs()
    np.testing.assert_allclose(p, torch_parameters(model), rtol=1e-12, atol=1e-14)


def test_mornet_and_torch_make_the_same_jacobian():
    from benchmarks.jacobian import jacrev

    net = Network((12, 6, 12), ("tanh", "identity"))
    p = glorot(net, RNG)
    theirs = jacrev(net, p, X)().numpy().reshape(40 * 12, net.size)
    ours = Objective(net, X, X).jacobian(p) * np.sqrt(40)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14)


def test_candidates_take_turns_in_alternating_order():
    from benchmarks.pairs import race

    calls = []
    seconds = race({name: lambda name=name: calls.append(name) for name in "ab"}, 4, least=0.0)
    assert "".join(calls) == "ab" + "abbaabba"
    assert seconds.shape == (2, 2, 4)


def test_what_is_judged_stands_beside_the_times():
    from benchmarks.pairs import race

    results = iter(range(9))
    found = race({"a": lambda: next(results)}, 3, least=0.0, judge=lambda result: (result, -result))
    np.testing.assert_array_equal(found[2:, 0], [[1, 2, 3], [-1, -2, -3]])


def test_all_find_the_same_modes_of_the_prescribed_singular_values():
    from benchmarks import pod

    shape, s = (300, 80), pod.SPECTRA["mild"]
    U = pod.snapshots(shape, s)
    np.testing.assert_allclose(np.linalg.svd(U)[1][:40], s, atol=1e-14)
    for name, run in pod.candidates(shape).items():
        error, orthonormality = pod.accuracy(s, run(U))
        # the square of sigma_1 / sigma_20 times round-off, for the Gram matrix
        assert max(error, orthonormality) <= 100 * 1e6 * np.finfo(float).eps, name


def test_the_pod_race_is_recorded_and_drawn(tmp_path, monkeypatch):
    from benchmarks import pod
    from benchmarks.report import draw, records, table

    monkeypatch.setattr(pod, "QUICK", {"pod_square": (100, 100)})
    (record,) = pod.pod(2, quick=True)
    assert record.error.shape == record.orthonormality.shape == record.cpu.shape
    save(tmp_path / "pod_square.h5", record)
    draw(tmp_path)
    assert (tmp_path / "pod.pdf").stat().st_size > 0
    assert "| orthonormality | " in table(records(tmp_path))


def test_pod_coordinates_change_the_loss_by_their_tail_alone():
    from benchmarks import coordinates

    U = burgers_data_set(n=100).train.U
    rotated, whole = (coordinates.fit(U, tolerance) for tolerance in (1e-4, None))
    assert rotated.autoencoder.network.widths[0] < whole.autoencoder.network.widths[0] == 100
    centred = np.linalg.norm(U - U.mean(axis=1, keepdims=True))
    assert rotated.autoencoder.truncation_error(U) <= 1e-4 * centred


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells no anonymous memory")
def test_streaming_is_raced_against_reading(tmp_path, monkeypatch):
    from benchmarks import pod_stream
    from benchmarks.report import records, table

    monkeypatch.setattr(pod_stream, "QUICK", (6000, 60))
    record = pod_stream.pod_stream(1, quick=True)
    assert record.cpu.shape == (2, 2, 1)
    assert (record.memory > 1e6).all()
    save(tmp_path / "pod_stream.h5", record)
    assert "| memory, MB | " in table(records(tmp_path))


def test_the_table_tells_the_ratios(tmp_path):
    from benchmarks.report import records, table

    names = ("mornet plain", "mornet compiled", "torch eager", "torch fused", "sklearn")
    cpu = np.array([2.0, 1.0, 6.0, 4.0, 8.0, 0.5])[:, None] * np.ones((2, 1, 7))
    record = Benchmark(
        "epochs_sgd_float64", "epochs", ("x", "y"), (*names, "products alone"), cpu, cpu
    )
    save(tmp_path / "epochs_sgd_float64.h5", record)
    told = table(records(tmp_path))
    assert "| best PyTorch / mornet plain | 2.00 | 2.00 | 0 of 2 |" in told
    assert "| MLPRegressor / mornet compiled | 8.00 | 8.00 | 0 of 2 |" in told
    assert "| products alone / mornet plain, stochastic gradient, float64 | 0.25 |" in told


def test_both_hybrids_start_as_pod_and_take_the_same_steps():
    import torch

    from benchmarks.hybrids import RANK, TorchHybrid, hybrid_step, reconstruct, untrained
    from benchmarks.peers import torch_optimiser, torch_parameters

    c = np.random.default_rng(1).standard_normal((12, 40)) / np.arange(1, 13)[:, None]
    start, _ = untrained(c, seed=0)
    J, p, optimiser = CorrectionObjective(start, c, float), start.p.copy(), Adam(0.01)
    state, model, rows = optimiser.init(p), TorchHybrid(start, float), torch.from_numpy(c.T.copy())
    theirs = torch_optimiser(model, "adam", 0.01, "fused")
    np.testing.assert_array_equal(reconstruct(model, c)[RANK:], 0)
    for k in range(5):
        optimiser.step(k, p, J.gradient(p), state, OnBatch(J))
        hybrid_step(model, theirs, rows, rows)
    np.testing.assert_allclose(p, torch_parameters(model), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("family", ["mornet", "torch"])
def test_linear_autoencoders_are_watched_until_they_are_at_the_goal(family):
    from benchmarks.linear_autoencoder import CANDIDATES, EXCESS, problem, to_goal, unit

    assert {name.split()[0] for name in CANDIDATES} == {"mornet", "torch"}
    for solve in (solve for name, solve in CANDIDATES.items() if name.startswith(family)):
        x = unit(np.diag(0.5 ** np.arange(6)) @ RNG.standard_normal((6, 30)))
        _, _, excess = to_goal(solve, problem(x, 2, seed=0), 3000)
        assert -1e-12 <= excess <= EXCESS


def test_the_goal_is_the_energy_that_pod_truncates():
    from benchmarks.linear_autoencoder import problem, unit

    x = unit(RNG.standard_normal((6, 30)))
    pod = fit_pod(x, rank=2)
    where = problem(x, 2, seed=0)
    p = np.concatenate([pod.V.T.ravel(), pod.V.ravel()])
    assert Objective(where.net, x, x).value(p) == pytest.approx(where.least, rel=1e-13)


def test_alternating_least_squares_begins_with_the_same_decoder():
    from benchmarks.linear_autoencoder import problem, unit

    where = problem(unit(RNG.standard_normal((6, 30))), 2, seed=3)
    W2 = where.net.layers(where.p)[1].W * np.sqrt(6)
    np.testing.assert_allclose(W2, np.random.default_rng(3).standard_normal((6, 2)), rtol=1e-15)


@pytest.mark.parametrize(
    "layer",
    [
        Convolution((2, 3), (8,), (3,), padding=(1,)),
        Convolution((2, 3), (8, 8), (3,), padding=(1,)),
        MaxPool((2, 8, 8), (3,), (2,), (0, 1, 0, 1)),
        AveragePool((2, 8, 8), (3,), (2,), (0, 1, 0, 1)),
        Upsampling((2, 3, 4), (2,)),
    ],
)
def test_mornet_and_torch_pass_through_the_same_layer(layer):
    from benchmarks import convolutions

    found = {name: run() for name, run in convolutions.candidates(layer, 4, np.float64).items()}
    theirs = found.pop("PyTorch")
    for ours in found.values():
        assert len(ours) == len(theirs) >= 2
        for a, b in zip(ours, theirs, strict=True):
            b = b.detach().numpy()
            b = np.moveaxis(b, 0, -1) if b.shape[0] == 4 else b  # the samples stand last
            np.testing.assert_allclose(np.ravel(a), b.ravel(), rtol=1e-12, atol=1e-13)


def test_mornet_and_torch_have_the_same_gradient_of_a_classifier():
    from benchmarks import convolutions

    ours, theirs = (run() for run in convolutions.classifiers(5, np.float64).values())
    expected = np.concatenate([part.numpy().ravel() for part in theirs])
    np.testing.assert_allclose(ours, expected, rtol=1e-9, atol=1e-13)
