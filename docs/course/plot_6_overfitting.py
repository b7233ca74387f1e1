r"""
6. Hidden units are degrees of freedom, and too many over-fit
=============================================================

Everybody who has interpolated noisy data by a polynomial of high degree knows over-fitting: the curve
passes through all points, and is far from the function between them. A network with many hidden units
does the same. The cost on the samples that it has seen,

.. math:: J(p) = \frac{1}{N} \sum_{i=1}^N \frac{1}{2} \left\| y_i - f_p(x_i) \right\|_2^2,

falls with each further unit; the error on others has a minimum. The article splits the data into
training and validation data for this reason.
"""

import matplotlib.pyplot as plt
import numpy as np

from mornet.nn import Network, initialise
from mornet.training import Objective, fit_lbfgs

rng = np.random.default_rng(3)
x = np.sort(rng.uniform(-1, 1, 20))[None, :]
y = np.sin(2 * np.pi * x) + 0.2 * rng.standard_normal(x.shape)
x_new = np.linspace(-0.95, 0.95, 400)[None, :]
exact = np.sin(2 * np.pi * x_new)


def fit(width, decay=0.0):
    """Return a network with one hidden layer, fitted to the 20 noisy samples."""
    net = Network((1, width, 1), ("tanh", "identity"))
    start = initialise(net, "glorot", np.random.default_rng(width))
    return net, fit_lbfgs(Objective(net, x, y, decay=decay), start, steps=2000).p


def rms(error):
    """The root mean square."""
    return np.sqrt(np.mean(error**2))


widths = (1, 2, 4, 8, 16, 32)
fits = {width: fit(width) for width in widths}
seen = [rms(net.forward(p, x) - y) for net, p in fits.values()]
new = [rms(net.forward(p, x_new) - exact) for net, p in fits.values()]

# %%
# The old friend beside it
# ------------------------
# Polynomials in Legendre form are fitted to the same samples.

degrees = (1, 3, 5, 7, 9, 12, 15)
polynomials = [np.polynomial.Legendre.fit(x[0], y[0], degree, domain=[-1, 1]) for degree in degrees]
p_seen = [rms(q(x[0]) - y[0]) for q in polynomials]
p_new = [rms(q(x_new[0]) - exact[0]) for q in polynomials]

figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.8))
left.plot(x[0], y[0], "o", color="black", markersize=4, label="samples")
left.plot(x_new[0], exact[0], "-", color="grey", label=r"$\sin 2\pi x$")
for width in (4, 16):
    net, p = fits[width]
    left.plot(x_new[0], net.forward(p, x_new)[0], label=f"{width} hidden units")
left.set(xlabel="$x$", ylabel="$f_p(x)$", ylim=(-2.5, 3.5))
left.legend(fontsize=9, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1))
sizes = [net.size for net, _ in fits.values()]
right.loglog(sizes, seen, "o--", color="C0", label="network, samples")
right.loglog(sizes, new, "o-", color="C0", label="network, new points")
right.loglog(np.array(degrees) + 1, p_seen, "s--", color="C1", label="polynomial, samples")
right.loglog(np.array(degrees) + 1, p_new, "s-", color="C1", label="polynomial, new points")
right.set(xlabel="parameters", ylabel="root mean square error", ylim=(1e-2, 1e3))
right.legend(fontsize=9, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1))

# %%
# Weight decay is Tikhonov regularisation
# ---------------------------------------
# One cure has two names. *Weight decay* adds :math:`\frac{\mu}{2} \|p\|_2^2` to :math:`J`: numerical
# analysts call it Tikhonov regularisation, statisticians ridge regression.

for decay in (0.0, 1e-4, 1e-3, 1e-2):
    net, p = fit(32, decay)
    print(f"mu = {decay:g}: error on new points {rms(net.forward(p, x_new) - exact):.3f}")

# %%
# Exercise
# --------
# For a linear network :math:`f_W(x) = W x` with weight decay, what is the minimum of :math:`J`?
#
# .. dropdown:: Answer
#
#    The gradient :math:`\frac{1}{N} (W X - Y) X^T + \mu W` vanishes at
#    :math:`W = Y X^T (X X^T + N \mu I)^{-1}`, the solution of Tikhonov's problem.
#
#    >>> X, Y, mu = rng.standard_normal((3, 40)), rng.standard_normal((2, 40)), 0.1
#    >>> linear = Network((3, 2), "identity", bias=False)
#    >>> W = Y @ X.T @ np.linalg.inv(X @ X.T + 40 * mu * np.eye(3))
#    >>> gradient = Objective(linear, X, Y, decay=mu).gradient(W.ravel())
#    >>> bool(np.allclose(gradient, 0, atol=1e-14))
#    True
