"""What the names in braces of a pattern mean, beside what the files state."""

import numpy as np
import pytest

from mornet.snapshots import read_snapshots

x, t, T = np.linspace(0, 1, 12), np.arange(4) / 8, (300.0, 310.0)


def files(folder, name, **more):
    """Write a file for each time and temperature, and return the pattern."""
    for temperature in T:
        for time in t:
            path = folder / name.format(t=time, T=temperature)
            np.savez(path, u=np.sin(3 * x + time * temperature), **more)
    return str(folder / name)


@pytest.mark.parametrize("name", ["{T}_{t}.npz", "{t}_{T}.npz"])
def test_T_beside_a_time_is_a_parameter(tmp_path, name):
    data = read_snapshots(files(tmp_path, name), test_fraction=0.25, key="u")
    assert set(np.concatenate([data.train.t, data.test.t])) == set(t)
    assert set(np.hstack([data.train.mu, data.test.mu])[0]) == set(T)
    assert any("{T} in the names is a parameter" in note for note in data.layout.notes)


def test_T_alone_is_a_time_unless_the_files_state_times(tmp_path):
    for j, temperature in enumerate(T):
        np.savez(tmp_path / f"{temperature}.npz", u=np.sin(3 * x + j))
        U = np.sin(3 * x[:, None] + temperature * t)
        np.savez(tmp_path / f"run_{temperature}.npz", u=U, t=t)
    alone = read_snapshots(str(tmp_path / "{T}.npz"), test_fraction=0.5)
    assert (*alone.train.t, alone.train.mu) == (300, None)
    assert any("taken as the times" in note for note in alone.layout.notes)
    runs = read_snapshots(str(tmp_path / "run_{T}.npz"), test_fraction=0.25, axes="dof sample")
    assert set(runs.train.mu[0]) == set(T)
    np.testing.assert_array_equal(runs.train.t[:4], t)
