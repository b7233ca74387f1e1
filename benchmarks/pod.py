"""How fast, and how accurate, is a POD of 20 modes? mornet and its peers in turns, one thread each.

    OMP_NUM_THREADS=1 python benchmarks/pod.py benchmarks/pod.json

Some three minutes. Candidates alternate within one process, the order reversed every second round;
what is compared are medians of processor times, which survive a busy machine. Singular values are
prescribed: "steep" ones fall to 2.5e-8 of the first at the twentieth, where the Gram matrix is
blind; "mild" ones to 1e-3. Errors are relative, of the singular values 1 to 10 and 11 to 20; "orth"
is max |V^T V - I|. Peers that are not installed are left out.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before any BLAS is loaded

import argparse
import json
import platform
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from mornet.linalg import orthonormality_error
from mornet.reduction import fit_pod
from mornet.storage import write_text

RANK = 20
SHAPES = {"tall": (50_000, 500), "square": (2000, 2000), "very tall": (400_000, 200)}
DECAYS = {"steep": 10 ** (-0.4 * np.arange(40)), "mild": 1e-3 ** (np.arange(40) / 19)}

Result = tuple[np.ndarray, np.ndarray]  # modes (n, r), singular values
Candidate = Callable[[np.ndarray], Result]


def snapshots(shape: tuple[int, int], s: np.ndarray) -> np.ndarray:
    rng = np.random.default_rng(0)
    left, right = (np.linalg.qr(rng.standard_normal((k, len(s))))[0] for k in shape)
    return (left * s) @ right.T


def ours(method: str) -> Candidate:
    def run(U: np.ndarray) -> Result:
        pod = fit_pod(U, rank=RANK, method=method)
        return pod.V, pod.singular_values

    return run


def textbook_gram(U: np.ndarray) -> Result:
    """The method of snapshots as usually written."""
    values, W = np.linalg.eigh(U.T @ U)
    s = np.sqrt(np.maximum(values[::-1][:RANK], 1e-300))
    return U @ W[:, ::-1][:, :RANK] / s, s


def direct(U: np.ndarray) -> Result:
    left, s, _ = np.linalg.svd(U, full_matrices=False)
    return left[:, :RANK], s


def candidates(shape: tuple[int, int]) -> dict[str, Candidate]:
    found = {
        "mornet auto": ours("auto"),
        "mornet tsqr": ours("tsqr"),
        "textbook Gram": textbook_gram,
    }
    if shape[0] * min(shape) ** 2 <= 1e10:
        found["numpy svd"] = direct
    try:
        from sklearn.decomposition import PCA
        from sklearn.utils.extmath import randomized_svd

        found["sklearn randomized_svd"] = lambda U: randomized_svd(U, RANK, random_state=0)[:2]

        def pca(U: np.ndarray) -> Result:  # of U - mean: other singular values
            fitted = PCA(RANK, random_state=0).fit(U.T)
            return fitted.components_.T, fitted.singular_values_

        found["sklearn PCA (centred)"] = pca
    except ImportError:
        pass
    try:
        import torch

        torch.set_num_threads(1)

        def lowrank(U: np.ndarray) -> Result:
            left, s, _ = torch.svd_lowrank(torch.from_numpy(U), q=RANK + 10, niter=2)
            return left.numpy()[:, :RANK], s.numpy()[:RANK]

        found["torch svd_lowrank"] = lowrank
    except ImportError:
        pass
    try:
        from pymor.algorithms.pod import pod as pymor_pod
        from pymor.vectorarrays.numpy import NumpyVectorSpace

        def snapshots_method(U: np.ndarray) -> Result:
            V, s = pymor_pod(NumpyVectorSpace(len(U)).from_numpy(U), modes=RANK, rtol=0.0)
            return V.to_numpy().reshape(len(U), -1), s

        found["pymor pod"] = snapshots_method
    except ImportError:
        pass
    return found


def race(U: np.ndarray, s: np.ndarray, rounds: int) -> dict[str, dict[str, float]]:
    """Return seconds and errors of every candidate, which take turns."""
    named = candidates(U.shape)
    seconds: dict[str, list[float]] = {name: [] for name in named}
    errors: dict[str, dict[str, float]] = {}
    for k in range(rounds):
        for name in list(named)[:: -1 if k % 2 else 1]:
            begin = time.process_time()
            V, found = named[name](U)
            seconds[name].append(time.process_time() - begin)
            errors[name] = {"orth": orthonormality_error(np.asarray(V))}
            if "centred" in name:  # other singular values
                continue
            relative = np.abs(found[:RANK] / s[: min(RANK, len(found))] - 1)
            errors[name] |= {
                "error 1-10": float(relative[:10].max()),
                "error 11-20": float(relative[10:].max()),
            }
    return {name: {"seconds": float(np.median(seconds[name])), **errors[name]} for name in named}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    cases: dict[str, dict[str, dict[str, float]]] = {}
    for shape_name, shape in SHAPES.items():
        for decay, s in DECAYS.items():
            case = f"{shape_name} {shape[0]} x {shape[1]}, {decay}"
            cases[case] = race(snapshots(shape, s), s, options.rounds)
            print(case)
            for name, row in cases[case].items():
                print(f"  {name:24}", *(f"{key} {value:.2e}" for key, value in row.items()))
    about = {"numpy": np.__version__, "machine": platform.machine(), "cores": os.cpu_count()}
    record = {"rank": RANK, "rounds": options.rounds, **about, "cases": cases}
    write_text(options.out, json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
