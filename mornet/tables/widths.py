"""How wide words are in LaTeX, and how many lines they take: estimates from above, at 10 pt."""

from __future__ import annotations

from collections.abc import Iterator

from mornet.tables.words import pieces_of

LETTERS = (  # widths in pt of letters of 10 pt, from above
    (3.95, "ijltfrI.,:;'|!()[]- "),
    (9.2, "mwMOQ%@&#+<=>_£¤¥¬¯±µ¶×÷æÆœďĳĲŊŵΔ"),
    (10.3, "WŴŒ—→∞"),
    (13.4, "©®…‰"),
)
GREEK = "\u0370"  # small letters and signs from here on are wider
WIDTHS = {letter: own for own, letters in LETTERS for letter in letters}


def width(text: str) -> float:
    """Return an upper estimate of the width of ``text`` in pt, at 10 pt; digits may be bold."""
    number = text.partition("e")
    if number[1] and number[2].lstrip("+-").isdigit():
        return width(number[0]) + 42.0  # times, ten and its power
    return sum(map(_letter, text))


def _letter(letter: str) -> float:
    if letter in WIDTHS:
        return WIDTHS[letter]
    if letter.isdigit() or letter.isupper():
        return 5.8 if letter.isdigit() else 7.9
    return 5.6 if letter < GREEK else 9.2


def longest(text: str) -> float:
    """Return the width of the widest part of a text that does not break."""
    return max(map(width, _pieces(text)))


def lines_of(text: str, most: float) -> int:
    """Return how many lines of the width ``most`` in pt a text takes, filled word by word."""
    if width(text) <= most:
        return 1
    lines, used = 1, 0.0
    for own in map(width, _pieces(text)):
        lines, used = (lines + 1, 0.0) if used and used + own > most else (lines, used)
        used += own + width(" ")
    return lines


def _pieces(text: str) -> Iterator[str]:
    """Yield the parts of a text between which a line may break, as `escaped` makes them."""
    for word in text.replace("_", "_ ").split(" "):
        yield from pieces_of(word)
