"""What is said about data before anything is computed: `mornet data` and the summary."""

import numpy as np
import pytest

from mornet.cli import main
from mornet.snapshots import read_snapshots
from mornet.snapshots.nearness import nearest
from mornet.snapshots.report import data_set_lines
from mornet.storage import save
from mornet.summary.about import About, data_sets

x, t = np.linspace(0, 1, 12), 0.05 * np.arange(8)
U = np.array([np.sin(3 * x + s) for s in t]).T  # (12, 8)


def said(capsys, *words, code=0):
    assert main(["data", *map(str, words)]) == code
    out, error = capsys.readouterr()
    return out if code == 0 else out + error


def test_a_file_name_may_hold_characters_that_yaml_escapes_otherwise(tmp_path, capsys):
    np.save(tmp_path / "größer 😀.npy", U)
    assert "12 degrees of freedom: 8 snapshots" in said(capsys, tmp_path / "größer 😀.npy")


def test_fields_times_parameters_ranges_and_the_split(tmp_path, capsys):
    for mu in (0.5, 1.0, 2.0):
        (tmp_path / f"mu={mu}").mkdir()
        np.savez(tmp_path / f"mu={mu}" / "u.npz", u=mu * U, t=t, x=x)
    out = said(capsys, f"{tmp_path}/mu={{mu}}/u.npz", "--set", "units=m/s")
    for line in (
        "1 field x 8 times x 3 parameters x 3 trajectories x 12 degrees of freedom: 24 snapshots",
        "times from 0 to 0.35, step 0.05\n",
        "parameter 0: 3 values from 0.5 to 2",
        "coordinate 0 from 0 to 1",
        f"u: from {2 * U.min():.6g} to {2 * U.max():.6g}, mean",
        "split: by default, 1 inner parameter of 3 (mu = 1) for testing (8 of 24)",
        "to the nearest training snapshot",
        "more training snapshots (16) than degrees of freedom (12)",
    ):
        assert line in out


def test_duplicates_gaps_and_constant_rows_have_their_places(tmp_path, capsys):
    A = np.c_[U, U[:, :1], 0 * U[:, :1]]
    A[4] = 7.0
    np.savez(tmp_path / "a.npz", u=A, t=np.r_[t, 0.1, 0.9])
    out = said(capsys, tmp_path / "a.npz")
    assert (
        "steps from 0.05 to 0.55, 1 of them gaps; times that stand twice in a trajectory: 1" in out
    )
    assert "the same in all snapshots: 1 row, the first is row 4" in out
    B = np.c_[U, U[:, :1], 0 * U[:, :1]]
    np.save(tmp_path / "b.npy", B)
    out = said(capsys, tmp_path / "b.npy")
    assert "duplicates: 1 snapshot, the first is snapshot 8, equal to snapshot 0" in out
    assert "zero in every entry: 1 snapshot" in out
    assert "equal a training one to round-off and test nothing: 1 of 2" in out


def test_test_snapshots_that_repeat_training_ones_to_round_off_are_counted(tmp_path, capsys):
    np.save(tmp_path / "a.npy", np.c_[U, U[:, 3:5] * (1 + 4e-16)])
    out = said(capsys, tmp_path / "a.npy")
    assert "equal a training one to round-off and test nothing: 2 of 2" in out
    np.save(tmp_path / "a.npy", np.c_[U, U[:, 3:5] * (1 + 1e-12)])
    assert "test nothing" not in said(capsys, tmp_path / "a.npy")


def test_places_that_move_are_no_coordinates(tmp_path, capsys):
    np.savez(tmp_path / "a.npz", u=U, t=t, x=x[:, None] + t)
    out = said(capsys, tmp_path / "a.npz")
    assert "x is left out: its places move along 1 coordinate: give the places" in out
    assert "coordinate 0" not in out
    out = said(capsys, tmp_path / "a.npz", "--set", "keys=[u, x]")
    assert "2 fields" in out
    assert "left out" not in out
    place = f"fields={{x: '{tmp_path / 'a.npz'}:x'}}"
    out = said(capsys, tmp_path / "a.npz", "--set", place, code=1)
    assert "x (12, 8) has places for each snapshot: give the places x (d, n)" in out


def test_a_series_of_grids_has_the_places_of_meshgrid(tmp_path, capsys):
    X, Y = np.meshgrid(np.linspace(0, 1, 5), np.linspace(0, 2, 6))
    for k in range(8):
        np.savez(tmp_path / f"{k}.npz", u=np.sin(X + 0.1 * k) * Y, x=X, y=Y)
    out = said(capsys, f"{tmp_path}/{{step}}.npz")
    assert "coordinate 0 from 0 to 1\n  coordinate 1 from 0 to 2\n" in out


