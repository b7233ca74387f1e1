"""The methods that a study may name: kind -> the class of its settings."""

from __future__ import annotations

from dataclasses import dataclass

from mornet.lazy import Lazy


@dataclass(frozen=True)
class MethodKind(Lazy):
    """The settings of a method, and what its reductions offer to reduced-order models.

    ``linear`` is the linear space of a POD, ``entries`` a decoder at chosen entries of a state.
    """

    linear: bool = False
    entries: bool = True


METHODS = {
    "pod": MethodKind("mornet.comparison.methods.pod.PODMethod", linear=True),
    "dmd": MethodKind("mornet.comparison.methods.dmd.DMDMethod", entries=False),
    "linear_autoencoder": MethodKind(
        "mornet.comparison.methods.linear_autoencoder.LinearAutoencoderMethod"
    ),
    "autoencoder": MethodKind("mornet.comparison.methods.autoencoder.AutoencoderMethod"),
    "convolutional_autoencoder": MethodKind(
        "mornet.comparison.methods.convolutional_autoencoder.ConvolutionalAutoencoderMethod",
        entries=False,
    ),
    "quadratic_manifold": MethodKind(
        "mornet.comparison.methods.quadratic_manifold.QuadraticManifoldMethod"
    ),
    "gaussian_process": MethodKind(
        "mornet.comparison.methods.gaussian_process.GaussianProcessMethod"
    ),
    "best": MethodKind("mornet.comparison.methods.best.BestMethod", entries=False),
    "hybrid": MethodKind("mornet.comparison.methods.hybrid.HybridMethod"),
}
