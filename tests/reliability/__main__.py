"""The full set of trials, whose figures go into an HDF5 file.

python -m tests.reliability results/reliability.h5 [MEASURE=TRIALS ...]
"""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("SCIPY_ARRAY_API", "1")  # one of the checks of scikit-learn needs it

import numpy as np

from mornet.experiments.reliability import Reliability
from mornet.storage import save
from tests.reliability.measures import MEASURES

TRIALS = {  # of others 1000
    "kills": 50,
    "two at once": 20,
    "replaced files": 300,
    "bombs": 45,  # each file by each verb
    "attacks": 80,
    "odd names": 180,
    "full disks": 52,
    "killed trainings": 50,
    "repetitions": 40,
    "edges": 600,
    "theorems": 1200,  # 200 of each
    "earlier results": 18,
}


def main(out: Path, chosen: dict[str, int]) -> int:
    """Run the measures, print what went wrong, write the record; return 1 after any fault."""
    counts = {}
    for name, trials in chosen.items():
        with tempfile.TemporaryDirectory() as folder:
            counts[name] = MEASURES[name](Path(folder) / "work", trials)
        print(f"{name}: {counts[name].kept} of {counts[name].tried}", flush=True)
        for fault in counts[name].faults[:20]:
            print(f"  {fault}", flush=True)
        save(out, _record(counts))  # what is measured stays, whatever comes then
    return int(any(count.faults for count in counts.values()))


def _record(counts):
    def column(field):
        return np.array([getattr(count, field) for count in counts.values()])

    abouts = [" ".join((MEASURES[name].__doc__ or "").split()) for name in counts]
    fields = ("tried", "kept", "accepted", "slow")
    columns = {field: column(field) for field in fields}
    return Reliability(measure=tuple(counts), about=tuple(abouts), **columns)


if __name__ == "__main__":
    named = dict(word.split("=") for word in sys.argv[2:])
    asked = {name.replace("_", " "): int(n) for name, n in named.items()}
    default = {name: TRIALS.get(name, 1000) for name in MEASURES}
    sys.exit(main(Path(sys.argv[1]), asked or default))
