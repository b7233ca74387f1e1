"""The trained network whose data move, in titles and captions."""

from __future__ import annotations

from typing import Any

from mornet.figures import style
from mornet.tables.words import in_words

WORK = (
    "Work is in gradient-equivalents: one of them is one gradient of J over all samples of the "
    "training."
)


def moved(record: Any) -> str:
    """Return a title: the network, the data that move, and the decay."""
    return trained_network(record.base, f"{record.perturbation} move")


def trained_network(base: Any, words: str = "") -> str:
    """Return a title: the network ``base``, what happens to it in ``words``, and its decay."""
    parts = in_words(base.trained), words, f"decay {style.power(base.decay)}"
    return ", ".join(filter(None, parts))


def network_of(base: Any) -> str:
    """Return the trained network ``base`` in words, for a caption."""
    widths = "-".join(map(str, base.network.widths))
    return (
        f"the network {in_words(base.trained)} (widths {widths}, $P = {len(base.p)}$ "
        f"parameters, $N = {base.samples}$ samples, weight decay {base.decay:g})"
    )
