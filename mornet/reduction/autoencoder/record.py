"""The autoencoder: encoder and decoder are the halves of one network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from mornet.checks import real_matrix, require_codes
from mornet.linalg import InnerProduct, Norm, coordinates
from mornet.nn.input_derivatives import along_lines, input_jacobian
from mornet.nn.network import Network
from mornet.records import Array, array, in_short
from mornet.training.history import History


@dataclass(frozen=True, eq=False)
class Autoencoder:
    """encode(u) = F(x), decode(z) = c + s V G(z), with x = V^T M (u - c) / s.

    The network is G o F: its first ``code`` layers are the encoder F, the others are the decoder G.
    ``centre`` c is subtracted from the snapshots, and inputs are divided by one ``scale`` s, so
    that the loss is the norm of the data up to a factor. If the network works in POD coordinates,
    ``basis`` V holds POD modes, orthonormal in ``inner_product`` M; otherwise V = M = I.
    """

    kind: ClassVar[str] = "autoencoder"
    __repr__ = in_short
    network: Network
    code: int
    p: Array = array("entry", about="parameters of the network, encoder first")
    scale: float = array(about="divisor of the inputs, with the units of the snapshots")
    centre: Array | None = array("dof", about="subtracted before encoding", optional=True)
    basis: Array | None = array("dof", "input", about="POD modes, V^T M V = I", optional=True)
    inner_product: InnerProduct | None = None

    @property
    def n(self) -> int:
        """Degrees of freedom."""
        return int(self.network.widths[-1] if self.basis is None else self.basis.shape[0])

    @property
    def r(self) -> int:
        """Entries of a code."""
        return self.network.widths[self.code]

    @property
    def parameters(self) -> int:
        """Entries of p, V and c."""
        return sum(a.size for a in (self.p, self.basis, self.centre) if a is not None)

    def encode(self, U: Array) -> Array:
        """Return the codes F((V^T M (U - c)) / s) (r, m)."""
        U = real_matrix("U", U, self.n)
        encoder, _ = self.network.split(self.code)
        return encoder.forward(self.p[: encoder.size], self.inputs(U))

    def decode(self, Z: Array) -> Array:
        """Return c + s V G(Z) (n, m)."""
        Z = real_matrix("Z", Z, self.r)
        encoder, decoder = self.network.split(self.code)
        U = self.scale * decoder.forward(self.p[encoder.size :], Z)
        U = U if self.basis is None else self.basis @ U
        return U if self.centre is None else U + self.centre[:, None]

    def decode_jacobian(self, z: Array) -> Array:
        """Return the derivative s V G'(z) (n, r) of `decode` at one code ``z`` (r,)."""
        require_codes(self.r, z)
        encoder, decoder = self.network.split(self.code)
        J = self.scale * input_jacobian(decoder, self.p[encoder.size :], z[:, None])[0]
        return J if self.basis is None else self.basis @ J

    def decode_second_derivative(self, z: Array, v: Array) -> Array:
        """Return d^2/ds^2 decode(z + s v) at s = 0, for ``z`` (r,) and ``v`` (r,) or (r, k)."""
        require_codes(self.r, z, v)
        encoder, decoder = self.network.split(self.code)
        line = along_lines(decoder, self.p[encoder.size :], z, v)
        second = self.scale * line.second.reshape(len(line.second), *v.shape[1:])
        return second if self.basis is None else self.basis @ second

    def truncation_error(self, U: Array, weights: Array | None = None) -> float:
        """Return ||(I - V V^T M) (U - c)||, the part of the error that POD coordinates cause.

        ``weights`` (m,) are those of the snapshots ``U`` (n, m) in the norm.
        """
        if self.basis is None:
            return 0.0
        X = U if self.centre is None else U - self.centre[:, None]
        lost = X - self.basis @ network_inputs(U, self.centre, self.basis, self.inner_product)
        return Norm(self.inner_product, weights).of(lost)

    def inputs(self, U: Array) -> Array:
        """Return the inputs (V^T M (U - c)) / s of the network for snapshots ``U`` (n, m)."""
        return network_inputs(U, self.centre, self.basis, self.inner_product) / self.scale


class FittedAutoencoder(NamedTuple):
    """An autoencoder, and the history of J of its scaled inputs, 2 N J = ||X - G(F(X))||^2.

    In J the weights of snapshots are divided by their mean.
    """

    autoencoder: Autoencoder
    history: History


def network_inputs(
    U: Array, centre: Array | None, basis: Array | None, product: InnerProduct | None
) -> Array:
    """Return V^T M (U - c) for a ``basis`` V, and U - c without a basis."""
    if basis is not None:
        return coordinates(U, basis, centre, product)
    return U if centre is None else U - centre[:, None]
