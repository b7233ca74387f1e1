"""The network f_p(x): architecture, activations, back propagation, second derivatives.

NumPy only; no files, no clocks.
"""

from mornet.nn.activations import ACTIVATIONS, Activation, activation
from mornet.nn.backprop import ForwardPass, back_propagate, forward_pass
from mornet.nn.convolution import Convolution, TransposedConvolution
from mornet.nn.dropout import Dropout
from mornet.nn.initialise import glorot, he, initialise, normal
from mornet.nn.layers import Dense, LayerMap
from mornet.nn.network import Layer, Network
from mornet.nn.pooling import AveragePool, MaxPool, Upsampling, ceil_padding
from mornet.nn.stored_network import StoredNetwork

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "AveragePool",
    "Convolution",
    "Dense",
    "Dropout",
    "ForwardPass",
    "Layer",
    "LayerMap",
    "MaxPool",
    "Network",
    "StoredNetwork",
    "TransposedConvolution",
    "Upsampling",
    "activation",
    "back_propagate",
    "ceil_padding",
    "forward_pass",
    "glorot",
    "he",
    "initialise",
    "normal",
]
