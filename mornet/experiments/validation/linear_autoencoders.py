"""Theorems on linear autoencoders and on networks with one hidden layer.

C. Eckart and G. Young, Psychometrika 1, 1936; P. Baldi and K. Hornik, Neural Networks 2, 1989; H.
Bourlard and Y. Kamp, Biol. Cybern. 59, 1988; D. Kunin, J. Bloom, A. Goeva and C. Seed, ICML 2019;
E. Plaut, arXiv:1804.10253, 2018.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np

from mornet.errors import OptionError
from mornet.experiments.validation.published import Measured, Published, Reproduction, reproduce
from mornet.fom.burgers import burgers_data_set
from mornet.linalg import principal_angles, thin_svd
from mornet.nn import Network
from mornet.records import Array
from mornet.reduction.autoencoder.fit import fit_autoencoder
from mornet.reduction.autoencoder.linear import LinearAutoencoderSettings, fit_linear_autoencoder
from mornet.reduction.autoencoder.record import FittedAutoencoder
from mornet.reduction.autoencoder.settings import AutoencoderSettings
from mornet.reduction.measures import relative_error
from mornet.reduction.pod.fit import fit_pod
from mornet.settings import Count
from mornet.training.objective import Objective

S = np.array([3.0, 2.0, 1.2, 0.8, 0.5, 0.3])
"""Singular values of the snapshots (30 x 20) of the theorems of Baldi, Hornik and Kunin."""
RANK = 3
SUBSETS = tuple(combinations(range(4), 2))
DECAYS = (0.1, 0.5, 2.0)
ACTIVATIONS = ("sigmoid", "tanh", "swish")


def _omitted(kept: tuple[int, ...]) -> float:
    return float(np.sum(np.delete(S, kept) ** 2))


def _descents(kept: tuple[int, ...]) -> int:
    """Return the pairs of a kept and an omitted singular value whose exchange lowers the loss."""
    omitted = set(range(len(S))) - set(kept)
    return sum(S[j] > S[i] for i in kept for j in omitted)


def _kunin_loss(decay: float) -> float:
    kept = S[:RANK][S[:RANK] ** 2 > decay]
    return float(np.sum(S**2) - np.sum((kept**2 - decay) ** 2 / kept**2))


def _modes(kept: tuple[int, ...]) -> str:
    return " and ".join(str(k + 1) for k in kept)


PUBLISHED = (
    *(
        Published({"theorem": "Eckart-Young", "centre": centre, "rank": r}, 0.0, 1e-10, "absolute")
        for centre in ("none", "mean")
        for r in (2, 5, 10, 30)
    ),
    *(
        Published({"theorem": "Baldi-Hornik, loss", "modes": _modes(k)}, _omitted(k), 1e-12)
        for k in SUBSETS
    ),
    *(
        Published({"theorem": "Baldi-Hornik, gradient", "modes": _modes(k)}, 0.0, 1e-13, "absolute")
        for k in SUBSETS
    ),
    *(
        Published(
            {"theorem": "Baldi-Hornik, negative curvatures", "modes": _modes(k)},
            _descents(k),
            0.0,
            "absolute",
        )
        for k in SUBSETS
    ),
    *(
        Published({"theorem": "Bourlard-Kamp", "code": a, "rank": r}, 1.0, relation="at least")
        for a in ACTIVATIONS
        for r in (1, 2, 5)
    ),
    *(Published({"theorem": "Kunin, loss", "decay": d}, _kunin_loss(d), 1e-9) for d in DECAYS),
    *(
        Published({"theorem": f"Kunin, {what}", "decay": d}, 0.0, 1e-5, "absolute")
        for what in ("W_2 W_1", "W_1 - W_2^T")
        for d in DECAYS
    ),
    Published({"theorem": "Plaut", "decay": 0.1}, 0.0, 1e-4, "absolute"),
    Published({"theorem": "rate of alternating least squares"}, (1.5 / 2) ** 4, 1e-3),
)


def linear_autoencoders() -> Reproduction:
    """Return what the theorems state beside what trained and constructed networks do."""
    return reproduce(
        PUBLISHED,
        linear_autoencoder_number,
        source="Eckart and Young 1936; Baldi and Hornik 1989; Bourlard and Kamp 1988; Kunin et al. "
        "2019; Plaut 2018",
        place="theorems",
        configuration="Eckart-Young: excess of the loss of a linear autoencoder over the energy "
        "omitted by POD, Burgers on 128 nodes, random start. Baldi-Hornik: critical points on two "
        "modes, snapshots with the singular values 3, 2, 1.2, 0.8, 0.5, 0.3. Bourlard-Kamp: "
        "training error over that of centred POD, one hidden layer. Kunin: decay in the units of "
        "the squared snapshots, rank 3. Plaut: largest angle between a left singular vector of the "
        "decoder and its mode.",
        quantity="theorems on autoencoders",
        tolerance=1e-10,
        origin="theorem",
    )


def linear_autoencoder_number(
    *,
    theorem: str,
    centre: str = "none",
    rank: Count = RANK,
    modes: str = "",
    code: str = "sigmoid",
    decay: float = 0.0,
) -> float | Measured:
    """Return the number of one ``theorem``.

    Raises OptionError for a theorem that is none of those of the table.
    """
    match theorem.partition(",")[0]:
        case "Eckart-Young":
            return _excess(rank, centre == "mean")
        case "Baldi-Hornik":
            kept = tuple(int(k) - 1 for k in modes.split(" and "))
            return _critical(theorem.partition(", ")[2], kept)
        case "Bourlard-Kamp":
            return _shallow(rank, code)
        case "Kunin":
            return _decayed(theorem.partition(", ")[2], decay)
        case "Plaut":
            return _plaut(decay)
        case "rate of alternating least squares":
            return _rate()
    raise OptionError(f"no theorem {theorem!r} in the table")


def _excess(rank: int, centred: bool) -> float:
    """Return (loss / optimum) - 1 of a linear autoencoder from a random start."""
    U = _burgers()
    pod = fit_pod(U, rank=rank, centre="mean" if centred else None)
    settings = LinearAutoencoderSettings(bias=centred)
    fitted = fit_linear_autoencoder(U, rank, settings, rng=np.random.default_rng(0)).autoencoder
    return (relative_error(fitted, U) / relative_error(pod, U)) ** 2 - 1


def _critical(what: str, kept: tuple[int, ...]) -> float:
    """Return a number of the critical point W_2 = W_1^T = the ``kept`` modes."""
    U = snapshots()
    V = thin_svd(U).U[:, list(kept)]
    J = Objective(Network((len(U), len(kept), len(U)), "identity", bias=False), U, U)
    p = np.concatenate([V.T.ravel(), V.ravel()])
    if what == "loss":
        return 2 * J.N * J.value(p)
    if what == "gradient":
        return float(np.linalg.norm(J.gradient(p)))
    eigenvalues = np.linalg.eigvalsh(J.hessian(p))
    return float(np.sum(eigenvalues < -1e-10 * eigenvalues[-1]))


def _shallow(rank: int, code: str) -> Measured:
    """Return the least training error of three seeds over that of centred POD."""
    U = _burgers()
    settings = AutoencoderSettings(hidden=(), code_activation=code, pod_tolerance=1e-6, epochs=300)
    pod = relative_error(fit_pod(U, rank=rank, centre="mean"), U)
    ratios = [
        relative_error(fit_autoencoder(U, rank, settings, rng=rng).autoencoder, U) / pod
        for rng in map(np.random.default_rng, range(3))
    ]
    return Measured(min(ratios), f"three seeds: {min(ratios):.4f} to {max(ratios):.4f}")


@lru_cache(maxsize=len(DECAYS))
def _kunin(decay: float) -> FittedAutoencoder:
    settings = LinearAutoencoderSettings(decay=decay)
    return fit_linear_autoencoder(snapshots(), RANK, settings, rng=np.random.default_rng(0))


def _weights(decay: float) -> tuple[Array, Array]:
    model = _kunin(decay).autoencoder
    encoder, decoder = model.network.layers(model.p)
    return encoder.W, decoder.W


def _decayed(what: str, decay: float) -> float:
    """Return the penalised loss, or how far the weights are from the closed form."""
    model, history = _kunin(decay)
    U, (W1, W2) = snapshots(), _weights(decay)
    if what == "loss":
        return float(history.objective[-1] * 2 * U.shape[1] * model.scale**2)
    if what == "W_1 - W_2^T":
        return float(np.linalg.norm(W1 - W2.T))
    V = thin_svd(U).U[:, :RANK]
    shrunk = np.maximum(1 - decay / S[:RANK] ** 2, 0)
    return float(np.linalg.norm(W2 @ W1 - (V * shrunk) @ V.T))


def _plaut(decay: float) -> float:
    V, left = thin_svd(snapshots()).U, thin_svd(_weights(decay)[1]).U
    pairs: Any = [(left[:, [k]], V[:, [k]]) for k in range(RANK)]
    return max(float(principal_angles(a, b)[0]) for a, b in pairs)


def _rate() -> float:
    """Return the factor of the excess of the loss in a sweep, for s_3 = 2 and s_4 = 1.5."""
    s = np.array([4.0, 3.0, 2.0, 1.5, 1.0, 0.5])
    U = snapshots(s)
    fitted = fit_linear_autoencoder(U, 3, rng=np.random.default_rng(0))
    loss = fitted.history.objective * 2 * U.shape[1] * np.mean(U**2)
    excess = loss - np.sum(s[3:] ** 2)
    return float((excess[14] / excess[12]) ** 0.5)


def snapshots(s: Array = S, n: int = 30, m: int = 20) -> Array:
    """Return snapshots (n, m) with the singular values ``s`` and random singular vectors."""
    rng = np.random.default_rng(0)
    V, W = (np.linalg.qr(rng.standard_normal((k, len(s))))[0] for k in (n, m))
    return np.asfortranarray((V * s) @ W.T)


@lru_cache(maxsize=1)
def _burgers() -> Array:
    return burgers_data_set(n=128, steps=120).train.U
