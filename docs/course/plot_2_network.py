r"""
2. A network is a directed graph, and a function f_p(x)
=======================================================

Layers of neurons follow each other:

.. math::
   a^{[1]} = x \in \mathbb{R}^{n_1}, \qquad
   a^{[l]} = \sigma\left(W^{[l]} a^{[l-1]} + b^{[l]}\right) \in \mathbb{R}^{n_l}, \quad l = 2, \ldots, L.

The neurons are the nodes of a directed graph, the entries of :math:`W^{[l]}` are weights of its edges.
No edge leads back, so that one sweep through the layers evaluates all nodes. With all entries of all
:math:`W^{[l]}` and :math:`b^{[l]}` in one vector :math:`p`, the network is a function :math:`f_p(x)`.
The example of the article has two inputs, hidden layers of two and three neurons, and two outputs.
"""

import matplotlib.pyplot as plt
import numpy as np

from mornet.nn import Network, normal

net = Network((2, 2, 3, 2), "sigmoid")
p = normal(net, np.random.default_rng(5), scale=1.0)
print(f"f_p: R^{net.widths[0]} -> R^{net.widths[-1]}, p in R^{net.size}")

# %%
# Evaluated by hand and by mornet
# -------------------------------
# ``net.layers(p)`` returns the :math:`W^{[l]}` and :math:`b^{[l]}` as views into :math:`p`. The formula
# of the article, written out, is
#
# .. math::
#    F(x) = \sigma\left(W^{[4]} \sigma\left(W^{[3]} \sigma\left(W^{[2]} x + b^{[2]}\right)
#    + b^{[3]}\right) + b^{[4]}\right).


def sigma(z):
    """The sigmoid function."""
    return 1 / (1 + np.exp(-z))


x = np.array([[0.3, 0.9], [0.7, 0.2]])  # columns are samples
a = x
for layer in net.layers(p):
    a = sigma(layer.W @ a + layer.b[:, None])
print("largest difference:", np.max(np.abs(a - net.forward(p, x))))

# %%
# Its graph
# ---------
# Solid edges have positive weights, dashed edges negative ones; the width of a line is the size of the
# weight.


def places(n):
    """The heights at which a layer of n neurons is drawn."""
    return np.arange(n) - (n - 1) / 2


figure, axes = plt.subplots(figsize=(8, 3.4))
for l, layer in enumerate(net.layers(p)):
    for (j, k), w in np.ndenumerate(layer.W):
        ends = places(net.widths[l])[k], places(net.widths[l + 1])[j]
        style = "-" if w > 0 else "--"
        axes.plot((l, l + 1), ends, style, color="C0", linewidth=2 * abs(w), zorder=1)
for l, n in enumerate(net.widths):
    axes.scatter([l] * n, places(n), s=400, color="white", edgecolor="black", zorder=2)
    axes.text(l, 1.5, f"layer {l + 1}", ha="center")
axes.set(ylim=(-1.3, 1.7))
axes.set_axis_off()

# %%
# Exercise
# --------
# How many parameters does a network with the widths :math:`n_1, \ldots, n_L` have? How many paths lead
# from an input to an output?
#
# .. dropdown:: Answer
#
#    Layer :math:`l` has :math:`n_l (n_{l-1} + 1)` parameters. A path chooses one neuron of each layer:
#    there are :math:`n_1 n_2 \cdots n_L` paths. With the adjacency matrix :math:`A` of the graph the
#    paths are counted by :math:`A^{L-1}`, and :math:`A^L = 0`, as the graph has no cycle.
#
#    >>> widths = net.widths
#    >>> sum(n * (m + 1) for m, n in zip(widths[:-1], widths[1:])) == net.size
#    True
#    >>> first = np.cumsum((0, *widths))
#    >>> A = np.zeros((sum(widths),) * 2, dtype=int)
#    >>> for l in range(len(widths) - 1):
#    ...     A[first[l] : first[l + 1], first[l + 1] : first[l + 2]] = 1
#    >>> int(np.linalg.matrix_power(A, 3).sum()), int(np.prod(widths))
#    (24, 24)
#    >>> bool(np.linalg.matrix_power(A, 4).any())
#    False
