"""Autoencoders: nonlinear ones by gradients, linear ones by least squares."""
