"""What POD trees cost against the size of data and leaves, and the processors: figure and page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from benchmarks.pod_scale import LIMIT, TOLERANCE
from mornet.experiments.benchmark import Benchmark
from mornet.figures import style

SIZES, PARTS, LEAF, BLOCKS, TWO, LIMITS, MANY = NEEDED = (
    "pod_scale_generated",
    "pod_scale_parts",
    "pod_scale_leaf",
    "pod_scale_blocks",
    "pod_scale_processes",
    "pod_scale_limits",
    "pod_scale_thousand",
)
MIB = 2**20
Records = Mapping[str, Benchmark]


@style.in_house_style
def draw_scale(found: Records) -> Figure:
    """Draw what `NEEDED` hold, in six panels."""
    figure = style.new_figure((style.DOUBLE, 125.0))
    for panel, (letter, draw) in zip(figure.subplots(2, 3).ravel(), PANELS.items(), strict=True):
        draw(panel, found)
        panel.grid(True)
        panel.set_title(f"({letter})", loc="left")
        panel.legend()
    return figure


def _time(panel: Any, found: Records) -> None:
    record = found[PARTS]
    gigabytes, seconds = numbers(record), np.median(record.cpu, axis=-1)
    for i, part in enumerate(record.candidate):
        there = seconds[:, i] > 0
        p = power(gigabytes[there], seconds[there, i])
        label = part if part == "root" else f"{part}, {p:.2f}"  # one root joins all that is left
        line(panel, gigabytes[there], seconds[there, i], i, label)
    panel.set(xlabel="snapshots (GB)", ylabel="processor time (s)", xscale="log", yscale="log")
    panel.set_ylim(top=panel.get_ylim()[1] * 30)  # room for the legend


def _memory(panel: Any, found: Records) -> None:
    record = found[PARTS]
    gigabytes = numbers(record)
    for i, memory in enumerate(record.memory.T / MIB):
        line(panel, gigabytes[memory > 0], memory[memory > 0], i)
    panel.axhline(LIMIT / MIB, color=style.BLACK, ls="--", label="limit")
    panel.set(xlabel="snapshots (GB)", ylabel="largest memory (MiB)", xscale="log")
    panel.set_ylim(0, 1.3 * LIMIT / MIB)


def _error(panel: Any, found: Records) -> None:
    record = found[SIZES]
    gigabytes = numbers(record)
    line(panel, gigabytes, np.ravel(record.bound) / TOLERANCE, 1, "bound, proven")
    line(panel, gigabytes, np.ravel(record.error) / TOLERANCE, 0, "error, measured")
    panel.axhline(1, color=style.BLACK, ls="--", label="tolerance")
    panel.set(xlabel="snapshots (GB)", ylabel="relative error / tolerance", xscale="log")
    panel.set_ylim(0, 1.5)


def _leaf(panel: Any, found: Records) -> None:
    record = found[LEAF]
    n, m, seconds = sizes_of_leaf(record)
    c, p, q = fitted(seconds, n, m)
    for i, dofs in enumerate(np.unique(n)):
        rows = n == dofs
        line(panel, m[rows], seconds[rows], i, f"$n = {dofs:g}$", ls="")
        panel.plot(m[rows], c * n[rows] ** p * m[rows] ** q, color=style.COLOURS[i], lw=0.7)
    panel.set(xlabel="snapshots $m$ of a leaf", ylabel="processor time (s)")
    panel.set(xscale="log", yscale="log", title=f"lines: $n^{{{p:.2f}}}\\,m^{{{q:.2f}}}$")
    panel.set_xticks(np.unique(m), [f"{count:g}" for count in np.unique(m)])
    panel.xaxis.set_minor_formatter("")


def _blocks(panel: Any, found: Records) -> None:
    record = found[BLOCKS]
    megabytes, seconds = numbers(record), np.median(record.cpu, axis=-1)
    for part in ("leaves", "merges", "root"):
        i = record.candidate.index(part)
        there = seconds[:, i] > 0
        line(panel, megabytes[there], seconds[there, i], i, part)
    panel.set(xlabel="size of a leaf (MB)", ylabel="processor time (s)", xscale="log", yscale="log")
    panel.set_ylim(top=panel.get_ylim()[1] * 6)


def _speed(panel: Any, found: Records) -> None:
    record = found[MANY]
    processors = numbers(record)
    times = {name: record.times(name) for name in record.candidate}  # simulated
    fastest = min(wall[0] for wall in times.values())
    for i, (name, wall) in enumerate(times.items()):
        line(panel, processors, fastest / wall, i, name)
    panel.plot(processors, processors, color=style.BLACK, ls="--", label="ideal")
    panel.plot(2, speed_up(found[TWO]), "*", color=style.BLACK, ms=8, label="measured")
    panel.set(xscale="log", yscale="log", xlabel="processors", ylabel="speed-up, simulated")


PANELS: dict[str, Callable[[Any, Records], None]] = {
    "a": _time, "b": _memory, "c": _error, "d": _leaf, "e": _blocks, "f": _speed,
}  # fmt: skip


def line(
    panel: Any, x: np.ndarray, y: np.ndarray, i: int, label: str | None = None, ls: str = "-"
) -> None:
    """Draw the line number ``i``."""
    panel.plot(x, y, color=style.COLOURS[i], marker=style.MARKERS[i], label=label, ls=ls)


def numbers(record: Benchmark) -> np.ndarray:
    """Return the numbers with which the names of the cases begin."""
    return np.array([float(case.split()[0]) for case in record.case])


def sizes_of_leaf(record: Benchmark) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the degrees of freedom, the snapshots and the seconds of each case of a leaf."""
    n, m = np.array([[float(word.split()[0]) for word in c.split(", ")] for c in record.case]).T
    return n, m, record.cpu.min(axis=(1, 2))


