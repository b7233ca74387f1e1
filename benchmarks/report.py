"""The table (printed, and table.md) and the figures of the records in a directory.

python -m benchmarks.report results/benchmarks
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from benchmarks.goals import GOALS
from benchmarks.scale import NEEDED, draw_scale
from mornet.experiments.benchmark import Benchmark
from mornet.figures import style
from mornet.storage import load

EPOCHS = ("epochs_sgd_float64", "epochs_sgd_float32", "epochs_adam_float64", "epochs_adam_float32")
PODS = ("pod_square", "pod_tall", "pod_very_tall")


def records(directory: Path) -> dict[str, Benchmark]:
    return {path.stem: load(path, "benchmark") for path in sorted(directory.glob("*.h5"))}


def ratios(epochs: Benchmark, ours: str) -> np.ndarray:
    """Return (best PyTorch) / (mornet) for each case. Above 1 mornet is faster."""
    return epochs.best("torch") / epochs.times(ours)


def table(found: Mapping[str, Benchmark]) -> str:
    """Return the tables of the records, by name, in Markdown."""
    epochs = [found[name] for name in EPOCHS if name in found]
    lines = []
    if epochs:
        lines += ["| epochs | least | geometric mean | of cases below 0.95 |", "|---|---|---|---|"]
    for which in ("plain", "compiled") if epochs else ():
        ours = f"mornet {which}"
        lines += [
            summary(f"best PyTorch / {ours}", [ratios(e, ours) for e in epochs]),
            summary(f"MLPRegressor / {ours}", [e.times("sklearn") / e.times(ours) for e in epochs]),
            *(summary(f"best PyTorch / {ours}, {label(e)}", [ratios(e, ours)]) for e in epochs),
            *(
                summary(
                    f"products alone / {ours}, {label(e)}",
                    [e.times("products alone") / e.times(ours)],
                )
                for e in epochs
            ),
        ]
    for name, record in found.items():
        if name in EPOCHS:
            continue
        lines += ["", f"{record.work}: median processor seconds", ""]
        lines += [
            row("", record.candidate),
            "|---" * (len(record.candidate) + 1) + "|",
        ]
        for c, case in enumerate(record.case):
            times = zip(np.median(record.cpu[c], axis=-1), reached(record)[c], strict=True)
            lines.append(row(case, (f"{t:.3g}" if there else f"> {t:.3g}" for t, there in times)))
            if record.error is not None:
                lines.append(figures("error reached", np.median(record.error[c], axis=-1)))
            if record.bound is not None:
                lines.append(figures("bound of the error", record.bound[c]))
            if record.orthonormality is not None:
                defects = np.median(record.orthonormality[c], axis=-1)
                lines.append(figures("orthonormality", defects))
            if record.memory is not None:
                if record.wall is not None:  # reading takes time without the processor
                    lines.append(figures("wall time", np.median(record.wall[c], axis=-1)))
                lines.append(figures("memory, MB", record.memory[c] / 1e6))
    return "\n".join(lines)


def row(name: str, words: Iterable[str]) -> str:
    return f"| {name} | " + " | ".join(words) + " |"


def figures(name: str, values: np.ndarray) -> str:
    return row(name, (f"{value:.3g}" for value in values))


def reached(record: Benchmark) -> np.ndarray:
    """Return which candidates reached the goal of a race that has one (case, candidate)."""
    if record.error is None:
        return np.ones(record.cpu.shape[:2], bool)
    return np.median(record.error, axis=-1) <= GOALS.get(record.name, np.inf)


def label(epochs: Benchmark) -> str:
    _, optimiser, dtype = epochs.name.split("_")
    return f"{ {'sgd': 'stochastic gradient', 'adam': 'Adam'}[optimiser] }, {dtype}"


def summary(name: str, values: list[np.ndarray]) -> str:
    r = np.concatenate(values)
    below = np.count_nonzero(r < 0.95)
    return f"| {name} | {r.min():.2f} | {np.exp(np.log(r).mean()):.2f} | {below} of {r.size} |"


def write(directory: Path) -> None:
    """Print the table, write it to table.md, and draw the figures."""
    text = table(records(directory))
    print(text)
    (directory / "table.md").write_text(f"{text}\n", encoding="utf-8")
    draw(directory)


def draw(directory: Path) -> None:
    """Draw speed, goals, pod and scale, each as .pdf and .png, if there are records for them."""
    found = records(directory)
    epochs = [found[name] for name in EPOCHS if name in found]
    if epochs:
        style.save(draw_epochs(epochs), directory / "speed")
    goals = [found[name] for name in GOALS if name in found]
    if goals:
        style.save(draw_goals(goals), directory / "goals")
    pods = [found[name] for name in PODS if name in found]
    if pods:
        style.save(draw_pods(pods), directory / "pod")
    if all(name in found for name in NEEDED):
        style.save(draw_scale(found), directory / "scale")


@style.in_house_style
def draw_goals(races: list[Benchmark]) -> Figure:
    """Draw the time that each candidate takes to the goal."""
    figure = style.new_figure((style.DOUBLE, 75.0))
    panels = figure.subplots(1, len(races), squeeze=False)[0]
    for panel, race in zip(panels, races, strict=True):
        times, there = np.median(race.cpu, axis=-1), reached(race)
        rows = np.arange(len(race.candidate))
        for c, case in enumerate(race.case):
            at = rows + 0.16 * (c - (len(race.case) - 1) / 2)
            look = {"ls": "", "marker": style.MARKERS[c], "color": style.COLOURS[c]}
            panel.plot(times[c], at, mfc="white", **look)
            panel.plot(np.where(there[c], times[c], np.nan), at, label=case, **look)
        panel.set_yticks(rows, race.candidate)
        panel.invert_yaxis()
        panel.set_xscale("log")
        panel.set_xlabel("processor time in s")
        panel.grid(True, axis="x")
        panel.margins(0.06, 0.12)
        panel.legend(
            title=race.work.split(",")[0] + "\n(filled: reached, open: missed)",
            loc="lower center",
            bbox_to_anchor=(0.5, 1.0),
            ncols=2,
        )
    return figure


@style.in_house_style
def draw_epochs(epochs: list[Benchmark]) -> Figure:
    """Draw the ratio of the best PyTorch's time of an epoch to that of mornet."""
    figure = style.new_figure((style.DOUBLE, 130.0))
    panels = figure.subplots(2, 2, sharex=True, sharey=True).ravel()
    handles = []
    for panel, record in zip(panels, epochs, strict=False):
        handles = [
            *(
                panel.plot(
                    np.arange(len(record.case)),
                    ratios(record, f"mornet {which}"),
                    ls="", marker=marker, color=colour, label=f"PyTorch / mornet, {which}",
                )[0]
                for which, marker, colour in (
                    ("plain", "o", style.COLOURS[0]),
                    ("compiled", "s", style.COLOURS[1]),
                )
            ),
            panel.plot(
                np.arange(len(record.case)),
                record.best("torch") / record.times("products alone"),
                ls="", marker="_", color=style.BLACK, label="PyTorch / matrix products alone",
            )[0],
        ]  # fmt: skip
        panel.axhline(1, color=style.BLACK, lw=0.6)
        panel.set_yscale("log", base=2)
        panel.yaxis.set_major_formatter("{x:g}")
        panel.set_title(label(record))
        panel.set_xticks(np.arange(len(record.case)), record.case, rotation=90)
        panel.grid(True, axis="y")
    for panel in panels[::2]:
        panel.set_ylabel("ratio of processor times")
    style.legend_above(figure, handles, columns=3, title="an epoch of an autoencoder n-h-5-h-n")
    return figure


