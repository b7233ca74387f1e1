"""Experiments on what networks learn: classifiers, codes, over-fitting, the design of layers."""
