"""POD, autoencoders, judge and updates of networks for scikit-learn. Only here rows are samples."""

from mornet.sklearn.regressor import UpdatedRegressor, update_regressor
from mornet.sklearn.trained import Autoencoder, Judge
from mornet.sklearn.transformers import POD

__all__ = ["POD", "Autoencoder", "Judge", "UpdatedRegressor", "update_regressor"]
