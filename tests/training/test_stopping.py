"""Early stopping, clipping and the divergence guard."""

import io
import re

import numpy as np
import pytest

from mornet.errors import DivergenceError, OptionError
from mornet.nn import Network
from mornet.training import (
    Adam,
    Momentum,
    Objective,
    Shuffled,
    Stairs,
    SteepestDescent,
    TrainingSettings,
    train,
)
from mornet.training.descent import shorten


def overfitting():
    """Few noisy samples for many parameters, others for validation, and a start."""
    rng = np.random.default_rng(3)
    net = Network((1, 30, 1), ("tanh", "identity"))
    x, x_new = rng.uniform(-1, 1, (1, 12)), np.linspace(-1, 1, 100)[None]
    J = Objective(net, x, np.sin(3 * x) + 0.4 * rng.standard_normal(x.shape))
    return J, Objective(net, x_new, np.sin(3 * x_new)), rng.standard_normal(net.size)


def test_early_stopping_returns_the_best_iterate_on_validation_data():
    J, held_out, p = overfitting()
    stopping = TrainingSettings(held_out, patience=20)
    q, history = train(J, p, Adam(0.02), steps=5000, record_every=10, settings=stopping)
    best = np.argmin(history.validation_objective)
    assert (
        held_out.value(q)
        == history.validation_objective[best]
        == history.validation_objective.min()
    )
    assert history.best_step == history.step[best]
    assert len(history.step) == best + 1 + 20  # twenty records later it stopped
    assert history.step[-1] < 5000
    assert history.ended == (
        f"after step {history.step[-1]}: no lower J on the validation samples in 20 records"
    )


def test_great_patience_returns_the_best_iterate_after_all_steps():
    J, held_out, p = overfitting()
    stopping = TrainingSettings(held_out, patience=10**6)
    q, history = train(J, p, Adam(0.02), steps=300, record_every=10, settings=stopping)
    assert history.step[-1] == 300
    assert held_out.value(q) == history.validation_objective.min()
    assert history.ended == "after all 300 steps"


def test_validation_without_patience_only_watches():
    J, held_out, p = overfitting()
    q, history = train(J, p, Adam(0.02), steps=50, settings=TrainingSettings(held_out))
    np.testing.assert_array_equal(q, train(J, p, Adam(0.02), steps=50).p)
    assert history.validation_objective[-1] == held_out.value(q)
    assert history.best_step is None


def test_clipping_shortens_long_gradients_and_leaves_short_ones():
    g = np.array([3.0, 4.0])
    assert not shorten(g, 5.0)
    assert g.tolist() == [3, 4]
    assert shorten(g, 1.0)
    np.testing.assert_allclose(g, [0.6, 0.8], rtol=1e-15)
    huge = np.array([3e200, 4e200])
    with np.errstate(over="ignore"):
        assert shorten(huge, 1.0)
    np.testing.assert_allclose(huge, [0.6, 0.8], rtol=1e-15)


def test_no_clipped_step_is_longer_than_eta_times_the_norm():
    J, _, p = overfitting()
    clipping = TrainingSettings(clip=0.5)
    q, history = train(J, 30 * p, SteepestDescent(0.1), steps=10, settings=clipping)
    assert np.linalg.norm(q - 30 * p) <= 10 * 0.1 * 0.5 * (1 + 1e-12)
    assert history.clipped.tolist() == list(range(11))  # every one of them
    assert train(J, p, SteepestDescent(0.1), steps=2).history.clipped is None


@pytest.mark.parametrize("optimiser", [SteepestDescent, Momentum, Adam])
@pytest.mark.parametrize("eta", 10.0 ** np.arange(-3, 301, 20))
def test_a_training_ends_with_finite_numbers_or_an_error(optimiser, eta):
    J, held_out, p = overfitting()
    message = ""
    try:
        watching = TrainingSettings(held_out)
        q, history = train(
            J, p, optimiser(float(eta)), steps=200, record_every=50, settings=watching
        )
    except DivergenceError as error:
        message = str(error)
    if message:
        assert re.search(r"after step \d+, with \|\|p\|\| = .* a smaller learning rate", message)
    else:
        for a in (q, history.objective, history.validation_objective):
            assert np.isfinite(a).all()


def test_a_state_that_overflowed_is_seen_although_p_and_J_are_finite():
    # Adam's second moment overflows in v, and all later steps are zero: silence would be wrong
    J, _, p = overfitting()
    steep = Objective(J.net, J.x, J.y, decay=1e200)
    with pytest.raises(DivergenceError, match="the optimiser's v = inf after step 1"):
        train(steep, p, Adam(), steps=5)


def test_the_error_names_the_last_good_record():
    J, _, p = overfitting()
    with pytest.raises(DivergenceError, match=r"after step 40, .*\(all was finite after step 20\)"):
        train(
            J, p, SteepestDescent(Stairs(1e-3, every=30, factor=1e200)), steps=100, record_every=20
        )


def test_bad_options_are_refused():
    _, held_out, _ = overfitting()
    for options, message in (
        ({"patience": 3}, "patience = 3 needs validation"),
        ({"patience": 0, "validation": held_out}, "patience = 0 must be at least 1"),
        ({"clip": 0.0}, "clip = 0.0 must be positive"),
        ({"keep_every": 0}, "keep_every = 0"),
    ):
        with pytest.raises(OptionError, match=message):
            TrainingSettings(**options)


def test_logs_stay_silent_and_a_terminal_shows_a_bar(capsys, monkeypatch):
    J, _, p = overfitting()
    train(J, p, Adam(), steps=30)
    assert capsys.readouterr() == ("", "")

    import tqdm

    bars = []

    class Bar(tqdm.tqdm):
        def __init__(self, **options):
            assert options.pop("disable") is None  # silent unless it is a terminal
            super().__init__(**options, disable=False, file=io.StringIO())
            bars.append(self)

    monkeypatch.setattr(tqdm, "tqdm", Bar)
    train(J, p, Adam(), steps=30, sampling=Shuffled(4), rng=np.random.default_rng(0))
    assert (bars[0].n, bars[0].total) == (30, 30)


def test_a_training_says_in_one_line_what_it_is():
    J, _, p = overfitting()
    done = train(J, p, Adam(0.02), steps=5)
    assert repr(done) == f"Training(p ({p.size},), J = {J.value(done.p):.6g} after all 5 steps)"
