"""A study as a package that others can run: code, settings, environment, inputs, results, proofs.

The levels and files follow J. Fehr, J. Heiland, C. Himpe and J. Saak, Best practices for
replicability, reproducibility and reusability of computer-based experiments exemplified by model
reduction software, AIMS Mathematics 1(3), 2016.
"""
