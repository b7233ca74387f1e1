"""Numbers that others have published or that theorems state, beside those computed here.

One file for each source. A file holds the numbers and the function that computes them.
"""
