from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.sparse import diags_array

from mornet.comparison import HybridMethod, run_case
from mornet.comparison.context import context_of
from mornet.errors import DataError, OptionError, ShapeError
from mornet.fom.fitzhugh_nagumo import fitzhugh_nagumo_data_set
from mornet.fom.heat import heat_data_set
from mornet.fom.pulse import pulse_data_set
from mornet.fom.shock import shock_data_set
from mornet.fom.travelling_waves import gaussian_data_set, step_wave_data_set
from mornet.linalg import as_inner_product, thin_svd
from mornet.reduction import FitContext, HybridSettings, fit_hybrid, fit_pod, relative_error
from mornet.reduction.folds import LeadingModes, folds
from mornet.reduction.hybrid.correction import CorrectionObjective, Design, untrained_correction
from mornet.reduction.hybrid.cross_validation import (
    FOLDS,
    held_out_folds,
    held_out_together,
)
from mornet.reduction.hybrid.fit import hybrid_curve, preferred
from mornet.storage import load, save
from tests.contracts import check_reduction
from tests.test_linalg import matrix

# rounding of POD coordinates in the single precision of training; what is left of them after POD
# is smaller by the factor of POD's relative error, and rounds as much
SINGLE = 10 * float(np.finfo(np.float32).eps)
VARIANTS = [(encoder, anchored) for encoder in (False, True) for anchored in (False, True)]
SMALL = {
    "fitzhugh_nagumo": lambda: fitzhugh_nagumo_data_set(nodes=64, steps=400, fields="v"),
    "gaussian": lambda: gaussian_data_set(n=64),
    "heat": lambda: heat_data_set(cells=60, levels=3, steps=20),
    "pulse": lambda: pulse_data_set(n=128, times=120),
    "shock": lambda: shock_data_set(n=64, times=30),
    "step_wave": lambda: step_wave_data_set(n=60),
}


def curve(n=24, m=100, width=0.2):
    """Snapshots on a curved one-dimensional manifold, which no line follows."""
    t = np.linspace(0, 1, m)
    return np.exp(-(((np.linspace(0, 1, n)[:, None] - t) / width) ** 2))


def fit(U, r, seed=0, *, inner_product=None, weights=None, groups=None, **settings):
    settings = {"hidden": 30, "steps": 150, "trial_steps": 80} | settings
    return fit_hybrid(
        U,
        r,
        HybridSettings(**settings),
        rng=np.random.default_rng(seed),
        inner_product=inner_product,
        weights=weights,
        context=FitContext(groups=groups),
    )


@cache
def fitted(m, r, centre=False):
    """The hybrid of a curve with ``m`` snapshots, fitted once for all tests."""
    return fit(curve(m=m), r, centre=centre).hybrid


def untrained(c, encoder, anchored, rank=3, weights=None):
    return untrained_correction(
        c,
        rank,
        Design(anchored, 7, "swish"),
        encoder=encoder,
        rng=np.random.default_rng(1),
        weights=weights,
    )


@pytest.mark.parametrize(("encoder", "anchored"), VARIANTS)
def test_before_the_first_step_it_is_exactly_pod(encoder, anchored):
    U = curve()
    pod = fit_pod(U, rank=12)
    correction = untrained(pod.encode(U), encoder, anchored)
    c = pod.encode(U)
    np.testing.assert_array_equal(correction.encode(c), c[:3])
    np.testing.assert_array_equal(correction.decode(c[:3])[:3], c[:3])
    assert not correction.decode(c[:3])[3:].any()


