r"""
3. Training is parameter fitting
================================

Ten points :math:`x^i` in the unit square belong to two categories, with the targets
:math:`y(x^i) = (1, 0)` or :math:`(0, 1)`. The network of chapter 2 is fitted to them by least squares:

.. math::
   \min_{p \in \mathbb{R}^{23}} J(p), \qquad
   J(p) = \frac{1}{10} \sum_{i=1}^{10} \frac{1}{2} \left\| y(x^i) - F(x^i) \right\|_2^2 .

The problem is a nonlinear least-squares problem: :math:`F` depends on :math:`p` through sigmoid
functions. So methods for such problems apply, Gauss-Newton with a trust region among them. The article
takes MATLAB's ``lsqnonlin``; here it is SciPy's ``least_squares``, with the exact Jacobian of the
network, from the start of the article's program.
"""

import matplotlib.pyplot as plt
import numpy as np

from mornet.experiments.ten_points.data import network, points
from mornet.experiments.ten_points.entering_example import published_start, region
from mornet.training import Objective, fit_least_squares

net, (x, y) = network(), points()
J = Objective(net, x, y)
start = published_start(net)
fit = fit_least_squares(J, start)
print(f"J(start) = {J.value(start):.3f}, J(p) = {J.value(fit.p):.1e}")

# %%
# The result
# ----------
# The category of a point is the larger of the two outputs. The network puts each of the ten points into
# its category, and draws a boundary between them.

axis = np.linspace(0, 1, 301)
history = fit.history
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.8))
left.semilogy(2 * J.N * history.objective, ".-")
left.set(xlabel="iteration", ylabel=r"sum of squares, $2NJ(p)$")
right.contourf(axis, axis, region(net, fit.p, axis), levels=[0.5, 1.5], colors=["C0"], alpha=0.25)
right.plot(*x[:, :5], "o", color="C1", label="first category")
right.plot(*x[:, 5:], "x", color="C2", label="second category")
right.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal", title="region of the first category")
right.legend(loc="center left", bbox_to_anchor=(1, 0.5))

# %%
# Only the last layer is a linear problem
# ---------------------------------------
# Were the output layer linear, its parameters alone would be the solution of a *linear* least-squares
# problem, as the coefficients of a polynomial are. All other parameters enter nonlinearly. Therefore
# :math:`J` has several minima, and the result depends on the start:

rng = np.random.default_rng(1)
for _ in range(4):
    again = fit_least_squares(J, 0.5 * rng.standard_normal(net.size))
    print(
        f"||p|| = {np.linalg.norm(again.p):6.1f}, sum of squares {2 * J.N * J.value(again.p):.1e}"
    )

# %%
# Exercise
# --------
# The program of the article prints :math:`\sum_i \|y(x^i) - F(x^i)\|_2^2`. How is it related to
# :math:`J`? And which matrix does Gauss-Newton take for the Hessian of :math:`J`?
#
# .. dropdown:: Answer
#
#    The sum is :math:`2 N J(p)` with :math:`N = 10`. With the residual :math:`r(p)`, scaled so that
#    :math:`J = \frac{1}{2} \|r\|_2^2`, and its Jacobian :math:`R`, the gradient is :math:`R^T r`, and
#    Gauss-Newton takes :math:`R^T R`.
#
#    >>> p = start
#    >>> bool(np.isclose(np.sum((y - net.forward(p, x)) ** 2), 2 * J.N * J.value(p)))
#    True
#    >>> r, R = J.residual(p), J.jacobian(p)
#    >>> bool(np.isclose(r @ r / 2, J.value(p))), bool(np.allclose(R.T @ r, J.gradient(p)))
#    (True, True)
