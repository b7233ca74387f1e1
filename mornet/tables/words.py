r"""Words for LaTeX, for Markdown and for plain text: captions, headers, names.

Captions and headers may hold formulas between dollars, such as ``$r$``. Names that users choose
hold none: `in_words` writes a dollar in them as ``\$``, which is a dollar for Matplotlib too.
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
    "[": "{[}",  # at the start of a row it would be an argument of the rule or the line end above
    "*": "{*}",
    "\N{MINUS SIGN}": "$-$",
    "\N{MULTIPLICATION SIGN}": r"$\times$",
}
_LETTERS = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega"
)
_GREEK = dict(zip("αβγδεζηθικλμνξπρστυφχψω", _LETTERS.split(), strict=True))
_SPECIAL |= {letter: rf"$\{name}$" for letter, name in _GREEK.items()}
_FURTHER = "ΓΔΘΛΞΠΣΥΦΨΩ≤≥→∞±µ"
_COMMANDS = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega le ge to infty pm mu"
_SPECIAL |= {
    letter: rf"$\{name}$" for letter, name in zip(_FURTHER, _COMMANDS.split(), strict=True)
}
MOST_LETTERS, PIECE = 24, 12
"""A word with more letters than the first number may break in lines after each piece."""
_UNKNOWN = "ĦħĸĿŀŉŦŧſ"  # letters up to \u017f that fonts of the encoding T1 do not have
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
    words = [in_words(str(name)) for name in names]
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def in_words(name: str) -> str:
    r"""Return a name for text that may hold formulas: one line, without underscores.

    >>> in_words("_wake_1\n in $"), in_words("_")
    ('wake 1 in \\$', '_')
    """
    return literal(one_line(name).replace("_", " ").strip() or name)


def literal(text: str) -> str:
    r"""Return text without formulas for a place that may hold some.

    >>> literal("5 $")
    '5 \\$'
    """
    return text.replace("$", r"\$")


def one_line(text: str) -> str:
    r"""Return text without line ends and letters that do not show, which would break a table.

    >>> one_line("two\nlines\tof\x07 text")
    'two lines of text'
    """
    shown = (" " if letter.isspace() else letter for letter in text)
    words = "".join(letter for letter in shown if unicodedata.category(letter) not in ("Cc", "Cf"))
    return re.sub(" +", " ", words)


def escaped(text: str) -> str:
    r"""Return text without formulas as LaTeX shows it.

    >>> escaped("a_1 & 5 $")
    'a\\_\\allowbreak{}1 \\& 5 \\$'
    """
    words = re.split("([ _])", one_line(text))
    pieces = (r"\allowbreak{}".join(map(_letters, pieces_of(word))) for word in words)
    return "".join(pieces)


def pieces_of(word: str) -> list[str]:
    """Return the parts of a word between which a line may break."""
    if len(word) <= MOST_LETTERS:
        return [word]
    return [word[i : i + PIECE] for i in range(0, len(word), PIECE)]


def _letters(text: str) -> str:
    return "".join(_SPECIAL.get(letter, letter) for letter in text)


def of_letters(text: str) -> str:
    """Return what a comment says of letters in LaTeX text that pdfLaTeX does not know.

    >>> of_letters("Größe 数, 数"), of_letters("Größe"), of_letters("ħ")
    (', and LuaLaTeX with a font for 数', '', ', and LuaLaTeX with a font for ħ')
    """
    known = "–—‘’“”„†‡•…‰€"
    beyond = dict.fromkeys(x for x in text if x in _UNKNOWN or (x > "\u017f" and x not in known))
    return f", and LuaLaTeX with a font for {''.join(beyond)}" if beyond else ""


def marked(text: str) -> str:
    r"""Return text for one line of Markdown, which shows it as it is.

    >>> marked("net_1 _x_ a|b *c* <script>")
    'net_1 \\_x\\_ a\\|b \\*c\\* \\<script>'
    """
    text = re.sub(r"[\\`*|<\[\]]|&(?=[#\w]+;)|(?<!\w)_|_(?!\w)", r"\\\g<0>", one_line(text))
    text = re.sub(r"^(\s*)(>|~~~|[#+=-]+(?=\s|$))", r"\1\\\2", text)
    return re.sub(r"^(\s*\d+)([.)])(?=\s|$)", r"\1\\\2", text)


def without_marks(text: str) -> str:
    r"""Return a line of Markdown with bold words as plain text.

    >>> without_marks(f"**Verdict**: {marked('_POD_')}")
    'Verdict: _POD_'
    """
    return re.sub(r"\\(\W|_)", r"\1", text.replace("**", ""))


def code(text: str) -> str:
    """Return text as code in a line of Markdown.

    >>> code("a.npy"), code("a`b")
    ('`a.npy`', '`` a`b ``')
    """
    text = one_line(text)
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    room = " " if "`" in text else ""
    return f"{fence}{room}{text}{room}{fence}"


def with_formulas(text: str) -> str:
    r"""Return text for LaTeX; what stands between two dollars is a formula and stays as it is.

    >>> with_formulas("the rank $r_1$ of a_1 in %")
    'the rank $r_1$ of a\\_\\allowbreak{}1 in \\%'
    """
    parts = _parts(text)
    shown = [part if i % 2 else escaped(part) for i, part in enumerate(parts)]
    return "$".join(shown)


def plain(text: str) -> str:
    r"""Return text whose formulas are readable without LaTeX.

    >>> plain(r"POD's $r$, error $\|u - \hat u\|_2$, $t^{2}$, $\sigma_k$")
    "POD's r, error ||u - û||_2, t^2, σ_k"
    """
    return "".join(_formula(part) if i % 2 else part for i, part in enumerate(_parts(text)))


def _parts(text: str) -> list[str]:
    r"""Return text outside and inside of formulas, in turn; ``\$`` outside of them is a dollar."""
    parts = re.split(r"(?<!\\)\$", text)
    if len(parts) % 2 == 0:  # no formulas
        parts = [text]
    return [part if i % 2 else part.replace(r"\$", "$") for i, part in enumerate(parts)]


def _formula(text: str) -> str:
    text = re.sub(r"\\hat (\w)", "\\1\N{COMBINING CIRCUMFLEX ACCENT}", text)
    for command, letter in _PLAIN.items():
        text = re.sub(re.escape(command) + r"(?![a-zA-Z])", letter, text)
    text = re.sub(r"\\([a-zA-Z]+)", r"\1", text.replace(r"\|", "||"))
    return unicodedata.normalize("NFC", re.sub(r"\\[,;!]|[{}]", "", text))
