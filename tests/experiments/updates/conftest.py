"""The ten points start near their stored minima, so that no test hangs on what a start reaches."""

from itertools import chain, islice

import numpy as np
import pytest

from mornet.experiments.updates import trained_networks
from mornet.training.newton import multi_start
from tests.perturbation.conftest import STORED

NEAR = {1e-3: STORED["hh_decay_1e3"], 1e-4: STORED["hh_decay_1e4"]}


def first_near_the_stored_minimum(objective, starts, **options):
    """As `multi_start`, but the first start of the ten points is near their stored minimum."""
    if objective.net.size == 23 and objective.decay in NEAR:
        shift = 0.01 * np.random.default_rng(0).standard_normal(23)
        starts = chain([NEAR[objective.decay] + shift], islice(starts, 1, None))
    return multi_start(objective, starts, **options)


@pytest.fixture(autouse=True, scope="module")
def _near():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trained_networks, "multi_start", first_near_the_stored_minimum)
        yield
