"""Autoencoders, ||x - G(F(x))||_2^2 -> min: encoder and decoder are one network's halves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mornet.checks import require_codes, require_columns, require_finite, require_rank
from mornet.errors import DataError, OptionError
from mornet.linalg import InnerProduct, coordinates
from mornet.linalg import inner_product as as_inner_product
from mornet.nn import Network, initialise
from mornet.nn.input_derivatives import along_line, input_jacobian
from mornet.records import Array, Indices, array
from mornet.reduction.pod import POD, fit_pod
from mornet.reduction.pod.fit import root_weights
from mornet.training import (
    Checkpoint,
    History,
    KeepCheckpoint,
    Objective,
    Sampling,
    Shared,
    Shuffled,
    even_batch,
    train,
)
from mornet.training.recipes import Recipe, soap

STEPS = 5000  # of a training that is not told how long to go on


@dataclass(frozen=True, eq=False)
class Autoencoder:
    """encode(u) = F(x), decode(z) = c + s V G(z), with x = V^T M (u - c) / s.

    The network is G o F: its first ``code`` layers are the encoder F, the rest is the decoder G.
    Inputs are centred by ``centre`` c and divided by one global ``scale`` s, so that the loss is
    the data's own norm up to a factor; ``basis`` V holds POD modes, orthonormal with respect to
    ``inner_product`` M, if the network works in POD coordinates, else V = M = I.
    """

    kind: ClassVar[str] = "autoencoder"
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
        return int(self.network.widths[0] if self.basis is None else self.basis.shape[0])

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
        require_columns("U", U, self.n)
        encoder, _ = self.network.split(self.code)
        return encoder.forward(self.p[: encoder.size], self.inputs(U))

    def decode(self, Z: Array) -> Array:
        """Return c + s V G(Z) (n, m)."""
        require_columns("Z", Z, self.r)
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
        """Return d^2/ds^2 decode(z + s v) (n,) at s = 0, for ``z`` and ``v`` (r,)."""
        require_codes(self.r, z, v)
        encoder, decoder = self.network.split(self.code)
        line = along_line(decoder, self.p[encoder.size :], z[:, None], v[:, None])
        second = self.scale * line.second[:, 0]
        return second if self.basis is None else self.basis @ second

    def discarded(self, U: Array) -> float:
        """Return the norm of what POD coordinates lose of U - c before the network sees it."""
        if self.basis is None:
            return 0.0
        X = U if self.centre is None else U - self.centre[:, None]
        lost = X - self.basis @ _coordinates(U, self.centre, self.basis, self.inner_product)
        product = self.inner_product
        return float(np.linalg.norm(lost if product is None else product.norms(lost)))

    def inputs(self, U: Array) -> Array:
        """Return what the network sees of snapshots ``U`` (n, m): (V^T M (U - c)) / s."""
        return _coordinates(U, self.centre, self.basis, self.inner_product) / self.scale


class FittedAutoencoder(NamedTuple):
    """An autoencoder, and its training: J of the scaled inputs, 2 N J = ||X - G(F(X))||^2.

    Weights of snapshots count in J over their mean.
    """

    autoencoder: Autoencoder
    history: History


def fit_autoencoder(
    U: Array,
    rank: int,
    *,
    rng: np.random.Generator,
    hidden: tuple[int, ...] = (128, 64),
    activation: str = "swish",
    code_activation: str = "identity",
    centre: bool = True,
    pod_tolerance: float | None = 1e-4,
    tied: bool = False,
    seen: float | None = None,
    initialisation: str = "glorot",
    epochs: int | None = None,
    sampling: Sampling | None = None,
    optimiser: Recipe = soap,
    clip: float | None = None,
    inner_product: Any = None,
    weights: Array | None = None,
    validation: Array | None = None,
    patience: int | None = None,
    records: int = 100,
    keep: KeepCheckpoint | None = None,
    resume: Checkpoint | None = None,
) -> FittedAutoencoder:
    """Return an autoencoder of code size ``rank`` trained on the snapshots ``U`` (n, m).

    The widths are n, hidden, r, reversed hidden, n; the output layer is linear, hidden layers have
    ``activation``, the code layer ``code_activation``. hidden = () with a sigmoid code is the
    shallow network of H. Bourlard and Y. Kamp (1988), which cannot beat centred POD on its training
    data; with hidden layers it may. Inputs are centred by their mean if ``centre``, and divided by
    their root mean square. With ``pod_tolerance`` the network works in the POD coordinates whose
    discarded relative tail is not larger: an orthogonal change of coordinates, so the loss differs
    by that tail alone.

    With ``tied`` weights every decoder matrix is the transpose of its encoder matrix. With ``seen``
    in (0, 1] each output is connected to that part of the last hidden layer only, a window that
    moves along with the degrees of freedom, as in the shallow masked decoder of Kim et al. (2022):
    it needs them in order, and so no POD coordinates. Either is for optimisers that treat each
    parameter by itself, as `adam` does.

    Training takes ``epochs``, by default as many as make 5000 steps, of batches of about 100
    snapshots and SOAP with a cosine schedule from 3e-3, unless ``sampling`` and ``optimiser``, a
    recipe for network and number of steps, say otherwise. About ``records`` costs are kept, also on
    the snapshots ``validation`` (n, k) if given; with ``patience`` the training stops after that
    many records without a lower validation cost, and returns the parameters of the lowest.
    ``clip``, and ``keep`` and ``resume`` for checkpoints, are those of `train`.

    ``inner_product`` and ``weights`` (m,) are those of `fit_pod`: this norm is what is minimised.
    An inner product needs POD coordinates, in which it is Euclidean.

    Raises OptionError for sizes out of range or patience without validation, DataError for bad
    snapshots or weights, DivergenceError where training diverges.
    """
    require_columns("U", U)
    require_finite("U", U)
    n, m = U.shape
    require_rank(rank, U.shape, "code size")
    if seen is not None and pod_tolerance is not None:
        raise OptionError(
            "a masked decoder (seen) works in no POD coordinates: set pod_tolerance to None"
        )
    if inner_product is not None and pod_tolerance is None:
        raise OptionError("an inner product needs POD coordinates: give pod_tolerance")
    M, w = as_inner_product(inner_product, n), mean_one(weights, m)
    c = np.average(U, axis=1, weights=w) if centre else None
    basis = _pod_coordinates(U, c, pod_tolerance, rank, M, w)
    X = _coordinates(U, c, basis, M)
    scale = float(np.sqrt(np.mean(np.average(X**2, axis=1, weights=w))))
    if scale == 0:
        raise DataError("all snapshots are equal: there is nothing to train on")

    network = autoencoder_network(X.shape[0], hidden, rank, activation, code_activation)
    index = shared_index(network, tied, seen) if tied or seen is not None else None
    cost = _cost(network, index, X / scale, w)
    held_out = None
    if validation is not None:
        require_columns("validation", validation, n)
        held_out = _cost(network, index, _coordinates(validation, c, basis, M) / scale)
    sampling = sampling or Shuffled(even_batch(m, 100))
    epoch = sampling.steps_per_epoch(m)
    epochs = epochs or -(-STEPS // epoch)
    record_every = max(1, epochs // records) * epoch
    start = initialise(network, initialisation, rng)
    p, history = train(
        cost,
        cost.restrict(start) if isinstance(cost, Shared) else start,
        optimiser(network, epochs * epoch),
        steps=epochs * epoch,
        sampling=sampling,
        rng=rng,
        record_every=record_every,
        validation=held_out,
        patience=patience,
        clip=clip,
        keep=keep,
        keep_every=record_every,
        resume=resume,
    )
    p = cost.lift(p) if isinstance(cost, Shared) else p
    model = Autoencoder(network, len(hidden) + 1, p, scale, c, basis, M)
    return FittedAutoencoder(model, history)


def autoencoder_network(
    n: int, hidden: tuple[int, ...], rank: int, activation: str, code_activation: str
) -> Network:
    """Return the network of widths n, hidden, r, reversed hidden, n with a linear output layer."""
    half = (activation,) * len(hidden)
    activations = (*half, code_activation, *half, "identity")
    return Network((n, *hidden, rank, *hidden[::-1], n), activations)


def mean_one(weights: Array | None, m: int) -> Array | None:
    """Return ``weights`` (m,), checked as those of a POD, over their mean."""
    root = root_weights(weights, m)
    return None if root is None else root**2 / np.mean(root**2)


def _cost(
    network: Network, index: Indices | None, X: Array, weights: Array | None = None
) -> Objective | Shared:
    """Return J for the scaled inputs ``X``, of shared parameters if ``index`` says which."""
    X = np.asfortranarray(X)
    objective = Objective(network, X, X, weights)
    return objective if index is None else Shared(objective, index)


def shared_index(network: Network, tied: bool, seen: float | None) -> Indices:
    """Return the index of `Shared` for an autoencoder's network, see `fit_autoencoder`.

    Raises OptionError for ``seen`` outside (0, 1], or with tied weights.
    """
    index: Any = np.arange(network.size)
    layers = network.layers(index)  # views, of indices instead of parameters
    if tied:
        if seen is not None:
            raise OptionError("weights are tied or masked (seen), not both")
        for l in range(network.depth // 2):
            layers[-1 - l].W[...] = layers[l].W.T
    elif seen is not None:
        if not 0 < seen <= 1:
            raise OptionError(f"seen = {seen} must lie in (0, 1]")
        n, h = network.widths[-1], network.widths[-2]
        layers[-1].W[~window(n, h, seen)] = -1
    kept, number = np.unique(index, return_inverse=True)
    return number - int(kept[0] < 0)


def window(n: int, h: int, seen: float) -> NDArray[np.bool_]:
    """Return which of ``h`` units each of ``n`` outputs sees (n, h): a band along the diagonal."""
    wide = max(1, round(seen * h))
    first = np.round(np.linspace(0, h - wide, n)).astype(int)[:, None]
    unit = np.arange(h)
    return (first <= unit) & (unit < first + wide)


def _coordinates(
    U: Array, centre: Array | None, basis: Array | None, product: InnerProduct | None
) -> Array:
    """Return V^T M (U - c), U - c without a basis V."""
    if basis is not None:
        return coordinates(U, basis, centre, product)
    return U if centre is None else U - centre[:, None]


def _pod_coordinates(
    U: Array,
    centre: Array | None,
    tolerance: float | None,
    rank: int,
    product: InnerProduct | None,
    weights: Array | None,
) -> Array | None:
    if tolerance is None:
        return None
    norm: dict[str, Any] = {"centre": centre, "inner_product": product, "weights": weights}
    pod: POD = fit_pod(U, tolerance=tolerance, **norm)
    return pod.V if pod.r >= rank else fit_pod(U, rank=rank, **norm).V
