"""The look of all figures of the course, set before each chapter runs."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from cycler import cycler

LOOK = {
    "font.family": "STIXGeneral",  # comes with matplotlib, as in mornet.figures
    "mathtext.fontset": "stix",
    "font.size": 12,
    "figure.constrained_layout.use": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "savefig.dpi": 150,
}
DASHES = ["-", "--", "-.", ":"]  # colour alone tells no curve from another


def reset(_conf: dict[str, Any], _chapter: str | Path) -> None:
    """Give matplotlib the look; sphinx-gallery calls this."""
    plt.style.use("petroff10")
    plt.rcParams.update(LOOK)
    colours = plt.rcParams["axes.prop_cycle"].by_key()["color"][: len(DASHES)]
    plt.rcParams["axes.prop_cycle"] = cycler(color=colours, linestyle=DASHES)
