r"""
7. PCA is POD, and an autoencoder is a nonlinear POD
====================================================

Model-order reduction looks for few coordinates of many snapshots :math:`x_1, \ldots, x_m \in
\mathbb{R}^n`. An *autoencoder* is a network that is trained to return its input,

.. math:: \min \sum_{i=1}^m \left\| x_i - G(F(x_i)) \right\|_2^2,
          \qquad F: \mathbb{R}^n \to \mathbb{R}^r, \quad G: \mathbb{R}^r \to \mathbb{R}^n,

with an encoder :math:`F` and a decoder :math:`G`. If both are linear, the minimum is known since Eckart
and Young: the truncated singular value decomposition, called POD by one community and, for centred data,
PCA by another. Its sum of squares is :math:`\sum_{k>r} \sigma_k^2`. If they are not linear, the image of
:math:`G` is a curved manifold.
"""

import matplotlib.pyplot as plt
import numpy as np

from mornet.fom import gaussian_data_set
from mornet.reduction import (
    AutoencoderSettings,
    fit_autoencoder,
    fit_linear_autoencoder,
    fit_pod,
    reconstruct,
    relative_error,
)

data = gaussian_data_set(n=128, width=0.05)  # a pulse that travels with t
X, X_test = data.train.U, data.test.U
print("training snapshots", X.shape, "test snapshots", X_test.shape)

# %%
# A travelling pulse
# ------------------
# The pulse travels around a circle. One number, its place, describes each snapshot, but POD needs many
# modes. The linear autoencoder finds what POD finds. The nonlinear one needs two coordinates: a circle
# lies in the plane, but not on a line.

ranks = (1, 2, 3, 5, 7, 9, 13)
pods = {r: fit_pod(X, rank=r) for r in ranks}
linear = {
    r: fit_linear_autoencoder(X, r, rng=np.random.default_rng(r)).autoencoder for r in (1, 3, 5)
}
settings = AutoencoderSettings(hidden=(64, 32), epochs=600)
nonlinear = {
    r: fit_autoencoder(X, r, settings, rng=np.random.default_rng(r)).autoencoder for r in (1, 2, 3)
}

figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.8))
for name, reductions, style in (
    ("POD", pods, "o-"),
    ("linear autoencoder", linear, "+"),
    ("autoencoder", nonlinear, "s-"),
):
    errors = [relative_error(reduction, X_test) for reduction in reductions.values()]
    left.semilogy(list(reductions), errors, style, label=name, markersize=9 if style == "+" else 6)
left.set(xlabel="rank $r$", ylabel="relative error, test snapshots")
left.legend()
right.plot(X_test[:, 10], "-", color="lightgrey", linewidth=5, label="snapshot")
for name, reduction in (("POD, $r = 2$", pods[2]), ("autoencoder, $r = 2$", nonlinear[2])):
    right.plot(reconstruct(reduction, X_test)[:, 10], label=name)
right.set(xlabel="degree of freedom", ylabel="$x_i$")
right.legend()

# %%
# The errors of the linear autoencoder and of POD differ by

for r, reduction in linear.items():
    excess = relative_error(reduction, X) / relative_error(pods[r], X) - 1
    print(f"r = {r}: {excess:.1e} (relative)")

# %%
# Exercise
# --------
# The weights of the linear autoencoder are not the POD modes. Why, and what do they have in common?
#
# .. dropdown:: Answer
#
#    :math:`G F` does not change if :math:`G` is replaced by :math:`G T` and :math:`F` by
#    :math:`T^{-1} F`. The minimum determines the subspace, not its basis: all principal angles between the
#    image of :math:`G` and the POD subspace vanish.
#
#    >>> from mornet.linalg import principal_angles
#    >>> G = linear[3].decode(np.eye(3)) - linear[3].decode(np.zeros((3, 1)))
#    >>> V = pods[3].decode(np.eye(3)) - pods[3].decode(np.zeros((3, 1)))
#    >>> bool(np.max(principal_angles(G, V)) < 1e-4)
#    True
#    >>> s = np.linalg.svd(X, compute_uv=False)
#    >>> least = np.sqrt(np.sum(s[3:] ** 2) / np.sum(s**2))
#    >>> bool(np.isclose(relative_error(pods[3], X), least, rtol=1e-10))
#    True
