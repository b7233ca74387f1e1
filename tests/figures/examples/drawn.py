"""Records with the fields that a figure looks at, and nothing else."""

from __future__ import annotations

import dataclasses
from typing import Any


def drawn(record: type[Any], **fields: Any) -> Any:
    """Return the record with these fields; all other fields are None, and no figure reads them."""
    return record(**({field.name: None for field in dataclasses.fields(record)} | fields))
