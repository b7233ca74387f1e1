"""Autoencoders, ||x - G(F(x))||_2^2 -> min: encoder and decoder are one network's halves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from mornet.checks import require_columns, require_finite
from mornet.errors import DataError, OptionError
from mornet.nn import Network, initialise
from mornet.records import Array, array
from mornet.reduction.pod import POD, fit_pod
from mornet.training import Checkpoint, History, Keep, Objective, Sampling, Shuffled, train
from mornet.training.recipes import Recipe, adam


@dataclass(frozen=True, eq=False)
class Autoencoder:
    """encode(u) = F(x), decode(z) = c + s V G(z), with x = V^T (u - c) / s.

    The network is G o F: its first ``code`` layers are the encoder F, the rest is the decoder G.
    Inputs are centred by ``centre`` c and divided by one global ``scale`` s, so that the loss is
    the data's own norm up to a factor; ``basis`` V holds POD modes if the network works in POD
    coordinates, else V = I.
    """

    kind: ClassVar[str] = "autoencoder"
    network: Network
    code: int
    p: Array = array("entry", about="parameters of the network, encoder first")
    scale: float = array(about="divisor of the inputs, with the units of the snapshots")
    centre: Array | None = array("dof", about="subtracted before encoding", optional=True)
    basis: Array | None = array("dof", "input", about="POD modes, orthonormal", optional=True)

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
        """Return the codes F((V^T (U - c)) / s) (r, m)."""
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

    def inputs(self, U: Array) -> Array:
        """Return what the network sees of snapshots ``U`` (n, m): (V^T (U - c)) / s."""
        return _coordinates(U, self.centre, self.basis) / self.scale


class FittedAutoencoder(NamedTuple):
    """An autoencoder, and its training: J of the scaled inputs, 2 N J = ||X - G(F(X))||^2."""

    autoencoder: Autoencoder
    history: History


def fit_autoencoder(
    U: Array,
    rank: int,
    *,
    rng: np.random.Generator,
    hidden: tuple[int, ...] = (),
    activation: str = "sigmoid",
    code_activation: str = "identity",
    centre: bool = True,
    pod_tolerance: float | None = None,
    initialisation: str = "glorot",
    epochs: int = 500,
    sampling: Sampling | None = None,
    optimiser: Recipe = adam,
    clip: float | None = None,
    validation: Array | None = None,
    patience: int | None = None,
    records: int = 100,
    keep: Keep | None = None,
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

    Training is mini-batch Adam with a cosine schedule from 5e-3, unless ``optimiser``, a recipe for
    network and number of steps, and ``sampling`` say otherwise. About ``records`` costs are kept,
    also on the snapshots ``validation`` (n, k) if given; with ``patience`` the training stops after
    that many records without a lower validation cost, and returns the parameters of the lowest.
    ``clip``, and ``keep`` and ``resume`` for checkpoints, are those of `train`.

    Raises OptionError for sizes out of range or patience without validation, DataError for bad
    snapshots, DivergenceError where training diverges.
    """
    require_columns("U", U)
    require_finite("U", U)
    n, m = U.shape
    if not 1 <= rank <= min(n, m):
        raise OptionError(f"code size {rank} must be between 1 and min(n, m) = {min(n, m)}")
    c = np.mean(U, axis=1) if centre else None
    basis = _pod_coordinates(U, c, pod_tolerance, rank)
    X = _coordinates(U, c, basis)
    scale = float(np.sqrt(np.mean(X**2)))
    if scale == 0:
        raise DataError("all snapshots are equal: there is nothing to train on")
    X = np.asfortranarray(X / scale)

    widths = (X.shape[0], *hidden, rank, *hidden[::-1], X.shape[0])
    half = (activation,) * len(hidden)
    network = Network(widths, (*half, code_activation, *half, "identity"))
    sampling = sampling or Shuffled(50)
    epoch = sampling.steps_per_epoch(m)
    record_every = max(1, epochs // records) * epoch
    held_out = None
    if validation is not None:
        require_columns("validation", validation, n)
        X_held_out = np.asfortranarray(_coordinates(validation, c, basis) / scale)
        held_out = Objective(network, X_held_out, X_held_out)
    p, history = train(
        Objective(network, X, X),
        initialise(network, initialisation, rng),
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
    return FittedAutoencoder(Autoencoder(network, len(hidden) + 1, p, scale, c, basis), history)


def _coordinates(U: Array, centre: Array | None, basis: Array | None) -> Array:
    """Return V^T (U - c)."""
    X = U if centre is None else U - centre[:, None]
    return X if basis is None else basis.T @ X


def _pod_coordinates(
    U: Array, centre: Array | None, tolerance: float | None, rank: int
) -> Array | None:
    if tolerance is None:
        return None
    pod: POD = fit_pod(U, tolerance=tolerance, centre=centre)
    return pod.V if pod.r >= rank else fit_pod(U, rank=rank, centre=centre).V
