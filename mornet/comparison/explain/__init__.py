"""Why is my autoencoder worse than PCA? Measurements on a fit, and the causes that they show."""

from mornet.comparison.explain.answer import Explanation, explain, explain_case, has_offset
from mornet.comparison.explain.cause import Cause

__all__ = ["Cause", "Explanation", "explain", "explain_case", "has_offset"]
