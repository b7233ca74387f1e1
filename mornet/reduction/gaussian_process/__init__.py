"""Manifolds over POD modes, on which a Gaussian process predicts the further modes."""
