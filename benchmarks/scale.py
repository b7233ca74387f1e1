"""The figure of POD trees against the size of the data and the number of processors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from benchmarks.pod_scale import LIMIT, TOLERANCE
from mornet.experiments.benchmark import Benchmark
from mornet.figures import style

NEEDED = ("pod_scale_generated", "pod_scale_thousand")


@style.in_house_style
def draw_scale(found: Mapping[str, Benchmark]) -> Figure:
    """Draw time, memory and error over the size, and the simulated speed-up over processors."""
    sizes, many = (found[name] for name in NEEDED)
    figure = style.new_figure((style.DOUBLE, 110.0))
    (time, memory), (error, speed) = figure.subplots(2, 2)
    gigabytes = numbers(sizes)
    seconds = sizes.times("mornet, tree")
    _line(time, gigabytes, seconds, 0)
    time.set(
        title=f"grows as size$^{{{exponent(gigabytes, seconds):.2f}}}$", ylabel="processor time (s)"
    )
    _line(memory, gigabytes, np.ravel(sizes.memory) / 2**20, 0, "largest memory")
    memory.axhline(LIMIT / 2**20, color=style.BLACK, ls="--", label="limit")
    memory.set(ylabel="memory (MiB)")
    _line(error, gigabytes, np.ravel(sizes.error) / TOLERANCE, 0, "error, measured")
    _line(error, gigabytes, np.ravel(sizes.bound) / TOLERANCE, 1, "bound, proven")
    error.axhline(1, color=style.BLACK, ls="--", label="tolerance")
    error.set(ylabel=f"relative error / {TOLERANCE:g}", ylim=(0, 1.6))
    for panel in (time, memory, error):
        panel.set(xlabel="snapshots (GB)", xscale="log")
    for panel in (time, memory):
        panel.set_yscale("log")
    processors = numbers(many)
    for i, name in enumerate(many.candidate):
        wall = np.median(many.wall[:, i], axis=-1)
        _line(speed, processors, wall[0] / wall, i, name)
    speed.plot(processors, processors, color=style.BLACK, ls="--", label="ideal")
    speed.set(xscale="log", yscale="log", xlabel="processors", ylabel="speed-up, simulated")
    for panel in (memory, error, speed):
        panel.legend()
    return figure


def _line(panel: Any, x: np.ndarray, y: np.ndarray, i: int, label: str = "") -> None:
    look = {"color": style.COLOURS[i], "marker": style.MARKERS[i]}
    panel.plot(x, y, label=label or None, **look)
    panel.grid(True)


def numbers(record: Benchmark) -> np.ndarray:
    """Return the numbers with which the names of the cases begin."""
    return np.array([float(case.split()[0]) for case in record.case])


def exponent(x: np.ndarray, y: np.ndarray) -> float:
    """Return p of y ~ x^p between the two largest x, where starts no longer count."""
    return float(np.log(y[-1] / y[-2]) / np.log(x[-1] / x[-2]))
