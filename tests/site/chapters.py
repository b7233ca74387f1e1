"""Chapters of the course: their programs, run once, and the examples in their text."""

import re
from functools import lru_cache
from pathlib import Path

import matplotlib.pyplot as plt

ROOT = Path(__file__).parent.parent.parent
CHAPTERS = sorted((ROOT / "docs" / "course").glob("plot_*.py"))


@lru_cache
def names_of(chapter: Path) -> dict[str, object]:
    """Everything that the program of a chapter defines."""
    names = {"__name__": chapter.stem}
    exec(compile(chapter.read_text(encoding="utf-8"), chapter, "exec"), names)
    plt.close("all")
    return names


def text_of(chapter: Path) -> str:
    """The text of a chapter below its head: what stands behind "# %%", without the marks."""
    blocks = re.findall(r"^# %%\n((?:#.*\n)*)", chapter.read_text(encoding="utf-8"), re.MULTILINE)
    return "\n".join(re.sub(r"^# ?", "", block, flags=re.MULTILINE) for block in blocks)
