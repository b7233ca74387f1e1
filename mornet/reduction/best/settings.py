"""The settings of the race between reductions."""

from __future__ import annotations

from dataclasses import dataclass

from mornet.reduction.autoencoder.convolutional import ConvolutionalAutoencoderSettings
from mornet.settings import Count, Fraction, Positive, Settings


@dataclass(frozen=True)
class BestSettings(Settings):
    """The budget of a race, and the evidence that it asks for.

    A trial of a candidate takes ``trial_steps`` steps of SOAP on every fold; the survivors of the
    trials are trained on for twice as many steps. The final on one fold takes half of the ``steps``
    that the winner takes on all snapshots, with the same ``learning_rate``. ``confidence`` is the
    one-sided confidence with which the winner must be better than POD on held-out snapshots.

    With ``convolutional`` a convolutional autoencoder races too, which needs snapshots on a grid.
    Its steps cost many times as much as those of all others, which work in POD coordinates. With
    ``gaussian_process`` Gaussian processes race too, which take less time than any network.
    """

    steps: Count = 3000
    trial_steps: Count = 200
    batch: Count = 200
    learning_rate: Positive = 5e-3
    confidence: Fraction = 0.975
    convolutional: bool = False
    gaussian_process: bool = False

    @property
    def convolution(self) -> ConvolutionalAutoencoderSettings | None:
        """The settings of the convolutional autoencoder that races, or None."""
        return ConvolutionalAutoencoderSettings() if self.convolutional else None

    @property
    def needs_places(self) -> bool:
        """Whether a network uses where the degrees of freedom are."""
        return self.convolutional
