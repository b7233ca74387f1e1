"""What is no layer and no network is refused with one sentence, when it is made."""

import dataclasses

import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.nn import Convolution, Dense, Dropout, Network, TransposedConvolution, ceil_padding
from tests.nn.test_layers import LAYERS

BAD = {
    "below": -1,
    "half": 1.5,
    "float": 2.0,
    "bool": True,
    "text": "3",
    "none": None,
    "nan": np.nan,
}
OURS = {
    name: layer for name, layer in LAYERS.items() if type(layer).__module__.startswith("mornet")
}
FIELDS = [
    pytest.param(layer, field.name, id=f"{name}, {field.name}")
    for name, layer in OURS.items()
    for field in dataclasses.fields(layer)
    if isinstance(getattr(layer, field.name), int | tuple) and field.name != "circular"
]


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
@pytest.mark.parametrize(("layer", "field"), FIELDS)
def test_numbers_of_a_layer_are_integers_in_range(layer, field, bad):
    value = getattr(layer, field)
    changed = (bad, *value[1:]) if isinstance(value, tuple) else bad
    with pytest.raises(OptionError, match=r"must be (an integer|at least)|cannot lead from"):
        dataclasses.replace(layer, **{field: changed})


@pytest.mark.parametrize(("layer", "field"), FIELDS)
def test_numbers_of_numpy_are_numbers_of_python(layer, field):
    value = getattr(layer, field)
    if isinstance(value, tuple):
        same = dataclasses.replace(layer, **{field: list(np.array(value))})
        assert same == layer
        assert {type(n) for n in getattr(same, field)} == {int}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Convolution((1, 2), (4,), 3), "size = 3 must be a list"),
        (lambda: Convolution((1, 2), (4,), (3,), circular=2), "circular = 2 must be true or false"),
        (lambda: TransposedConvolution(Dense(2, 3)), "is no convolution"),
        (lambda: Dropout((3,), "all"), "rate = 'all' must be a finite number"),
        (lambda: Dropout((3,), 1 - 1e-9), "rate = 0.999999999 drops everything"),
        (lambda: Dropout((3,), 1.0), "rate = 1.0 must be at least 0 and less than 1"),
        (lambda: Dropout(()), "a shape of at least one axis"),
        (lambda: Network.of((Dense,), "tanh"), "is no layer"),
        (lambda: ceil_padding((8, 8), (3, 3), (0, 2), (0,)), r"stride\[0\] = 0 must be at least 1"),
        (lambda: Network((2.5, 2)), "a width = 2.5 must be an integer"),
        (lambda: Network((2, 3), bias="yes"), "bias = 'yes' must be true or false"),
        (lambda: Network.of((3,), "tanh"), "3 is no layer"),
    ],
)
def test_what_is_no_layer_is_refused(make, message):
    with pytest.raises(OptionError, match=message):
        make()
