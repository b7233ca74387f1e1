"""The house style: sizes, fonts, one look per method, and files that come out the same each time.

Nothing here changes matplotlib's global state. The context `house_style` starts from matplotlib's
defaults, so that a user's matplotlibrc has no effect.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import wraps
from itertools import count
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
import matplotlib.style
import numpy as np
from cycler import cycler
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mornet import __version__
from mornet.errors import OptionError, StorageError, reason
from mornet.figures.glyphs import families, quiet, say_missing
from mornet.figures.legends import entitle as entitle
from mornet.figures.legends import legend_above as legend_above
from mornet.figures.ticks import label_short_logarithms
from mornet.tables.words import in_words

P = ParamSpec("P")
T = TypeVar("T")

MM_PER_INCH = 25.4
DPI = 300

# Widths of a figure in millimetres, from the journals' instructions to authors (SIAM: text block).
WIDTHS = {
    "elsevier": {"single": 90.0, "one and a half": 140.0, "double": 190.0},
    "springer": {"single": 84.0, "double": 174.0},
    "siam": {"text": 130.0},
}
SINGLE = WIDTHS["elsevier"]["single"]
DOUBLE = WIDTHS["elsevier"]["double"]

BLACK = "#000000"
GREY = "#808080"
# Petroff's ten colours (arXiv 2107.02270), distinct for the colour-blind, without the light grey
# (theory lines are grey), with the pale ones last, and with a darker cyan that stands out on white.
_PETROFF = [to_hex(colour) for colour in mpl.color_sequences["petroff10"]]
_PETROFF[9] = "#2a9ba1"
COLOURS = tuple(_PETROFF[i] for i in (0, 2, 1, 4, 5, 6, 8, 9, 7))
MARKERS = ("s", "^", "D", "v", "<", ">", "p", "*", "h")
LINESTYLES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
SEQUENTIAL_MAP = "cividis"
DIVERGING_MAP = "RdBu_r"  # for numbers of both signs

RC: dict[str, Any] = {
    "font.family": list(families()),  # the first come with matplotlib: the same everywhere
    "mathtext.fontset": "stix",
    "text.usetex": False,
    "font.size": 9.0,
    "axes.labelsize": 9.0,
    "axes.titlesize": 9.0,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "legend.fontsize": 8.0,
    "legend.title_fontsize": 8.0,
    "figure.titlesize": 9.0,
    "figure.dpi": DPI,
    "savefig.dpi": DPI,
    "pdf.fonttype": 42,  # embedded TrueType, which journals ask for
    "axes.linewidth": 0.6,
    "axes.axisbelow": True,
    "axes.titlepad": 3.0,
    "axes.prop_cycle": cycler(color=COLOURS),
    "lines.linewidth": 1.1,
    "lines.markersize": 4.0,
    "lines.markeredgewidth": 0.8,
    "patch.linewidth": 0.6,
    "hatch.linewidth": 0.5,
    "grid.linewidth": 0.4,
    "grid.color": "#dddddd",
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "legend.frameon": False,
    "legend.borderaxespad": 0.2,
    "legend.columnspacing": 1.2,
    "legend.handlelength": 2.2,
    "legend.handletextpad": 0.5,
    "legend.labelspacing": 0.3,
    "image.cmap": SEQUENTIAL_MAP,
    "image.interpolation": "nearest",
    "figure.constrained_layout.h_pad": 0.02,
    "figure.constrained_layout.wspace": 0.05,
    "svg.hashsalt": "mornet",
}


@dataclass(frozen=True)
class Look:
    """How a method appears in every figure."""

    label: str
    colour: str
    marker: str
    linestyle: Any = "-"

    def key(self, **how: Any) -> Line2D:
        """Return the entry of a legend: a solid line with the marker, unless ``how`` differs."""
        usual = {"color": self.colour, "marker": self.marker, "label": self.label}
        return Line2D([], [], **usual | how)


POD = Look("POD", BLACK, "o", "-")
PCA = Look("PCA", "#595959", "d", "-.")  # centred POD

# The place in the cycle for the name of a method: the same in every figure.
PLACES = {
    "linear": 0,
    "linear_autoencoder": 0,
    "shallow": 1,
    "autoencoder": 1,
    "deep": 2,
    "hybrid": 3,
    "convolutional": 4,
    "quadratic": 5,
    "quadratic_manifold": 5,
    "dmd": 6,
    "best": 7,
}


def looks(names: Iterable[str]) -> dict[str, Look]:
    """Return the look of each method in ``names``.

    POD, PCA and the methods in `PLACES` look the same in all figures. The other methods take the
    free places, in the order of ``names``.
    """
    names = list(dict.fromkeys(names))
    taken = {PLACES[_key(name)] for name in names if _key(name) in PLACES}
    free = iter([i for i in range(len(COLOURS)) if i not in taken])
    beyond = count(len(COLOURS))
    return {name: _look(name, free, beyond) for name in names}


def _look(name: str, free: Iterator[int], beyond: Iterator[int]) -> Look:
    if is_pod(name):
        return POD if _key(name) == "pod" else PCA
    i = PLACES[_key(name)] if _key(name) in PLACES else next(free, None)
    if i is None:
        i = next(beyond)
    label = in_words(name)
    cycle, place = divmod(i, len(COLOURS))  # the second time round, colours get other markers
    marker = MARKERS[(place + cycle) % len(MARKERS)]
    return Look(label, COLOURS[place], marker, LINESTYLES[i % len(LINESTYLES)])


def is_pod(name: str) -> bool:
    """Return whether ``name`` is POD or PCA, the references in black and dark grey."""
    return _key(name) in ("pod", "pca")


def _key(name: str) -> str:
    return name.lower().replace(" ", "_").replace("-", "_")


def beside(x: Any, k: int, count: int, *, log: bool = False) -> Any:
    """Return ``x`` of curve ``k`` of ``count``, moved a little so that equal curves stay apart."""
    x, step = np.asarray(x, dtype=float), 0.008 * (k - (count - 1) / 2)
    if len(x) < 2:
        return x * (1 + step)
    return x * (x[-1] / x[0]) ** step if log else x + step * (x[-1] - x[0])


def sizes(count: int) -> list[float]:
    """Return ``count`` sizes of markers, ascending, for members of one ordered family."""
    return list(np.linspace(3.6, 7.6, count)) if count > 1 else [4.0] * count


def above_larger(size: float) -> float:
    """Return the place of a marker of `sizes` in the drawing: small ones lie on large ones.

    It is between 3 and 4, above lines.
    """
    return 4 - size / 10


def shades(count: int) -> list[str]:
    """Return ``count`` colours from dark to light, for members of one ordered family."""
    colours = mpl.colormaps[SEQUENTIAL_MAP]
    return [to_hex(colours(0.85 * i / max(1, count - 1))) for i in range(count)]


def house_style() -> AbstractContextManager[None]:
    """Return a context with matplotlib's defaults and `RC`; its end restores the former state."""
    return matplotlib.style.context(["default", RC])


