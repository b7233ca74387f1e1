"""Formats of files with snapshots."""

from mornet.snapshots.formats.contents import FIELDS, Contents
from mornet.snapshots.formats.registry import READERS, files_at, place_of, read_contents

__all__ = ["FIELDS", "READERS", "Contents", "files_at", "place_of", "read_contents"]
