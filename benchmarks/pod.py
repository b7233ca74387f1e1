"""POD of 20 modes in memory: times and accuracy of mornet and its peers.

The singular values are prescribed. For "steep" ones sigma_20 / sigma_1 = 2.5e-8, which a Gram
matrix does not resolve; for "mild" ones it is 1e-3. The error is the largest relative error of the
twenty. For a backward stable method it is bounded by eps sigma_1 / sigma_20, that is 9e-9 and
2e-13; for a Gram matrix by eps (sigma_1 / sigma_20)^2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec

import numpy as np
import torch
from sklearn.utils.extmath import randomized_svd

from benchmarks.pairs import race
from mornet.experiments.benchmark import Benchmark
from mornet.linalg import orthonormality_error
from mornet.reduction import fit_pod

RANK = 20
SHAPES = {"pod_tall": (100_000, 500), "pod_square": (2000, 2000), "pod_very_tall": (1_000_000, 200)}
QUICK = {"pod_tall": (20_000, 200), "pod_square": (700, 700), "pod_very_tall": (100_000, 100)}
SPECTRA = {"steep": 10 ** (-0.4 * np.arange(40)), "mild": 1e-3 ** (np.arange(40) / 19)}
DENSE = 3e10  # n m min(n, m) up to which a dense SVD takes part: some 10 s

Result = tuple[np.ndarray, np.ndarray]  # modes (n, r), singular values
Candidate = Callable[[np.ndarray], Result]


def pod(rounds: int, quick: bool = False) -> Iterator[Benchmark]:
    """Yield one record for each shape. Three rounds are enough for calls that take seconds."""
    for name, shape in (QUICK if quick else SHAPES).items():
        yield raced(name, shape, rounds if shape[0] <= 2000 else min(rounds, 3))


def raced(name: str, shape: tuple[int, int], rounds: int) -> Benchmark:
    """Return the times of all candidates, with the errors and the orthonormality of their modes."""
    named = candidates(shape)
    found = np.empty((4, len(SPECTRA), len(named), rounds))  # cpu, wall, error, orthonormality
    for case, (spectrum, s) in enumerate(SPECTRA.items()):
        U = snapshots(shape, s)
        runs = {candidate: partial(run, U) for candidate, run in named.items()}
        found[:, case] = race(runs, rounds, least=0.0, judge=partial(accuracy, s))
        seconds, _, errors, _ = np.median(found[:, case], axis=-1)
        told = zip(named, seconds, errors, strict=True)
        words = ", ".join(f"{candidate} {t:.3g} s ({e:.0e})" for candidate, t, e in told)
        print(f"{name}, {spectrum}: {words}", flush=True)
    cpu, wall, error, orthonormality = found
    return Benchmark(
        name,
        f"POD of {RANK} modes of {shape[0]} x {shape[1]} snapshots",
        tuple(SPECTRA),
        tuple(named),
        cpu,
        wall,
        error,
        orthonormality,
    )


def snapshots(shape: tuple[int, int], s: np.ndarray) -> np.ndarray:
    """Return a matrix of this shape with these singular values and random factors."""
    rng = np.random.default_rng(0)
    left, right = (np.linalg.qr(rng.standard_normal((k, len(s))))[0] for k in shape)
    return (left * s) @ right.T


def accuracy(s: np.ndarray, result: Result) -> tuple[float, float]:
    """Return the largest relative error of the singular values, and max |V^T V - I|."""
    V, found = result
    error = np.max(np.abs(found[:RANK] / s[:RANK] - 1))
    return float(error), orthonormality_error(V[:, :RANK])


def candidates(shape: tuple[int, int]) -> dict[str, Candidate]:
    named = {f"mornet {method}": ours(method) for method in ("auto", "randomised", "tsqr")}
    named |= {
        "textbook Gram": gram,
        "sklearn randomized_svd": sklearn,
        "torch svd_lowrank": lowrank,
    }
    dense = shape[0] * shape[1] * min(shape) <= DENSE
    if dense:
        named["numpy svd"] = numpy_svd
    if find_spec("pymor"):
        named["pymor pod"] = pymor_pod()
    else:
        print("pymor is not installed: left out")
    if not find_spec("opinf"):
        print("opinf is not installed: left out")
    elif dense:
        named["opinf PODBasis"] = opinf_basis
    return named


def ours(method: str) -> Candidate:
    def run(U: np.ndarray) -> Result:
        pod = fit_pod(U, rank=RANK, method=method)
        return pod.V, pod.singular_values

    return run


def gram(U: np.ndarray) -> Result:
    """The method of snapshots as textbooks write it."""
    values, W = np.linalg.eigh(U.T @ U)
    s = np.sqrt(np.maximum(values[::-1][:RANK], 1e-300))
    return U @ W[:, ::-1][:, :RANK] / s, s


def numpy_svd(U: np.ndarray) -> Result:
    left, s, _ = np.linalg.svd(U, full_matrices=False)
    return left[:, :RANK], s


def sklearn(U: np.ndarray) -> Result:
    left, s, _ = randomized_svd(U, RANK, random_state=0)
    return left, s


def lowrank(U: np.ndarray) -> Result:
    left, s, _ = torch.svd_lowrank(torch.from_numpy(U), q=RANK + 10, niter=2)
    return left.numpy(), s.numpy()


def opinf_basis(U: np.ndarray) -> Result:
    """opinf's default, SciPy's dense SVD. The singular values are divided by the first, here 1."""
    from opinf.basis import PODBasis

    basis = PODBasis(num_vectors=RANK).fit(U)
    return basis.entries, basis.svdvals


def pymor_pod() -> Candidate:
    """pyMOR's default, the method of snapshots, without its truncation below 1e-7 sigma_1."""
    from pymor.algorithms.pod import pod
    from pymor.core.logger import set_log_levels
    from pymor.vectorarrays.numpy import NumpyVectorSpace

    set_log_levels({"pymor": "ERROR"})

    def run(U: np.ndarray) -> Result:
        V, s = pod(NumpyVectorSpace(len(U)).from_numpy(U), modes=RANK, rtol=0.0)
        return V.to_numpy(), s

    return run
