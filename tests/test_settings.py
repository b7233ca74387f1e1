import inspect
import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.lazy import Lazy
from mornet.settings import (
    Chosen,
    Count,
    Fraction,
    OneOf,
    Part,
    Positive,
    Several,
    accepted,
    bind,
    checked,
    plain,
)


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


def test_a_list_over_which_something_runs_has_an_entry_and_a_part_is_less_than_1():
    def run(*, seeds: Several[Count] = (1,), rates: tuple[Part, ...] = ()):
        return seeds, rates

    mistakes = []
    assert bind(run, {"seeds": [2], "rates": [0, 0.5]}, "run", mistakes) == {
        "seeds": (2,),
        "rates": (0.0, 0.5),
    }
    assert not mistakes
    bind(run, {"seeds": [], "rates": [1.0]}, "run", mistakes)
    assert mistakes == [
        "run.seeds = () must be a list with at least one entry",
        "run.rates[0] = 1.0 must be at least 0 and less than 1",
    ]
    bind(run, {"seeds": [0]}, "run", mistakes := [])
    assert mistakes == ["run.seeds[0] = 0 must be at least 1"]


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
        ("rank", 2**63),
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


@checked
def half(
    n: Count, *, rate: Positive = 1.0, hidden: tuple[Count, ...] = (), kind: Literal["a", "b"] = "a"
) -> tuple[float, float, tuple[int, ...], str]:
    """Return its settings."""
    return n, rate, hidden, kind


def test_a_checked_function_takes_what_is_in_range_and_numpys_numbers():
    result = half(np.int64(3), rate=np.float64(0.5), hidden=[np.int32(2), 4], kind="b")
    assert result == (3, 0.5, (2, 4), "b")
    assert [type(value) for value in result[:2]] == [int, float]
    assert half(n=2, hidden=np.array([1, 2]), rate=2) == (2, 2.0, (1, 2), "a")


def test_a_checked_function_reports_all_mistakes_with_name_value_and_range():
    with pytest.raises(OptionError) as error:
        half(0, rate=float("nan"), hidden=(1, 0), kind="c")
    assert str(error.value) == (
        "half: n = 0 must be at least 1; rate = nan must be a finite number; "
        "hidden[1] = 0 must be at least 1; kind = 'c' must be one of 'a', 'b'"
    )


@pytest.mark.parametrize("value", [2.0, True, "2", None])
def test_a_checked_function_refuses_another_type(value):
    with pytest.raises(OptionError, match="half: n = .* must be an integer"):
        half(value)


@pytest.mark.parametrize(("args", "kwargs"), [((), {}), ((1, 2), {}), ((1,), {"rat": 1})])
def test_missing_and_unknown_arguments_are_type_errors_as_ever(args, kwargs):
    with pytest.raises(TypeError):
        half(*args, **kwargs)


def test_a_checked_function_shows_its_own_signature_and_settings():
    assert half.__name__ == "half"
    assert list(inspect.signature(half).parameters) == ["n", "rate", "hidden", "kind"]
    assert accepted(half)["n"] == (Count, inspect.Parameter.empty)
    mistakes = []
    assert bind(half, {"n": 3}, "study", mistakes)["n"] == 3
    assert not mistakes


@dataclass(frozen=True)
class Inner:
    rate: Positive = 1e-3
    hidden: tuple[Count, ...] = (8,)


@dataclass(frozen=True)
class Outer:
    size: Count
    inner: Inner = Inner(rate=0.5)


def nested(*, outer: Outer, inner: Inner | None = None):
    return outer, inner


def bound_nested(given):
    mistakes = []
    return bind(nested, given, "study.x", mistakes), mistakes


def test_a_mapping_becomes_nested_settings():
    settings, mistakes = bound_nested({"outer": {"size": 3, "inner": {"hidden": [4]}}})
    assert not mistakes
    # a key that is not given has the value of the argument's default, not that of the class
    assert settings == {"outer": Outer(3, Inner(0.5, (4,))), "inner": None}
    assert bound_nested({"outer": {"size": 3}, "inner": {}})[0]["inner"] == Inner(1e-3)


