import re
from pathlib import Path

import pytest

from mornet.errors import StudyError
from mornet.study import parse, read, settings_from_words

STUDIES = sorted((Path(__file__).parent.parent / "workflows" / "studies").glob("*.yaml"))

SMALL = """
name: small
seeds: [0, 1]
data_sets:
  wave: {kind: step_wave, n: 20}
methods:
  POD: {kind: pod}
  deep: {kind: autoencoder, hidden: [4], learning_rate: 1e-2}
ranks: {wave: [1, 2]}
learning_curves: {wave: 2}
experiments:
  targets: {kind: update_orders, base: {decay: 1e-3}}
"""


@pytest.mark.parametrize("path", STUDIES, ids=lambda p: p.name)
def test_every_study_that_comes_with_mornet_is_valid(path):
    assert read(path).name == path.stem


def test_a_study_is_read_with_all_its_defaults(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    study = read(path)
    assert study.ranks == {"wave": (1, 2)}
    assert study.methods["deep"].settings["learning_rate"] == 0.01
    assert study.methods["deep"].settings["activation"] == "swish"
    assert "hidden=[4]" in study.methods["deep"].arguments
    assert study.experiments["targets"].settings["base"].decay == 1e-3


def test_overrides_replace_top_level_keys(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    assert read(path, {"seeds": [7]}).seeds == (7,)
    assert read(path, {"seeds": ["0", "1", "5"]}).seeds == (0, 1, 5)  # as Snakemake hands it over


def test_every_mistake_is_reported_at_once(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(
        """
nam: bad
seeds: [0, -1]
data_sets:
  wave: {kind: step_wav, n: 20}
  pulse: {kind: gaussian, n: 1, widht: 0.1}
  a/b: {kind: digits}
  nothing: 3
methods:
  deep: {kind: autoencoder, hidden: 4, epochs: 1.5}
ranks: {pulse: [0], wave: [1], other: [1]}
experiments:
  ten: {kind: ten_points, steps: -5}
  race: {kind: optimizer_race}
"""
    )
    with pytest.raises(StudyError) as caught:
        read(path)
    message = str(caught.value)
    for line in (
        f"{path} has 13 mistakes",
        "study.nam is unknown; did you mean 'name'?",
        "study.seeds[1] = -1 must be at least 0",
        "study.data_sets.wave.kind = 'step_wav' is unknown; did you mean 'step_wave'?",
        "study.data_sets.pulse.widht is unknown; did you mean 'width'?",
        "study.data_sets.pulse.n = 1 must be at least 2",
        "study.data_sets.a/b: a name has letters from A to Z and a to z, digits and _ only, since",
        "study.data_sets.nothing = 3 must be a mapping: give {kind: KIND}; there are burgers, ",
        "study.methods.deep.hidden = 4 must be a list",
        "study.methods.deep.epochs = 1.5 must be an integer",
        "study.ranks.other is unknown",
        "study.ranks.pulse[0] = 0 must be at least 1",
        "study.experiments.ten.steps = -5 must be at least 1",
        "study.experiments.race.kind = 'optimizer_race' is unknown; did you mean 'optimiser_race'?",
    ):
        assert line in message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("seeds: [0, 1]", "hold_out_by: {wave: block}"), "hold_out_by.wave needs study.hold_out"),
        (("seeds: [0, 1]", "hold_out_by: {wave: time}"), "hold_out_by.wave = 'time' must be one"),
        (("ranks: {wave: [1, 2]}", "ranks: {}"), "study.ranks.wave is missing"),
        (
            ("learning_curves: {wave: 2}", "learning_curves: {wave: 3}"),
            "wave = 3 is not in study.ranks",
        ),
        (("seeds: [0, 1]", "seeds: []"), "study.seeds is empty"),
        (("hidden: [4]", "patience: 3"), "study.methods.deep.patience needs study.hold_out.wave"),
        (("seeds: [0, 1]", "hold_out: {wave: 1.5}"), "study.hold_out.wave = 1.5 must be"),
        (("kind: pod", "kind: [pod]"), "study.methods.POD.kind = ['pod'] is unknown"),
        (("hidden: [4]", "hidden: [0]"), "study.methods.deep.hidden[0] = 0 must be at least 1"),
        (("hidden: [4]", "activation: sigmod"), "activation = 'sigmod' must be one of 'sigmoid'"),
        (
            ("hidden: [4]", "batch: 0, epochs: -3"),
            "deep.epochs = -3 must be at least 1",
        ),
        (("learning_curves: {wave: 2}", "hold_out: false"), "must be a mapping, not False"),
        (("name: small", "name: ../up"), "study.name = '../up': a name has letters"),
        (("ranks: {wave: [1, 2]}", "ranks: {wave: [2, 1, 2]}"), "study.ranks.wave has 2 twice"),
        (("seeds: [0, 1]", "seeds: [0, 0]"), "study.seeds has 0 twice"),
    ],
)
def test_keys_that_do_not_fit_together_are_named(tmp_path, change, message):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL.replace(*change))
    with pytest.raises(StudyError, match=re.escape(message)):
        read(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2", "key 'a' stands twice"),
        ("1: 2", "key 1 is not a string"),
        ("a: [1", "not valid YAML"),
        ("", "odd.yaml is empty"),
        ("# nothing", "odd.yaml is empty"),
        ("a:\n\tb: 1", r"in .*odd.yaml, line 2"),
        ("- 1", "must be a mapping"),
        ("a: !!python/object:os.system {}", "not valid YAML"),
        ("&a\ntitle: *a", "a value contains itself by an alias"),
        ("seeds: &s [0, [*s]]", "a value contains itself by an alias"),
    ],
)
def test_unreadable_studies_name_the_file(tmp_path, text, message):
    path = tmp_path / "odd.yaml"
    path.write_text(text)
    with pytest.raises(StudyError, match=message) as caught:
        read(path)
    assert str(path) in str(caught.value)


