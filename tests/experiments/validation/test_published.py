"""Published numbers beside computed ones: relations, digits, tables and the page of all results."""

import re
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import numpy as np
import pytest
import yaml

from mornet.errors import DivergenceError, OptionError
from mornet.experiments.registry import EXPERIMENTS, PUBLISHED
from mornet.experiments.validation.published import (
    Measured,
    Origin,
    Program,
    Published,
    agreeing_digits,
    reproduce,
)
from mornet.storage import load, save
from mornet.summary.validation import validation
from mornet.tables import latex
from mornet.tables.published import ORIGINS, met, numbers, published

ROOT = Path(__file__).parents[3]
NUMBERS = (
    Published({"k": 0}, 2.0),
    Published({"k": 1}, 2.0, 0.1),
    Published({"k": 2}, 0.0, 0.3, "absolute"),
    Published({"k": 3}, 2.0, relation="at most", reason="the training is short"),
    Published({"k": 4}, 2.0, relation="at least", origin="goal"),
    Published({"k": 5}, None),
    Published({"k": 6}, None),
    Published({"k": 7}, 1.0),
)
COMPUTED = (2.01, 2.01, 0.25, Measured(2.5, "two seeds"), 2.5, None, 1.0, None)


def compute(k):
    if COMPUTED[k] is None:
        raise DivergenceError("too long a step")
    return COMPUTED[k]


ABOUT = {
    "source": "A & B, 2020",
    "place": "table 1",
    "configuration": "two runs.",
    "quantity": "errors",
    "tolerance": 1e-3,
    "origin": "repository",
}


@pytest.fixture(scope="module")
def record():
    return reproduce(NUMBERS, compute, **ABOUT)


def test_each_number_is_held_to_its_relation_and_its_tolerance(record):
    verdicts = [row.verdict for row in numbers(record)]
    assert verdicts == [
        "not reproduced",
        "reproduced",
        "reproduced",
        "not at most",
        "at least",
        "reproduced",
        "not reproduced",
        "not reproduced",
    ]
    assert met([record]) == (4, 8)
    np.testing.assert_allclose(record.difference[:3], [5e-3, 5e-3, 0.25], rtol=1e-12)


def test_the_reason_stands_beside_a_number_that_is_not_met_and_only_there(record):
    assert record.note[3] == "two seeds; the training is short"
    good = reproduce(
        (Published({"k": 4}, 3.0, relation="at most", reason="never"),),
        compute,
        **ABOUT,
    )
    assert good.note == ("",)


def test_a_missed_number_without_a_reason_says_that_none_is_known(record):
    notes = {row.case: row.note for row in numbers(record)}
    assert notes["k = 0"] == "no reason known"
    assert notes["k = 1"] == ""
    assert all(row.note for row in numbers(record) if not row.met)


@pytest.mark.parametrize(
    ("shown", "found", "digits"),
    [
        (0.22019, 0.22018745, 5),  # within the rounding of the published number
        (0.22019, 0.2201956, 4),
        (0.12345, 0.12346, 4),
        (9.443578684, 9.44357921293, 6),
        (1.0, 2.0, 0),
        (-2.0, -2.018, 2),
        (2.5, 2.55, 2),  # half a unit
        (5_007_000, 5_006_683, 4),
        (0.0, 1e-9, 0),
    ],
)
def test_digits_agree_up_to_half_a_unit_of_the_last(shown, found, digits):
    assert agreeing_digits(shown, found) == digits
    assert agreeing_digits(-10 * shown, -10 * found) == digits


def test_all_digits_of_a_rounded_number_agree_and_those_of_an_integer_if_it_is_the_same():
    published = (0.22019, 0.22019, 727, 727, 0.0)
    computed = (0.22018745, 0.2201956, 727, 727.001, 0.0)
    found = reproduce(
        tuple(Published({"k": k}, v, None, "absolute") for k, v in enumerate(published)),
        lambda k: computed[k],
        **ABOUT,
    )
    assert [row.digits for row in numbers(found)] == ["all", "4", "all", "5", ""]


