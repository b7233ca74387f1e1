"""Flow behind a step: rows of what is installed, and the errors of its regressions."""

from importlib import util

import numpy as np
import pytest

from mornet.experiments.validation import navier_stokes
from mornet.storage import load, save
from mornet.summary.validation import validation


def only(monkeypatch, *modules):
    monkeypatch.setattr(util, "find_spec", lambda name: name if name in modules else None)


def test_without_the_snapshots_the_table_is_empty_and_says_so(monkeypatch, tmp_path):
    only(monkeypatch)
    found = navier_stokes.navier_stokes()
    assert len(found.case) == 0
    assert "smithers is not installed" in found.configuration
    save(tmp_path / "r.h5", found)
    assert "0 of 0 numbers are met" in validation([load(tmp_path / "r.h5")])


@pytest.fixture
def curve(monkeypatch):
    """Snapshots along a smooth curve in four modes, instead of those of smithers."""
    mu = np.linspace(1, 2, 40)
    U = np.random.default_rng(0).standard_normal((30, 4)) @ np.stack([mu**k for k in range(4)])
    monkeypatch.setattr(navier_stokes, "_snapshots", lambda: ({"vx": U}, mu[None]))
    monkeypatch.setattr(navier_stokes, "RANK", 4)
    return U


def test_codes_of_held_out_velocities_are_interpolated_in_order(curve):
    projection = navier_stokes.navier_stokes_error(codes="POD", regression="none")
    splines = navier_stokes.navier_stokes_error(codes="POD", regression="thin-plate splines")
    assert projection <= 1e-13
    assert projection < splines < 0.05
    s = np.linalg.svd(curve, compute_uv=False)
    expected = np.sqrt(np.sum(s[2:] ** 2) / np.sum(s**2))
    assert navier_stokes._pod_error("vx", 2) == pytest.approx(expected, rel=1e-8)


@pytest.mark.filterwarnings("ignore")  # of the other package
@pytest.mark.parametrize("regression", ["k nearest neighbours", "radius neighbours"])
def test_the_folds_of_the_other_package_are_ours(curve, regression):
    pytest.importorskip("ezyrb", reason="install mornet[peers]")
    neighbours = pytest.importorskip("sklearn.neighbors")
    kind = {
        "k nearest neighbours": "KNeighborsRegressor",
        "radius neighbours": "RadiusNeighborsRegressor",
    }
    errors, mu = [], navier_stokes._velocities()
    for test in np.array_split(np.arange(40), 5):
        train = np.setdiff1d(np.arange(40), test)
        V = np.linalg.svd(curve[:, train], full_matrices=False)[0][:, :4]
        model = getattr(neighbours, kind[regression])().fit(mu[:, train].T, curve[:, train].T @ V)
        W = V @ model.predict(mu[:, test].T).T
        size = np.linalg.norm(curve[:, test], axis=0)
        errors.append(np.mean(np.linalg.norm(W - curve[:, test], axis=0) / size))
    found = navier_stokes._ezyrb_error(regression)
    assert found == pytest.approx(np.mean(errors), rel=1e-9)
