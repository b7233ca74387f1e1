"""The best reduction that held-out snapshots can prove: POD, a quadratic manifold, or a network."""
