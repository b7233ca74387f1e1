import numpy as np
import pytest

from mornet.errors import DataError, OptionError, ShapeError
from mornet.linalg import as_inner_product
from mornet.reduction import (
    AutoencoderSettings,
    FitContext,
    fit_autoencoder,
    fit_pod,
    relative_error,
)
from mornet.storage import load, save
from mornet.training.recipes import RECIPES
from tests.contracts import check_reduction

SHALLOW = {
    "hidden": (),
    "code_activation": "sigmoid",
    "pod_tolerance": None,
    "optimiser": "adam",
    "batch": 50,
    "epochs": 300,
}


def curve(n=20, m=150):
    """Snapshots on a curved one-dimensional manifold, which no line follows."""
    t = np.linspace(0, 1, m)
    return np.exp(-(((np.linspace(0, 1, n)[:, None] - t) / 0.15) ** 2))


def fit(U, r, seed=0, *, inner_product=None, weights=None, validation=None, **settings):
    return fit_autoencoder(
        U,
        r,
        AutoencoderSettings(**settings),
        rng=np.random.default_rng(seed),
        inner_product=inner_product,
        weights=weights,
        context=FitContext(validation=validation),
    )


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("r", [1, 3, 6])
def test_one_hidden_layer_never_beats_centred_pod(r, seed):
    # Bourlard and Kamp 1988: with a linear output layer a hidden sigmoid gains nothing
    U = curve()
    shallow = fit(U, r, seed, **SHALLOW).autoencoder
    optimum = fit_pod(U, rank=r, centre="mean").truncation_error / np.linalg.norm(U)
    # it comes near with one unit; more of them train slowly, which the theorem does not forbid
    assert optimum * (1 - 1e-12) <= relative_error(shallow, U) <= (1.1 if r == 1 else 4) * optimum


def test_hidden_layers_beat_pod_on_a_curved_manifold():
    U = curve()
    deep = fit(U, 2, hidden=(24,), epochs=450).autoencoder  # .04 to .06 of POD with any kernel
    optimum = fit_pod(U, rank=2, centre="mean").truncation_error / np.linalg.norm(U)
    assert relative_error(deep, U) <= 0.2 * optimum


@pytest.mark.parametrize("options", [{}, {"pod_tolerance": None}, {"centre": False}])
def test_it_is_a_reduction(options):
    check_reduction(fit(curve(), 2, hidden=(8,), epochs=2, **options).autoencoder, curve())


def test_history_is_the_error_in_scaled_inputs():
    # 2 N J = ||X - G(F(X))||^2 and U = s X + c
    U = curve()
    model, history = fit(U, 2, hidden=(8,), epochs=5, pod_tolerance=None)
    error = model.scale * np.sqrt(2 * U.shape[1] * history.objective[-1])
    assert error / np.linalg.norm(U) == pytest.approx(relative_error(model, U), rel=1e-12)


def test_pod_coordinates_lose_their_tail_and_nothing_else():
    U = curve()
    model, history = fit(U, 2, hidden=(8,), epochs=5, pod_tolerance=1e-2)
    pod = fit_pod(U, tolerance=1e-2, centre="mean")
    assert model.network.widths[0] == pod.r < U.shape[0]
    inner = model.scale**2 * 2 * U.shape[1] * history.objective[-1]
    whole = (relative_error(model, U) * np.linalg.norm(U)) ** 2
    assert whole == pytest.approx(inner + pod.truncation_error**2, rel=1e-10)


@pytest.mark.parametrize("centre", [False, True])
def test_the_loss_is_the_error_in_the_norm_of_the_pod(centre, tmp_path):
    # sum_j w_j ||u_j - u^_j||_M^2 = mean(w) s^2 2 N J + what POD coordinates lose
    U, w = curve(), np.linspace(0.1, 2, 150)
    M = as_inner_product(np.linspace(1, 3, 20), 20)
    options = {"inner_product": M, "weights": w, "pod_tolerance": 1e-2, "centre": centre}
    model, history = fit(U, 2, hidden=(8,), epochs=5, **options)
    pod = fit_pod(U, tolerance=1e-2, inner_product=M, weights=w, centre="mean" if centre else None)
    inner = np.mean(w) * model.scale**2 * 2 * U.shape[1] * history.objective[-1]
    error = relative_error(model, U, 1.0, M, w)
    assert error**2 == pytest.approx(inner + pod.truncation_error**2, rel=1e-10)
    check_reduction(model, U)
    save(tmp_path / "a.h5", model)
    np.testing.assert_array_equal(load(tmp_path / "a.h5").encode(U), model.encode(U))


