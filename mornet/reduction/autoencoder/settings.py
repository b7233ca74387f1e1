"""The settings of autoencoders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from mornet.nn.activations import ACTIVATIONS
from mornet.nn.initialise import INITIALISATIONS
from mornet.settings import Count, Fraction, OneOf, Positive, Settings
from mornet.training.recipes import RECIPES


@dataclass(frozen=True)
class AutoencoderSettings(Settings):
    """The network of an autoencoder, and its training by mini-batches.

    The network has the widths n, ``hidden``, r, reversed ``hidden``, n. Hidden layers have the
    ``activation``, the code layer has the ``code_activation``, the output layer is linear.
    ``hidden`` = () with a sigmoid code is the shallow network of H. Bourlard and Y. Kamp (1988),
    which cannot beat centred POD on its training data. A network with hidden layers can.

    The mean of the snapshots is subtracted if ``centre``. With a ``pod_tolerance`` the network
    works in the POD coordinates whose relative truncation error is at most this tolerance. That is
    an orthogonal change of coordinates, and so the loss differs by the truncation error alone.

    With ``tied`` weights every decoder matrix is the transpose of its encoder matrix. With a
    ``decoder_density`` in (0, 1] each output is connected to that part of the last hidden layer
    only, a window that moves along with the degrees of freedom, as in the shallow masked decoder of
    Kim et al. (2022). The masked decoder needs the degrees of freedom in order, and so no POD
    coordinates. Tied weights and masked decoders are for optimisers that treat each parameter by
    itself, such as Adam.

    Every ``optimiser`` has the same budget: ``epochs`` of batches of about ``batch`` snapshots, by
    default as many epochs as make 5000 steps. The ``learning_rate`` is that of the optimiser's
    recipe unless given. Gradients are scaled down to the norm ``clip``. Costs are recorded about
    100 times. With ``patience`` the training stops after that many records without a lower
    validation cost, and returns the parameters of the lowest.
    """

    hidden: tuple[Count, ...] = (128, 64)
    activation: Annotated[str, OneOf(ACTIVATIONS)] = "swish"
    code_activation: Annotated[str, OneOf(ACTIVATIONS)] = "identity"
    centre: bool = True
    pod_tolerance: Fraction | None = 1e-4
    tied: bool = False
    decoder_density: Fraction | None = None
    initialisation: Annotated[str, OneOf(INITIALISATIONS)] = "glorot"
    epochs: Count | None = None
    batch: Count = 100
    optimiser: Annotated[str, OneOf(RECIPES)] = "soap"
    learning_rate: Positive | None = None
    clip: Positive | None = None
    patience: Count | None = None
