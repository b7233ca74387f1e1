"""Small results of many kinds, in the present format: later versions must read them.

python -m tests.data.make_results writes tests/data/results/format-N/*.h5. Run it once for each
format N, before the next format comes.
"""

from pathlib import Path

from mornet.cli import main
from mornet.storage.hdf5 import FORMAT

FITS = {
    "pod": [],
    "autoencoder": ["hidden=[3]", "epochs=2"],
    "hybrid": ["steps=2", "trial_steps=2", "hidden=3"],
    "quadratic_manifold": [],
    "linear_autoencoder": [],
}


def make(folder: Path) -> None:
    """Write snapshots, fits, a comparison, a close-up and an experiment."""
    data = folder / "data_set.h5"
    _run("snapshots", "gaussian", "--name", "wave", "--set", "n=12", "-o", data)
    for kind, words in FITS.items():
        out = folder / f"{kind}.h5"
        _run("fit", data, kind, "--name", kind, "--rank", 2, "--set", *words, "-o", out)
    fits = [folder / f"{kind}.h5" for kind in FITS]
    for verb in ("compare", "close-up"):
        _run(verb, data, *fits, "-o", folder / f"{verb}.h5")
    _run("experiment", "ten_points", "--set", "steps=200", "-o", folder / "ten_points.h5")


def _run(*words) -> None:
    assert main([str(word) for word in words]) == 0, words


if __name__ == "__main__":
    make(Path(__file__).parent / "results" / f"format-{FORMAT}")
