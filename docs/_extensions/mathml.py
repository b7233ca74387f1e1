"""Mathematics as MathML, which browsers show without a script and without a network.

docutils translates LaTeX. What it does not know is a warning, and so an error of the build.
"""

import re

from docutils import nodes
from docutils.utils.math import MathError, latex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

NORM = re.compile(r"(?<!\\left)(?<!\\right)\\\|(.*?)(?<!\\right)\\\|", re.DOTALL)
logger = logging.getLogger(__name__)


def mathml(node: nodes.Element, *, block: bool) -> str:
    """Return the MathML of a node; a warning names what cannot be translated."""
    text = node.astext().strip().replace("'", r"^\prime")
    text = NORM.sub(r"\\left\\|\1\\right\\|", text)  # else bars are as high as the whole formula
    try:
        shown = "".join(latex2mathml.tex2mathml(text, as_block=block))
        return shown.replace('<mover accent="true">', "<mover>")  # else a dot is on its letter
    except MathError as error:
        logger.warning("mathematics: %s in %s", error, text, location=node)
        return f"<code>{text}</code>"


def inline(translator: HTML5Translator, node: nodes.Element) -> None:
    """Write mathematics within a line."""
    translator.body.append(mathml(node, block=False))
    raise nodes.SkipNode


def display(translator: HTML5Translator, node: nodes.Element) -> None:
    """Write mathematics on a line of its own, which scrolls where it is wider than the page."""
    translator.body.append(f'<div class="equation">{mathml(node, block=True)}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer under the name ``mathml``."""
    app.add_html_math_renderer("mathml", (inline, None), (display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
