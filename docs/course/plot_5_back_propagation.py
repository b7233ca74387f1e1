r"""
5. Back propagation solves the adjoint equation
===============================================

A gradient of :math:`J` by differences needs one evaluation for each parameter. Numerical analysts know
the way out from optimal control: one solution of the adjoint equation gives the whole gradient. Back
propagation is this solution.

Let :math:`C = \frac{1}{2} \|y - a^{[L]}\|_2^2` be the misfit of one sample,
:math:`z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}` and :math:`\delta^{[l]} = \partial C / \partial z^{[l]}`.

**Lemma** (Higham and Higham, Section 5). With products entry by entry, written :math:`\circ`,

.. math::
   \delta^{[L]} &= \sigma'(z^{[L]}) \circ (a^{[L]} - y), & (1)\\
   \delta^{[l]} &= \sigma'(z^{[l]}) \circ (W^{[l+1]})^T \delta^{[l+1]}, \quad 2 \le l \le L-1, & (2)\\
   \frac{\partial C}{\partial b^{[l]}_j} &= \delta^{[l]}_j, & (3)\\
   \frac{\partial C}{\partial w^{[l]}_{jk}} &= \delta^{[l]}_j a^{[l-1]}_k. & (4)
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.linalg import solve_triangular

from mornet.experiments.ten_points.data import network, points
from mornet.nn import normal
from mornet.training import Objective

net, (x, y) = network(), points()
p = normal(net, np.random.default_rng(0), scale=1.0)
layers = net.layers(p)


def forward(x):
    """The forward pass: a^[1], z^[2] -> a^[2], z^[3] -> ... -> a^[L]."""
    a, z = [x], []
    for layer in layers:
        z.append(layer.W @ a[-1] + layer.b)
        a.append(layer.sigma.value(z[-1]))
    return a, z


# %%
# Proof and code, side by side
# ----------------------------
# All lines of the proof are chain rules.
#
# .. grid:: 1 1 2 2
#    :gutter: 2
#
#    .. grid-item::
#
#       **(1)** :math:`C` depends on :math:`z^{[L]}_j` through :math:`a^{[L]}_j = \sigma(z^{[L]}_j)`
#       alone:
#
#       .. math:: \delta^{[L]}_j = \frac{\partial C}{\partial a^{[L]}_j}
#                 \frac{\partial a^{[L]}_j}{\partial z^{[L]}_j} = (a^{[L]}_j - y_j) \, \sigma'(z^{[L]}_j).
#
#    .. grid-item::
#
#       .. code-block:: python
#
#          slope = layers[-1].sigma.derivative
#          delta = slope(z[-1], a[-1]) * (a[-1] - y)
#
#    .. grid-item::
#
#       **(2)** :math:`z^{[l+1]}_k = \sum_s w^{[l+1]}_{ks} \sigma(z^{[l]}_s) + b^{[l+1]}_k`, therefore
#
#       .. math:: \delta^{[l]}_j = \sum_k \frac{\partial C}{\partial z^{[l+1]}_k}
#                 \frac{\partial z^{[l+1]}_k}{\partial z^{[l]}_j}
#                 = \sum_k \delta^{[l+1]}_k w^{[l+1]}_{kj} \, \sigma'(z^{[l]}_j).
#
#    .. grid-item::
#
#       .. code-block:: python
#
#          slope = layers[l].sigma.derivative
#          delta = slope(z[l], a[l + 1]) * (layers[l + 1].W.T @ delta)
#
#    .. grid-item::
#
#       **(3), (4)** :math:`z^{[l]}_j = \sum_k w^{[l]}_{jk} a^{[l-1]}_k + b^{[l]}_j`, therefore
#
#       .. math:: \frac{\partial C}{\partial b^{[l]}_j} = \delta^{[l]}_j, \qquad
#                 \frac{\partial C}{\partial w^{[l]}_{jk}} = \delta^{[l]}_j a^{[l-1]}_k.
#
#    .. grid-item::
#
#       .. code-block:: python
#
#          g[l].b[:] = delta
#          g[l].W[:] = np.outer(delta, a[l])
#
# The same lines as a function; ``net.layers(gradient)`` are views, so that it fills the gradient:


def back_propagate(x, y):
    """Return the gradient of C by p, and all delta, for one sample."""
    a, z = forward(x)
    gradient = np.empty(net.size)
    g = net.layers(gradient)
    deltas = []
    for l in reversed(range(len(layers))):
        slope = layers[l].sigma.derivative(z[l], a[l + 1])
        above = layers[l + 1].W.T @ deltas[0] if deltas else a[-1] - y
        deltas.insert(0, slope * above)  # (1), (2)
        g[l].b[:] = deltas[0]  # (3)
        g[l].W[:] = np.outer(deltas[0], a[l])  # (4)
    return gradient, deltas


gradient, deltas = back_propagate(x[:, 0], y[:, 0])
J = Objective(net, x[:, :1], y[:, :1])
print("difference from mornet's:", np.max(np.abs(gradient - J.gradient(p))))

# %%
# The adjoint equation
# --------------------
# A change of the parameters changes all :math:`z^{[l]}`. To first order these changes satisfy a linear
# system, the *tangent equation*,
#
# .. math::
#    A \, dz = db + dW a, \qquad
#    A = \begin{pmatrix} I & & \\ -W^{[3]} \Sigma^{[2]} & I & \\ & -W^{[4]} \Sigma^{[3]} & I \end{pmatrix},
#    \qquad \Sigma^{[l]} = \mathrm{diag} \, \sigma'(z^{[l]}).
#
# The matrix is lower triangular: the forward pass is forward substitution. With
# :math:`c = (0, 0, \Sigma^{[4]} (a^{[4]} - y))` the change of the misfit is
# :math:`dC = c^T dz = c^T A^{-1} (db + dW a) = \delta^T (db + dW a)`, where :math:`\delta` solves the
# *adjoint equation* :math:`A^T \delta = c`. The matrix :math:`A^T` is upper triangular: the backward pass
# is back substitution, and its rows are (1) and (2).

a, z = forward(x[:, 0])
slopes = [layer.sigma.derivative(z[l], a[l + 1]) for l, layer in enumerate(layers)]
first = np.cumsum([0, *net.widths[1:]])
A = np.eye(first[-1])
for l in range(1, len(layers)):
    A[first[l] : first[l + 1], first[l - 1] : first[l]] = -layers[l].W * slopes[l - 1]
c = np.zeros(first[-1])
c[first[-2] :] = slopes[-1] * (a[-1] - y[:, 0])
delta = solve_triangular(A.T, c)
print("difference from back propagation:", np.max(np.abs(delta - np.concatenate(deltas))))

middles = (first[:-1] + first[1:] - 1) / 2
figure, both = plt.subplots(1, 2, figsize=(8, 3.6))
for axes, matrix, title in zip(both, (A, A.T), ("tangent, $A$", "adjoint, $A^T$"), strict=True):
    image = axes.imshow(np.where(matrix == 0, np.nan, matrix), cmap="RdBu", vmin=-2, vmax=2)
    axes.set(title=title, xticks=middles, yticks=middles)
    axes.set(xticklabels=["$z^{[2]}$", "$z^{[3]}$", "$z^{[4]}$"])
    axes.set(yticklabels=["$z^{[2]}$", "$z^{[3]}$", "$z^{[4]}$"])
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    for place in first[1:-1] - 0.5:
        axes.axhline(place, color="grey", linewidth=0.5)
        axes.axvline(place, color="grey", linewidth=0.5)
figure.colorbar(image, ax=both, shrink=0.8, label="entry")

# %%
# Exercise
# --------
# How many forward passes does a gradient by one-sided differences need? Check the gradient without them,
# by a complex step: :math:`\partial C / \partial p_k = \mathrm{Im} \, C(p + i h e_k) / h + O(h^2)`.
#
# .. dropdown:: Answer
#
#    Differences need :math:`P + 1 = 24` forward passes, and lose half of the digits. Back propagation
#    takes one forward and one backward pass, whatever :math:`P` is.
#
#    >>> h = 1e-30
#    >>> def C(q):
#    ...     return np.sum((net.forward(q, x[:, :1]) - y[:, :1]) ** 2) / 2
#    >>> steps = np.eye(net.size)
#    >>> by_steps = [C(p + 1j * h * e).imag / h for e in steps]
#    >>> bool(np.allclose(by_steps, gradient, rtol=1e-12, atol=1e-16))
#    True
#    >>> len(steps) + 1
#    24
