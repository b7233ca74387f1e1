"""Docstrings are plain text with mathematics in it: this makes them reStructuredText.

``p*(t)``, ``|x|`` and ``x_`` mean themselves, and an indented block is a formula, as it stands.
"""

import re
from typing import Any

from sphinx.application import Sphinx

QUOTED = re.compile(r"(``.+?``|`[^`]+`(?:_\b)?)")
MARKUP = re.compile(r"[*|]|(?<=\w)_(?!\w)")


def plain(line: str) -> str:
    """Return ``line`` with all marks escaped that stand outside of backticks."""
    parts = QUOTED.split(line)
    parts[::2] = [MARKUP.sub(r"\\\g<0>", part) for part in parts[::2]]
    return "".join(parts)


def as_text(lines: list[str]) -> list[str]:
    """Return the lines of a docstring with formulas as literal blocks."""
    done: list[str] = []
    literal = False
    for line in lines:
        indented = line.startswith("    ")
        if indented and not literal and (not done or not done[-1].strip()):
            done += ["::", ""]
            literal = True
        elif line.strip() and not indented:
            literal = False
        example = line.lstrip().startswith((">>>", "..."))
        done.append(line if literal or example else plain(line))
    return done


def process(*arguments: Any) -> None:
    """Rewrite the lines of one docstring, the last of autodoc's ``arguments``, in place."""
    lines: list[str] = arguments[-1]
    lines[:] = as_text(lines)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to autodoc."""
    app.connect("autodoc-process-docstring", process)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
