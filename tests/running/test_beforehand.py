"""What is wrong with a study is said before anything is computed."""

import numpy as np
import pytest

from mornet.errors import StudyError
from mornet.running.beforehand import check
from mornet.study import parse


def study(tmp_path, x, fields=None, **settings):
    U = np.random.default_rng(0).random((12, 20))
    np.savez(tmp_path / "u.npz", U=U, x=x, M=np.linspace(1, 2, 12))
    return parse(
        {
            "name": "s",
            "data_sets": {
                "d": {
                    "kind": "file",
                    "path": str(tmp_path / "u.npz"),
                    "key": "U",
                    **({"fields": fields} if fields else {}),
                }
            },
            "methods": {"c": {"kind": "convolutional_autoencoder", **settings}},
            "ranks": {"d": [2]},
        },
        "s",
    )


@pytest.mark.parametrize(
    ("x", "settings", "message"),
    [
        (np.random.default_rng(0).random((2, 12)), {}, "do not stand on a rectangular grid"),
        (np.arange(12.0)[None], {"circular": True, "stride": 5}, "stride 5 does not divide the"),
        (np.arange(12.0)[None], {"circular": True, "size": 99}, "is longer than the places"),
        (np.arange(12.0)[None], {"fields": {"inner_product": "M"}}, "know no inner product"),
    ],
)
def test_convolutions_that_do_not_fit_the_grid_of_a_file(tmp_path, x, settings, message):
    with pytest.raises(StudyError, match=f"study.methods.c on d: .*{message}"):
        check(study(tmp_path, x, **settings))


def test_convolutions_that_fit_it(tmp_path):
    assert check(study(tmp_path, np.arange(12.0)[None], circular=True))["d"].train.n == 12


def test_a_file_whose_name_is_a_pattern_of_a_workflow_is_named(tmp_path):
    np.save(tmp_path / "u{a}.npy", np.eye(8))
    data = {"kind": "file", "path": str(tmp_path / "u{a}.npy"), "axes": "dof sample"}
    one = parse({"name": "s", "data_sets": {"d": data | {"test_every": 4}}}, "s")
    with pytest.raises(StudyError, match=r"u\{a\}\.npy holds '\{', '\}'"):
        check(one)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "8 training snapshots, zero in every entry, so that there is nothing to reduce"),
        (3, "8 training snapshots, all equal, and PCA would subtract the mean"),
    ],
)
def test_snapshots_that_leave_nothing_to_reduce_are_refused(tmp_path, value, words):
    np.save(tmp_path / "u.npy", np.full((12, 10), value))
    data = {"kind": "file", "path": str(tmp_path / "u.npy"), "axes": "dof sample"}
    methods = {"POD": {"kind": "pod"}, "PCA": {"kind": "pod", "centre": True}}
    content = {"name": "s", "data_sets": {"d": data}, "methods": methods, "ranks": {"d": [1]}}
    with pytest.raises(StudyError, match=f"study.data_sets.d: {words}"):
        check(parse(content, "s"))


@pytest.mark.parametrize(
    ("kind", "hidden", "words"),
    [
        ("autoencoder", [10**9], r"hidden = \[1000000000\] on d needs at least .* GiB of memory"),
        ("autoencoder", [10**6, 10**6], r"hidden = \[1000000, 1000000\] on d needs"),
        ("hybrid", 10**10, "hidden = 10000000000 on d needs at least"),
    ],
)
def test_networks_larger_than_all_memory_are_refused(tmp_path, kind, hidden, words):
    np.save(tmp_path / "u.npy", np.random.default_rng(0).random((12, 20)))
    data = {"kind": "file", "path": str(tmp_path / "u.npy"), "axes": "dof sample"}
    content = {
        "name": "s",
        "data_sets": {"d": data},
        "methods": {"a": {"kind": kind, "hidden": hidden}},
        "ranks": {"d": [2]},
    }
    with pytest.raises(StudyError, match=f"study.methods.a.{words}"):
        check(parse(content, "s"))


@pytest.mark.parametrize("place", ["study", "data set"])
def test_names_that_are_too_long_for_files_are_refused(tmp_path, place):
    np.save(tmp_path / "u.npy", np.random.default_rng(0).random((12, 20)))
    data = {"kind": "file", "path": str(tmp_path / "u.npy"), "axes": "dof sample"}
    name, of_data = ("s" * 300, "d") if place == "study" else ("s", "d" * 300)
    with pytest.raises(StudyError, match="a name has at most 100 letters"):
        parse({"name": name, "data_sets": {of_data: data}}, "s")


def test_several_keys_have_their_own_word():
    data = {"kind": "file", "path": "u.npz", "key": ["p", "c"]}
    with pytest.raises(StudyError, match=r"key = \['p', 'c'\] must be a string; several .* keys"):
        parse({"name": "s", "data_sets": {"d": data}}, "s")