def fitted(y: np.ndarray, *xs: np.ndarray) -> np.ndarray:
    """Return c, p_1, p_2, ... of y ~ c x_1^p_1 x_2^p_2 ..., by least squares of logarithms."""
    X = np.column_stack([np.ones(len(y)), *(np.log(x) for x in xs)])
    found, *_ = np.linalg.lstsq(X, np.log(y), rcond=None)
    return np.array([np.exp(found[0]), *found[1:]])


def power(x: np.ndarray, y: np.ndarray) -> float:
    """Return p of y ~ x^p."""
    return float(fitted(y, x)[1])


def speed_up(record: Benchmark, case: int = 0) -> float:
    """Return the median over the rounds of the wall time of one process over that of two."""
    assert record.wall is not None
    return float(np.median(record.wall[case, 0] / record.wall[case, 1]))


def caption(found: Records) -> str:
    """Return what the panels show, with the numbers in them."""
    sizes, parts = found[SIZES], found[PARTS]
    gigabytes = numbers(sizes)
    leaves = power(gigabytes, parts.times("leaves"))
    n, m, seconds = sizes_of_leaf(found[LEAF])
    _, p, q = fitted(seconds, n, m)
    limits = found[LIMITS]
    alone = ", ".join(f"{work} {speed_up(limits, i):.2f}" for i, work in enumerate(limits.case))
    error, bound = (np.max(values) / TOLERANCE for values in (sizes.error, sizes.bound))
    said = (
        "POD trees whose leaves generate their snapshots, each in a process within",
        f"{LIMIT // MIB} MiB. (a) Processor time of the parts of trees of {gigabytes[0]:g} to",
        f"{gigabytes[-1]:g} GB, with fitted exponents of the size; that of the leaves is",
        f"{leaves:.2f}. (b) Largest memory of the process during each part, as in (a), at most",
        f"{parts.memory.max() / MIB:.0f} MiB. (c) Measured error, at most {error:.3f} of the",
        f"tolerance {TOLERANCE:g}, and proven bound, at most {bound:.3f} of it. (d) A leaf of n",
        f"degrees of freedom and m snapshots takes a time that grows as n to the power {p:.2f}",
        f"times m to the power {q:.2f}. (e) Trees by the size of their leaves. (f) Two processes",
        f"are {speed_up(found[TWO]):.2f} times as fast as one, as measured; for what a leaf does,",
        f"two processes reach {alone}. The lines are",
        "simulated from the measured times of a leaf, a merge, the root and the start of a job,",
        "relative to the fastest plan on one processor.",
    )
    return " ".join(said)


def page(found: Records, tables: str) -> str:
    """Return the page of the site in Markdown: figure, caption and tables."""
    figure = f"```{{figure}} scale.png\n:alt: costs of POD trees\n\n{caption(found)}\n```"
    return f"# POD of any size\n\n{figure}\n\n{tables}\n"
