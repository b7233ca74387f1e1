r"""
1. A neuron is a smoothed step function
=======================================

The sigmoid function

.. math:: \sigma(z) = \frac{1}{1 + e^{-z}}

models a neuron: it is near 0 for small :math:`z`, near 1 for large :math:`z`. A weight :math:`w` and a
bias :math:`b` scale and shift its argument, and :math:`\sigma(wx + b)` is a step at :math:`x = -b/w`
that is smoothed over a length of order :math:`1/w`. The function satisfies the logistic equation
:math:`\sigma' = \sigma (1 - \sigma)`, so that its slope needs no second exponential.
"""

import matplotlib.pyplot as plt
import numpy as np

from mornet.nn import Network, activation

sigma = activation("sigmoid")
x = np.linspace(-2, 2, 401)
steps = {w: sigma.value(w * x) for w in (2, 5, 20)}

# %%
# A layer of steps approximates any function
# ------------------------------------------
# Old friends of a step function are the step functions of a Riemann sum. On a grid
# :math:`x_0 < \ldots < x_n`, a function :math:`g` is nearly
#
# .. math::
#    g(x_0) + \sum_{j=1}^{n} \left(g(x_j) - g(x_{j-1})\right) \sigma\left(w (x - x_{j-1/2})\right),
#
# a step of the height :math:`g(x_j) - g(x_{j-1})` at each midpoint. This is a network with one hidden
# layer: all its parameters are written down here, and none is trained.


def staircase(g, n, w):
    """Return a network with n hidden neurons and its parameters p, with f_p near g on [0, 1]."""
    grid = np.linspace(0, 1, n + 1)
    net = Network((1, n, 1), ("sigmoid", "identity"))
    p = np.empty(net.size)
    hidden, output = net.layers(p)  # W and b are views into p
    hidden.W[:, 0], hidden.b[:] = w, -w * (grid[1:] + grid[:-1]) / 2
    output.W[0], output.b[:] = np.diff(g(grid)), g(grid[0])
    return net, p


def g(x):
    """The function to approximate."""
    return np.sin(2 * np.pi * x)


x_g = np.linspace(0, 1, 401)
networks = {n: staircase(g, n, w=4 * n) for n in (5, 20)}

figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
left.step(x, x > 0, "-", color="grey", label="step")
for w, values in steps.items():
    left.plot(x, values, label=f"$w = {w}$")
left.set(xlabel="$x$", ylabel=r"$\sigma(wx)$")
left.legend()
right.plot(x_g, g(x_g), "-", color="grey", label=r"$\sin 2 \pi x$")
for n, (net, p) in networks.items():
    right.plot(x_g, net.forward(p, x_g[None, :])[0], label=f"{n} neurons")
right.set(xlabel="$x$", ylabel="$f_p(x)$")
right.legend()

# %%
# The largest error falls with the number of neurons:

for n, (net, p) in networks.items():
    error = np.max(np.abs(net.forward(p, x_g[None, :])[0] - g(x_g)))
    print(f"{n:3d} neurons: largest error {error:.3f}")

# %%
# Exercise
# --------
# Let :math:`H` be the step from 0 to 1 at 0. What is the distance
# :math:`\int_{-\infty}^{\infty} |\sigma(wx) - H(x)| \, dx`?
#
# .. dropdown:: Answer
#
#    By symmetry it is :math:`2 \int_0^\infty (1 - \sigma(wx)) \, dx = (2/w) \int_0^\infty
#    (1 + e^z)^{-1} \, dz = (2 \ln 2) / w`: the neuron tends to the step with order 1 in
#    :math:`1/w`.
#
#    >>> from scipy.integrate import quad
#    >>> w = 5.0
#    >>> distance, _ = quad(lambda x: abs(sigma.value(w * x) - (x > 0)), -20, 20, points=[0])
#    >>> bool(np.isclose(distance, 2 * np.log(2) / w))
#    True
