"""Draws every figure into a directory."""

import sys
from pathlib import Path

from mornet.figures import FIGURES, draw
from tests.figures.examples import records

directory = Path(sys.argv[1])
directory.mkdir(exist_ok=True)
for name in FIGURES:
    draw(name, records(name), directory / name)