def test_the_tolerance_says_what_the_difference_is(record):
    assert [row.tolerance for row in numbers(record)[:5]] == [
        "0.001 relative",
        "0.1 relative",
        "0.3 absolute",
        "",
        "",
    ]
    exact = reproduce((Published({"k": 2}, 0.25, 0.0),), compute, **ABOUT)
    assert numbers(exact)[0].tolerance == "exact"


def test_a_reproduction_is_a_record(record, tmp_path):
    save(tmp_path / "r.h5", record)
    again = load(tmp_path / "r.h5")
    assert numbers(again)[:4] == numbers(record)[:4]
    assert again.diverged == record.diverged


def test_the_section_of_the_summary_has_a_table_for_each_source(record):
    words = validation([record, record])
    assert "8 of 16 numbers are met. They come from 1 source." in words
    assert words.count("*Source*: A & B, 2020; table 1.") == 2
    row = "| k = 3 | 2 | 2.5 |  | 2.5e-01 |  | not at most | repository | two seeds; the training"
    assert row in words


def test_tables_of_one_quantity_are_told_apart_by_a_setting(record):
    cases = tuple(case.replace("k =", "s = 1, k =") for case in record.case)
    other = replace(record, case=tuple(case.replace("s = 1", "s = 2") for case in cases))
    words = validation([replace(record, case=cases), other])
    quantity = record.quantity
    assert f"| {quantity}: s 1 |" in words
    assert f"### {quantity[0].upper()}{quantity[1:]}: s 2\n" in words


def test_a_long_table_breaks_over_pages(record):
    assert latex(published([record])).count(r"\begin{table}") == 1
    assert latex(published([record] * 6)).count(r"\begin{table}") > 1


def test_tables_of_smaller_settings_come_first(record):
    records = [
        replace(record, case=tuple(case.replace("k =", f"s = {s}, k =") for case in record.case))
        for s in (10, 2, 20)
    ]
    words = validation([*records, replace(record, quantity="others")])
    places = [words.index(f"Errors: s {s}\n") for s in (2, 10, 20)]
    assert places == sorted(places)
    assert places[-1] < words.index("### Others")


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ({"relation": "at_most"}, "of n = 1: relation = 'at_most' is none of relative, absolute"),
        ({"value": np.nan}, "nan is no finite number; what is printed as nan is None"),
        ({"value": "1.0"}, "'1.0' is no finite number"),
        ({"tolerance": "1e-3"}, "tolerance = '1e-3' must be a number"),
        ({"tolerance": -1e-3}, "tolerance = -0.001 must be a number, at least 0"),
        ({"tolerance": 5.0}, "tolerance = 5 is relative: 1e-2 is one per cent"),
        ({"value": 0.0}, 'nothing is relative to zero: take the relation "absolute"'),
    ],
)
def test_a_mistake_in_a_published_number_is_named(number, message):
    with pytest.raises(OptionError, match=message):
        Published(**{"settings": {"n": 1}, "value": 1.0} | number)


@pytest.mark.parametrize(
    ("numbers", "function", "message"),
    [
        (Published({"k": 1}, 1.0), float, "are a tuple: a comma is missing"),
        ([Published({"k": 1}, 1.0)] * 2, float, "two published numbers have the settings k = 1"),
        ([Published({"n": 1}, 1.0)], compute, "number of n = 1: missing a required argument: 'k'"),
        ([Published({"k": 1}, 1.0)], lambda k: None, "None was computed for k = 1: it is no numb"),
    ],
)
def test_numbers_that_cannot_be_computed_are_named(numbers, function, message):
    with pytest.raises(OptionError, match=message):
        reproduce(numbers, function, **ABOUT)


def test_settings_are_told_apart_by_all_their_digits():
    numbers = tuple(Published({"k": k}, float(k)) for k in (1000001, 1000002))
    assert reproduce(numbers, lambda k: float(k), **ABOUT).met.tolist() == [1, 1]


def test_a_number_that_is_computed_as_nan_has_diverged():
    number = Published({"k": 1}, 1.0, relation="at most")
    for value in (np.nan, np.inf):
        assert reproduce((number,), lambda k: value, **ABOUT).diverged == ("k = 1",)  # noqa: B023


