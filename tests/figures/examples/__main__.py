"""Draws every figure, prints the digests of all as JSON, and saves some into a directory."""

import json
import sys
from pathlib import Path

from mornet.figures import FIGURES, draw
from tests.figures.drawing import fingerprint
from tests.figures.examples import SAVED, figure, records

directory = Path(sys.argv[1])
directory.mkdir(exist_ok=True)
for name in SAVED:
    draw(name, records(name), directory / name)
print(json.dumps({name: fingerprint(figure(name)) for name in FIGURES}))
