"""The full set of trials, whose figures go into one HDF5 file.

python -m tests.reliability results/reliability.h5 [MEASURE=TRIALS ...]

Measures that are named replace those of the same names in the file, and the others stay.
"""

import os
import sys
import tempfile
from dataclasses import fields, replace
from pathlib import Path

os.environ.setdefault("SCIPY_ARRAY_API", "1")  # one of the checks of scikit-learn needs it

import numpy as np

from mornet.experiments.reliability import Reliability
from mornet.storage import load, save
from mornet.storage.provenance import commit
from tests.reliability.measures import MEASURES

MOST = 5  # faults of a measure that are stored in words
ROOT = Path(__file__).parent.parent.parent


def main(out: Path, chosen: dict[str, int]) -> int:
    """Run the measures, print what went wrong, store their figures; return 1 after any fault."""
    broken = False
    for name, trials in chosen.items():
        with tempfile.TemporaryDirectory() as folder:
            count = MEASURES[name].run(Path(folder) / "work", trials)
        print(f"{name}: {count.kept} of {count.tried}", flush=True)
        for fault in count.faults[:20]:
            print(f"  {fault}", flush=True)
        broken |= bool(count.faults)
        found = _record(name, count)
        save(out, _merged(load(out), found) if out.exists() else found)
    return int(broken)


def _record(name, count):
    """Return the record of one measure."""
    counts = {key: np.array([getattr(count, key)]) for key in ("tried", "kept", "accepted", "slow")}
    measure = MEASURES[name]
    return Reliability(
        measure=(name,),
        about=(" ".join((measure.run.__doc__ or "").split()),),
        number=(measure.promise,),
        asked=np.array([measure.asked]),
        commit=(commit(ROOT / "mornet"),),
        fault=tuple(f"{name}: {' '.join(fault.split())[:300]}" for fault in count.faults[:MOST]),
        **counts,
    )


def _merged(old, new):
    """Return the record ``old`` with the measure of ``new`` in place of the one of its name."""
    (name,) = new.measure
    kept = [i for i, other in enumerate(old.measure) if other != name]
    columns = [field.name for field in fields(old) if field.name != "fault"]
    faults = tuple(words for words in old.fault if not words.startswith(f"{name}: "))
    joined = {key: _joined(getattr(old, key), getattr(new, key), kept) for key in columns}
    return replace(new, **joined, fault=faults + new.fault)


def _joined(old, new, kept):
    if isinstance(new, tuple):
        return tuple(old[i] for i in kept) + new
    return np.append(old[kept], new)


if __name__ == "__main__":
    named = dict(word.split("=") for word in sys.argv[2:])
    asked = {name.replace("_", " "): int(n) for name, n in named.items()}
    full = {name: measure.asked for name, measure in MEASURES.items()}
    sys.exit(main(Path(sys.argv[1]), asked or full))
