"""Characters beyond the fonts that come with matplotlib, such as those of Chinese names."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.text import Text

from mornet.errors import GlyphWarning

HOUSE = ("STIXGeneral", "DejaVu Sans")  # they come with matplotlib
INSTALLED = (  # fonts of systems with the characters of Chinese, Japanese and Korean
    "Noto Serif CJK SC",
    "Noto Serif CJK JP",
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "IPAexGothic",
    "Songti SC",
    "Hiragino Sans",
    "SimSun",
    "MS Gothic",
    "Malgun Gothic",
)


@cache
def families() -> tuple[str, ...]:
    """Return the fonts in which a character is looked for, in their order."""
    known = set(font_manager.get_font_names())
    return (*HOUSE, *(name for name in INSTALLED if name in known))


def missing(figure: Figure) -> str:
    """Return the characters of a figure's words that none of the fonts has."""
    words = "".join(text.get_text() for text in figure.findobj(Text))
    return "".join(c for c in dict.fromkeys(words) if ord(c) > 127 and ord(c) not in _charmap())


@cache
def _charmap() -> frozenset[int]:
    paths = [font_manager.findfont(name) for name in families()]
    return frozenset().union(*(font_manager.get_font(path).get_charmap() for path in paths))


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what matplotlib says of each character without a font, again and again."""
    log = logging.getLogger("matplotlib.mathtext")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=r"Glyph \d+ ", category=UserWarning)
            yield
    finally:
        log.setLevel(level)


def say_missing(figure: Figure) -> None:
    """Warn, in one sentence, of the characters of a figure that no font has."""
    if lacking := missing(figure):
        warnings.warn(
            f"no font of this machine has {lacking}, so that the figure has boxes in their place: "
            "install a font that has them, such as Noto Sans CJK",
            GlyphWarning,
            stacklevel=3,
        )
