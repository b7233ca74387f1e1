"""The reduced-order models that a study may name: settings, and the models that they make."""