@pytest.mark.parametrize("about", ["source", "place", "configuration", "quantity"])
def test_a_table_without_words_for_what_it_shows_is_refused(about):
    with pytest.raises(OptionError, match=rf"^a table .* needs words for {about}$"):
        reproduce(NUMBERS, compute, **ABOUT | {about: " "})


def test_an_independent_program_has_a_name_that_the_summary_shows():
    with pytest.raises(OptionError, match="program needs a name$"):
        Program(" ")
    program = Published({"k": 1}, 2.0, origin=Program("GNU Octave 7.3"))
    found = reproduce((program,), compute, **ABOUT)
    assert found.origins == ("program",)
    assert "\n\n*Independent program*: GNU Octave 7.3.\n\n" in validation([found])


def test_an_unknown_origin_is_refused_with_those_that_are_known():
    known = ", ".join(get_args(Origin))
    assert {*get_args(Origin), "program"} == set(ORIGINS)
    with pytest.raises(OptionError, match=f"'rumour' is none of {known}, nor a Program$"):
        reproduce((Published({"k": 1}, 2.0, origin="rumour"),), compute, **ABOUT)


def test_the_summary_counts_each_origin_and_bounds_apart(record):
    words = validation([record])
    rows = [
        "| printed in a publication | 0 of 0 | 0 of 0 |",
        "| in a repository of the authors | 3 of 6 | 0 of 1 |",
        "| a goal of our own | 0 of 0 | 1 of 1 |",
        "| all | 3 of 6 | 1 of 2 |",
    ]
    assert all(row in words for row in rows)
    assert "4 of 8 numbers are met" in words


@pytest.fixture(scope="module", params=PUBLISHED)
def entry(request):
    """Each table of the registry with its words, all of its numbers computed as 1."""
    module = import_module(EXPERIMENTS[request.param].module)

    def ones(numbers, compute, **about):
        return reproduce(numbers, lambda **_: 1.0, **about)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "reproduce", ones)
        patch.setattr(module, "util", SimpleNamespace(find_spec=str), raising=False)
        return EXPERIMENTS[request.param].load()()


def test_every_table_says_where_its_numbers_stand_and_what_was_computed(entry):
    assert all(map(str.strip, (entry.source, entry.place, entry.configuration, entry.quantity)))


def test_every_number_has_an_origin_and_every_program_a_name(entry):
    assert set(entry.origins) <= set(ORIGINS)
    assert ("program" in entry.origins) == bool(entry.program)
    assert validation([entry]).count("*Independent program*") == bool(entry.program)


def tables():
    """The published numbers of all tables, by kind."""
    return {kind: import_module(EXPERIMENTS[kind].module).PUBLISHED for kind in PUBLISHED}


def experiments(study):
    text = (ROOT / f"workflows/studies/{study}.yaml").read_text()
    return yaml.safe_load(text)["experiments"]


def test_the_studies_name_every_table_and_the_tables_hold_150_numbers():
    study, quick, long = map(experiments, ("validation", "validation_quick", "validation_long"))
    kinds = [{choice["kind"] for choice in part.values()} for part in (study, long)]
    assert kinds[0] | kinds[1] == set(PUBLISHED)
    assert not kinds[0] & kinds[1]
    assert quick.items() <= study.items()
    assert sum(map(len, tables().values())) >= 150
    for numbers_of_table in tables().values():
        cases = [number.case for number in numbers_of_table]
        assert len(set(cases)) == len(cases)


@pytest.mark.parametrize("kind", ["cylinder_wake", "digits", "shock_pod", "subspace_series"])
def test_all_numbers_of_the_quick_tables_are_met(kind):
    record = EXPERIMENTS[kind].load()()
    good, of = met([record])
    assert good == of == len(tables()[kind])


def test_the_page_shows_the_numbers_that_the_tables_hold():
    page = (ROOT / "docs/validation.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| (.+?) \| (\S+) \| (\S+) \| (\d*|all) \|", page, re.MULTILINE)
    rows = {(case, value) for case, value, *_ in shown}
    expected = {
        (n.case, "nan" if n.value is None else format(n.value, ".12g"))
        for table in tables().values()
        for n in table
    }
    assert rows == expected
