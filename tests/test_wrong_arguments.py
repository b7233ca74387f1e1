"""What a caller gives by mistake is refused in one sentence, in Python and on the command line."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from mornet.cli import main
from mornet.comparison import PODMethod, compare
from mornet.comparison.judging import judge
from mornet.errors import DataError, OptionError, ShapeError
from mornet.reduction import fit_dmd, fit_pod, relative_error, update_pod
from mornet.reduction.pod.stream import stream_pod
from mornet.snapshots import DataSet, Snapshots, read_snapshots, split_columns

n, m = 20, 6
U = np.random.default_rng(0).standard_normal((n, m))
SKEW = np.triu(np.ones((n, n)), 1) - np.tril(np.ones((n, n)), -1)
HERMITIAN = 50 * np.eye(n) + 1j * SKEW
NAN = np.where(np.eye(n) > 0, np.nan, 0)
POD = fit_pod(U, rank=2)
DATA = read_snapshots(U, axes="dof sample")
METHODS = {"POD": PODMethod()}


@pytest.mark.parametrize(
    ("product", "error", "words"),
    [
        (HERMITIAN, DataError, "the inner product is complex"),
        (csr_array(HERMITIAN), DataError, "the inner product holds complex128"),
        (np.ones(n) * 1j, DataError, "the inner product is complex"),
        (NAN, DataError, r"matrix is nan at the entry \(0, 0\)"),
        (csr_array(NAN), DataError, r"matrix is nan at the entry \(0, 0\)"),
        (2.0, ShapeError, r"the inner product has shape \(\): give weights \(20,\) or a matrix"),
        (np.ones((1, 1, n)), ShapeError, "give weights"),
        ("eye", DataError, "not real numbers"),
    ],
)
def test_inner_products_that_are_none(product, error, words):
    with pytest.raises(error, match=words):
        fit_pod(U, rank=2, inner_product=product)


@pytest.mark.parametrize("form", [list, tuple, csr_array])
def test_an_inner_product_has_any_form_of_numbers(form):
    M = np.diag(np.arange(1.0, n + 1))
    found = fit_pod(U, rank=2, inner_product=form(M.tolist() if form is not csr_array else M))
    expected = fit_pod(U, rank=2, inner_product=M)
    np.testing.assert_allclose(found.singular_values, expected.singular_values)


def test_weights_may_be_a_list():
    weights = [1, 2, 3, 4, 5, 6]
    pod = fit_pod(U, rank=2, weights=weights)
    expected = np.linalg.svd(U * np.sqrt(weights), compute_uv=False)
    np.testing.assert_allclose(pod.singular_values[:2], expected[:2])
    np.testing.assert_array_equal(pod.weights, weights)
    assert relative_error(pod, U, weights=weights) == pytest.approx(
        np.sqrt(np.sum(expected[2:] ** 2) / np.sum(expected**2))
    )


@pytest.mark.parametrize("weights", [np.ones(m) * 1j, "abcdef", [1j] * m])
def test_weights_that_are_not_real(weights):
    with pytest.raises(DataError, match="weights is complex|weights holds"):
        fit_pod(U, rank=2, weights=weights)
    with pytest.raises(DataError, match="weights is complex|weights holds"):
        relative_error(POD, U, weights=weights)


@pytest.mark.parametrize("fit", [fit_pod, stream_pod])
def test_a_centre_that_is_not_real(fit):
    with pytest.raises(DataError, match="centre is complex"):
        fit(U, rank=2, centre=U.mean(axis=1) + 1j)
    expected = fit(U, rank=2, centre=U.mean(axis=1))
    np.testing.assert_array_equal(fit(U, rank=2, centre=list(U.mean(axis=1))).V, expected.V)


@pytest.mark.parametrize(
    ("followed", "words"),
    [
        ([-1, 0], "followed has -1; integers from 0 to 4"),
        ([0, 5], "followed has 5; integers from 0 to 4"),
        ([0.0, 1.0], "followed holds float64; integers"),
        ([True] * 5 + [False], "followed holds bool; integers"),
        ([0, 0], "followed has 0 twice"),
    ],
)
def test_pairs_of_dmd_that_are_none(followed, words):
    with pytest.raises(OptionError, match=words):
        fit_dmd(U, 1, np.array(followed))


@pytest.mark.parametrize("samples", [0, -1, -2, 2.5, True])
@pytest.mark.parametrize("centre", [None, "mean"])
def test_numbers_of_old_samples_that_are_none(samples, centre):
    with pytest.raises(OptionError, match=f"samples = {samples} must be"):
        update_pod(fit_pod(U, rank=2, centre=centre), U[:, :2], samples=samples)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("t", [0, 1, 2, 3, 4, np.nan], r"t is not finite in 1 entry; the first is t\[5\]"),
        ("mu", np.full((1, m), np.inf), r"mu is not finite in 6 entries; the first is mu\[0, 0\]"),
        ("x", np.full((1, n), np.nan), "x is not finite in 20 entries"),
        ("x", None, "x is None: give places"),
        ("shift", np.full((n, 1), np.nan), r"the first is shift\[0, 0\]"),
        ("scale", np.full(n, np.inf), "dof 0 has scale inf: give a number > 0"),
        ("scale", np.full(n, np.nan), "dof 0 has scale nan"),
        ("weights", np.full(m, np.inf), "weights must be finite"),
        ("trajectory", [0, 0, 0, np.nan, 1, 1], "trajectory holds float64: give each"),
        ("trajectory", [0, 0.5, 0.5, 1, 1, 1], "trajectory holds float64: give each"),
        ("trajectory", list("aabbcc"), "trajectory holds <U1: give each"),
    ],
)
def test_fields_of_snapshots_that_are_not_finite(field, value, words):
    fields = {"x": np.zeros((1, n)), "trajectory": np.zeros(m, int), field: value}
    with pytest.raises(DataError, match=words):
        Snapshots(U, **fields)


def test_whole_numbers_of_trajectories_may_be_floats():
    part = Snapshots(U, np.zeros((1, n)), trajectory=np.array([0.0, 0, 0, 1, 1, 1]))
    np.testing.assert_array_equal(part.followed, [0, 1, 3, 4])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"seeds": (-1,)}, "seeds = -1 must be at least 0"),
        ({"seeds": (0.5,)}, "seeds = 0.5 must be an integer"),
        ({"seeds": (0, 0)}, "seeds has 0 twice"),
        ({"seeds": 0}, r"seeds = 0 must be a list, such as \[0\]"),
        ({"seeds": ()}, r"seeds = \[\]: give at least one"),
        ({"ranks": 3}, "ranks = 3 must be a list"),
        ({"ranks": ()}, r"ranks = \[\]: give at least one"),
        ({"ranks": (1, 1)}, "ranks has 1 twice"),
        ({"ranks": "12"}, "ranks = '12' must be a list"),
        ({"methods": {}}, r"methods = \{\} must hold a method by its name"),
        ({"methods": [PODMethod()]}, "must hold a method by its name"),
        ({"methods": {"a": "pod"}}, "the method 'a' is 'pod': give settings"),
        ({"methods": {"a": PODMethod}}, "the method 'a' is .*: give settings"),
        ({"data": U}, "data is of type ndarray: a data set is needed"),
    ],
)
def test_arguments_of_a_comparison_that_make_none(changes, words):
    given = {"data": DATA, "methods": METHODS, "ranks": (1,), "seeds": (0,), **changes}
    with pytest.raises(OptionError, match=words):
        compare(**given)


def test_ranks_and_seeds_may_be_arrays():
    found = compare(DATA, METHODS, ranks=np.array([1, 2]), seeds=np.arange(2))
    assert found.test_error.shape == (1, 2, 2)


def test_a_judge_of_no_data_set_or_no_seed():
    with pytest.raises(OptionError, match="a data set is needed"):
        judge(U, 1)
    with pytest.raises(OptionError, match="seed = -1 must be at least 0"):
        judge(DATA, 1, -1)


def test_a_negative_seed_of_the_judge_is_said(tmp_path, capsys):
    np.save(tmp_path / "U.npy", U)
    with pytest.raises(SystemExit):
        main(["judge", str(tmp_path / "U.npy"), "--rank", "1", "--seed", "-1", "--dry-run"])
    assert "'-1' is not a whole number from 0 to 2^63 - 1" in capsys.readouterr().err


def test_the_number_of_snapshots_to_split():
    np.testing.assert_array_equal(split_columns(np.int64(m))[0], split_columns(m)[0])
    with pytest.raises(OptionError, match="m = 6.0 must be an integer"):
        split_columns(6.0)
    with pytest.raises(OptionError, match="test_fraction = '.2' must be a finite number"):
        split_columns(m, test_fraction=".2")


@pytest.mark.parametrize("denominator", [np.nan, -1.0, 0.0, np.inf])
def test_denominators_that_are_none(denominator):
    with pytest.raises(OptionError, match=f"denominator = {denominator} must be"):
        relative_error(POD, U, denominator)
    with pytest.raises(DataError, match="all snapshots are zero"):
        relative_error(POD, 0 * U)


def test_a_part_that_is_zero_is_named():
    zero = np.zeros((n, 2))
    data = read_snapshots(np.c_[U, zero], axes="dof sample", test_fraction=0.25, name="wake")
    words = "the test snapshots of wake are all zero, .*: choose another split"
    with pytest.raises(DataError, match=words):
        compare(data, METHODS, ranks=(1,), seeds=(0,))
    turned = DataSet("wake", data.test, data.train, "")
    with pytest.raises(DataError, match="the training snapshots of wake are all zero"):
        turned.norm(turned.train)


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("U.npy", U)
    words = ["snapshots", "file", "--set", "path=U.npy", "axes=dof sample", "-o", "data.h5"]
    assert main(words) == 0
    assert main(["fit", "data.h5", "pod", "--rank", "1", "-o", "fit.h5"]) == 0
    assert main(["pod", "U.npy", "--axes", "dof sample", "--rank", "1", "-o", "pod.h5"]) == 0
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ["snapshots", "file", "--set", "path=U.npy", "axes=dof sample", "-o", "d.npy"],
        ["fit", "data.h5", "pod", "--rank", "1", "-o", "fit.csv"],
        ["compare", "data.h5", "fit.h5", "-o", "c.txt"],
        ["close-up", "data.h5", "fit.h5", "-o", "c"],
        ["update", "pod.h5", "U.npy", "--axes", "dof sample", "-o", "up.npy"],
        ["pod", "U.npy", "--axes", "dof sample", "--rank", "1", "-o", "pod.npz"],
        ["cost", ".", "-o", "cost.json"],
    ],
)
def test_results_have_the_suffix_of_hdf5(files, words, capsys):
    assert main(words) == 1
    assert "a result is written as HDF5: give it the suffix .h5" in capsys.readouterr().err
    assert not (files / words[-1]).exists()


@pytest.mark.parametrize("name", ["", " ", "a/b", "a\\b", "a\nb", "n" * 300])
@pytest.mark.parametrize("verb", ["fit", "snapshots", "rom"])
def test_names_that_files_cannot_have_are_refused(files, verb, name, capsys):
    words = {"fit": ["data.h5", "pod", "--rank", "1"], "snapshots": ["gaussian"]}
    with pytest.raises(SystemExit):
        main([verb, *words.get(verb, []), "--name", name, "-o", "x.h5"])
    assert "is no name: give letters, digits and _" in capsys.readouterr().err


@pytest.mark.parametrize("size", [1e300, 1e-310, np.logspace(-200, 200, n)[:, None]])
def test_numbers_of_any_size_are_updated_explained_and_compared_without_overflow(
    files, size, capsys
):
    low = np.random.default_rng(1).standard_normal((n, 3))
    np.save("big.npy", size * (low @ np.random.default_rng(2).standard_normal((3, 12))))
    axes = ["--axes", "dof sample"]
    words = ["snapshots", "file", "--set", "path=big.npy", "axes=dof sample"]
    assert main([*words, "-o", "big.h5"]) == 0
    assert main(["fit", "big.h5", "pod", "--rank", "1", "-o", "b.h5"]) == 0
    assert main(["explain", "b.h5", "big.h5"]) == 0
    assert main(["compare", "big.h5", "b.h5", "-o", "c.h5"]) == 0
    assert main(["pod", "big.npy", *axes, "--rank", "1", "-o", "p.h5"]) == 0
    assert main(["update", "p.h5", "big.npy", *axes, "-o", "up.h5"]) == 0
    np.save("huge.npy", np.full((n, 12), 1e307))
    for words in (["pod", "huge.npy"], ["update", "p.h5", "huge.npy"]):
        assert main([*words, *axes, "-o", "no.h5"]) == 1
        assert "norms of such numbers are infinite: rescale" in capsys.readouterr().err
    assert main(["encode", "p.h5", "huge.npy", *axes, "-o", "no.npz"]) == 1
    out, err = capsys.readouterr()
    assert "inf" not in out.replace("information", "")
    assert "nan" not in out
    assert "Warning" not in err


def test_snapshots_for_errors_are_refused_beside_what_is_no_fit(files, capsys):
    assert main(["compare", "data.h5", "data.h5", "--on", "no.h5"]) == 1
    assert "--on is for the errors of two fits: leave it out" in capsys.readouterr().err