def test_equal_weights_are_none_and_bad_ones_are_refused():
    U, full = curve(), {"pod_tolerance": None, "hidden": (4,), "epochs": 2}
    plain, equal = (fit(U, 2, weights=w, **full).autoencoder.p for w in (None, np.ones(150)))
    np.testing.assert_allclose(plain, equal, rtol=1e-8)
    with pytest.raises(OptionError, match="an inner product needs POD coordinates"):
        fit(U, 2, inner_product=np.ones(20), **full)
    with pytest.raises((DataError, OptionError), match="weight"):
        fit(U, 2, weights=-np.ones(150), **full)


def test_the_same_seed_gives_the_same_bits():
    runs = [fit(curve(), 2, hidden=(4,), epochs=3).autoencoder.p for _ in range(2)]
    np.testing.assert_array_equal(*runs)


def test_scaling_the_snapshots_scales_the_reconstruction():
    U = curve()
    one, thousand = (fit(s * U, 2, hidden=(4,), epochs=3).autoencoder for s in (1.0, 1024.0))
    assert relative_error(one, U) == pytest.approx(relative_error(thousand, 1024 * U), rel=1e-12)


def test_bad_input_is_refused():
    U = curve()
    with pytest.raises(OptionError, match="code size 21 must be between 1 and"):
        fit(U, 21)
    U[3, 4] = np.nan
    with pytest.raises(DataError, match="row 3 of column .sample. 4"):
        fit(U, 2)
    for tolerance in (None, 1e-4):
        with pytest.raises(DataError, match="snapshots .*equal.*: there is nothing to"):
            fit(np.ones((5, 5)), 2, pod_tolerance=tolerance)


def test_choices_are_made_on_validation_snapshots():
    U = curve()
    train, held_out = U[:, ::2], U[:, 1::2]
    options = {"hidden": (8,), "epochs": 60, "pod_tolerance": None}
    model, history = fit(train, 2, validation=held_out, patience=3, **options)
    error = model.scale * np.sqrt(2 * held_out.shape[1] * history.validation_objective.min())
    assert error / np.linalg.norm(held_out) == pytest.approx(
        relative_error(model, held_out), rel=1e-10
    )
    assert history.best_step == history.step[np.argmin(history.validation_objective)]


def test_every_optimiser_has_the_same_budget():
    budgets = {
        name: fit(curve(), 2, hidden=(4,), epochs=4, optimiser=name).history.sample_gradients[-1]
        for name in RECIPES
    }
    assert budgets == dict.fromkeys(RECIPES, 4 * 150)


def test_patience_needs_validation_snapshots():
    with pytest.raises(OptionError, match="patience = 3 needs validation"):
        fit(curve(), 2, patience=3)
    with pytest.raises(ShapeError, match="validation has 3 rows, but 20 are needed"):
        fit(curve(), 2, validation=np.ones((3, 3)))


def test_tied_weights_stay_transposes_and_still_beat_pod():
    U = curve()
    model = fit(U, 2, hidden=(24,), tied=True, optimiser="adam", epochs=500).autoencoder
    layers = model.network.layers(model.p)
    np.testing.assert_array_equal(layers[0].W, layers[3].W.T)
    np.testing.assert_array_equal(layers[1].W, layers[2].W.T)
    optimum = fit_pod(U, rank=2, centre="mean").truncation_error / np.linalg.norm(U)
    assert relative_error(model, U) < 0.7 * optimum
    check_reduction(model, U)


def test_a_masked_decoder_sees_a_window_that_moves_along():
    U = curve()
    model = fit(
        U, 2, hidden=(24,), decoder_density=0.25, pod_tolerance=None, optimiser="adam", epochs=20
    ).autoencoder
    W = model.network.layers(model.p)[-1].W
    assert (np.count_nonzero(W, axis=1) == 6).all()
    assert W[0, :6].all()
    assert W[-1, -6:].all()
    assert (np.diff([np.flatnonzero(row)[0] for row in W]) >= 0).all()
    check_reduction(model, U)


def test_a_decoder_that_sees_everything_is_not_masked():
    full = {"pod_tolerance": None, "optimiser": "adam"}
    a, b = (
        fit(curve(), 2, hidden=(8,), epochs=3, decoder_density=s, **full).autoencoder.p
        for s in (None, 1.0)
    )
    np.testing.assert_allclose(a, b, rtol=1e-12)


def test_shared_weights_have_limits():
    for options, message in (
        (
            {"tied": True, "decoder_density": 0.5, "pod_tolerance": None},
            "tied or masked .decoder_density.: choose one",
        ),
        (
            {"decoder_density": 1.5, "pod_tolerance": None},
            "decoder_density = 1.5 must be greater than 0 and at most 1",
        ),
        ({"decoder_density": 0.5}, "does not work in POD coordinates: set pod_tolerance to None"),
        ({"tied": True}, "SOAP needs the .* whole matrices"),
    ):
        with pytest.raises(OptionError, match=message):
            fit(curve(), 2, hidden=(8,), **options)
