"""Bibliography, maturity and paper name what exists, and no number that has another home."""

import csv
import re

import pytest

from tests.reliability.measures import MEASURES
from tests.site.chapters import ROOT

PAGES = ("docs/bibliography.md", "docs/maturity.md", "paper/paper.md")
PATHS = re.compile(r"`((?:mornet|tests|docs|\.ci)/[\w/.]+)`")


def text(page):
    return (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_exists(page):
    paths = PATHS.findall(text(page))
    assert len(paths) > 5
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_source_of_the_bibliography_is_named_where_it_is_used():
    for line in text("docs/bibliography.md").splitlines():
        if not (paths := PATHS.findall(line)):
            continue
        author = line.split("|")[1].split(",")[0].split(" and ")[0].removesuffix(" et al.")
        surname = author.split()[-1].split("-")[-1]
        for path in paths:
            assert surname in (ROOT / path).read_text(encoding="utf-8"), (surname, path)


def test_each_row_of_the_maturity_has_a_level_that_the_page_explains():
    rows = [line.split("|") for line in text("docs/maturity.md").splitlines() if "`" in line][1:]
    assert {row[2].strip() for row in rows} == {"reference", "tested", "experimental"}


def test_the_paper_counts_published_numbers_as_the_validation_does():
    (counted,) = re.findall(r"(\d+ of \d+) published", text("paper/paper.md"))
    assert f"{counted} numbers are met" in text("docs/validation.md")


def test_the_page_on_reliability_shows_the_figures_that_were_stored():
    rows = list(csv.DictReader(text("docs/reliability.csv").splitlines()))
    shown = re.findall(r"^\| (R\d.*) \|$", text("docs/reliability.md"), re.MULTILINE)
    assert shown == [" | ".join(row.values()) for row in rows]
    assert {row["measure"] for row in rows} <= MEASURES.keys()
    for row in rows:
        tried, kept, asked = (int(row[key]) for key in ("tried", "kept", "asked"))
        assert (row["met"] == "yes") == (kept == tried >= asked)


def test_the_paper_cites_what_its_bibliography_holds():
    cited = set(re.findall(r"@(\w+)", text("paper/paper.md")))
    assert cited == set(re.findall(r"@\w+\{(\w+),", text("paper/paper.bib")))
