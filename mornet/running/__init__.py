"""One command for a whole study: checks beforehand, Snakemake as a child, the verdict at the end.

The Snakefile knows the rules. This package starts Snakemake, watches it and checks the results by
their content, because Snakemake compares times and settings alone.
"""
