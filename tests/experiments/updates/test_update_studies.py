from mornet.experiments.update_studies import DRAWN, UPDATE_STUDIES
from mornet.figures import FIGURES


def test_every_kind_has_figures():
    assert DRAWN.keys() == UPDATE_STUDIES.keys()
    assert {name for names in DRAWN.values() for name in names} <= FIGURES.keys()
