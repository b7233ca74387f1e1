import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.experiments.updates.removal import removal
from mornet.experiments.updates.trained_networks import TrainedNetworkSettings


@pytest.mark.sensitive
def test_removals_name_their_folds():
    study = removal(base=TrainedNetworkSettings(minimum=0.1717093414, starts=2))
    np.testing.assert_array_equal(np.flatnonzero(study.ends.reached < 1), [3, 4, 6])
    assert {study.ends.cause[i] for i in (3, 4, 6)} == {"fold"}
    for i in (3, 6):
        assert study.ends.radius[i] == pytest.approx(study.ends.reached[i], rel=0.02)
        assert "out of reach of perturbation" in study.ends.prediction[i]
    assert study.error.shape == (len(study.method), 7)
    # the first-order change of the own cost ranks the points rightly
    influence = study.own_loss.influence[study.possible]
    np.testing.assert_array_equal(np.argsort(influence), np.argsort(study.own_loss.true))


def test_another_network_than_that_of_the_ten_points_is_refused():
    with pytest.raises(OptionError, match="'linear_autoencoder', but only ten_points"):
        removal(base=TrainedNetworkSettings("linear_autoencoder"))
