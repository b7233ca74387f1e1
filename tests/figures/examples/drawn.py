"""Records with the fields that a figure looks at, and nothing else."""

from __future__ import annotations

import dataclasses
from typing import Any


def drawn(record: type[Any], **fields: Any) -> Any:
    """Return the record with these fields; the others, which no figure may look at, are None."""
    return record(**({field.name: None for field in dataclasses.fields(record)} | fields))
