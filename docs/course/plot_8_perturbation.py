r"""
8. A trained network is updated by the implicit function theorem
================================================================

The data of a trained network change a little. Must it be trained again? The trained parameters
:math:`p^*` satisfy :math:`g(p^*, D) = \nabla J(p^*; D) = 0`. If the data move along a path
:math:`D(t)` and the Hessian :math:`H = \partial g / \partial p` is regular, the implicit function theorem
gives a branch :math:`p^*(t)` of minima with :math:`p^*(0) = p^*`, and

.. math:: H p_1 = -\frac{\partial}{\partial t} \nabla J(p^*; D(t)), \qquad
          p^*(t) = p^* + p_1 t + p_2 t^2 + \ldots + p_K t^K + O(t^{K+1}).

All further coefficients solve linear systems with the same :math:`H`. The objective is that of the
article with a weight decay, which keeps the minimum at finite :math:`p`:

.. math:: J(p) = \frac{1}{10} \sum_{i=1}^{10} \frac{1}{2} \left\| y(x^i) - F(x^i) \right\|_2^2
          + \frac{\mu}{2} \|p\|_2^2.
"""

import matplotlib.pyplot as plt
import numpy as np

from mornet.experiments.ten_points.data import network, points
from mornet.nn import normal
from mornet.perturbation import Taylor, continue_branch, move_inputs, validity_radius
from mornet.training import Objective, multi_start

net, (x, y) = network(), points()
J = Objective(net, x, y, decay=1e-3)
rng = np.random.default_rng(0)
base = multi_start(J, (normal(net, rng, scale=2.0) for _ in range(10))).points[0]
print(f"J = {base.value:.3f}, ||g|| = {base.gradient_norm:.0e}")
print(f"least eigenvalue of H: {base.eigenvalues[0]:.1e}")

# %%
# One point moves
# ---------------
# The fourth point, (0.6, 0.9), moves up by :math:`t`. The radius of convergence of the series is
# estimated from its coefficients, before any step is made. At the radius two branches meet, as in a
# fold of a bifurcation diagram, and the minimum ceases to exist.

E = np.zeros_like(x)
E[1, 3] = 1.0
path = move_inputs(J, E)
radius = validity_radius(base, path)
for t in (0.05, 0.2):
    print(radius.describe(f"moving the point by {t:g}", t))

# %%
# Orders of the error
# -------------------
# The branch is computed by continuation, and the error of the update of degree :math:`K` is its distance
# from the branch. It falls as :math:`t^{K+1}`. Near the radius, marked by the dashed line, no degree
# helps.

t = np.geomspace(2e-3, 0.9 * radius.radius, 12)
branch = continue_branch(path, base, t)
errors = {}
for K in (1, 2, 4, 8):
    update = Taylor(K).along(base, path)
    errors[K] = [np.linalg.norm(update(s) - p) for s, p in zip(t, branch.p, strict=True)]

figure, axes = plt.subplots(figsize=(8, 3.8))
for K, error in errors.items():
    axes.loglog(t, error, marker=".", label=f"degree {K}")
axes.axvline(radius.radius, color="grey", linestyle="--")
axes.set(xlabel="$t$", ylabel=r"$\|q(t) - p^*(t)\|_2$", ylim=(1e-13, 10))
axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))

# %%
# Move a point yourself
# ---------------------
# Drag a point, or choose one and use the arrow keys. The network follows by its Taylor series: the
# shaded region is that of the first category. No minimum is computed while you drag. The dashed line
# is the radius of convergence in each direction, as the coefficients estimate it. The gradient of
# :math:`J` for the moved data says how far the update is from a minimum.
#
# .. moving-point::

# %%
# Exercise
# --------
# What is the order of the error after the update of degree 1? And without an update?
#
# .. dropdown:: Answer
#
#    The first term that is left out is :math:`p_2 t^2`: order 2. Without an update it is
#    :math:`p_1 t`: order 1.
#
#    >>> from mornet.perturbation import measure_slope
#    >>> small = np.geomspace(1e-4, 1e-3, 5)
#    >>> exact = continue_branch(path, base, small).p
#    >>> update = Taylor(1).along(base, path)
#    >>> first = np.array([np.linalg.norm(update(s) - p) for s, p in zip(small, exact)])
#    >>> none = np.linalg.norm(exact - base.p, axis=1)
#    >>> for error in (first, none):
#    ...     order = measure_slope(small, error, floor=1e-13, scale=1.0).slope
#    ...     print(f"{order:.1f}")
#    2.0
#    1.0
