"""The pieces of code in the tutorials run, page by page, and say what the pages claim."""

import re
import shlex

import numpy as np
import pytest

from mornet.cli import main
from tests.contracts import check_reduction
from tests.site.chapters import ROOT

PAGES = {path.stem: path for path in sorted((ROOT / "docs" / "tutorials").glob("*.md"))}
ELSEWHERE = {"run", "resources"}  # verbs that `tests/running` and `tests/cluster` try
FENCE = re.compile(r"```(python|sh)\n(.*?)```", re.DOTALL)


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Return the names that a page defines, and what it prints."""
    monkeypatch.chdir(tmp_path)

    def page(name):
        names = {"__name__": f"tutorial_{name}"}
        for language, code in FENCE.findall(PAGES[name].read_text(encoding="utf-8")):
            if language == "python":
                exec(compile(code, name, "exec"), names)
            for words in map(shlex.split, code.splitlines() if language == "sh" else ()):
                if words[0] == "mornet" and words[1] not in ELSEWHERE:
                    assert main(words[1:]) == 0
        return names, capsys.readouterr().out

    return page


def numbers(text):
    return [float(word) for word in re.findall(r"-?\d+\.\d*(?:e-?\d+)?|-?\d+e-?\d+", text)]


def test_own_data_have_a_larger_test_error_where_the_pulse_goes_on(run):
    names, out = run("own_data")
    data, pod = names["data"], names["pod"]
    errors = [names["relative_error"](pod, part.U) for part in (data.train, data.test)]
    assert 10 * errors[0] < errors[1]
    assert names["table"].test_error.shape == (2, 2, 2)
    assert "200" in out


def test_estimators_are_fitted_and_the_judge_is_at_least_as_good_as_pod(run):
    names, _ = run("scikit_learn")
    assert names["codes"].shape == (len(names["test"]), 10)
    assert names["search"].best_score_ > 0.5
    assert names["judge"].score(names["test"]) >= names["pod"].score(names["test"]) - 0.02


def test_the_new_equation_has_the_right_derivative_and_moving_fronts(run):
    names, out = run("equation")
    assert numbers(out)[0] < 1e-7
    U = names["data"].test.U[:, -1]
    assert U[0] > 0.99 > 0.01 > U[-1]


def test_the_classifier_learns_goes_on_and_its_update_has_order_two(run):
    names, out = run("convolution")
    assert names["net"].size == 80 + 1168 + 650  # kernels and biases of two convolutions, a matrix
    assert names["wrong"] < 0.15
    assert "100 True" in out
    net, p, x = (names[name] for name in ("net", "p", "x"))
    np.testing.assert_array_equal(names["kept"].forward(x), net.forward(p, x))
    np.testing.assert_allclose(names["kept"].outputs(x).sum(axis=0), 1, rtol=1e-14)
    errors = [float(error) for error in re.findall(r"^0\.\d+: (.*)$", out, re.MULTILINE)]
    assert len(errors) == 3
    np.testing.assert_array_less([3, 3], np.divide(errors[:-1], errors[1:]))
    np.testing.assert_allclose(
        names["stored"].outputs(names["pictures"]).sum(axis=0), 1, rtol=1e-12
    )
    pod, autoencoder = numbers(out)[-2:]
    assert autoencoder < pod


def test_the_new_layer_has_its_adjoints_and_all_derivatives(run):
    _, out = run("layer")
    first, second, third, hessian = numbers(out)
    np.testing.assert_allclose([second, third], first, rtol=1e-13)
    assert hessian < 1e-8


def test_the_new_reduction_keeps_the_contract_and_is_no_better_than_pod(run):
    names, out = run("reduction")
    assert out.startswith("True")
    check_reduction(names["BlockMeans"](60, 4), np.random.default_rng(0).standard_normal((60, 9)))
    rows = np.array([line.split() for line in out.splitlines()[1:]], dtype=float)
    assert (rows[:, 1] > rows[:, 2]).all()


def test_the_reduced_models_follow_the_full_model(run):
    _, out = run("reduced_model")
    galerkin, least_squares, learned, reconstruction, all_cells, few_cells = numbers(out)[:6]
    assert max(galerkin, least_squares) < 1e-2
    assert learned < 5e-2
    assert all_cells < reconstruction < 1e-3  # as the page says
    assert few_cells < 1.2 * all_cells


def test_the_record_of_the_page_holds_the_values_of_theory(run):
    names, _ = run("experiment")
    x = np.arange(64) / 64
    modes = np.abs(np.fft.fft(np.exp(-((x - np.round(x)) ** 2) / 0.02)))
    expected = np.sort(modes)[::-1] / modes.max()
    np.testing.assert_allclose(names["decay"](64).singular_values, expected, atol=1e-14)


def test_the_published_numbers_of_the_page_are_met(run):
    names, out = run("published_number")
    assert names["found"].met.all()
    assert names["found"].digits[0] >= 12
    assert "missed" not in out


def test_trainings_descend_and_the_decay_is_chosen_by_samples_not_trained_on(run):
    names, out = run("train")
    J, p = names["J"], names["found"]
    assert numbers(out)[1] < 1e-8  # of the gradient
    assert max(map(J.value, p.values())) < 0.1 * J.value(names["start"])
    errors = {decay: names["error"](q, names["choose"]) for decay, q in names["fits"].items()}
    assert names["best"] == min(errors, key=errors.get) > 0
    assert 0.09 < names["error"](names["fits"][names["best"]], names["judge"]) < 0.13


def test_updates_of_higher_degree_are_nearer_to_the_branch(run):
    _, out = run("update")
    assert "is that of a complex singularity" in out
    none, *errors = (
        float(line.split()[-1]) for line in out.split("no update:")[1].splitlines()[:4]
    )
    assert none > 10 * errors[0]
    assert errors == sorted(errors, reverse=True)
    assert "times less than" in out  # of the stored POD


def test_the_jobs_of_a_cluster_are_commands(run, tmp_path):
    _, out = run("cluster")
    assert "wave: (2,)" in out
    assert (tmp_path / "wave-compared.h5").exists()


def test_no_page_is_without_a_test():
    import inspect
    import sys

    tested = re.findall(r'run\("(\w+)"\)', inspect.getsource(sys.modules[__name__]))
    assert set(tested) == PAGES.keys() - {"index"}
