"""The summary of a study, in Markdown and HTML: its results in sentences, tables and figures."""

from mornet.summary.about import About
from mornet.summary.comparison import verdict
from mornet.summary.html import html
from mornet.summary.page import summary

__all__ = ["About", "html", "summary", "verdict"]
