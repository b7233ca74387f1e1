"""One BLAS thread per test process, as in the workflow, set before NumPy is imported."""

import os

from mornet.cli import THREAD_VARIABLES

for variable in THREAD_VARIABLES:
    os.environ.setdefault(variable, "1")
