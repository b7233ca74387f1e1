"""What a training may do besides its steps: choose by validation, clip, and keep checkpoints."""

from __future__ import annotations

from dataclasses import dataclass

from mornet.checks import require_positive, require_whole
from mornet.errors import OptionError
from mornet.training.checkpoint import Checkpoint, KeepCheckpoint
from mornet.training.optimiser import DescentObjective


@dataclass(frozen=True, eq=False)
class TrainingSettings:
    """What `train` does besides its steps; by default nothing.

    - ``validation`` is J on held-out samples, recorded whenever J is;
    - ``patience`` is the number of records without a new least J on the validation samples after
      which the training stops; it returns the parameters of the least J;
    - ``clip`` is the norm to which longer gradients are shortened;
    - ``keep`` is called with a `Checkpoint` after every ``keep_every`` steps and at the end;
    - ``resume`` is the checkpoint from which the training goes on.

    Raises OptionError for numbers out of range, or for patience without validation.
    """

    validation: DescentObjective | None = None
    patience: int | None = None
    clip: float | None = None
    keep: KeepCheckpoint | None = None
    keep_every: int = 1000
    resume: Checkpoint | None = None

    def __post_init__(self) -> None:
        patience, clip = self.patience, self.clip
        require_whole(keep_every=self.keep_every)
        if patience is not None:
            require_whole(patience=patience)
        if patience is not None and self.validation is None:
            raise OptionError(
                f"patience = {patience} needs validation, an objective on held-out data"
            )
        if clip is not None:
            require_positive(clip=clip)
