"""The page "When does the autoencoder lose?": cases that are fitted and explained at each build."""

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from matplotlib.figure import Figure
from sphinx.application import Sphinx

from mornet.comparison.explain import Explanation, explain_case
from mornet.fom import heat_data_set
from tests.comparison import published
from tests.comparison.broken import BROKEN, fitted, pulses


class Loss(NamedTuple):
    """What was done, and the explanation of the result."""

    story: str
    build: Callable[[], Explanation]


def heat() -> Explanation:
    """Return the explanation of a sound network for diffusion, which POD was made for."""
    data = heat_data_set()
    return explain_case(fitted(data, 12, epochs=100, learning_rate=None), data)


def without_hidden_layers() -> Explanation:
    """Return the explanation of a network whose only hidden layer is the code."""
    data = pulses()
    return explain_case(fitted(data, hidden=(), code_activation="sigmoid"), data)


STORIES = {
    "Learning rate too high": "A pulse that moves; the learning rate is 1.",
    "Learning rate too low": "The same pulse; the learning rate is 1e-5.",
    "Dead units": "ReLU, and a start at which 20 of 24 units of two layers are 0 for all snapshots.",
    "Saturated units": "tanh, and a start with standard normal weights: the units are at their ends.",
    "Unscaled variables": "Half of the rows are ten thousand times smaller than the others.",
    "Over-fitted": "Two modes and noise; a wide network and 40 snapshots.",
    "Few parameters": "A second pulse enters with the parameter; two parameters are in the training set.",
    "Code too small": "Time and parameter are two numbers, and the code has one.",
    "Leaked split": "One long series, every second snapshot for testing.",
    "Order of degrees of freedom": "A decoder of neighbours, and rows in random order.",
    "Stopped early": "Eight epochs.",
    "Plateau": "Eight sigmoid layers, with Adam.",
}  # fmt: skip
CASES = {
    "The data suit POD": Loss(
        "Diffusion at rank 12: the singular values fall exponentially.", heat
    ),
    "No hidden layers": Loss(
        "The encoder is one sigmoid layer, the decoder a matrix, as in many first trials.",
        without_hidden_layers,
    ),
    "A published failure": Loss(
        "EZyRB's second tutorial, rebuilt in small: flows of very different velocities enter a tanh "
        "network as they are. The published mean relative error is 1.98 where POD has 4e-5.",
        lambda: published.explained(published.flows())[1],
    ),
    **{name: Loss(STORIES[name], build) for name, build in BROKEN.items()},
}
HEAD = """# When does the autoencoder lose?

An autoencoder may have a larger error than POD of the same rank, or a smaller one that still means
nothing. Each case below was fitted when this page was built, and `mornet explain` was asked for the reason:
it repeats short trainings in which one thing is changed, and measures how much the error falls. All errors
are relative, on test snapshots that no fit has seen.

![Test errors of all cases](losses.svg)

"""
TABLE = ("case", "autoencoder", "POD or PCA", "without a model", "first cause", "factor")


def row(name: str, found: Explanation) -> str:
    """Return a line of the table."""
    linear, *others = found.rivals
    other = f"{others[0].name}, {float(others[0].error[0]):.2g}" if others else ""
    cause = (found.causes[0].name, f"{found.causes[0].factor:.3g}") if found.causes else ("", "")
    errors = f"{found.errors.test:.2g}", f"{linear.name}, {float(linear.error[0]):.2g}"
    return f"| {' | '.join((f'[{name}](#{anchor(name)})', *errors, other, *cause))} |"


def anchor(name: str) -> str:
    """Return the anchor of a heading."""
    return name.lower().replace(" ", "-")


def section(name: str, found: Explanation) -> str:
    """Return the section of a case."""
    words = found.words.replace("\n", "\n\n").replace("*", r"\*")
    return f"## {name}\n\n{CASES[name].story}\n\n{words}\n"


def page(found: dict[str, Explanation]) -> str:
    """Return the page in Markdown."""
    lines = [f"| {' | '.join(TABLE)} |", "|" + "---|" * len(TABLE)]
    lines += [row(name, one) for name, one in found.items()]
    return "\n".join([HEAD, *lines, "", *(section(name, one) for name, one in found.items())])


def picture(found: dict[str, Explanation]) -> Figure:
    """Return the errors of the autoencoder and of the better of POD and PCA, case by case."""
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    for place, one in enumerate(found.values()):
        linear = float(one.rivals[0].error[0])
        axes.plot([one.errors.test, linear], [place] * 2, color="lightgrey", zorder=0)
        axes.plot(linear, place, "o", color="black", label="POD or PCA")
        axes.plot(one.errors.test, place, "s", color="#bd1f01", label="autoencoder")
    names = [textwrap.fill(name, 28) for name in found]
    axes.set(
        yticks=range(len(names)), yticklabels=names, xscale="log", xlabel="relative test error"
    )
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles[:2], labels[:2], loc="outside upper right", ncols=2, frameon=False)
    return figure


def write_page(app: Sphinx) -> None:
    """Fit and explain all cases, and write the page and its figure."""
    folder = Path(app.srcdir) / "_generated"
    folder.mkdir(exist_ok=True)
    found = {name: loss.build() for name, loss in CASES.items()}
    picture(found).savefig(folder / "losses.svg")
    (folder / "losses.md").write_text(page(found), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the page before Sphinx looks for sources."""
    app.connect("builder-inited", write_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
