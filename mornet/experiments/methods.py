"""The methods that a study may name: kind -> the class of its settings."""

from __future__ import annotations

from mornet.lazy import Lazy

METHODS = {
    "pod": Lazy("mornet.comparison.methods.pod.PODMethod"),
    "dmd": Lazy("mornet.comparison.methods.dmd.DMDMethod"),
    "linear_autoencoder": Lazy(
        "mornet.comparison.methods.linear_autoencoder.LinearAutoencoderMethod"
    ),
    "autoencoder": Lazy("mornet.comparison.methods.autoencoder.AutoencoderMethod"),
    "convolutional_autoencoder": Lazy(
        "mornet.comparison.methods.convolutional_autoencoder.ConvolutionalAutoencoderMethod"
    ),
    "quadratic_manifold": Lazy(
        "mornet.comparison.methods.quadratic_manifold.QuadraticManifoldMethod"
    ),
    "gaussian_process": Lazy("mornet.comparison.methods.gaussian_process.GaussianProcessMethod"),
    "best": Lazy("mornet.comparison.methods.best.BestMethod"),
    "hybrid": Lazy("mornet.comparison.methods.hybrid.HybridMethod"),
}
