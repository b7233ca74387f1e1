"""The built site is whole, and needs no network. It is built by the README's line for the site."""

import re

import pytest

from tests.site.chapters import CHAPTERS, ROOT

SITE = ROOT / "docs" / "_build"
pytestmark = pytest.mark.skipif(
    not (SITE / "index.html").exists(), reason="the site is not built: see the README"
)
LOADS = re.compile(
    r"<(?:script|img|iframe|source)[^>]+src=\"(?:https?:)?//|<link[^>]+href=\"(?:https?:)?//"
)


def pages():
    return sorted(SITE.rglob("*.html"))


def test_no_page_loads_anything_from_a_network():
    assert [page.name for page in pages() if LOADS.search(page.read_text(encoding="utf-8"))] == []
    for sheet in (SITE / "_static").glob("*.css"):
        assert "url(http" not in sheet.read_text(encoding="utf-8")


def test_each_chapter_has_its_formulas_a_figure_and_an_answer():
    for chapter in CHAPTERS:
        text = (SITE / "_course" / f"{chapter.stem}.html").read_text(encoding="utf-8")
        assert "<math" in text
        assert f"sphx_glr_{chapter.stem}_001.png" in text
        assert "Answer" in text
        assert "object at 0x" not in text


def test_each_public_name_of_a_room_is_in_the_reference():
    from mornet import nn

    text = (SITE / "_generated" / "mornet.nn.html").read_text(encoding="utf-8")
    names = [name for name in nn.__all__ if not name.isupper()]  # constants have no docstring
    assert [name for name in names if f'id="mornet.nn.{name}"' not in text] == []


def test_each_case_in_which_the_autoencoder_loses_is_explained():
    from tests.comparison.broken import BROKEN

    text = (SITE / "_generated" / "losses.html").read_text(encoding="utf-8")
    sections = text.split("<h2>")[1:]
    assert len(sections) == len(BROKEN) + 3
    assert all("On test snapshots the fit " in section for section in sections)