def test_settings_that_are_nested_already_pass_and_are_checked():
    assert bound_nested({"outer": Outer(3)})[0]["outer"] == Outer(3)
    assert bound_nested({"outer": Outer(0)})[1] == ["study.x.outer.size = 0 must be at least 1"]


def test_a_setting_outside_the_one_that_holds_it_is_told_where_it_belongs():
    _, mistakes = bound_nested({"size": 3, "outer": Outer(3)})
    assert mistakes == ["study.x.size is unknown; it belongs in outer: write outer: {size: ...}"]


def test_nested_mistakes_have_their_whole_path():
    _, mistakes = bound_nested(
        {"outer": {"sise": 1, "inner": {"rate": -1, "hidden": [0]}}, "inner": 3}
    )
    assert mistakes == [
        "study.x.outer.sise is unknown; did you mean 'size'?",
        "study.x.outer.size is missing",
        "study.x.outer.inner.rate = -1.0 must be greater than 0",
        "study.x.outer.inner.hidden[0] = 0 must be at least 1",
        "study.x.inner = 3 must be a mapping with keys of rate, hidden",
    ]


def test_plain_settings_are_json_and_bind_to_the_same():
    settings, _ = bound_nested({"outer": {"size": 3}})
    words = json.loads(json.dumps(plain(settings)))
    assert words == {"outer": {"size": 3, "inner": {"rate": 0.5, "hidden": [8]}}, "inner": None}
    assert bound_nested(words) == (settings, [])


def disc(*, n: Count, rate: Positive = 1.0):
    return n, rate


SHAPES = {"disc": Lazy(f"{__name__}.disc"), "method": Lazy(f"{__name__}.method")}
Shape = Annotated[Chosen, OneOf(SHAPES)]
SIZES = {"a": 2}


def of_shapes(*, first: Shape, sizes: dict[str, Count] = SIZES, more: tuple[Shape, ...] = ()):
    return first, sizes, more


def bound_shapes(given):
    mistakes = []
    return bind(of_shapes, given, "x", mistakes), mistakes


def test_a_choice_from_a_registry_has_all_settings_of_what_it_names():
    given = {"first": {"kind": "disc", "n": 3}, "sizes": {"a": 1}}
    settings, mistakes = bound_shapes(given)
    assert not mistakes
    assert settings == {
        "first": Chosen("disc", {"n": 3, "rate": 1.0}),
        "sizes": {"a": 1},
        "more": (),
    }
    assert bound_shapes(settings) == (settings, [])
    assert bound_shapes(json.loads(json.dumps(plain(settings)))) == (settings, [])


def test_mistakes_in_a_choice_and_in_a_mapping_have_their_whole_path():
    given = {
        "first": {"kind": "disk", "n": 3},
        "sizes": {"a": 0, "b": "c"},
        "more": [{"kind": "method", "rnk": 1}, "disc", {}],
    }
    assert bound_shapes(given)[1] == [
        "x.first.kind = 'disk' is unknown; did you mean 'disc'?",
        "x.sizes.a = 0 must be at least 1",
        "x.sizes.b = 'c' must be an integer",
        "x.more[0].rnk is unknown; did you mean 'rank'?",
        "x.more[0].name is missing",
        "x.more[1] = 'disc' must be a mapping: give {kind: disc}",
        "x.more[2].kind = None is unknown; there are disc, method",
    ]
    assert bound_shapes({"first": {"kind": "disc", "n": 1}, "sizes": [1]})[1] == [
        "x.sizes = [1] must be a mapping whose keys are strings"
    ]


@pytest.mark.parametrize("hint", [dict, dict[str, Any], dict[int, str], list[int], Any])
def test_a_setting_of_a_type_without_a_check_is_refused(hint):
    def undeclared(*, sizes=None):
        return sizes

    undeclared.__annotations__["sizes"] = hint
    with pytest.raises(TypeError, match=r"x\.sizes.* which no rule of mornet\.settings checks"):
        bind(undeclared, {"sizes": {"a": 1}}, "x", [])