def test_missing_and_infinite_entries_are_reported_before_they_are_refused(tmp_path, capsys):
    A = U.copy()
    A[3], A[5, 2], A[6, 4], A[7, 1] = np.nan, np.nan, np.inf, -9999
    np.save(tmp_path / "a.npy", A)
    out = said(capsys, tmp_path / "a.npy", code=1)
    assert "1 of 12 rows are missing in every snapshot and left out; the first is row 3" in out
    assert "1 missing entry in 1 snapshot; the first is row 5 of snapshot 2" in out
    assert "1 infinite entry in 1 snapshot; the first is row 6 of snapshot 4" in out
    assert "U: -9999 stands there 1 time; store NaN for what is missing" in out
    assert "mornet: " in out


def test_a_square_matrix_is_refused_with_the_way_to_state_it(tmp_path, capsys):
    np.save(tmp_path / "a.npy", U[:8])
    assert "square, 8 x 8: state axes" in said(capsys, tmp_path / "a.npy", code=1)
    out = said(capsys, tmp_path / "a.npy", "--set", "axes=sample dof")
    assert "axes as stated: sample (8) x dof (8)" in out


def test_several_files_are_all_reported_although_one_is_refused(tmp_path, capsys):
    np.save(tmp_path / "a.npy", U)
    out = said(capsys, tmp_path / "none.npy", tmp_path / "a.npy", code=1)
    assert "12 degrees of freedom" in out
    assert "none.npy: there is no such file" in out


def test_test_snapshots_between_training_ones_are_pointed_out(tmp_path, capsys):
    np.save(tmp_path / "a.npy", U)
    out = said(capsys, tmp_path / "a.npy", "--set", "test_every=3")
    assert "between training snapshots of their trajectory lie 2 test snapshots" in out
    assert "lie between" not in said(capsys, tmp_path / "a.npy", "--set", "test_fraction=0.25")


def test_the_same_lines_stand_in_the_summary(tmp_path, capsys):
    np.savez(tmp_path / "a.npz", u=U, t=t, x=x)
    data = read_snapshots(tmp_path / "a.npz")
    page = data_sets([data], About())
    out = said(capsys, tmp_path / "a.npz")
    for line in out.splitlines()[1:]:
        assert f"- {line.strip()}" in page
    save(tmp_path / "d.h5", data)
    stored = said(capsys, tmp_path / "d.h5")
    assert stored.splitlines()[1:] == out.splitlines()[1:]
    assert len(list(data_set_lines(data))) == len(out.splitlines()) - 1


def test_the_nearest_column_is_that_of_all_distances():
    rng = np.random.default_rng(0)
    A, B = rng.standard_normal((5, 7)), rng.standard_normal((5, 9))
    B[:, 4] = A[:, 2]
    distances = np.linalg.norm(A[:, :, None] - B[:, None, :], axis=0).min(axis=1)
    np.testing.assert_allclose(nearest(A, B), distances, rtol=1e-12)
    assert nearest(A, B)[2] == 0


def test_gaps_that_were_filled_are_said(tmp_path, capsys):
    A = U.copy()
    A[5, 2] = np.nan
    np.save(tmp_path / "a.npy", A)
    with pytest.raises(
        ValueError, match=r"a.npy has missing values .NaN., 1 entry; .* row 5 of column .sample. 2"
    ):
        read_snapshots(tmp_path / "a.npy")
    page = data_sets([read_snapshots(tmp_path / "a.npy", fill_rank=2)], About())
    assert "missing entries, 1 of 96, were filled by a linear autoencoder of rank 2" in page


def test_settings_of_a_stored_data_set_are_refused(tmp_path, capsys):
    path = tmp_path / "d.h5"
    save(path, read_snapshots(U, axes="dof sample"))
    for words in (["data", path], ["judge", path, "--rank", "1", "--dry-run"]):
        assert main([*map(str, words), "--set", "test_every=3"]) == 1
        assert "made with its own settings, so that --set test_every=3" in capsys.readouterr().err


def test_the_mean_of_large_numbers_is_theirs(tmp_path, capsys):
    np.save(tmp_path / "U.npy", np.full((12, 8), 1.5e308))
    out = said(capsys, tmp_path / "U.npy", code=1)
    assert "from 1.5e+308 to 1.5e+308, mean 1.5e+308" in out
    assert "has the size 2e+308, and norms of such numbers are infinite: rescale" in out
