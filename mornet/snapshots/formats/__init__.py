"""Formats of files with snapshots."""

from mornet.snapshots.formats.contents import ALONG, FIELDS, Contents
from mornet.snapshots.formats.registry import READERS, files_at, place_of, read_contents

__all__ = ["ALONG", "FIELDS", "READERS", "Contents", "files_at", "place_of", "read_contents"]
