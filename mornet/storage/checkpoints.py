"""Checkpoints on disk: the last checkpoint of each training, in a file of its own."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mornet.storage.results import load, save
from mornet.training.checkpoint import Checkpoint


class CheckpointFile:
    """The place of the last checkpoint of the training that ``identity`` describes.

    ``identity`` holds all that the result depends on: settings, seed, checksums of inputs and
    `code_id`. The name of the file is ``name`` and a digest of ``identity``, so that a training
    never resumes from a checkpoint of other settings. Each checkpoint replaces the one before in
    one step, at most once in ``seconds``. The checkpoint of a finished training is always kept.
    """

    def __init__(
        self, directory: Path, name: str, identity: Mapping[str, Any], seconds: float = 10.0
    ) -> None:
        text = json.dumps(identity, sort_keys=True, allow_nan=False)
        self.path = directory / f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.h5"
        self.seconds = seconds
        self._kept_at = -float("inf")

    def last(self) -> Checkpoint | None:
        """Return the last checkpoint, or None if there is none.

        Raises StorageError if the file is damaged.
        """
        return load(self.path, "checkpoint") if self.path.exists() else None

    def keep(self, checkpoint: Checkpoint) -> None:
        """Write ``checkpoint`` unless the last one was written less than ``seconds`` ago.

        Raises StorageError if writing fails.
        """
        now = time.monotonic()
        if checkpoint.finished or now - self._kept_at >= self.seconds:
            save(self.path, checkpoint)
            self._kept_at = now

    def remove(self) -> None:
        """Remove the file, if there is one."""
        self.path.unlink(missing_ok=True)
