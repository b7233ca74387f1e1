"""Every record of this room is stored, comes back, and is drawn from its file."""

import pytest
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D

from mornet.experiments import EXPERIMENTS
from mornet.figures import figure_module
from mornet.storage import difference, load, save
from mornet.tables import TABLES
from tests.experiments.learning import small
from tests.figures.drawing import drawn


@pytest.mark.parametrize(
    "kind",
    ["digits_classifier", "digits_codes", "overfitting", "overfitting_trajectories", "layers"],
)
def test_a_record_is_drawn_and_tabulated_from_its_file(kind, tmp_path):
    for name in ("one.h5", "other.h5"):
        save(tmp_path / name, getattr(small, kind)())
    assert not difference(tmp_path / "one.h5", tmp_path / "other.h5")
    record, experiment = load(tmp_path / "one.h5"), EXPERIMENTS[kind]
    for module in experiment.figures:
        figure = drawn(figure_module(module.rpartition(".")[2]), record)
        assert figure.findobj(Line2D) or figure.findobj(AxesImage)
    for table in experiment.tables:
        assert TABLES[table.rpartition(".")[2]].load()([record]).rows
