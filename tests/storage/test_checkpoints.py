"""Checkpoints in files: a process killed with -9 loses nothing that changes the result."""

import dataclasses
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import mornet
from mornet.cli import main
from mornet.errors import StorageError
from mornet.fom.travelling_waves import gaussian_data_set
from mornet.storage import CheckpointFile, difference, load, save
from tests.storage.examples import example_of, same


def command(directory, name, *more):
    words = "hidden=[8]", "epochs=1000", "optimiser=soap"
    return [
        "fit", str(directory / "data.h5"), "autoencoder", "--rank", "2", "--seeds", "0", "1",
        "-o", str(directory / name), "--set", *words, *more,
    ]  # fmt: skip


@pytest.fixture
def directory(tmp_path):
    save(tmp_path / "data.h5", gaussian_data_set(n=64))
    return tmp_path


def test_a_fit_killed_with_minus_9_and_started_again_gives_the_same_result(directory):
    assert main(command(directory, "whole.h5")) == 0
    resuming = command(directory, "resumed.h5", "--checkpoint", str(directory / "kept"))
    here = os.environ | {"PYTHONPATH": str(Path(mornet.__file__).parents[1])}
    with subprocess.Popen([sys.executable, "-m", "mornet", *resuming], env=here) as process:
        deadline = time.monotonic() + 120
        while not list((directory / "kept").glob("seed-0-*.h5")):
            assert process.poll() is None, "it ended before it kept anything"
            assert time.monotonic() < deadline
            time.sleep(0.002)
        os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert not (directory / "resumed.h5").exists()
    (kept,) = (directory / "kept").glob("seed-0-*.h5")
    assert load(kept, "checkpoint").step < 1000
    assert main(resuming) == 0
    assert difference(directory / "whole.h5", directory / "resumed.h5") == []
    assert not list((directory / "kept").glob("seed-*"))  # done: nothing to go on from


def test_ctrl_c_keeps_the_last_checkpoint_and_says_where(directory, monkeypatch, capsys):
    kept = directory / "kept"

    class Interrupting(CheckpointFile):
        def keep(self, checkpoint):
            super().keep(checkpoint)
            if checkpoint.step > 50:
                raise KeyboardInterrupt

    monkeypatch.setattr("mornet.storage.CheckpointFile", Interrupting)
    assert main(command(directory, "case.h5", "--checkpoint", str(kept))) == 130
    message = capsys.readouterr().err
    assert message.startswith("mornet: training interrupted after step 60")
    assert message.endswith(f"the same command goes on from {kept}\n")
    assert len(list(kept.glob("seed-0-*.h5"))) == 1


def test_a_finished_seed_is_not_trained_again(directory, monkeypatch):
    kept = str(directory / "kept")
    monkeypatch.setattr(CheckpointFile, "remove", lambda self: None)
    assert main(command(directory, "one.h5", "--checkpoint", kept)) == 0
    monkeypatch.setattr("mornet.training.trainer.descend", lambda *_: iter(()))  # no more steps
    assert main(command(directory, "other.h5", "--checkpoint", kept)) == 0
    assert difference(directory / "one.h5", directory / "other.h5") == []


def test_a_checkpoint_is_found_by_what_it_belongs_to(tmp_path):
    checkpoint = example_of("checkpoint")
    place = CheckpointFile(tmp_path, "seed-0", {"epochs": 3})
    assert place.last() is None
    place.keep(checkpoint)
    assert same(CheckpointFile(tmp_path, "seed-0", {"epochs": 3}).last(), checkpoint)
    assert CheckpointFile(tmp_path, "seed-0", {"epochs": 4}).last() is None
    place.remove()
    assert place.last() is None


def test_checkpoints_are_written_now_and_then_and_at_the_end(tmp_path):
    checkpoint = example_of("checkpoint")
    place = CheckpointFile(tmp_path, "a", {}, seconds=3600)
    place.keep(checkpoint)
    place.keep(dataclasses.replace(checkpoint, step=3))
    assert place.last().step == 2
    place.keep(dataclasses.replace(checkpoint, step=4, finished=True))
    assert place.last().step == 4


def test_a_damaged_checkpoint_is_refused(tmp_path):
    place = CheckpointFile(tmp_path, "a", {})
    place.keep(example_of("checkpoint"))
    image = bytearray(place.path.read_bytes())
    image[len(image) // 2] ^= 1
    place.path.write_bytes(image)
    with pytest.raises(StorageError, match="is damaged or was changed after it was made"):
        place.last()


def test_methods_without_training_need_no_checkpoint(directory):
    arguments = command(directory, "pod.h5", "--checkpoint", str(directory / "kept"))
    arguments = arguments[: arguments.index("--set")] + arguments[-2:]
    arguments[arguments.index("autoencoder")] = "pod"
    assert main(arguments) == 0
    assert np.isfinite(load(directory / "pod.h5").test_error).all()
