"""The six reference networks of tests/data/gradients.npz (made with PyTorch, float64)."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mornet.nn import Network

DATA = Path(__file__).parent.parent / "data"


@dataclass(frozen=True)
class ReferenceCase:
    net: Network
    x: np.ndarray
    y: np.ndarray
    loss: float
    p: np.ndarray
    gradient: np.ndarray
    v: np.ndarray
    Hv: np.ndarray
    GGNv: np.ndarray


def flat(arrays, prefix: str, mark: str, depth: int) -> np.ndarray:
    """The parameters in mornet's order from arrays named {prefix}{mark}W2, {prefix}{mark}b2, ..."""
    return np.concatenate(
        [
            arrays[f"{prefix}{mark}{kind}{l}"].ravel()
            for l in range(2, depth + 2)
            for kind in ("W", "b")
        ]
    )


def reference_cases() -> list[ReferenceCase]:
    with np.load(DATA / "gradients.npz") as arrays:
        return [_case(arrays, f"c{k}_") for k in range(6)]


def _case(arrays, prefix: str) -> ReferenceCase:
    widths = tuple(arrays[prefix + "sizes"].tolist())
    names = tuple({"linear": "identity"}.get(a, a) for a in arrays[prefix + "act"].tolist())
    vectors = [flat(arrays, prefix, mark, len(names)) for mark in ("", "g", "v", "Hv", "GGNv")]
    p, gradient, v, Hv, GGNv = vectors
    return ReferenceCase(
        Network(widths, names),
        arrays[prefix + "x"],
        arrays[prefix + "y"],
        float(arrays[prefix + "loss"]),
        p,
        gradient,
        v,
        Hv,
        GGNv,
    )
