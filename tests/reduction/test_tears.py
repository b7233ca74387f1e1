"""Errors at midpoints of neighbours show where a network tears the manifold of the snapshots."""

import numpy as np
import pytest

from mornet.errors import DivergenceError
from mornet.reduction import BestSettings, FitContext
from mornet.reduction.best.candidates import Plain
from mornet.reduction.best.evidence import Evidence
from mornet.reduction.best.final import Final, _mend
from mornet.reduction.best.fit import _Contest
from mornet.reduction.best.full import STARTS, FullTraining
from mornet.reduction.best.quadratic import Quadratic
from mornet.reduction.best.race import Entry, Look
from mornet.reduction.best.space import Space
from mornet.reduction.best.tears import MOST, NEIGHBOURS, TORN, error_between, midpoints, tear
from mornet.reduction.folds import training_error

ANGLE = 2 * np.pi * np.arange(60) / 60
CIRCLE = np.stack([np.cos(ANGLE), np.sin(ANGLE)])
EVIDENCE = Evidence(0.1, 0.2, 0.3, 0, 6)


def rng(seed=0):
    return np.random.default_rng(seed)


def curved():
    return np.vstack([CIRCLE, 0.3 * CIRCLE**2, 0.1 * CIRCLE**3]) + 1e-3 * rng().normal(size=(6, 60))


def exact(c):
    """The circle itself: the nearest point of every point but the centre."""
    return c / np.linalg.norm(c, axis=0)


def torn(c):
    """The circle, coded by a number that jumps between the last snapshot and the first one.

    A continuous network takes all numbers of the jump, so that it goes round the whole circle in
    between.
    """
    angle = np.arctan2(c[1], c[0]) % (2 * np.pi)
    last = ANGLE[-1]
    around = np.where(angle > last, last * (1 - (angle - last) / (2 * np.pi - last)), angle)
    return np.stack([np.cos(around), np.sin(around)])


def test_midpoints_are_those_of_the_nearest_neighbours():
    line = np.array([[0.0, 1.0, 2.5, 4.5]])
    points = midpoints(line)
    assert points.shape == (1, 4 * NEIGHBOURS)
    np.testing.assert_array_equal(points[0, :NEIGHBOURS], [0.5, 1.25, 2.25])
    assert midpoints(rng().standard_normal((5, 3 * MOST))).shape == (5, MOST * NEIGHBOURS)
    assert midpoints(line[:, :2]).tolist() == [[0.5, 0.5]]


def test_a_tear_leaves_the_training_error_and_shows_between_snapshots():
    assert training_error(CIRCLE, torn, None, 0.0) < 1e-12
    good, bad = (error_between(midpoints(CIRCLE), each) for each in (exact, torn))
    # neighbours up to two steps apart: a midpoint lies 1 - cos(step) from the circle at most
    assert good < 1 - np.cos(2 * np.pi / 60)
    assert bad > 10 * good
    assert tear(bad, good) == pytest.approx(bad / good / TORN)
    assert tear(TORN * good, good) == 1


def test_a_tear_makes_the_rest_of_the_held_out_error_larger():
    # held-out error 0.5 = sqrt(0.3^2 + 0.4^2), of which 0.3 is the training error
    entry = Entry(Plain(2), [], np.zeros(0), EVIDENCE, looks=[Look(0.5, 0.3, 0.36, 0.1)])
    assert entry.score(0.3, TORN * 0.1) == pytest.approx(0.5)
    assert entry.score(0.3, 3 * TORN * 0.1) == pytest.approx(np.hypot(0.3, 1.2))


def test_a_look_beside_a_better_one_between_neighbours_expects_more():
    # held-out error 0.5 = sqrt(0.3^2 + 0.4^2), of which 0.3 is the training error
    look = Look(0.5, 0.3, 0.36, 3 * TORN * 0.1)
    assert look.expected == 0.5  # no other candidate has been trained
    assert look._replace(usual=3 * 0.1).expected == 0.5
    torn = look._replace(usual=0.1)
    assert torn.expected == pytest.approx(np.hypot(0.3, 1.2))
    entry = Entry(Plain(2), [], np.zeros(0), EVIDENCE, looks=[torn])
    assert entry.score(0.6) == pytest.approx(np.hypot(0.6, 1.2))


class Memory:
    """It knows what it learned, a little less what is held out, and nothing between neighbours."""

    def __init__(self, fold):
        self.known = {u.tobytes(): u for u in fold.train.T}
        self.known |= {u.tobytes(): 0.9 * u for u in fold.held_out.T}

    def reconstruct(self, c):
        return np.stack([self.known.get(u.tobytes(), 0 * u) for u in c.T], axis=1)


