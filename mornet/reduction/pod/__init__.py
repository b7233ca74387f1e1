"""Proper orthogonal decomposition: the best linear reduction, by one of several algorithms."""

from mornet.reduction.pod.fit import Algorithm, PODMethodName, fit_pod
from mornet.reduction.pod.hierarchical import hierarchical_pod
from mornet.reduction.pod.record import POD
from mornet.reduction.pod.size import HardThreshold
from mornet.reduction.pod.stream import StreamSettings, stream_pod

__all__ = [
    "POD",
    "Algorithm",
    "HardThreshold",
    "PODMethodName",
    "StreamSettings",
    "fit_pod",
    "hierarchical_pod",
    "stream_pod",
]
