from typing import Literal

import pytest

from mornet.settings import Count, Fraction, Positive, bind


def method(
    *,
    rank: Count = 5,
    rate: Positive = 1e-3,
    keep: Fraction | None = None,
    hidden: tuple[Count, ...] = (8,),
    kind: Literal["a", "b"] = "a",
    centre: bool = False,
    name: str,
):
    return rank, rate, keep, hidden, kind, centre, name


def bound(given):
    mistakes = []
    return bind(method, given, "study.x", mistakes), mistakes


def test_defaults_fill_what_is_not_given():
    settings, mistakes = bound({"name": "n", "rank": 3})
    assert not mistakes
    assert method(**settings) == (3, 1e-3, None, (8,), "a", False, "n")


def test_all_mistakes_are_collected_with_their_path():
    _, mistakes = bound(
        {
            "rnk": 3,
            "rank": 0,
            "rate": "fast",
            "keep": 2.0,
            "hidden": [4, "x", 0],
            "kind": "c",
            "centre": "yes",
        }
    )
    assert mistakes == [
        "study.x.rnk is unknown; did you mean 'rank'?",
        "study.x.rank = 0 must be at least 1",
        "study.x.rate = 'fast' must be a finite number",
        "study.x.keep = 2.0 must be greater than 0 and at most 1",
        "study.x.hidden[1] = 'x' must be an integer",
        "study.x.hidden[2] = 0 must be at least 1",
        "study.x.kind = 'c' must be one of 'a', 'b'",
        "study.x.centre = 'yes' must be true or false",
        "study.x.name is missing",
    ]


@pytest.mark.parametrize(
    ("value", "expected"), [("1e-3", 1e-3), (2, 2.0), (0.5, 0.5), ("+.5E1", 5)]
)
def test_numbers_pass_for_floats_however_yaml_reads_them(value, expected):
    settings, mistakes = bound({"name": "n", "rate": value})
    assert not mistakes
    assert settings["rate"] == expected
    assert type(settings["rate"]) is float


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("rank", 2.0),
        ("rank", True),
        ("rate", True),
        ("rate", float("nan")),
        ("rate", float("inf")),
        ("hidden", 4),
        ("hidden", "44"),
        ("name", 3),
        ("rank", None),
    ],
)
def test_nothing_else_is_converted(key, value):
    _, mistakes = bound({"name": "n", key: value})
    assert len(mistakes) == 1
    assert mistakes[0].startswith(f"study.x.{key} = ")
