"""The pieces of code in the tutorials run, page by page, and say what the pages claim."""

import re
import shlex

import numpy as np
import pytest

from mornet.cli import main
from tests.contracts import check_reduction
from tests.site.chapters import ROOT

PAGES = {path.stem: path for path in sorted((ROOT / "docs" / "tutorials").glob("*.md"))}
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
            elif code.startswith("mornet data"):
                assert main(shlex.split(code)[1:]) == 0
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


def test_the_new_equation_has_the_right_derivative_and_moving_fronts(run):
    names, out = run("equation")
    assert numbers(out)[0] < 1e-7
    U = names["data"].test.U[:, -1]
    assert U[0] > 0.99 > 0.01 > U[-1]


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
    galerkin, least_squares, learned = numbers(out)
    assert max(galerkin, least_squares) < 1e-2
    assert learned < 5e-2


def test_the_record_and_the_published_number_of_the_page(run):
    names, _ = run("experiment")
    assert names["found"].met.all()


def test_no_page_is_without_a_test():
    import inspect
    import sys

    tested = re.findall(r'run\("(\w+)"\)', inspect.getsource(sys.modules[__name__]))
    assert set(tested) == PAGES.keys() - {"index"}
