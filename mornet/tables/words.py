r"""Words for LaTeX and for plain text: captions, headers, names.

Captions and headers may hold formulas between dollars, such as ``$r$``. Names that users choose
hold none, so that a dollar in them is a dollar.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

_SPECIAL = {letter: "\\" + letter for letter in "%&#{}$"} | {
    "_": r"\_\allowbreak{}",  # long names of files and data sets break here
    "\\": r"\textbackslash{}",
    "^": r"\^{}",
    "~": r"\~{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "\N{MINUS SIGN}": "$-$",
    "\N{MULTIPLICATION SIGN}": r"$\times$",
}
_LETTERS = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega"
)
_GREEK = dict(zip("αβγδεζηθικλμνξπρστυφχψω", _LETTERS.split(), strict=True))
_SPECIAL |= {letter: rf"$\{name}$" for letter, name in _GREEK.items()}
_PLAIN = {
    **{"\\" + name: letter for letter, name in _GREEK.items()},
    r"\times": "\N{MULTIPLICATION SIGN}",
    r"\ge": ">=",
    r"\le": "<=",
}


def listed(names: Sequence[Any]) -> str:
    """Return names as a list in a sentence.

    >>> listed(["POD"]), listed(["POD", "PCA", "deep"])
    ('POD', 'POD, PCA and deep')
    """
    words = [str(name).replace("_", " ") for name in names]
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def escaped(text: str) -> str:
    r"""Return text without formulas as LaTeX shows it.

    >>> escaped("a_1 & 5 $")
    'a\\_\\allowbreak{}1 \\& 5 \\$'
    """
    return "".join(_SPECIAL.get(letter, letter) for letter in text)


def with_formulas(text: str) -> str:
    r"""Return text for LaTeX; what stands between two dollars is a formula and stays as it is.

    >>> with_formulas("the rank $r_1$ of a_1 in %")
    'the rank $r_1$ of a\\_\\allowbreak{}1 in \\%'
    """
    parts = text.split("$")
    if len(parts) % 2 == 0:
        return escaped(text)
    shown = [part if i % 2 else escaped(part) for i, part in enumerate(parts)]
    return "$".join(shown)


def plain(text: str) -> str:
    r"""Return text whose formulas are readable without LaTeX.

    >>> plain(r"POD's $r$, error $\|u - \hat u\|_2$, $t^{2}$, $\sigma_k$")
    "POD's r, error ||u - û||_2, t^2, σ_k"
    """
    parts = text.split("$")
    if len(parts) % 2 == 0:
        return text
    return "".join(_formula(part) if i % 2 else part for i, part in enumerate(parts))


def _formula(text: str) -> str:
    text = re.sub(r"\\hat (\w)", "\\1\N{COMBINING CIRCUMFLEX ACCENT}", text)
    for command, letter in _PLAIN.items():
        text = re.sub(re.escape(command) + r"(?![a-zA-Z])", letter, text)
    text = re.sub(r"\\([a-zA-Z]+)", r"\1", text.replace(r"\|", "||"))
    return unicodedata.normalize("NFC", re.sub(r"\\[,;!]|[{}]", "", text))
