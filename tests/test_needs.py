"""The page of needs names commands and tests that exist."""

import re
from pathlib import Path

from mornet.cli.main import VERBS

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/needs.md").read_text(encoding="utf-8")


def test_there_are_fifteen_needs_each_with_a_test():
    rows = [line for line in PAGE.splitlines() if re.match(r"\| \d+ \|", line)]
    assert [int(row.split("|")[1]) for row in rows] == list(range(1, 16))
    assert all(re.search(r"`tests/[^`]+::test_", row) for row in rows)


def test_every_test_of_the_page_exists():
    for path, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE):
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), f"{path}::{name}"


def test_every_command_of_the_page_is_a_verb():
    verbs = {verb.name for verb in VERBS}
    assert set(re.findall(r"`mornet ([a-z-]+)", PAGE)) <= verbs
