"""Damaged files of every format end in one error of mornet's own, or in snapshots."""

import gzip

import h5py
import meshio
import numpy as np
import pytest
import scipy.io
import xarray as xr

from mornet.errors import MornetError
from mornet.snapshots import read_snapshots

t = 0.1 * np.arange(8)
U = np.array([np.sin(np.linspace(0, 3, 12) + s) for s in t]).T


def hdf5(path):
    with h5py.File(path, "w") as file:
        file["u"], file["t"] = U, t


def netcdf(path):
    array = xr.DataArray(U.T, dims=("time", "x"), coords={"time": t}, name="u")
    array.to_netcdf(path, engine="scipy")


def vtu(path):
    points = np.array([[i, j, 0.0] for i in range(3) for j in range(2)])
    mesh = meshio.Mesh(points, [("quad", np.array([[0, 2, 3, 1]]))], {"u": U[:6, 0]})
    mesh.write(path)


FORMATS = {
    "a.npy": lambda path: np.save(path, U),
    "a.npz": lambda path: np.savez(path, u=U, t=t),
    "a.csv": lambda path: np.savetxt(path, U, delimiter=","),
    "a.csv.gz": lambda path: path.write_bytes(gzip.compress(b"1,2\n3,4\n5,6\n")),
    "a.mat": lambda path: scipy.io.savemat(path, {"u": U, "t": t}),
    "a.h5": hdf5,
    "a.nc": netcdf,
    "a.vtu": vtu,
}


@pytest.mark.parametrize("name", FORMATS)
def test_no_damage_leads_to_another_error(tmp_path, name):
    path = tmp_path / name
    FORMATS[name](path)
    whole, rng, refused = path.read_bytes(), np.random.default_rng(0), 0
    for k in range(24):
        damaged = bytearray(whole)
        if k % 2:
            damaged = damaged[: int(rng.integers(len(whole)))]
        else:
            for place in rng.integers(len(whole), size=1 + k):
                damaged[place] = rng.integers(256)
        path.write_bytes(damaged)
        try:
            read_snapshots(path)
        except MornetError as error:
            assert name in str(error) or "snapshots" in str(error)  # noqa: PT017
            refused += 1
    assert refused > 8
