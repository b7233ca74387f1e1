"""Spectra of Hessians, with the null spaces that symmetries explain."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from mornet.experiments.updates.cut_offs import CutOffs
from mornet.figures import style

RECORD = CutOffs
SIZE = (style.SINGLE, 88.0)
ROUND_OFF = 1e-17


@style.in_house_style
def draw(figure: Figure, record: CutOffs) -> None:
    """Draw the sorted |eigenvalues| of every network; hollow markers belong to the symmetry."""
    axes = figure.add_subplot(yscale="log")
    looks = style.looks([spectrum.name for spectrum in record.spectra])
    handles = []
    for spectrum in record.spectra:
        look = looks[spectrum.name]
        values = np.maximum(spectrum.eigenvalues, ROUND_OFF)
        k = np.arange(1, len(values) + 1) / len(values)
        full = len(values) - spectrum.orbit
        axes.plot(k, values, color=look.colour, lw=0.6, zorder=1)
        axes.plot(k[:full], values[:full], ls="none", marker=look.marker, ms=2.2, color=look.colour)
        axes.plot(
            k[full:], values[full:], ls="none", marker=look.marker, ms=3.2, color=look.colour,
            mfc="white",
        )  # fmt: skip
        label = f"{look.label}: {spectrum.orbit} of {len(values)} vanish"
        handles.append(look.key(lw=0.6, label=label))
    axes.set(xlabel="index / number of parameters", ylabel=r"modulus of an eigenvalue of $H$")
    style.legend_above(figure, handles, columns=1)


def caption(record: CutOffs) -> str:
    """Return what the figure shows."""
    count = len(record.spectra)
    return (
        f"Moduli of the eigenvalues of the Hessian of J at the minimum of {count} trained "
        "networks, in descending order; the index is divided by the number of parameters. Hollow "
        "markers are the eigenvalues that a symmetry of the network makes zero; round-off is all "
        "that is left of them. A weight decay removes symmetries."
    )
