"""The network f_p(x): architecture, activations, back propagation, second derivatives.

NumPy only; no files, no clocks.
"""

from mornet.nn.activations import ACTIVATIONS, Activation, activation
from mornet.nn.backprop import ForwardPass, back_propagate, forward_pass
from mornet.nn.initialise import glorot, he, initialise, normal
from mornet.nn.layers import Dense, LayerMap
from mornet.nn.network import Layer, Network

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "Dense",
    "ForwardPass",
    "Layer",
    "LayerMap",
    "Network",
    "activation",
    "back_propagate",
    "forward_pass",
    "glorot",
    "he",
    "initialise",
    "normal",
]