def test_a_file_of_data_is_no_study(tmp_path):
    (tmp_path / "U.npz").write_bytes(b"PK\xc7\xff")
    with pytest.raises(StudyError, match="U.npz is no text, and no study: `mornet run` makes"):
        read(tmp_path / "U.npz")


def test_a_study_without_a_name_has_that_of_its_file(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(SMALL.replace("name: small\n", ""))
    assert read(path).name == "mine"


def test_a_missing_study_names_the_file(tmp_path):
    with pytest.raises(StudyError, match="none.yaml cannot be read"):
        read(tmp_path / "none.yaml")


def test_a_study_of_nothing_is_refused():
    with pytest.raises(StudyError, match="no results"):
        parse({"name": "empty"}, "test")
    with pytest.raises(StudyError, match=r"study.data_sets has no data set for them"):
        parse(
            {"methods": {"POD": {"kind": "pod"}}, "experiments": {"t": {"kind": "ten_points"}}},
            "test",
        )


def test_reconstructions_of_all_data_sets_can_be_asked_for():
    data = {"data_sets": {"d": {"kind": "burgers_2d"}}, "methods": {"POD": {"kind": "pod"}}}
    study = parse({**data, "ranks": {"d": [2]}, "reconstructions": {"d": 2}}, "test")
    assert study.reconstructions == {"d": 2}


@pytest.mark.parametrize(
    ("key", "now"),
    [
        ("entering_example", "{ten_points: {kind: ten_points, ...}}"),
        ("optimiser_race", "{optimiser_race: {kind: optimiser_race, ...}}"),
        ("update_studies", "{NAME: {kind: KIND, ...}}; the kind slopes is update_orders now"),
    ],
)
def test_a_key_of_former_studies_is_told_its_new_form(key, now):
    with pytest.raises(StudyError) as caught:
        parse({"name": "old", key: {}}, "old.yaml")
    assert f"study.{key} is a former key: write experiments: {now}" in str(caught.value)


def test_settings_can_be_words_of_a_command_line():
    def run(*, n: int = 3, hidden: tuple[int, ...] = (), eta: float = 0.1):
        return n, hidden, eta

    assert run(**settings_from_words(run, ["hidden=[4, 2]", "eta=1e-3"], "run")) == (
        3,
        (4, 2),
        1e-3,
    )
    with pytest.raises(StudyError, match="run: 'n' is not of the form key=value; run.m is unknown"):
        settings_from_words(run, ["n", "m=3"], "run")


def test_a_method_may_be_for_some_data_sets_only():
    content = {
        "name": "some",
        "data_sets": {"a": {"kind": "gaussian"}, "b": {"kind": "step_wave"}},
        "methods": {"POD": {"kind": "pod"}, "PCA": {"kind": "pod", "only": ["b"]}},
        "ranks": {"a": [1], "b": [1]},
    }
    study = parse(content, "some.yaml")
    assert (study.methods_for("a"), study.methods_for("b")) == (["POD"], ["POD", "PCA"])
    content["methods"]["PCA"]["only"] = ["c"]
    with pytest.raises(StudyError, match=r"study.methods.PCA.only = 'c' is not a data set"):
        parse(content, "some.yaml")


def test_settings_may_be_merged_from_an_anchor(tmp_path):
    (tmp_path / "merged.yaml").write_text(
        "data_sets:\n  a: &a {kind: gaussian, n: 20}\n  b:\n    <<: *a\n    n: 30\n"
    )
    study = read(tmp_path / "merged.yaml")
    assert [study.data_sets[name].settings["n"] for name in "ab"] == [20, 30]


ROMS = {
    "data_sets": {"b": {"kind": "burgers"}, "w": {"kind": "step_wave"}},
    "methods": {"POD": {"kind": "pod"}, "PCA": {"kind": "pod"}},
    "ranks": {"b": [1], "w": [1]},
}


def test_reduced_order_models_are_built_for_data_sets_with_an_equation():
    roms = {"g": {"kind": "galerkin"}, "l": {"kind": "least_squares", "methods": ["PCA"]}}
    study = parse(ROMS | {"roms": roms}, "here")
    assert study.roms_for("b") == ["g", "l"]
    assert study.roms_for("w") == []
    assert study.reductions_for("g", "b") == ["POD", "PCA"]
    assert study.reductions_for("l", "b") == ["PCA"]
    assert study.roms["l"].settings["reach"] == 1.5


@pytest.mark.parametrize(
    ("rom", "message"),
    [
        ({"only": ["w"]}, r"study.roms.g.only = 'w' has no equation to reduce"),
        ({"only": ["v"]}, r"study.roms.g.only = 'v' is not a data set"),
        ({"methods": ["pod"]}, r"study.roms.g.methods = 'pod' is not a method; there are POD, PCA"),
        ({"methods": []}, r"study.roms.g has nothing to reduce: it needs a data set with an equ"),
        ({"reach": -1}, r"study.roms.g.reach = -1.0 must be greater than 0"),
    ],
)
def test_a_reduced_order_model_of_nothing_is_a_mistake(rom, message):
    with pytest.raises(StudyError, match=message):
        parse(ROMS | {"roms": {"g": {"kind": "galerkin"} | rom}}, "here")


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("roms", "galerkin"),
        ("methods", "pod"),
        ("data_sets", "burgers"),
        ("experiments", "ten_points"),
    ],
)
def test_a_kind_alone_is_told_its_mapping(part, kind):
    words = f"study.{part}.k = '{kind}' must be a mapping: give {{kind: {kind}}}"
    with pytest.raises(StudyError, match=re.escape(words)):
        parse({part: {"k": kind}}, "here")
    with pytest.raises(StudyError, match="rom_speed.*model = 'deim' must be a mapping: give {kind"):
        parse({"experiments": {"rom_speed": {"kind": "rom_robustness", "model": "deim"}}}, "here")