def test_in_the_final_a_tear_raises_what_is_expected_of_every_candidate():
    contest = _Contest.prepare(Space.of(curved()), 2, BestSettings(steps=800, trial_steps=5), rng())
    race = contest._opening(FitContext(groups=np.arange(60))).race
    final, reference = Final(race, 2, contest.settings), race.pod(True, 2)
    network, memory = (race.enter(c, reference) for c in (Plain(2), Quadratic(2, 1.0)))
    network.evidence = memory.evidence = EVIDENCE
    memory.learned = [Memory(fold) for fold in race.folds[True]]
    final.run([network, memory], [network])
    (look,), (usual,) = memory.looks, network.looks
    number = int(final._typical(memory)[0])
    folds = {b: own[number] for b, own in race.folds.items()}
    held_out = final._ratio(folds, folds[True], memory.learned[number])
    assert look.share < 1e-9
    assert look.expected == pytest.approx(held_out * tear(look.between, usual.between))
    assert look.expected > 2 * held_out


def looked_at(expected, between):
    look = Look(expected, 1e9, 0.0, between)
    return Entry(Plain(2), [], np.zeros(0), EVIDENCE, looks=[look], tried=True)


def test_after_a_torn_training_the_most_promising_start_comes_next():
    trainings = FullTraining(Space.of(curved()), 2, BestSettings(steps=20), draw=3)

    def starts(*entries):
        return [t.entry for t in trainings.of_contenders([entries[0]], [*entries], FitContext())]

    usual = trainings.train(looked_at(0.1, 1.0), FitContext()).between
    good, bad = looked_at(0.1, usual), looked_at(0.1, 1e-9)
    assert starts(good) == [good]
    assert starts(bad) == [bad] * (1 + STARTS)
    rival = looked_at(0.15, usual)
    assert starts(bad, rival) == [bad, rival]  # before the third start, and it is no unlucky one
    hopeless = looked_at(1e9, usual)
    assert starts(bad, hopeless) == [bad] * (1 + STARTS)
    draws = trainings.of_contenders([bad], [bad], FitContext())
    assert len({t.error for t in draws}) == 1 + STARTS


def test_a_finalist_that_tears_the_manifold_gets_a_second_start():
    first, other = looked_at(0.1, 1.0), looked_at(0.2, 1.0)
    repeats = []

    def seen(entry, long):
        repeats.append(entry)
        return Look(0.3, 1e9, 0.0, 1.0)

    _mend([first, other], [first, other], seen)
    assert not repeats
    other.looks = [Look(0.2, 1e9, 0.0, 3 * TORN)]
    _mend([first, other], [first, other], seen)
    assert repeats == [other]
    assert other.looks[0].held_out == 0.3  # it is no tear, and less than three times 0.2
    other.looks = [Look(0.05, 1e9, 0.0, 3 * TORN)]
    _mend([other], [first, other], seen)
    assert other.looks[0].held_out == 0.05  # the smaller expected error counts
    assert other.full


def test_what_the_sign_test_alone_shows_better_reaches_the_final():
    contest = _Contest.prepare(Space.of(curved()), 2, BestSettings(steps=20, trial_steps=5), rng())
    race = contest._opening(FitContext(groups=np.arange(60))).race
    reference = race.pod(True, 2)
    for p, looks in ((0.002, 1), (0.2, 0)):
        entry = race.enter(Plain(2), reference)
        entry.evidence = Evidence(0.9, 1.1, 0.95, 0, 20, p)
        Final(race, 2, contest.settings).run([entry], [entry])
        assert len(entry.looks) == looks


def test_a_training_that_diverges_is_followed_by_others(monkeypatch):
    trainings = FullTraining(Space.of(curved()), 2, BestSettings(steps=20), draw=3)
    first, rival = looked_at(0.1, 1.0), looked_at(0.2, 1.0)
    train = FullTraining.train

    def diverging(own, entry, context):
        if entry in lost:
            raise DivergenceError("the loss is not finite")
        return train(own, entry, context)

    monkeypatch.setattr(FullTraining, "train", diverging)
    lost = [first]
    (found,) = trainings.of_contenders([first], [first, rival], FitContext())
    assert found.entry is rival
    lost = [first, rival]
    with pytest.raises(DivergenceError, match="all 3 trainings on all snapshots diverged"):
        trainings.of_contenders([first], [first, rival], FitContext())
