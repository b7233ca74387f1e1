"""The summary as one HTML page that needs no network: figures embedded, tables that sort."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote

from mornet.errors import OptionError
from mornet.storage.files import MARK_OF_PAGES

SCREEN = 0.4  # a pixel of the screen for one of the PNG: letters of figures are as high as the text
MARK = MARK_OF_PAGES.decode()
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{css}</style>
</head>
<body>
<nav>{contents}</nav>
<main>
{body}</main>
<dialog></dialog>
<script>
{script}</script>
</body>
</html>
{mark}
"""


def html(markdown: str, folder: Path) -> str:
    """Return the page ``markdown`` as HTML; images are read from ``folder``, missing ones left out.

    Tags of HTML in ``markdown`` are shown as words: a name or a title runs nothing.

    Raises OptionError if markdown-it-py is not installed.
    """
    try:
        from markdown_it import MarkdownIt
    except ImportError:
        raise OptionError(
            "the HTML page needs markdown-it-py: pip install markdown-it-py"
        ) from None
    words = markdown.replace(MARK, "")
    body = str(MarkdownIt("commonmark", {"html": False}).enable("table").render(words))
    title = re.search(r"<h1>(.*?)</h1>", body)
    body, contents = _with_contents(body)
    body = _captioned(re.sub(r'<img src="([^"]*)"', lambda found: _image(found[1], folder), body))
    body = re.sub(r"<table>.*?</table>", r'<div class="wide">\g<0></div>', body, flags=re.S)
    return PAGE.format(
        title=re.sub("<[^>]*>", "", title[1]) if title else "Results",
        mark=MARK,
        css=_part("page.css"),
        script=_part("page.js"),
        contents=contents,
        body=body,
    )


def _part(name: str) -> str:
    return files("mornet.summary").joinpath(name).read_text(encoding="utf-8")


def _with_contents(body: str) -> tuple[str, str]:
    """Return the body whose sections have names, and a list of links to them."""
    titles: list[str] = re.findall(r"<h2>(.*?)</h2>", body)
    numbers: Iterator[int] = iter(range(len(titles)))
    body = re.sub(r"<h2>", lambda _: f'<h2 id="section-{next(numbers)}">', body)
    links = [f'<a href="#section-{i}">{title}</a>' for i, title in enumerate(titles)]
    return body, "\n".join(links)


def _image(source: str, folder: Path) -> str:
    """Return the beginning of an image that holds the PNG ``source`` itself."""
    path = folder / unquote(source)
    if not path.is_file():
        return f'<img src="{source}"'
    png = path.read_bytes()
    width = round(SCREEN * int.from_bytes(png[16:20], "big"))  # the header of PNG holds the pixels
    data = base64.b64encode(png).decode("ascii")
    return f'<img width="{width}" src="data:image/png;base64,{data}"'


def _captioned(body: str) -> str:
    """Return the body where an image and the paragraph after it, in italics, are one figure."""
    pair = r"<p>(<img [^>]*>)</p>\n<p><em>(.*?)</em></p>"
    figure = r"<figure>\1<figcaption>\2</figcaption></figure>"
    return re.sub(pair, figure, body, flags=re.S)
