"""Proper orthogonal decomposition: the best linear reduction, by one of several algorithms."""

from mornet.reduction.pod.fit import PODMethodName, fit_pod
from mornet.reduction.pod.hierarchical import hierarchical_pod
from mornet.reduction.pod.record import POD
from mornet.reduction.pod.stream import stream_pod

__all__ = ["POD", "PODMethodName", "fit_pod", "hierarchical_pod", "stream_pod"]
