"""Snapshots of a pulse along a line."""

import numpy as np

from mornet.snapshots import DataSet, Snapshots

X, T = np.linspace(0, 1, 40), np.linspace(0, 2, 25)


def data_set(mus=(0.2, 0.4), test=0.3):
    """Trajectories of a pulse with two speeds, and one between them for testing."""
    parts = [_part(mus), _part((test,))]
    return DataSet("pulse", parts[0], parts[1].after(parts[0]), "whole trajectories")


def _part(mus):
    pulses = [np.exp(-(((X[:, None] - 0.2 - mu * T) / 0.1) ** 2)) for mu in mus]
    return Snapshots.of_trajectories(pulses, x=X[None], t=T, mu=[(mu,) for mu in mus])
