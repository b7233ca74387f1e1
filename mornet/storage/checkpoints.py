"""Checkpoints on disk: the last one of a training, in a file of its own."""

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

    The name of the file, ``name`` and a digest of ``identity`` (all that the result depends on:
    settings, seed, checksums of inputs, `code_id`), keeps the checkpoints of other settings from
    being taken for its own. Each file replaces the one before in one step, but not more often than
    every ``seconds``; a finished training is always kept.
    """

    def __init__(
        self, directory: Path, name: str, identity: Mapping[str, Any], seconds: float = 10.0
    ) -> None:
        text = json.dumps(identity, sort_keys=True, allow_nan=False)
        self.path = directory / f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.h5"
        self.seconds = seconds
        self._kept_at = -float("inf")

    def last(self) -> Checkpoint | None:
        """Return the last checkpoint, or None if there is none; StorageError if it is damaged."""
        return load(self.path, "checkpoint") if self.path.exists() else None

    def keep(self, checkpoint: Checkpoint) -> None:
        """Write ``checkpoint`` unless one was written a moment ago; StorageError if it fails."""
        now = time.monotonic()
        if checkpoint.finished or now - self._kept_at >= self.seconds:
            save(self.path, checkpoint)
            self._kept_at = now

    def discard(self) -> None:
        """Remove the file, if there is one."""
        self.path.unlink(missing_ok=True)
