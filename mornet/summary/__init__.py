"""The summary of a study in Markdown: its results in sentences, tables and figures."""

from mornet.summary.comparison import verdict
from mornet.summary.page import summary

__all__ = ["summary", "verdict"]
