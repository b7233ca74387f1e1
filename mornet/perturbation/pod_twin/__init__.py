"""The POD twin: series and bounds of singular values, modes and subspaces."""
