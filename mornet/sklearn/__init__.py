"""POD, autoencoders and updates of networks for scikit-learn. Here alone, rows are samples."""

from mornet.sklearn.regressor import UpdatedRegressor, update_regressor
from mornet.sklearn.transformers import POD, Autoencoder

__all__ = ["POD", "Autoencoder", "UpdatedRegressor", "update_regressor"]