def in_house_style(draw: Callable[P, T]) -> Callable[P, T]:
    """Return ``draw`` as a function that runs in the house style."""

    @wraps(draw)
    def styled(*args: P.args, **kwargs: P.kwargs) -> T:
        with house_style(), quiet():
            return draw(*args, **kwargs)

    return styled


def new_figure(size: tuple[float, float]) -> Figure:
    """Return an empty figure of ``size`` (width, height) in millimetres.

    Its canvas keeps one renderer, so that the size of a word is found once, for layout and PNG.
    """
    width, height = size
    with house_style():
        figure = Figure(figsize=(width / MM_PER_INCH, height / MM_PER_INCH), layout="constrained")
        FigureCanvasAgg(figure)
        return figure


def with_unit(quantity: str, unit: str) -> str:
    """Return the axis label of ``quantity``; a pure number has the unit "1"."""
    return quantity if unit in ("1", "") else f"{quantity} ({unit})"


def power(value: float) -> str:
    """Return ``value`` with two digits as mathematics: 3.2 x 10^-5, and without a power near 1."""
    if 1e-2 <= abs(value) < 1e3 or value == 0:
        return f"{value:.3g}"
    mantissa, exponent = f"{value:.1e}".split("e")
    factor = "" if mantissa == "1.0" else rf"{mantissa}\times"
    return rf"${factor}10^{{{int(exponent)}}}$"


def save(figure: Figure, path: str | os.PathLike[str], source: str = "") -> tuple[Path, Path]:
    """Return the paths of the PDF and the PNG written for ``figure``.

    ``path`` may end in .pdf, in .png or in neither. Both files are complete before either appears
    under its name. The same figure gives the same bytes on every day, because its layout is fixed
    here, once. Both files keep ``source``, the names of the results, and the version of mornet.

    Raises OptionError if the directory does not exist, StorageError if writing fails.
    """
    path = Path(path)
    stem = path.name.removesuffix(".pdf").removesuffix(".png")
    if not path.parent.is_dir():
        raise OptionError(f"cannot save figure {path}: there is no directory {path.parent}")
    targets = path.with_name(stem + ".pdf"), path.with_name(stem + ".png")
    images = io.BytesIO(), io.BytesIO()  # Matplotlib ends in an error of its own on a full disk
    say_missing(figure)
    with house_style(), quiet():
        settle(figure)
        creator = {"Creator": f"mornet {__version__}"}
        dates = {"CreationDate": None, "ModDate": None}
        facts = creator | dates | {"Subject": source}
        figure.savefig(images[0], format="pdf", metadata=facts)
        figure.savefig(images[1], format="png", metadata=creator | {"Source": source})
    try:
        _replace(targets, [image.getbuffer() for image in images])
    except OSError as error:
        said = f"{path} could not be written, and is as it was: {reason(error)}"
        raise StorageError(said) from error
    return targets


def _replace(targets: Sequence[Path], images: Sequence[memoryview]) -> None:
    """Write all files, and put them in their places when all are complete."""
    folder = targets[0].parent
    with tempfile.TemporaryDirectory(prefix=f".{targets[0].stem}-", dir=folder) as scratch:
        drafts = [Path(scratch) / target.name for target in targets]
        for draft, image in zip(drafts, images, strict=True):
            draft.write_bytes(image)
        for draft, target in zip(drafts, targets, strict=True):
            os.replace(draft, target)


def settle(figure: Figure) -> None:
    """Label short logarithmic axes, and fix the layout of the figure.

    Every further run of the layout would move axes a little. That is less
    than a pixel where no axes has a fixed aspect; the others take two runs.
    """
    label_short_logarithms(figure)
    layout = figure.get_layout_engine()
    if figure.axes and layout is not None:
        for _ in range(2 if any(axes.get_aspect() != "auto" for axes in figure.axes) else 1):
            layout.execute(figure)
    figure.set_layout_engine("none")