@style.in_house_style
def draw_pods(pods: list[Benchmark]) -> Figure:
    """Draw the error of singular values against the time of their computation."""
    figure = style.new_figure((style.DOUBLE, 82.0))
    panels = np.atleast_1d(figure.subplots(1, len(pods), sharex=True, sharey=True))
    names = list(dict.fromkeys(name for record in pods for name in record.candidate))
    peers = [name for name in names if not name.startswith("mornet")]
    colours = dict(zip(peers, style.COLOURS, strict=False))
    handles = {}
    for panel, record in zip(panels, pods, strict=True):
        for i, name in enumerate(names):
            if name not in record.candidate:
                continue
            k = record.candidate.index(name)
            seconds = np.median(record.cpu[:, k], axis=-1)
            errors = np.median(record.error[:, k], axis=-1)
            for c, filled in enumerate(("full", "none")):
                (point,) = panel.plot(
                    seconds[c], errors[c], label=name, fillstyle=filled, ls="", ms=5.5,
                    marker=style.MARKERS[i], color=colours.get(name, style.BLACK),
                )  # fmt: skip
                handles.setdefault(name, point)
        panel.set_xscale("log")
        panel.set_yscale("log")
        panel.xaxis.set_minor_formatter("")
        panel.set_title(record.work.rpartition(" of ")[2])
        panel.set_xlabel("processor time (s)")
        panel.grid(True, which="major")
    panels[0].set_ylabel("largest error of 20 singular values")
    title = r"$\sigma_{20}/\sigma_1 = 2.5\times 10^{-8}$ (filled, steep), $10^{-3}$ (hollow, mild)"
    style.legend_above(figure, list(handles.values()), columns=4, title=title)
    return figure


if __name__ == "__main__":
    write(Path(sys.argv[1]))
