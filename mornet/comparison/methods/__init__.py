"""Methods to compare: how a reduction is fitted, as frozen settings, one file each."""

from mornet.comparison.methods.autoencoder import AutoencoderMethod
from mornet.comparison.methods.best import BestMethod
from mornet.comparison.methods.convolutional_autoencoder import ConvolutionalAutoencoderMethod
from mornet.comparison.methods.dmd import DMDMethod
from mornet.comparison.methods.gaussian_process import GaussianProcessMethod
from mornet.comparison.methods.hybrid import HybridMethod
from mornet.comparison.methods.interface import Fit, FitInput, Method
from mornet.comparison.methods.linear_autoencoder import LinearAutoencoderMethod
from mornet.comparison.methods.pod import PODMethod
from mornet.comparison.methods.quadratic_manifold import QuadraticManifoldMethod

__all__ = [
    "AutoencoderMethod",
    "BestMethod",
    "ConvolutionalAutoencoderMethod",
    "DMDMethod",
    "Fit",
    "FitInput",
    "GaussianProcessMethod",
    "HybridMethod",
    "LinearAutoencoderMethod",
    "Method",
    "PODMethod",
    "QuadraticManifoldMethod",
]
