"""Every optimiser of the package is held to the contract of an optimiser, and is resumed."""

import importlib
import inspect
import pkgutil

import mornet.training
from mornet.training import Optimiser
from mornet.training.optimiser import DirectOptimiser
from tests.training.test_checkpoints import TRAININGS
from tests.training.test_optimisers import OPTIMISERS


def optimisers():
    """The classes whose step has the arguments of `Optimiser.step`."""
    step = list(inspect.signature(Optimiser.step).parameters)
    found = set()
    for module in pkgutil.iter_modules(mornet.training.__path__):
        home = importlib.import_module(f"mornet.training.{module.name}")
        for member in vars(home).values():
            rule = getattr(member, "step", None) if inspect.isclass(member) else None
            if inspect.isfunction(rule) and list(inspect.signature(rule).parameters) == step:
                found.add(member)
    return found - {Optimiser, DirectOptimiser}


def test_every_optimiser_is_held_to_the_contract():
    assert {type(optimiser) for optimiser in OPTIMISERS.values()} == optimisers()


def test_every_optimiser_is_killed_and_resumed():
    assert {type(optimiser) for optimiser, _, _ in TRAININGS.values()} == optimisers()
