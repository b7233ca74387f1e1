import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from mornet.reduction import AutoencoderSettings, fit_autoencoder
from mornet.sklearn import POD, Autoencoder
from tests.reduction.pod_cases import spectrum

X = spectrum(0.5 ** np.arange(12), 60, 20) + 0.1  # rows are samples


@pytest.mark.parametrize(
    "estimator",
    [
        POD(),
        POD(centre=False),
        Autoencoder(settings=AutoencoderSettings(hidden=(4,), epochs=2)),
        Autoencoder(1, settings=AutoencoderSettings(hidden=(3,), epochs=2)),
    ],
    ids=str,
)
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
