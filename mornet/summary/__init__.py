"""The summary of a study: what was computed and what came out, for a person, in Markdown."""

from mornet.summary.comparison import verdict
from mornet.summary.page import summary

__all__ = ["summary", "verdict"]
