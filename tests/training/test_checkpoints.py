"""A training killed anywhere and resumed gives the same bits as one that was not."""

from dataclasses import replace

import numpy as np
import pytest

from mornet.errors import OptionError, ShapeError
from mornet.nn import Network, initialise
from mornet.training import (
    SOAP,
    Adam,
    AdamW,
    Armijo,
    Cosine,
    DroppedOut,
    FullBatch,
    Momentum,
    Nesterov,
    Objective,
    Shuffled,
    Stairs,
    SteepestDescent,
    TrainingSettings,
    WithReplacement,
    Wolfe,
    train,
)

NET = Network((3, 8, 2), ("tanh", "identity"))
STEPS = 60


def objectives():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((3, 41))
    y = np.sin(rng.standard_normal((2, 3)) @ x)
    return Objective(NET, x[:, :30], y[:, :30]), Objective(NET, x[:, 30:], y[:, 30:])


# optimiser, sampling, settings of train: a line for every optimiser
TRAININGS = {
    "stochastic gradient": (SteepestDescent(0.05), WithReplacement(1), {}),
    "without replacement": (SteepestDescent(Stairs(0.1, 25)), Shuffled(7), {}),
    "armijo": (SteepestDescent(Armijo()), FullBatch(), {}),
    "wolfe on batches": (SteepestDescent(Wolfe()), Shuffled(10), {}),
    "momentum": (Momentum(0.02), Shuffled(7), {"clip": 0.5}),
    "nesterov": (Nesterov(0.02), Shuffled(7), {}),
    "adam": (Adam(Cosine(0.05, STEPS)), Shuffled(7), {"validation": True}),
    "adam, stopped early": (Adam(0.3), Shuffled(7), {"validation": True, "patience": 4}),
    "adamw": (AdamW(0.01), WithReplacement(4), {"clip": 1.0}),
    "soap": (SOAP(NET, Cosine(0.02, STEPS, 5), refresh=7), Shuffled(7), {"validation": True}),
}


class Killed(Exception):  # noqa: N818
    pass


class Place:
    """Keeps the last checkpoint, and kills the training when it reaches ``kill_at``."""

    kept = None
    kill_at = None

    def keep(self, checkpoint):
        self.kept = checkpoint
        if checkpoint.step == self.kill_at:
            raise Killed


def run(name, keep=None, resume=None, seed=1):
    optimiser, sampling, options = TRAININGS[name]
    J, held_out = objectives()
    options = options | ({"validation": held_out} if "validation" in options else {})
    rng = np.random.default_rng(seed)
    p = initialise(NET, "glorot", rng)
    return train(
        J,
        p,
        optimiser,
        steps=STEPS,
        sampling=sampling,
        rng=rng,
        record_every=3,
        settings=TrainingSettings(keep=keep, keep_every=1, resume=resume, **options),
    )


def same(a, b):
    assert a.p.tobytes() == b.p.tobytes()
    for field in vars(a.history):
        np.testing.assert_array_equal(getattr(a.history, field), getattr(b.history, field))


@pytest.mark.parametrize("name", TRAININGS)
def test_killed_at_random_steps_it_ends_with_the_same_bits(name):
    whole = run(name)
    last = whole.history.step[-1]
    rng = np.random.default_rng(5)
    for _ in range(4):
        place = Place()
        for step in np.sort(rng.choice(np.arange(1, last), 3, replace=False)).tolist():
            place.kill_at = step
            with pytest.raises(Killed):
                run(name, place.keep, place.kept)
        same(run(name, resume=place.kept), whole)


@pytest.mark.parametrize("name", TRAININGS)
def test_a_finished_training_is_not_trained_again(name):
    kept = []
    whole = run(name, kept.append)
    assert kept[-1].finished
    assert not any(checkpoint.finished for checkpoint in kept[:-2])
    same(run(name, resume=kept[-1]), whole)


def test_keeping_checkpoints_changes_nothing():
    same(run("adam", lambda checkpoint: None), run("adam"))


def test_a_checkpoint_is_a_copy():
    kept = []
    run("soap", kept.append)
    first = kept[0]
    before = first.p.copy(), first.optimiser["v"].copy(), first.sampling["permutation"].copy()
    run("soap", resume=first)
    after = first.p, first.optimiser["v"], first.sampling["permutation"]
    for a, b in zip(before, after, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("bits", ["PCG64", "MT19937", "Philox", "SFC64"])
def test_every_generator_can_be_resumed(bits):
    J, _ = objectives()

    def go(**more):
        rng = np.random.Generator(getattr(np.random, bits)(3))
        options = {"steps": 20, "sampling": Shuffled(7), "rng": rng}
        settings = TrainingSettings(keep_every=7, **more)
        return train(J, np.ones(NET.size), Adam(), **options, settings=settings)

    kept = []
    whole = go(keep=kept.append)
    same(go(resume=kept[0]), whole)


def test_a_checkpoint_of_another_training_is_refused():
    kept = []
    run("adam", kept.append)
    with pytest.raises(ShapeError, match="the optimiser of the checkpoint holds"):
        run("momentum", resume=kept[0])
    with pytest.raises(ShapeError, match="the sampling of the checkpoint holds"):
        run("adamw", resume=replace(kept[0], began={}))
    J, _ = objectives()
    rng = np.random.Generator(np.random.SFC64(0))
    options = {"steps": 9, "sampling": Shuffled(7), "rng": rng}
    settings = TrainingSettings(resume=kept[0])
    with pytest.raises(OptionError, match="generator is PCG64, not SFC64"):
        train(J, np.ones(NET.size), Adam(), **options, settings=settings)


def test_an_interrupt_says_at_which_step():
    def keep(checkpoint):
        if checkpoint.step == 17:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        run("adam", keep)
    assert caught.value.__notes__ == ["training interrupted after step 17"]


def test_a_checkpoint_goes_on_only_with_the_batches_dropout_and_steps_it_began_with():
    J, _ = objectives()
    seven, start, kept = Shuffled(7), np.ones(NET.size), []

    def go(objective=J, sampling=seven, steps=20, **options):
        rng, settings = np.random.default_rng(3), TrainingSettings(keep_every=7, **options)
        return train(
            objective, start, Adam(), steps=steps, sampling=sampling, rng=rng, settings=settings
        )

    dropped = DroppedOut(J, 2)
    go(dropped, keep=kept.append)
    resume, before = kept[-1], r"the checkpoint is of a training with "
    refused = {
        rf"{before}Shuffled\(size=7\), and this one has Shuffled\(size=5\): resume": (
            dropped,
            Shuffled(5),
        ),
        rf"{before}dropout of seed 2, and this one has no dropout": (J,),
        rf"{before}dropout of seed 2, and this one has dropout of seed 3": (DroppedOut(J, 3),),
        "steps = 19, but the checkpoint is after step 20: .* at least 20": (
            dropped,
            Shuffled(7),
            19,
        ),
    }
    for message, arguments in refused.items():
        with pytest.raises(OptionError, match=message):
            go(*arguments, resume=resume)
    same(go(dropped, steps=30, resume=resume), go(dropped, steps=30))
    earlier = replace(resume, began={})  # of a version that did not say how it began
    go(dropped, Shuffled(5), 30, resume=earlier)
