r"""
4. The stochastic gradient is a variant of steepest descent
===========================================================

Steepest descent is

.. math:: p \leftarrow p - \eta \nabla J(p), \qquad J(p) = \frac{1}{N} \sum_{i=1}^N C_i(p),

and :math:`\eta > 0`, the *learning rate*, is the step size that a line search would choose. If
:math:`N` is large, one gradient is costly. The stochastic gradient method replaces it by the mean over
a few samples, in the article by that of one sample :math:`i` drawn at random:

.. math:: p \leftarrow p - \eta \nabla C_i(p).

A step is :math:`N` times cheaper, and its direction is right in the mean. It need not be a descent
direction of :math:`J`, so that there is no line search, and :math:`\eta` is prescribed.
"""

import matplotlib.pyplot as plt
import numpy as np

from mornet.experiments.ten_points.data import network, points
from mornet.experiments.ten_points.entering_example import published_indices, published_start
from mornet.training import Armijo, Objective, SteepestDescent, single_sample_descent, train

net, (x, y) = network(), points()
J = Objective(net, x, y)
start = published_start(net)

# %%
# Three choices of the step
# -------------------------
# Work is counted in gradients of one sample. The first run is the beginning of that of the
# article's program, with the same random numbers.

gradients = 200_000
every = 1000
runs = {
    r"one sample, $\eta = 0.05$": single_sample_descent(
        J, start, 0.05, published_indices(gradients), record_every=every
    ),
    r"all samples, $\eta = 0.5$": train(
        J, start, SteepestDescent(0.5), steps=gradients // J.N, record_every=every // J.N
    ),
    "all samples, line search": train(
        J, start, SteepestDescent(Armijo()), steps=3000, record_every=10
    ),
}
per_step = (1, J.N, J.N)
for (name, (_, history)), work in zip(runs.items(), per_step, strict=True):
    print(f"{name}: {work * history.step[-1]:6d} gradients, J = {history.objective[-1]:.1e}")

figure, axes = plt.subplots(figsize=(8, 3.6))
for (name, (_, history)), work in zip(runs.items(), per_step, strict=True):
    axes.semilogy(work * history.step, history.objective, label=name)
axes.set(xlabel="gradients of one sample", ylabel="$J(p)$", ylim=(1e-7, 1))
axes.legend()

# %%
# The values of :math:`J` that a line search tries are not counted here. It pays where :math:`J` is
# badly scaled: on a plateau its steps become long, where a prescribed :math:`\eta` crawls. With ten
# samples a gradient of all of them is cheap; with a million it is not, and no line search is left.

# %%
# How long may a step be?
# -----------------------
# For a quadratic :math:`J` with the Hessian :math:`H`, steepest descent with a constant step converges if
# and only if :math:`\eta < 2 / \lambda_{\max}(H)`. Near the start:

H = J.hessian(start)
largest = np.linalg.eigvalsh(H)[-1]
print(f"2 / lambda_max = {2 / largest:.2f}")

# %%
# Exercise
# --------
# Show that the sampled gradient is right in the mean, :math:`\mathbb{E}_i \nabla C_i(p) = \nabla J(p)`.
# Which step does an exact line search along :math:`-g` choose for a quadratic :math:`J`?
#
# .. dropdown:: Answer
#
#    Each :math:`i` has the probability :math:`1/N`, so that the mean is
#    :math:`\frac{1}{N} \sum_i \nabla C_i = \nabla J`. Along :math:`-g` the quadratic is
#    :math:`J - \eta \, g^T g + \frac{1}{2} \eta^2 g^T H g`, least at
#    :math:`\eta = g^T g / g^T H g \ge 1 / \lambda_{\max}`, if :math:`H` is positive definite.
#
#    >>> g = J.gradient(start)
#    >>> sampled = [J.gradient(start, np.array([i])) for i in range(J.N)]
#    >>> bool(np.allclose(np.mean(sampled, axis=0), g))
#    True
#    >>> Q = H @ H + np.eye(len(H))  # positive definite
#    >>> eta = (g @ g) / (g @ Q @ g)
#    >>> bool(np.isclose(g @ (g - eta * Q @ g), 0, atol=1e-12))  # the slope at the end vanishes
#    True
