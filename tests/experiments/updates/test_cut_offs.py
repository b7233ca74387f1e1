import numpy as np
import pytest

from mornet.experiments.updates.cut_offs import cut_offs
from mornet.perturbation import measure_slope


@pytest.fixture(scope="module")
def gallery():
    return cut_offs(t=(1e-3, 3e-3, 1e-2, 3e-2, 1e-1))


@pytest.mark.sensitive
def test_guessed_cut_offs_hide_the_order(gallery):
    def slope(errors):
        return measure_slope(gallery.t, errors, floor=1e-14, scale=1.0).slope

    first = dict(zip(gallery.treatment, map(slope, gallery.first_order), strict=True))
    assert first["gauge fixed"] == pytest.approx(2, abs=0.05)
    assert first["known nullity"] == pytest.approx(2, abs=0.05)
    assert first["cut-off 1e-12"] == pytest.approx(2, abs=0.05)
    for guessed in ("cut-off 1e-6", "cut-off 1e-3", "damping 1e-6"):
        assert first[guessed] == pytest.approx(1, abs=0.05)


@pytest.mark.sensitive
def test_a_small_cut_off_ruins_a_newton_step(gallery):
    newton = dict(zip(gallery.treatment, gallery.newton_step, strict=True))
    assert np.all(newton["cut-off 1e-12"] > 10 * gallery.no_update)
    assert np.all(newton["gauge fixed"] < gallery.no_update / 50)


@pytest.mark.sensitive
def test_null_spaces_are_explained(gallery):
    for spectrum in gallery.spectra:
        vanishing = np.sum(spectrum.eigenvalues < 1e-13 * spectrum.eigenvalues[0])
        assert vanishing == spectrum.orbit
    assert [spectrum.orbit for spectrum in gallery.spectra] == [9, 9, 3, 0, 0]
