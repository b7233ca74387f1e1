import numpy as np
import pytest

from mornet.errors import OptionError
from mornet.experiments.updates.removal import removal
from mornet.experiments.updates.trained_networks import TrainedNetworkSettings


@pytest.mark.sensitive
def test_removals_name_their_folds():
    record = removal(base=TrainedNetworkSettings(minimum=0.1717093414, starts=2))
    np.testing.assert_array_equal(np.flatnonzero(record.ends.reached < 1), [3, 4, 6])
    assert {record.ends.cause[i] for i in (3, 4, 6)} == {"fold"}
    for i in (3, 6):
        assert record.ends.radius[i] == pytest.approx(record.ends.reached[i], rel=0.02)
        assert "out of reach of perturbation" in record.ends.prediction[i]
    assert record.error.shape == (len(record.method), 7)
    # the first-order change of the own loss ranks the points as the branch does
    influence = record.own_loss.influence[record.possible]
    np.testing.assert_array_equal(np.argsort(influence), np.argsort(record.own_loss.true))


def test_another_network_than_that_of_the_ten_points_is_refused():
    with pytest.raises(OptionError, match="'linear_autoencoder', but only ten_points"):
        removal(base=TrainedNetworkSettings("linear_autoencoder"))
