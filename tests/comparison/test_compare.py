import numpy as np
import pytest

from mornet.comparison import (
    AutoencoderMethod,
    DMDMethod,
    LinearAutoencoderMethod,
    PODMethod,
    collect,
    compare,
    run_case,
)
from mornet.comparison.methods import FitInput
from mornet.errors import OptionError
from mornet.fom.travelling_waves import gaussian_data_set
from mornet.reduction import fit_pod, relative_error
from mornet.settings import bind

METHODS = {
    "POD": PODMethod(),
    "PCA": PODMethod(centre=True),
    "linear": LinearAutoencoderMethod(),
    "shallow": AutoencoderMethod(hidden=(), code_activation="sigmoid", epochs=3),
}


@pytest.fixture(scope="module")
def data():
    return gaussian_data_set(n=32)


def test_errors_stand_beside_the_pod_error_of_the_same_split_and_norm(data):
    table = compare(data, METHODS, ranks=(1, 3), seeds=(0, 1))
    assert table.method == tuple(METHODS)
    assert table.train_error.shape == (4, 2, 2)
    for j, r in enumerate((1, 3)):
        pod = fit_pod(data.train.U, rank=r)
        np.testing.assert_allclose(table.train_error[0, j], relative_error(pod, data.train.U))
        np.testing.assert_allclose(table.test_error[0, j], relative_error(pod, data.test.U))
    # each method is held against its own optimum: linear ones reach it, nothing is below
    np.testing.assert_allclose(
        table.train_error[2], table.optimum[2][:, None].repeat(2, 1), rtol=1e-6
    )
    assert (table.train_error >= table.optimum[..., None] * (1 - 1e-6)).all()
    np.testing.assert_array_equal(table.optimum[1], table.optimum[3])


def test_a_case_does_not_depend_on_which_others_run(data):
    alone = run_case(data, "shallow", METHODS["shallow"], 3, (1,))
    table = compare(data, METHODS, ranks=(1, 3), seeds=(0, 1))
    assert alone.test_error[0] == table.test_error[3, 1, 1]


def test_methods_without_randomness_have_one_fit_which_is_timed_twice(data, monkeypatch):
    """The first fit of a process loads libraries, which is not the price of a fit."""
    fits, fit = [], PODMethod.fit
    monkeypatch.setattr(PODMethod, "fit", lambda *given: (fits.append(1), fit(*given))[1])
    case = run_case(data, "POD", PODMethod(), 3, (0, 1, 2))
    assert len(fits) == 2
    assert len(case.models) == 1
    assert len(set(case.test_error)) == 1
    assert len(case.test_error) == 3


def test_a_shorter_training_keeps_its_last_error(data):
    case = run_case(data, "linear", METHODS["linear"], 3, (0, 1, 2))
    assert case.curve.shape == (3, len(case.epoch))
    np.testing.assert_allclose(case.curve[:, -1], case.train_error, rtol=1e-6)
    assert case.angle.max() < 1e-4


def test_a_case_counts_gradients_and_bytes(data):
    shallow = run_case(data, "shallow", METHODS["shallow"], 3, (0, 1))
    assert shallow.sample_gradients.tolist() == [3 * data.train.m] * 2  # three epochs
    assert run_case(data, "POD", PODMethod(), 3, (0,)).sample_gradients.tolist() == [0]
    pod = run_case(data, "POD", PODMethod(), 3, (0,))
    assert pod.memory == pod.models[0].V.nbytes + pod.models[0].singular_values.nbytes
    assert shallow.memory > 8 * shallow.models[0].p.size


def test_dynamic_mode_decomposition_is_one_more_baseline(data):
    table = compare(data, {"POD": PODMethod(), "dmd": DMDMethod()}, ranks=(3,), seeds=(0,))
    assert table.train_error[1, 0, 0] >= table.train_error[0, 0, 0]
    with pytest.raises(OptionError, match="which snapshots follow each other"):
        DMDMethod().fit(FitInput(data.train.U, 3, np.random.default_rng(0)))


def test_a_table_with_holes_or_strangers_is_refused(data):
    cases = [run_case(data, name, PODMethod(), r, (0,)) for name, r in (("a", 1), ("b", 3))]
    with pytest.raises(OptionError, match="a of rank 3 is missing, b of rank 1 is missing; give"):
        collect(data, cases)
    with pytest.raises(OptionError, match="do not make a table for"):
        collect(data, [])
    with pytest.raises(OptionError, match="a of rank 1 is given twice; give each"):
        collect(data, cases[:1] * 2)
    with pytest.raises(OptionError, match="a of rank 1 was fitted to other snapshots"):
        collect(gaussian_data_set(n=16), cases[:1])
    others = [cases[0], run_case(data, "b", PODMethod(), 1, (5,))]
    with pytest.raises(OptionError, match=r"b of rank 1 has the seeds \[5\], a has \[0\]"):
        collect(data, others)


def test_ranks_beyond_the_data_are_refused_and_fewer_modes_recorded(data):
    with pytest.raises(OptionError, match="gaussian: rank 17 must be between 1 and .* = 16"):
        run_case(data, "POD", PODMethod(), 17, (0,))
    with pytest.raises(OptionError, match=r"seeds = \[\]: give at least one"):
        run_case(data, "POD", PODMethod(), 1, ())


def test_an_optimum_of_round_off_has_no_excess(data):
    case = run_case(data, "POD", PODMethod(), 16, (0,))
    assert case.obtained == 16
    assert case.excess is None


def test_the_curve_ends_at_the_error_also_in_pod_coordinates(data):
    method = AutoencoderMethod(hidden=(4,), pod_tolerance=0.5, epochs=2)
    case = run_case(data, "deep", method, 3, (0,))
    np.testing.assert_allclose(case.curve[:, -1], case.train_error, rtol=1e-10)


def test_methods_choose_on_the_validation_part_and_never_see_it_otherwise(data):
    held_out = data.hold_out(0.25, rng=np.random.default_rng(0), by="snapshot")
    method = AutoencoderMethod(hidden=(6,), epochs=40, learning_rate=0.05, patience=5)
    table = compare(held_out, {"POD": PODMethod(), "deep": method}, ranks=(3,), seeds=(0,))
    assert "neighbours in time" in table.split
    pod = fit_pod(held_out.train.U, rank=3)
    np.testing.assert_allclose(table.test_error[0, 0], relative_error(pod, data.test.U))
    with pytest.raises(OptionError, match="patience = 5 needs validation"):
        run_case(data, "deep", method, 3, (0,))


def test_settings_of_the_autoencoder_are_checked():
    mistakes = []
    given = {"optimiser": "sgd", "epochs": 0, "patience": 0, "clip": -1, "learning_rate": "1e-2"}
    bind(AutoencoderMethod, given, "methods.deep", mistakes)
    assert len(mistakes) == 4
    assert "methods.deep.optimiser = 'sgd' must be one of 'adam', 'adamw', 'soap'" in mistakes
