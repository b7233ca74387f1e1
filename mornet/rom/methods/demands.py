"""What a reduced-order model demands of reductions and equations, and the words of a refusal.

The settings of a model declare their ``demands``. A study is refused for them before it runs, from
what kinds of methods and data sets declare to offer; `require_offered` looks at the objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from mornet.errors import OptionError
from mornet.rom.methods.interface import Demand, ReducedMethod, Training
from mornet.rom.sampled import require_rows, trial_at
from mornet.rom.trial import AffineTrial

OF_REDUCTIONS: tuple[Demand, ...] = ("linear", "entries")
WORDS: dict[Demand, str] = {
    "linear": "the linear space of a POD",
    "entries": "a decoder that can be evaluated at chosen entries of a state",
    "rows": "an equation of which chosen rows can be evaluated",
}


def refusal(model: str, demand: Demand, offered: Mapping[str, bool]) -> str:
    """Return why a ``model`` is refused, and the remedy; empty if all offer what it demands.

    ``offered`` says for each method, or for each data set if an equation is demanded, whether it
    does.

    >>> refusal("deim", "linear", {"POD": True, "deep": False})
    'deim needs the linear space of a POD, which deep does not offer: write methods: [POD]'
    """
    without = [name for name, offers in offered.items() if not offers]
    if not without:
        return ""
    verb = "does" if len(without) == 1 else "do"
    remedy = _remedy(demand, [name for name, offers in offered.items() if offers])
    return f"{model} needs {WORDS[demand]}, which {', '.join(without)} {verb} not offer: {remedy}"


def _remedy(demand: Demand, others: Sequence[str]) -> str:
    if not others:
        with_pod = "add a method of the kind pod and name it under methods"
        return with_pod if demand in OF_REDUCTIONS else "leave the model out"
    return f"write {'methods' if demand in OF_REDUCTIONS else 'only'}: [{', '.join(others)}]"


def require_offered(
    model: str, method: ReducedMethod, trainings: Iterable[tuple[str, Training]]
) -> None:
    """Raise OptionError unless the reductions and the equation offer what ``method`` demands.

    The ``trainings`` have the names of their reductions, and one problem.
    """
    named = list(trainings)
    for demand in method.demands:
        if demand in OF_REDUCTIONS:
            offered = {name: _offers(training, demand) for name, training in named}
        else:
            problem = named[0][1].problem
            offered = {problem.name: _offers(named[0][1], demand)}
        if said := refusal(model, demand, offered):
            raise OptionError(said)


def _offers(training: Training, demand: Demand) -> bool:
    if demand == "linear":
        return isinstance(training.trial(), AffineTrial)
    try:
        if demand == "entries":
            trial_at(training.trial(), np.array([0]))
        elif training.problem.equation:  # what has no equation is refused for that
            require_rows(training.problem.model(_some_mu(training)))
    except OptionError:
        return False
    return True


def _some_mu(training: Training) -> tuple[float, ...]:
    mu, names = training.snapshots.mu, training.problem.parameters
    if not names:
        return ()
    return (0.0,) if mu is None else tuple(mu[:, 0].tolist())
