"""A network with its parameters, as one value that a file can hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mornet.checks import require_array
from mornet.errors import ShapeError
from mornet.nn.losses import softmax
from mornet.nn.network import Network
from mornet.records import Array, array, in_short


@dataclass(frozen=True, eq=False)
class StoredNetwork:
    """A network with its parameters p (P,), as a training found them or another program did.

    ``save(path, StoredNetwork(network, p))`` writes both into one file, and `load` reads them.
    ``probabilities`` says that a softmax stands behind the last layer: `Objective` puts it there by
    its loss "softmax_log", and programs such as MatConvNet have it as a layer.

    Raises ShapeError unless p has an entry for each parameter, DataError if it is no array.
    """

    kind: ClassVar[str] = "stored_network"
    __repr__ = in_short
    network: Network
    p: Array = array("entry", about="parameters")
    probabilities: bool = False

    def __post_init__(self) -> None:
        require_array("p", self.p)
        if self.p.shape != (self.network.size,):
            raise ShapeError(
                f"p has shape {self.p.shape} but the network {self.network.size} parameters"
            )

    def forward(self, x: Array) -> Array:
        """Return f_p(x) (n_L, N) for columns ``x`` (n_1, N), without a softmax."""
        return self.network.forward(self.p, x)

    def outputs(self, x: Array) -> Array:
        """Return f_p(x), or the ``probabilities`` softmax(f_p(x)), for columns ``x`` (n_1, N)."""
        a = self.forward(x)
        return softmax(a) if self.probabilities else a
