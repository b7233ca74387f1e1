"""GNU Octave reads every result, and the commands of docs/results.md are right there."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import scipy.io

from mornet.cli import main
from mornet.storage import load, save
from mornet.storage.conversion import to_tree
from mornet.storage.homes import homes
from mornet.storage.tree import Tree
from tests.storage.examples import example_of

OCTAVE = shutil.which("octave-cli")
pytestmark = pytest.mark.skipif(OCTAVE is None, reason="GNU Octave is not installed")
PAGE = Path(__file__).parent.parent.parent / "docs/results.md"
RESULTS = Path(__file__).parent.parent / "data/results/format-2"
ALL = """
files = glob("*.h5");
for i = 1:numel(files)
  s = load("-hdf5", files{i});
  save("-v7", strrep(files{i}, ".h5", ".mat"), "s");
end
"""


def octave(program, folder):
    """Run a program in a folder; return what it prints, which holds no warning."""
    run = subprocess.run(
        [OCTAVE, "--no-init-file", "--eval", program],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not re.search("error|warning", run.stderr.split("while preparing to exit")[-1])
    assert "HDF5-DIAG" not in run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """What Octave has read of an example of every kind of record."""
    folder = tmp_path_factory.mktemp("octave")
    for kind in homes():
        save(folder / f"{kind}.h5", example_of(kind), config={"rank": 3}, code="0" * 16)
    octave(ALL, folder)
    return folder


def require_same(found, node, path):
    """The members of a group of Octave are those of the tree, with the axes turned round."""
    for name, member in node.members.items():
        word = f"_{name}" if name[0].isdigit() else name
        if isinstance(member, Tree):
            require_same(found[word], member, f"{path}/{name}")
        elif member.is_text:
            right = [text.rstrip() for text in np.atleast_1d(member.value)]
            assert lines(found[word]) == right or (right == [""] and len(found[word]) == 0)
        else:
            values = np.asarray(found[word]).T
            np.testing.assert_array_equal(np.squeeze(values), np.squeeze(member.value), path)


@pytest.mark.parametrize("kind", sorted(homes()))
def test_octave_reads_every_array_and_text_of_every_record(read, kind):
    found = scipy.io.loadmat(read / f"{kind}.mat", simplify_cells=True)["s"]
    require_same(found, to_tree(example_of(kind)), kind)
    assert json.loads(found["config"]) == {"rank": 3}


def lines(text):
    return [str(line).rstrip("\0 ") for line in np.atleast_1d(text)]


def snippet(language):
    return re.search(rf"```{language}\n(.*?)```", PAGE.read_text(), re.S)[1]


def test_the_commands_of_the_page_are_right_in_octave(tmp_path):
    data, fit = tmp_path / "data.h5", tmp_path / "fit.h5"
    shutil.copy(RESULTS / "data_set.h5", data)
    shutil.copy(RESULTS / "pod.h5", fit)
    words = ["modes", "codes", "--snapshots", str(data), "-o", str(tmp_path / "fit.mat")]
    assert main(["export", str(fit), *words]) == 0
    said = octave(snippet("octave") + '\nsave("-v7", "out.mat")', tmp_path)
    found = scipy.io.loadmat(tmp_path / "out.mat")
    pod, train = load(fit).models[0], load(data).train
    np.testing.assert_array_equal(found["V"], pod.V)
    np.testing.assert_array_equal(found["U"], train.U)
    np.testing.assert_array_equal(found["modes"], pod.V)
    np.testing.assert_array_equal(found["codes_train"], pod.encode(train.U))
    np.testing.assert_allclose(found["error"], load(fit).train_error[0], rtol=1e-12)
    assert "pod" in said