@pytest.mark.parametrize("shallow", [False, True])
@pytest.mark.parametrize(("encoder", "anchored"), VARIANTS)
def test_the_first_weights_have_the_variance_of_their_layer(encoder, anchored, shallow):
    r, h = 4, 2000
    design = Design(anchored, h, "swish", shallow)
    c = np.random.default_rng(0).standard_normal((9, 50))
    correction = untrained_correction(c, r, design, encoder=encoder, rng=np.random.default_rng(1))
    E, M = correction.halves
    assert M.widths == (r, *(() if shallow else (h // 2,)), h, 9 if encoder else 9 - r)
    assert E is None or E.widths == (9, h, r)
    layers = correction.network.layers(correction.p)
    last = len(layers) - 1, correction.code - 1
    for l, (W, b, *_) in enumerate(layers):
        assert (b is not None) == (l not in last or not anchored)
        if l in last:
            assert not W.any()
            continue
        variance = (1 + 2 / r if l == correction.code else 1) / W.shape[1]
        bound = 4 * np.sqrt(4 / 5 / W.size) * variance  # of a mean of uniform squares
        assert abs(np.mean(W**2) - variance) < bound
        assert np.abs(b).max() <= 0.5


@pytest.mark.parametrize(("encoder", "anchored"), VARIANTS)
def test_its_gradient_is_that_of_differences_and_its_cost_the_error(encoder, anchored):
    rng = np.random.default_rng(0)
    U = curve(m=37)
    pod = fit_pod(U, rank=12)
    c = pod.encode(U)
    correction = untrained(c, encoder, anchored)
    J = CorrectionObjective(correction, c, np.float64)
    p = correction.p + 0.3 * rng.standard_normal(correction.p.size)
    batch = np.array([3, 1, 20])
    for chosen in (None, batch):
        v = rng.standard_normal(p.size)
        v /= np.linalg.norm(v)
        difference = (J.value(p + 1e-5 * v, chosen) - J.value(p - 1e-5 * v, chosen)) / 2e-5
        assert J.gradient(p, chosen) @ v == pytest.approx(difference, rel=1e-6, abs=1e-8)
        part = c if chosen is None else c[:, chosen]
        moved = replace(correction, p=p)
        squares = np.sum((part - moved.decode(moved.encode(part))) ** 2)
        scaled = squares / (2 * part.shape[1] * correction.output_scale**2)
        assert J.value(p, chosen) == pytest.approx(scaled, rel=1e-12)


@pytest.mark.parametrize(("encoder", "anchored"), VARIANTS)
def test_a_snapshot_of_weight_three_counts_as_three(encoder, anchored):
    rng = np.random.default_rng(0)
    U, w = curve(m=37), rng.integers(0, 4, 37)
    c = fit_pod(U, rank=12).encode(U)
    again = np.repeat(c, w, axis=1)
    weighted, repeated = (
        untrained(c, encoder, anchored, weights=w),
        untrained(again, encoder, anchored),
    )
    assert weighted.output_scale == pytest.approx(repeated.output_scale, rel=1e-14)
    np.testing.assert_allclose(weighted.code_scale, repeated.code_scale, rtol=1e-14)
    J, K = CorrectionObjective(weighted, c, float, w), CorrectionObjective(repeated, again, float)
    p = weighted.p + 0.3 * rng.standard_normal(weighted.p.size)
    assert J.value(p) == pytest.approx(K.value(p), rel=1e-12)
    np.testing.assert_allclose(J.gradient(p), K.gradient(p), atol=1e-12)
    # and so do its folds
    fold = held_out_folds(37, None, rng)
    ours = folds(c, 3, fold, not anchored, eight_modes, w)
    theirs = folds(again, 3, np.repeat(fold, w), not anchored, eight_modes)
    for one, other in zip(ours, theirs, strict=True):
        assert one.fitted == pytest.approx(other.fitted, rel=1e-12)
        for reconstruct in (LeadingModes(3).reconstruct, np.tanh):
            assert one.error(reconstruct) == pytest.approx(other.error(reconstruct), rel=1e-10)


def eight_modes(A, rank, weights):
    V, s, _ = thin_svd(A if weights is None else A * np.sqrt(weights))
    return V[:, :8], s


def mass(n):
    """The mass matrix of linear elements on a grid that is finer to the right."""
    h = np.linspace(2, 0.5, n + 1)
    return diags_array([h[1:-1] / 6, (h[:-1] + h[1:]) / 3, h[1:-1] / 6], offsets=(-1, 0, 1))


@pytest.mark.parametrize("centre", [False, True])
def test_in_its_own_norm_no_training_error_is_above_that_of_pod(centre, tmp_path):
    U, w, M = curve(), np.linspace(0.1, 2, 100), as_inner_product(mass(24), 24)

    def error(reduction):
        return relative_error(reduction, U, 1.0, M, w)

    hybrid, history, _ = fit(U, 2, centre=centre, inner_product=M, weights=w)
    pod = fit_pod(U, rank=2, centre="mean" if centre else None, inner_product=M, weights=w)
    assert error(pod) == pytest.approx(pod.truncation_error, rel=1e-9)  # the Eckart-Young optimum
    assert hybrid.variant in ("both", "decoder")
    assert error(hybrid) < pod.truncation_error
    _, curve_of_errors = hybrid_curve(hybrid, history, U)
    rounding = SINGLE / pod.truncation_error
    assert curve_of_errors[0] == pytest.approx(pod.truncation_error, rel=rounding)
    assert curve_of_errors.min() == pytest.approx(error(hybrid), rel=1e-3)
    check_reduction(hybrid, U)
    save(tmp_path / "a.h5", hybrid)
    again = load(tmp_path / "a.h5", "hybrid")
    np.testing.assert_array_equal(again.encode(U), hybrid.encode(U))


def test_weights_of_single_precision_are_summed_in_double_precision():
    U, w = curve(), np.linspace(0.1, 2, 100, dtype=np.float32)
    short = {"steps": 3, "trial_steps": 3}
    single, double = (fit(U, 2, weights=each, **short).hybrid for each in (w, w.astype(float)))
    np.testing.assert_array_equal(single.rho, double.rho)
    np.testing.assert_array_equal(single.encode(U), double.encode(U))


def test_an_inner_product_is_a_change_of_coordinates_for_the_evidence_too():
    rng = np.random.default_rng(0)
    U = rng.standard_normal((24, 100))
    M = as_inner_product(mass(24), 24)
    options = {"steps": 1, "trial_steps": 1}
    ours = fit(U, 3, inner_product=M, **options).hybrid
    theirs = fit(M.to_euclidean(U), 3, **options).hybrid
    assert ours.q == pytest.approx(theirs.q, rel=1e-10)
    # a power of two changes no digit of anything
    options = {"steps": 20, "trial_steps": 80}
    ours = fit(curve(m=80), 2, inner_product=np.full(24, 4.0), **options)
    theirs = fit(2 * curve(m=80), 2, **options)
    np.testing.assert_array_equal(ours.hybrid.correction.p, theirs.hybrid.correction.p)


@pytest.mark.parametrize("encoder", [False, True])
def test_anchored_networks_take_zero_to_zero(encoder):
    U = curve()
    c = fit_pod(U, rank=12).encode(U)
    correction = untrained(c, encoder, anchored=True)
    p = np.random.default_rng(2).standard_normal(correction.p.size)
    zero = replace(correction, p=p)
    assert not zero.encode(np.zeros((12, 1))).any()
    assert not zero.decode(np.zeros((3, 1))).any()


@pytest.mark.parametrize("centre", [False, True])
@pytest.mark.parametrize("r", [2, 3])
def test_it_is_a_smooth_reduction(r, centre):
    U = curve()
    hybrid = fitted(100, r, centre)
    assert hybrid.variant == "both"
    check_reduction(hybrid, U)
    z, step = hybrid.encode(U)[:, 5], 1e-6 * np.eye(r)
    differences = (hybrid.decode(z[:, None] + step) - hybrid.decode(z[:, None] - step)) / 2e-6
    np.testing.assert_allclose(hybrid.decode_jacobian(z), differences, atol=1e-7)
    with pytest.raises(ShapeError, match="a code has shape"):
        hybrid.decode_jacobian(np.zeros(r + 1))


def test_a_decoder_alone_is_a_smooth_reduction_too():
    U = curve()
    pod = fit_pod(U, rank=12)
    hybrid = fitted(100, 3)
    decoder = replace(hybrid, pod=pod, correction=untrained(pod.encode(U), False, False))
    p = np.random.default_rng(2).standard_normal(decoder.correction.p.size)
    decoder = replace(decoder, correction=replace(decoder.correction, p=p), variant="decoder")
    check_reduction(decoder, U)
    z, step = decoder.encode(U)[:, 5], 1e-6 * np.eye(3)
    differences = (decoder.decode(z[:, None] + step) - decoder.decode(z[:, None] - step)) / 2e-6
    np.testing.assert_allclose(decoder.decode_jacobian(z), differences, atol=1e-6)


@pytest.mark.sensitive
@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("r", [1, 3, 6])
def test_no_training_error_is_above_that_of_pod(name, r):
    # the theorem: the start is POD, and the best iterate is kept; on test snapshots it is a hope
    data = SMALL[name]()
    hybrid = fit(
        data.train.U, r, groups=held_out_together(context_of(data)), trial_steps=60, steps=60
    ).hybrid
    pod = fit_pod(data.train.U, rank=r)
    # POD coordinates that are not kept, and POD's own rounding
    slack = 1e-12 * np.linalg.norm(data.train.U)
    error, optimum = (relative_error(g, data.train.U, 1.0) for g in (hybrid, pod))
    assert error <= optimum + slack
    tested, reference = (relative_error(g, data.test.U, 1.0) for g in (hybrid, pod))
    assert tested <= 1.02 * reference + slack
    assert hybrid.words


@pytest.mark.sensitive
def test_it_gains_where_the_manifold_is_curved():
    U = curve(m=200)
    train, test = U[:, ::2], U[:, 1::2]
    hybrid, history, spent = fit(train, 2, steps=1000)
    assert spent >= history.sample_gradients[-1] + 2 * 5 * 80 * 80  # with the trials
    assert hybrid.variant in ("both", "decoder")
    assert history.objective[-1] < history.objective[0]
    assert relative_error(hybrid, test) <= 0.2 * relative_error(fit_pod(train, rank=2), test)
    assert "A correction of the" in hybrid.words


def test_it_is_pod_itself_where_snapshots_have_no_pattern():
    U = np.random.default_rng(0).standard_normal((30, 300))
    hybrid, history, _ = fit(U, 4)
    assert (hybrid.variant, history) == ("POD", None)
    np.testing.assert_array_equal(hybrid.pod.V, fit_pod(U, rank=4).V)
    assert hybrid.rho.min() > 0.75
    assert hybrid.words.startswith("POD: held-out errors")
    check_reduction(hybrid, U)


@pytest.mark.parametrize(("groups", "single"), [(None, True), (2, True), (3, False)])
def test_the_words_say_whether_single_snapshots_were_held_out(groups, single):
    own = None if groups is None else np.arange(60) % groups
    hybrid = fit(curve(m=60), 2, groups=own, steps=5, trial_steps=5).hybrid
    assert hybrid.single is single
    assert ("Single snapshots were held out" in hybrid.words) is single


def test_groups_of_weight_zero_are_no_groups():
    groups = np.arange(60) % 3
    settings = {"groups": groups, "steps": 5, "trial_steps": 5}
    assert fit(curve(m=60), 2, weights=np.where(groups == 2, 0.0, 1.0), **settings).hybrid.single


def test_it_is_pod_itself_where_pod_spaces_do_not_generalise():
    # each group lives in directions of its own
    rng = np.random.default_rng(1)
    blocks = [np.kron(np.eye(6)[:, [k]], rng.standard_normal((4, 50))) for k in range(6)]
    U = np.hstack(blocks) + 1e-2 * rng.standard_normal((24, 300))
    hybrid, _, _ = fit(U, 20, groups=np.repeat(np.arange(6), 50))
    assert hybrid.variant == "POD"
    assert hybrid.q > 3
    assert "More parameters or trajectories lower this ratio" in hybrid.words


def test_there_is_nothing_to_correct_at_full_rank():
    U = matrix(0.5 ** np.arange(5), n=12, m=30)
    hybrid, _, _ = fit(U, 5)
    assert hybrid.variant == "POD"
    assert hybrid.q is None
    assert fit(U, 9).hybrid.r == 5  # the numerical rank


def test_scaling_the_snapshots_scales_the_reconstruction():
    U = curve(m=80)
    one, other = fitted(80, 2), fit(1024.0 * U, 2).hybrid
    assert relative_error(one, U) == pytest.approx(relative_error(other, 1024 * U), rel=1e-9)


def test_the_same_seed_gives_the_same_bits():
    a, b = fitted(80, 2), fit(curve(m=80), 2).hybrid
    np.testing.assert_array_equal(a.correction.p, b.correction.p)


@pytest.mark.parametrize(
    ("both", "decoder", "chosen"),
    [(0.5, 0.52, "decoder"), (0.5, 0.53, "both"), (0.5, 0.4, "decoder"), (0.74, 0.76, "both")],
)
def test_of_corrections_about_as_good_the_decoder_alone_is_taken_if_accepted(both, decoder, chosen):
    assert preferred(("both", "decoder"), np.array([both, decoder])) == chosen


def test_hidden_layers_are_twice_as_wide_as_pod_coordinates_are_many():
    wide = pulse_data_set(n=128, times=400, width=8e-4).train.U
    for U, r in ((curve(m=200), 2), (wide, 3)):
        coordinates = fit_pod(U, tolerance=1e-4).r
        correction = fit(U, r, hidden=None, trial_steps=60, steps=5).hybrid.correction
        assert correction.network.widths[1] == max(100, 2 * coordinates)


def test_groups_are_held_out_whole():
    groups = np.repeat(np.arange(7), 13)
    fold = held_out_folds(91, groups, np.random.default_rng(0))
    assert all(len(np.unique(fold[groups == k])) == 1 for k in range(7))
    assert set(fold) == set(range(FOLDS))


def test_snapshots_of_weight_zero_are_never_held_out():
    groups, w = np.repeat(np.arange(7), 13), np.ones(91)
    w[:52] = 0
    fold = held_out_folds(91, groups, np.random.default_rng(0), w)
    assert (fold[:52] == -1).all()
    assert sorted(fold[[52, 65, 78]]) == [0, 1, 2]
    w[:78] = 0  # one group is left, whose snapshots are dealt one by one
    fold = held_out_folds(91, groups, np.random.default_rng(0), w)
    assert set(fold[78:]) == set(range(FOLDS))
    found = fit(curve(m=91), 2, weights=w, groups=groups, steps=5)
    assert found.hybrid.q is not None


@pytest.mark.parametrize("groups", [None, np.repeat([0, 1], 50)])
def test_without_three_groups_single_snapshots_are_held_out_but_not_by_stride(groups):
    fold = held_out_folds(100, groups, np.random.default_rng(0))
    assert (np.bincount(fold) == 20).all()
    assert all(len(np.unique(np.diff(np.flatnonzero(fold == k)))) > 2 for k in range(FOLDS))


def test_what_is_held_out_suits_the_split():
    data = SMALL["pulse"]()
    assert held_out_together(context_of(data)) is None  # test times lie between
    later = context_of(replace(data, test=replace(data.test, t=data.test.t + 1)))
    assert later.groups is None
    assert context_of(data).gaps
    assert not later.gaps
    parts = {"train": (data.train, 0), "test": (data.test, data.train.m)}
    numbered = {
        name: replace(part, t=None, column=start + np.arange(part.m))
        for name, (part, start) in parts.items()
    }
    assert context_of(replace(data, **numbered)).later  # by the numbers of its snapshots
    numbered["test"] = replace(numbered["test"], trajectory=data.test.trajectory + 1)
    assert not context_of(replace(data, **numbered)).later
    stretches = held_out_together(later)
    assert (np.bincount(stretches) == 60 / FOLDS).all()
    assert (np.diff(stretches) >= 0).all()
    shock = SMALL["shock"]()
    np.testing.assert_array_equal(held_out_together(context_of(shock)), shock.train.trajectory)


@pytest.mark.sensitive
def test_as_a_method_it_goes_on_where_it_was_killed():
    data = SMALL["shock"]()
    method = HybridMethod(hidden=30, steps=60, trial_steps=100)
    kept = []

    class Place:
        def __init__(self, checkpoint=None):
            self.checkpoint = checkpoint

        def last(self):
            return self.checkpoint

        def keep(self, checkpoint):
            kept.append(checkpoint)

    case = run_case(data, "hybrid", method, 3, (0,), lambda seed: Place())
    assert case.models[0].variant == "both"
    again = run_case(data, "hybrid", method, 3, (0,), lambda seed: Place(kept[len(kept) // 2]))
    np.testing.assert_array_equal(case.models[0].correction.p, again.models[0].correction.p)
    # the curve is the error on the way, from POD's
    assert case.curve[0, 0] == pytest.approx(case.optimum, rel=SINGLE / case.optimum)
    assert case.curve[0].min() == pytest.approx(case.train_error[0], rel=1e-4)


def test_bad_input_is_refused():
    U = curve()
    with pytest.raises(OptionError, match="rank 25 must be between 1 and"):
        fit(U, 25)
    with pytest.raises(ShapeError, match=r"groups have shape \(3,\) for 100"):
        fit(U, 2, groups=np.arange(3))
    U[3, 4] = np.nan
    with pytest.raises(DataError, match="row 3 of column .sample. 4"):
        fit(U, 2)
    with pytest.raises(DataError, match="nothing to reduce"):
        fit(np.zeros((5, 5)), 2)
