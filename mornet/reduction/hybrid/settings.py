"""The settings of hybrids of POD and networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from mornet.nn.activations import ACTIVATIONS
from mornet.settings import Count, OneOf, Positive, Settings


@dataclass(frozen=True)
class HybridSettings(Settings):
    """The networks of a correction of POD, and their training.

    With ``centre`` the mean of the snapshots is subtracted, and the networks have output biases.
    Without ``centre`` zero is encoded and decoded as zero. The encoder of a correction has one
    hidden layer of ``hidden`` units. The decoder has two, of half as many and of as many units. By
    default their number is twice the number of POD coordinates, and at least 100.

    A correction is trained for ``steps`` steps of SOAP with the ``learning_rate``, on batches of
    about ``batch`` snapshots. A trial on a fold of the cross-validation takes ``trial_steps`` steps
    with 10/3 times the learning rate.
    """

    centre: bool = False
    hidden: Count | None = None
    activation: Annotated[str, OneOf(ACTIVATIONS)] = "swish"
    steps: Count = 5000
    trial_steps: Count = 300
    batch: Count = 100
    learning_rate: Positive = 3e-3
