import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from mornet.errors import DataError, OptionError
from mornet.reduction import AutoencoderSettings, BestSettings, fit_autoencoder
from mornet.sklearn import POD, Autoencoder, Judge
from tests.reduction.pod_cases import spectrum

X = spectrum(0.5 ** np.arange(12), 60, 20) + 0.1  # rows are samples


ESTIMATORS = [
    POD(),
    POD(centre=False),
    Autoencoder(settings=AutoencoderSettings(hidden=(4,), epochs=2)),
    Autoencoder(1, settings=AutoencoderSettings(hidden=(3,), epochs=2)),
]
# python -m tests.reliability also tries the judge, whose races take long
JUDGE = Judge(1, settings=BestSettings(steps=2, trial_steps=1))


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)
def test_scikit_learn_accepts_the_estimator(estimator):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of scikit-learn's own checks
        results = check_estimator(estimator, on_fail=None, on_skip=None)
    assert len(results) > 40
    failed = [r["check_name"] + f": {r['exception']}" for r in results if r["status"] == "failed"]
    assert failed == []


def test_centred_pod_is_pca_up_to_signs():
    ours, theirs = POD(4).fit(X), PCA(4, svd_solver="full").fit(X)
    np.testing.assert_allclose(np.abs(ours.transform(X)), np.abs(theirs.transform(X)), atol=1e-13)
    np.testing.assert_allclose(
        ours.inverse_transform(ours.transform(X)),
        theirs.inverse_transform(theirs.transform(X)),
        atol=1e-13,
    )
    assert list(ours.get_feature_names_out()) == ["pod0", "pod1", "pod2", "pod3"]


def test_it_works_in_a_pipeline():
    codes = make_pipeline(StandardScaler(), POD(3)).fit_transform(X)
    assert codes.shape == (60, 3)


def test_the_autoencoder_is_that_of_the_library():
    settings = AutoencoderSettings(epochs=5)
    one = Autoencoder(2, settings=settings, random_state=3).fit(X)
    two = clone(one).fit(X)
    np.testing.assert_array_equal(one.transform(X), two.transform(X))
    seed = np.random.RandomState(3).randint(2**31)
    model = fit_autoencoder(X.T, 2, settings, rng=np.random.default_rng(seed)).autoencoder
    np.testing.assert_allclose(one.transform(X), model.encode(X.T).T, atol=1e-14)


def test_the_modes_and_their_parts_are_those_of_pca():
    ours, theirs = POD(4).fit(X), PCA(4, svd_solver="full").fit(X)
    np.testing.assert_allclose(np.abs(ours.components_), np.abs(theirs.components_), atol=1e-12)
    np.testing.assert_allclose(ours.singular_values_, theirs.singular_values_, rtol=1e-12)
    ratio = theirs.explained_variance_ratio_
    np.testing.assert_allclose(ours.explained_variance_ratio_, ratio, rtol=1e-12)
    np.testing.assert_allclose(ours.mean_, theirs.mean_, rtol=1e-13)
    assert ours.score(X) == pytest.approx(ratio.sum(), rel=1e-12)


@pytest.mark.parametrize("centre", [True, False])
def test_a_weight_counts_a_sample_as_often(centre):
    times = np.arange(60) % 3
    weighted = POD(3, centre=centre).fit(X, sample_weight=times)
    repeated = POD(3, centre=centre).fit(np.repeat(X, times, axis=0))
    np.testing.assert_allclose(weighted.transform(X), repeated.transform(X), atol=1e-12)
    np.testing.assert_allclose(weighted.mean_, repeated.mean_, rtol=1e-12)


def test_the_mean_of_samples_in_single_precision_is_that_of_double():
    X = np.random.default_rng(0).uniform(300, 301, (20_000, 3)).astype(np.float32)
    mean = X.mean(axis=0, dtype=float)
    np.testing.assert_allclose(POD(2).fit(X).mean_, mean, rtol=1e-14)


def test_a_grid_search_chooses_settings_by_the_score():
    few = AutoencoderSettings(hidden=(4,), epochs=3)
    grid = {"settings__hidden": [(3,), (4,)], "n_components": [1, 2]}
    search = GridSearchCV(Autoencoder(settings=few, random_state=0), grid, cv=2).fit(X)
    assert search.best_params_["n_components"] in (1, 2)
    assert search.best_estimator_.settings.hidden == search.best_params_["settings__hidden"]
    assert search.best_estimator_.settings.epochs == 3
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_the_judge_keeps_pca_where_the_samples_prove_nothing_else():
    few = BestSettings(steps=2, trial_steps=1)
    judge = Judge(2, settings=few, random_state=0).fit(np.random.default_rng(0).random((30, 8)))
    assert judge.best_.variant in ("POD", "PCA")
    assert judge.verdict_ == judge.best_.words
    assert judge.set_params(settings__steps=5).settings.steps == 5


def test_wrong_codes_and_settings_are_refused():
    pod = POD(2).fit(X)
    with pytest.raises(ValueError, match="X has 3 columns, but a code has 2"):
        pod.inverse_transform(np.ones((5, 3)))
    with pytest.raises(ValueError, match="there are no parameters \\['settings__hiden'\\]"):
        Autoencoder().set_params(settings__hiden=(3,))
    with pytest.raises(OptionError, match="epochs = 0 must be at least 1"):
        Autoencoder().set_params(settings__epochs=0)


def test_masked_entries_are_refused_as_by_every_function():
    """scikit-learn takes the numbers under the mask."""
    masked = np.ma.masked_array(X, X.max() == X)
    fitted = POD(2).fit(X)
    weights = np.ma.masked_array(np.ones(len(X)), np.arange(len(X)) == 3)
    doors = [
        lambda: POD(2).fit(masked),
        lambda: POD(2).fit(X, sample_weight=weights),
        lambda: Autoencoder(2).fit(masked),
        lambda: JUDGE.fit(masked),
        lambda: fitted.transform(masked),
        lambda: fitted.score(masked),
        lambda: fitted.inverse_transform(np.ma.masked_array(X[:, :2], X[:, :2] > 0)),
    ]
    for door in doors:
        with pytest.raises(DataError, match="has masked entries; fill them"):
            door()
    nothing_masked = np.ma.masked_array(X)
    np.testing.assert_array_equal(fitted.transform(nothing_masked), fitted.transform(X))
