"""The figure of chapter 8 that moves: its numbers in the browser are those of mornet."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from mornet.perturbation import continue_branch, move_inputs, validity_radius
from tests.site.browser import CHROMIUM, browser
from tests.site.chapters import ROOT

pytest.importorskip("sphinx", reason="the directive needs the extra docs")
sys.path.insert(0, str(ROOT / "docs" / "_extensions"))
import moving_point

POINT = 3


@pytest.fixture(scope="module")
def trained():
    return moving_point.trained()


@pytest.fixture(scope="module")
def content():
    """The data of the figure, as if all points had the series of one."""
    found = moving_point.data(range(POINT, POINT + 1))
    return {**found, "points": found["points"] * 10}


def moved(objective, d):
    x = objective.x.copy()
    x[:, POINT] += d
    return replace(objective, x=x)


def test_polynomials_in_d_are_the_series_along_each_angle(trained):
    along = moving_point.series(*trained, POINT, terms=6)
    for k, c in enumerate(moving_point.polynomials(along, 6), start=1):
        fitted = moving_point._monomials(k) @ c
        np.testing.assert_allclose(
            fitted, along[:, k - 1], atol=1e-8 * np.abs(along[:, k - 1]).max()
        )


def test_the_radius_of_a_fold_is_that_of_the_line_of_domb_and_sykes(trained, content):
    objective, base = trained
    up = len(moving_point.ANGLES) // 2  # the angle pi / 2
    E = np.zeros_like(objective.x)
    E[1, POINT] = 1.0
    radius = validity_radius(base, move_inputs(objective, E))
    assert radius.straight
    assert content["points"][POINT]["radius"][up] == pytest.approx(radius.radius, rel=0.03)


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_a_dragged_point_moves_the_network_to_the_minimum_for_the_moved_data(
    trained, content, tmp_path
):
    page = tmp_path / "page.html"
    script = moving_point.SCRIPT.read_text(encoding="utf-8")
    page.write_text(
        f"<!DOCTYPE html><meta charset=utf-8><script>{script}</script>{moving_point.html(content)}",
        encoding="utf-8",
    )
    objective, base = trained
    with browser(tmp_path / "profile") as chromium:
        chromium.open(page.as_uri())
        figure = "document.querySelector('.moving-point')"
        left, top = chromium.evaluate(
            f"(b => [b.left, b.top])({figure}.querySelector('canvas').getBoundingClientRect())"
        )
        u, v = np.array([0.05, 0.95]) + 0.9 * np.array([1, -1]) * objective.x[:, POINT]
        start = (left + 440 * u, top + 440 * v)
        chromium.drag(start, (start[0] + 4, start[1] - 10))
        chromium.evaluate(f"{figure}.querySelector('input').value = 8")
        at = chromium.evaluate(f"{figure}.now()")
        said = chromium.evaluate(f"{figure}.textContent")
        chromium.drag((start[0] + 4, start[1] - 10), (start[0] + 90, start[1] - 18))
        far = chromium.evaluate(f"{figure}.querySelector('.verdict').textContent")
    assert at["i"] == POINT
    there, p = moved(objective, at["d"]), np.array(at["p"])
    np.testing.assert_allclose(at["J"], there.value(p), rtol=1e-9)
    np.testing.assert_allclose(at["gradientNorm"], np.linalg.norm(there.gradient(p)), rtol=1e-6)
    E = np.zeros_like(objective.x)
    E[:, POINT] = at["d"]
    minimum = continue_branch(move_inputs(objective, E), base, [1.0]).p[0]
    rest = (at["distance"] / at["radius"]) ** 9 * np.linalg.norm(base.p)
    assert np.linalg.norm(p - minimum) <= rest < 1e-2 * np.linalg.norm(minimum - base.p)
    assert "Within the radius" in said
    assert "Beyond the radius" in far
