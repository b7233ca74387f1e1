"""The figure of chapter 8 that moves: Taylor series of the network in the place of one point.

If point i moves by d = (d_1, d_2), the minimum is p*(d) = sum_k p_k(d), where p_k is a homogeneous
polynomial of degree k. Along d = t (cos a, sin a) this is the Taylor series in t that mornet
computes. Its coefficients at several angles a determine those of the polynomials,

    p_k(d) = sum_j c_kj d_1^(k-j) d_2^j,  j = 0, ..., k.

The nearest singularities are square roots, as at a fold, so that ||p_k|| tends to a constant times
k^(-3/2) R^(-k) (Darboux). A line through the logarithms estimates the radius R at each angle.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from mornet.experiments.ten_points.data import network, points
from mornet.nn import normal
from mornet.perturbation import move_inputs, taylor_coefficients
from mornet.training import BasePoint, Objective, multi_start

DECAY = 1e-3
DEGREE = 8  # of the series that the browser evaluates
TERMS = 24  # of the series that the radius is computed from
ANGLES = np.arange(16) * np.pi / 16
HTML = """<div class="moving-point">
<script type="application/json">{data}</script>
<canvas width="440" height="440" tabindex="0"
  aria-label="Ten points and the boundary of the network; drag a point, or use the arrow keys"></canvas>
<div class="panel">
<label>degree of the series <input type="range" min="0" max="{degree}" value="4"><b></b></label>
<table></table><p class="verdict"></p>
</div>
</div>"""  # noqa: E501


def trained() -> tuple[Objective, BasePoint]:
    """Return the objective of the ten points with weight decay, and its lowest known minimum."""
    net, (x, y) = network(), points()
    objective, rng = Objective(net, x, y, decay=DECAY), np.random.default_rng(0)
    starts = (normal(net, rng, scale=2.0) for _ in range(10))
    return objective, multi_start(objective, starts).points[0]


def series(objective: Objective, base: BasePoint, i: int, terms: int = TERMS) -> np.ndarray:
    """Return p_1, ..., p_K (angle, K, P) along each angle in which point ``i`` moves."""
    along = []
    for angle in ANGLES:
        E = np.zeros_like(objective.x)
        E[:, i] = np.cos(angle), np.sin(angle)
        path = move_inputs(objective, E)
        along.append(taylor_coefficients(base.p, base.solve, path, terms)[1:])
    return np.array(along)


def polynomials(along: np.ndarray, degree: int) -> list[np.ndarray]:
    """Return c_k (k+1, P) for k = 1, ..., ``degree`` from the coefficients at all angles."""
    return [
        np.linalg.lstsq(_monomials(k), along[:, k - 1], rcond=None)[0] for k in range(1, degree + 1)
    ]


def _monomials(k: int) -> np.ndarray:
    j = np.arange(k + 1)
    return np.cos(ANGLES)[:, None] ** (k - j) * np.sin(ANGLES)[:, None] ** j


def radii(along: np.ndarray) -> np.ndarray:
    """Return the estimated radius of convergence at each angle."""
    k = np.arange(1, along.shape[1] + 1)
    sizes = np.log(np.linalg.norm(along, axis=2) * k**1.5)
    last = k > len(k) // 3
    return np.exp(-np.polyfit(k[last], sizes[:, last].T, 1)[0])


def data(moved: range = range(10)) -> dict[str, Any]:
    """Return what the browser needs: the network, its data, and the series of each point."""
    objective, base = trained()
    found = [series(objective, base, i) for i in moved]
    return {
        "widths": objective.net.widths,
        "decay": DECAY,
        "x": objective.x.T.tolist(),
        "y": objective.y.T.tolist(),
        "p": base.p.tolist(),
        "angles": ANGLES.tolist(),
        "points": [_point(along) for along in found],
    }


def _point(along: np.ndarray) -> dict[str, Any]:
    coefficients = [c.tolist() for c in polynomials(along, DEGREE)]
    return {"coefficients": coefficients, "radius": radii(along).tolist()}


def html(content: dict[str, Any]) -> str:
    """Return the figure as HTML; ``moving_point.js`` brings it to life."""
    shown = content | {"points": _rounded(content["points"])}  # the minimum keeps all its digits
    text = json.dumps(shown, separators=(",", ":"))
    return HTML.format(data=text, degree=DEGREE)


def _rounded(value: Any) -> Any:
    """Return ``value`` with numbers of ten digits, which a picture needs no more of."""
    if isinstance(value, dict):
        return {key: _rounded(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(entry) for entry in value]
    return float(f"{value:.10g}") if isinstance(value, float) else value


class MovingPoint(SphinxDirective):
    """``.. moving-point::`` puts the figure on a page."""

    def run(self) -> list[nodes.Node]:
        """Compute the figure."""
        self.env.note_dependency(__file__)
        return [nodes.raw("", html(data()), format="html")]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive; ``SCRIPT`` is on every page, and does nothing without a figure."""
    app.add_directive("moving-point", MovingPoint)
    app.add_js_file(SCRIPT.name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


SCRIPT = Path(__file__).parent.parent / "_static" / "moving_point.js"
