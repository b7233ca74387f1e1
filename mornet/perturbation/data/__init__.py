"""The data in motion: paths D(t), and the usual ways to move."""
