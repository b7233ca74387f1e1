"""The chapters of the course run, and the answers to their exercises are true."""

import doctest

import pytest

from tests.site.chapters import CHAPTERS, names_of, text_of


@pytest.fixture(params=CHAPTERS, ids=lambda chapter: chapter.stem)
def chapter(request, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    return request.param


def test_the_answer_to_the_exercise_of_a_chapter_is_true(chapter):
    text = text_of(chapter)
    examples = doctest.DocTestParser().get_doctest(
        text, dict(names_of(chapter)), chapter.stem, str(chapter), 0
    )
    assert ".. dropdown:: Answer" in text
    assert len(examples.examples) >= 2
    assert doctest.DocTestRunner().run(examples).failed == 0


def test_the_course_has_a_chapter_for_each_old_friend():
    assert [chapter.stem.split("_")[1] for chapter in CHAPTERS] == list("12345678")
