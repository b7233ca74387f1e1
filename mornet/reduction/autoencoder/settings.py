"""The settings of autoencoders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from mornet.nn.activations import ACTIVATIONS
from mornet.nn.initialise import INITIALISATIONS
from mornet.settings import Count, Fraction, OneOf, Positive, Settings
from mornet.training.recipes import RECIPES


@dataclass(frozen=True)
class MiniBatchSettings(Settings):
    """A training by mini-batches.

    Every ``optimiser`` has the same budget: ``epochs`` of batches of about ``batch`` snapshots. By
    default the number of epochs gives about 5000 steps. The ``learning_rate`` is that of the recipe
    of the optimiser unless given. A gradient longer than ``clip`` is scaled to this norm. The
    objective J is recorded about 100 times, or less often where that would take more than 5 per
    cent of the work. With ``patience`` the training stops after this number of records without a
    new least J on the validation snapshots, and returns the parameters of the least J.
    """

    initialisation: Annotated[str, OneOf(INITIALISATIONS)] = "glorot"
    epochs: Count | None = None
    batch: Count = 100
    optimiser: Annotated[str, OneOf(RECIPES)] = "soap"
    learning_rate: Positive | None = None
    clip: Positive | None = None
    patience: Count | None = None


@dataclass(frozen=True)
class AutoencoderSettings(MiniBatchSettings):
    """The network of an autoencoder, and its training by mini-batches.

    The network has the widths n, ``hidden``, r, reversed ``hidden``, n. Hidden layers have the
    ``activation``, the code layer has the ``code_activation``, the output layer is linear.
    ``hidden`` = () with a sigmoid code is the shallow network of H. Bourlard and Y. Kamp (1988),
    which cannot have a smaller training error than centred POD. A network with hidden layers can.

    The mean of the snapshots is subtracted if ``centre``. With a ``pod_tolerance`` the network
    works in the POD coordinates whose relative truncation error is at most this tolerance. The
    change of coordinates is orthogonal, so the loss differs by the truncation error alone.

    With ``tied`` weights every decoder matrix is the transpose of its encoder matrix. With a
    ``decoder_density`` in (0, 1] each output is connected only to this part of the last hidden
    layer. The part is a window that moves along with the degrees of freedom, as in the shallow
    masked decoder of Kim et al. (2022). A masked decoder needs the degrees of freedom in order, and
    therefore no POD coordinates. Tied weights and masked decoders need an optimiser that treats
    each parameter by itself, such as Adam. `MiniBatchSettings` says how the network is trained.
    """

    hidden: tuple[Count, ...] = (128, 64)
    activation: Annotated[str, OneOf(ACTIVATIONS)] = "swish"
    code_activation: Annotated[str, OneOf(ACTIVATIONS)] = "identity"
    centre: bool = True
    pod_tolerance: Fraction | None = 1e-4
    tied: bool = False
    decoder_density: Fraction | None = None

    @property
    def needs_places(self) -> bool:
        """Whether the network uses where the degrees of freedom are."""
        return self.decoder_density is not None
