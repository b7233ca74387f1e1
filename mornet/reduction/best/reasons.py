"""What decided a race, in words: why its winner won, or why none did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mornet.errors import counted
from mornet.reduction.best.names import BETTER, shown
from mornet.reduction.best.quadratic import Quadratic
from mornet.reduction.best.race import GOOD_ENOUGH, Entry
from mornet.reduction.best.units import Units, several
from mornet.reduction.context import FitContext

IN_FULL = "between close finalists the errors of trainings on all snapshots decided"
SECOND = (
    "the errors of trainings on all snapshots decided, because the start of the first choice was "
    "unlucky there"
)
LEAST = "it has the least error there, or nearly so"
SAFER = "a correction of POD is preferred to what starts at random and is not clearly better"
NOT_SHOWN = "it has the least error of those that were trained at length there"
INSIDE = " This holds for other times of the series alone, and says little about other parameters."
IN_GAPS = " This holds for such gaps of the series alone, and says little about other parameters."
LATER = " No time after the training snapshots was tested."
BOTH = (
    " The held-out error of POD is below that of PCA by no more than one standard error, and the "
    "training error of PCA is never above that of POD, so that PCA is the answer."
)
DOUBTFUL = (
    "the best candidate starts at random. Where other times alone were held out, the final must "
    f"show it to be twice as good as {BETTER}, and does not."
)


def name_of(entry: Entry) -> str:
    """Return the family of an entry, its centring, and the penalty if it has one."""
    candidate = entry.candidate
    name = f"{candidate.name}, {'centred' if candidate.centred else 'not centred'}"
    if isinstance(candidate, Quadratic):
        name += f", penalty {candidate.penalty:g}"
    return name


def why_won(
    won: Entry,
    accepted: Sequence[Entry],
    close: Sequence[Entry],
    units: Units,
    pod: str,
    context: FitContext,
) -> str:
    """Return why ``won`` is the best of the ``accepted`` entries, and for what that holds.

    After the final the ``close`` ones were trained on all snapshots, the ``units`` were held out,
    and ``pod`` is the reference. The ``context`` says what the fit is for.
    """
    better = won.evidence.claim(pod, several(units.words))
    holds = _limits(units, context)
    if len(accepted) == 1:
        return f"it alone {better}.{holds}"
    return f"it {better}, and {_how(won, accepted, close)}.{holds}"


def _limits(units: Units, context: FitContext) -> str:
    """Return for which times alone the held-out ``units`` say something."""
    known = IN_GAPS if context.gaps else INSIDE
    later = context.later and (units.inside or context.t is not None)  # samples have no order
    return (known if units.inside else "") + (LATER if later else "")


def _how(won: Entry, accepted: Sequence[Entry], close: Sequence[Entry]) -> str:
    """Return what decided between ``won`` and the other ``accepted`` entries."""
    if won not in close:
        return SECOND
    return IN_FULL if len(close) > 1 else _final(won, accepted)


def _final(won: Entry, accepted: Sequence[Entry]) -> str:
    """Return that the final decided, and how ``won`` stands in it."""
    folds = counted(max(len(entry.looks) for entry in accepted), "fold")
    long = " with long trainings" if any(entry.tried for entry in accepted) else ""
    return f"the final on {folds}{long} decided: {_place(won, accepted)}"


def _place(won: Entry, accepted: Sequence[Entry]) -> str:
    """Return how ``won`` stands in the final beside the other ``accepted`` entries."""
    least = min(accepted, key=lambda entry: entry.expected)
    if won.expected <= GOOD_ENOUGH * least.expected:
        return LEAST
    return NOT_SHOWN if not least.shown else SAFER


def why_none(entries: Sequence[Entry], accepted: Sequence[Entry], q: float, pod: str) -> str:
    """Return why none of the ``entries`` won, although the evidence ``accepted`` some of them.

    The reference is ``pod``. If the evidence accepted none, the conditions are named that fail for
    the one with the least bound.
    """
    if accepted:
        return DOUBTFUL
    nearest = min(entries, key=lambda entry: entry.evidence.upper)
    failed = [*nearest.evidence.failures(q, pod), *_unsure(nearest, pod)] or [_looks(entries)]
    return (
        f"no candidate is shown to be better than {pod}. The nearest one, "
        f"{shown(name_of(nearest))}, {'; it also '.join(failed)}."
    )


def _unsure(entry: Entry, pod: str) -> Iterator[str]:
    """Yield that the bound of an entry is too large, although its ratio is not."""
    if entry.evidence.ratio < 1 <= entry.evidence.upper:
        yield f"may be worse than {pod} by its bound"


def _looks(entries: Sequence[Entry]) -> str:
    """Return that a bound holds for a single look, and not for the best one of many."""
    looks = sum(max(entry.tries, 1) for entry in entries)
    families = len({entry.candidate.name for entry in entries})
    return (
        f"has a bound for a single look, and the best one of {counted(looks, 'look')} at "
        f"{counted(families, 'family')} must be surer (the corrections of Holm and Bonferroni)"
    )
