from dataclasses import replace

import numpy as np

from mornet.comparison import collect
from mornet.summary import summary
from tests.comparison.broken import fitted, pulses
from tests.figures import examples


def test_folds_stand_beside_their_prediction():
    record = examples.removal()
    ends = record.ends
    page = summary("Study", [record])
    assert f"{len(record.possible)} of {len(ends.removed)} points can be removed" in page
    for i in np.flatnonzero(ends.reached < 1):
        assert f"point {ends.removed[i]} at t = {ends.reached[i]:.4f}" in page
        assert f"predicted from coefficients at t = 0: {ends.radius[i]:.4f}" in page


def test_the_bridge_shows_its_worst_numbers_and_burgers_its_medians():
    bridge, burgers = examples.bridge(), replace(examples.burgers_update(), mu=1, new_mu=1.02)
    page = summary("Study", [bridge, burgers])
    assert f"{bridge.first.max():.1e} in first order" in page
    assert f"after {np.median(burgers.cold.gradients):.0f} gradients" in page
    assert f"{100 * burgers.accuracy.branch_error[-1]:.3g} %" in page


def test_no_figure_of_the_study_is_left_out_or_shown_twice():
    comparison = examples.comparison()
    shown = f"error_versus_rank-{comparison.data_set}"
    page = summary("Study", [comparison], [shown, "singular_values"])
    assert page.count(f"figures/{shown}.png") == 1
    assert page.count("figures/singular_values.png") == 1


def test_the_page_says_why_a_trained_method_loses():
    data = pulses()
    case = fitted(data, epochs=8)
    page = summary("Results", [collect(data, [case]), case, data])
    why = page.partition("### Why they lose on pulses")[2]
    assert why.strip().startswith("- **net**, r = 2. On test snapshots it loses to PCA of rank 2")
    assert "  1. Stopped early (a factor of " in why
    assert "Why they lose" not in summary("Results", [collect(data, [case])])
