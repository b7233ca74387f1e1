"""Elements of MATLAB files are walked before SciPy reads them, since SciPy can crash on them."""

import io

import numpy as np
import pytest
import scipy.io

from mornet.errors import StorageError
from mornet.snapshots.files import read_snapshots
from mornet.storage.matlab_elements import require_sound


def image(variables, **how) -> bytearray:
    stream = io.BytesIO()
    scipy.io.savemat(stream, variables, **how)
    return bytearray(stream.getvalue())


SOUND = {
    "U": np.arange(12.0).reshape(3, 4),
    "few": np.int8([1, 2, 3]),
    "text": "words",
    "cell": np.array([np.ones(2), "a"], dtype=object),
    "struct": {"a": 1.0, "b": {"c": np.eye(2)}},
    "complex": np.ones(3) + 1j,
}


@pytest.mark.parametrize("how", [{}, {"do_compression": True}, {"format": "4"}])
def test_sound_files_pass(how, tmp_path):
    variables = {"U": SOUND["U"]} if how.get("format") == "4" else SOUND
    (tmp_path / "a.mat").write_bytes(image(variables, **how))
    require_sound(tmp_path / "a.mat")


@pytest.mark.parametrize("type_", [0, 8, 19, 64, 155, 53257])
def test_an_element_of_an_unknown_type_is_refused_before_it_is_read(type_, tmp_path):
    damaged = image({"U": SOUND["U"]})
    damaged[176:178] = type_.to_bytes(2, "little")  # the tag of the numbers
    (tmp_path / "a.mat").write_bytes(damaged)
    with pytest.raises(StorageError, match=rf"a.mat is damaged: .* byte 176 has the type {type_} "):
        read_snapshots(tmp_path / "a.mat", axes="dof sample")


def test_an_element_beyond_the_end_is_refused(tmp_path):
    damaged = image({"U": SOUND["U"]})
    damaged[180:184] = (10**6).to_bytes(4, "little")
    (tmp_path / "a.mat").write_bytes(damaged)
    with pytest.raises(StorageError, match="1000000 bytes, of which 96 are there"):
        require_sound(tmp_path / "a.mat")
