"""Updates of the network of the ten points: orders 1 to 6, minima, and folds of the branches."""

from __future__ import annotations

from functools import lru_cache

from mornet.experiments.updates.orders import UpdateOrders, update_orders
from mornet.experiments.updates.removal import RemovalEnds, removal
from mornet.experiments.updates.trained_networks import TrainedNetworkSettings
from mornet.experiments.validation.published import SCRIPT, Published, Reproduction, reproduce

MINIMA = {1e-3: 0.1717093414, 1e-4: 0.02882662591}
SPECTRA = {1e-3: (4.23e-5, 0.803), 1e-4: (6.33e-6, 0.407)}
ORDERS = {  # update -> order of its error in t
    "no update": 1,
    "10 gradient steps": 1,
    "Gauss-Newton first order": 1,
    "damped 1e-03 first order": 1,
    "first order": 2,
    "Newton step": 2,
    "second order": 3,
    "first order + chord": 3,
    "third order": 4,
    "first order + Newton": 4,
    "fifth order": 6,
}
FOLDS = {3: 0.3796, 6: 0.8146}
RADII = {3: (0.3802, 0.37), 6: (0.8156, 0.32)}
T = (1e-4, 1.77828e-4, 3.16228e-4, 5.62341e-4, 1e-3, 1.77828e-3, 3.16228e-3, 5.62341e-3,
     1e-2, 1.77828e-2, 3.16228e-2, 5.62341e-2, 1e-1)  # fmt: skip
PUBLISHED = (
    *(Published({"number": "J", "decay": decay}, J, 1e-9) for decay, J in MINIMA.items()),
    *(
        Published({"number": f"{which} eigenvalue", "decay": decay}, value, 5e-3)
        for decay, values in SPECTRA.items()
        for which, value in zip(("least", "largest"), values, strict=True)
    ),
    *(
        Published(
            {"number": "order", "update": update, "decay": decay},
            order,
            0.05 if order < 4 else 0.1,
            "absolute",
            origin="theorem",
        )
        for decay in MINIMA
        for update, order in ORDERS.items()
    ),
    *(Published({"number": "end of the branch", "point": i}, t) for i, t in FOLDS.items()),
    *(Published({"number": "radius", "point": i}, R) for i, (R, _) in RADII.items()),
    *(
        Published({"number": "exponent", "point": i}, alpha, 0.006, "absolute")
        for i, (_, alpha) in RADII.items()
    ),
)


def update_theory() -> Reproduction:
    """Return orders of theory, and facts of an independent program, beside those measured."""
    return reproduce(
        PUBLISHED,
        update_number,
        source="Implicit function theorem and Taylor series of a minimum",
        place="orders: theory; all other numbers: an independent program",
        configuration="Network 2-2-3-2 on the ten points with weight decay, at a minimum that "
        "Newton's method finds; the targets move in a random direction, or (last numbers, decay "
        "1e-3) one point leaves. Branches end in folds; the radius and the exponent are predicted "
        "at t = 0.",
        quantity="updates of a trained network",
        tolerance=1e-3,
        origin=SCRIPT,
    )


def update_number(*, number: str, decay: float = 1e-3, update: str = "", point: int = 0) -> float:
    """Return the measured order of an update, or a ``number`` of the minimum or of a branch."""
    match number:
        case "J":
            return float(_orders(decay).base.objective)
        case "least eigenvalue":
            return float(_orders(decay).base.eigenvalues[0])
        case "largest eigenvalue":
            return float(_orders(decay).base.eigenvalues[-1])
        case "order":
            accuracy = _orders(decay).accuracy
            return float(accuracy.slope[accuracy.method.index(update)])
        case "end of the branch":
            return float(_ends().reached[point])
        case "radius":
            return float(_ends().radius[point])
    return float(_ends().exponent[point])


@lru_cache(maxsize=len(MINIMA))
def _orders(decay: float) -> UpdateOrders:
    base = TrainedNetworkSettings(decay=decay, minimum=MINIMA[decay])
    return update_orders(base=base, methods="all", t=T, adam_steps=1, retraining_gradients=1)


@lru_cache(maxsize=1)
def _ends() -> RemovalEnds:
    return removal(base=TrainedNetworkSettings(starts=200, minimum=MINIMA[1e-3])).ends
