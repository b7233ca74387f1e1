import re
from dataclasses import replace
from html import escape

import numpy as np
import pytest

from mornet.comparison import AutoencoderMethod, collect, compare, run_case
from mornet.experiments.methods import METHODS
from mornet.fom import burgers_data_set
from mornet.fom.travelling_waves import gaussian_data_set
from mornet.lazy import Lazy
from mornet.storage.files import is_ours
from mornet.summary import About, html, summary
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


def test_a_page_without_experiments_imports_none(monkeypatch):
    monkeypatch.setattr(Lazy, "load", lambda lazy: pytest.fail(f"{lazy.name} is imported"))
    assert "## In short" in summary("Study", [examples.comparison()])


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
    why = page.partition("### Why trained methods lose on pulses at r = 2\n")[2]
    assert "A method wins" not in why
    why = why.partition("\n\n- ")[2]
    assert why.startswith("**net**, r = 2. On test snapshots the fit loses to PCA of rank 2")
    assert "  1. Stopped early (a factor of " in why
    assert "Why trained methods lose" not in summary("Results", [collect(data, [case])])


def test_the_page_says_what_the_race_chose_and_why():
    data = gaussian_data_set(n=32)
    race = METHODS["best"].load()(steps=20, trial_steps=5)
    case = run_case(data, "best", race, 2, (0, 1))
    page = summary("Results", [collect(data, [case]), case, data])
    chosen = page.partition(f"### What the judge chose on {data.name}")[2].partition("##")[0]
    model = case.models[int(np.argmin(case.test_error))]
    assert f"- r = 2: **{model.variant}**. " in chosen
    assert model.verdict[1:] in chosen
    assert model.verdict in model.words.replace(model._tried + model._compared, "")


def test_the_page_begins_with_the_answer_and_says_how_to_repeat_it():
    comparison = examples.comparison()
    about = About(environment={"commit": "abc-dirty", "numpy": "2.4"}, command="snakemake")
    page = summary("Study", [comparison], about=about)
    answer = page.partition("## In short")[2].partition("##")[0]
    assert "compares POD, linear, shallow and deep on burgers with 5 seeds" in answer
    assert "beats the best reference, with or without a model, at " in answer
    assert "git checkout abc\nsnakemake\n" in page.partition("## How to repeat it")[2]


def test_data_are_introduced_by_their_equation_and_methods_by_their_settings():
    data = burgers_data_set(n=32, steps=16)
    case = run_case(data, "deep", AutoencoderMethod(hidden=(4,), epochs=2), 2, [0])
    about = About(
        data_sets={"burgers": {"kind": "burgers"}}, methods={"deep": {"kind": "autoencoder"}}
    )
    page = summary("Study", [data, case], about=about)
    assert "    u_t + u u_x = 0" in page
    assert "whole trajectories: mu = 0.9, 1.1 to train on" in page
    assert "- **deep** (`autoencoder`): An autoencoder trained by mini-batches. Settings: " in page
    assert "`epochs: 2`" in page
    assert "`hidden: [4]`" in page


def test_an_experiment_without_a_table_says_what_it_shows():
    page = summary("Study", [examples.cut_offs()], ["cut_offs"])
    words = page.partition("## Cut offs")[2].partition("![")[0]
    assert words.strip().startswith("Errors of W_2 W_1 against the POD projector")


def test_equal_seeds_have_no_range():
    data = gaussian_data_set(n=16)
    methods = {"net": AutoencoderMethod(hidden=(4,), epochs=1)}
    one = summary("Study", [compare(data, methods, ranks=(2,), seeds=(0,))])
    assert "seeds from" not in one


def test_the_page_in_html_needs_no_other_file(tmp_path):
    (tmp_path / "figures").mkdir()
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (1063).to_bytes(4, "big")
    (tmp_path / "figures" / "spectra.png").write_bytes(png)
    about = About(captions={"spectra": "Eigenvalues of a_b < 1*."})
    page = html(summary("A & B", [examples.cut_offs()], ["spectra"], about), tmp_path)
    assert "<title>A &amp; B</title>" in page
    assert '<a href="#section-0">Cut offs</a>' in page
    assert '<figure><img width="425" src="data:image/png;base64,' in page
    assert "<figcaption>Figure 1. Eigenvalues of a_b &lt; 1*.</figcaption></figure>" in page
    assert not re.search(r"(src|href)=.(http|//|figures/)", page)
    assert "sort(" in page
    assert "showModal" in page


def test_names_and_titles_are_no_tags_and_no_markup(tmp_path):
    odd = "<script>a()</script>\n\n| *b* `c` [d](http://e) ![f](http://g) <!-- &lt; _h_"
    comparison = examples.comparison()
    method = (odd, *comparison.method[1:])
    page = summary(odd, [replace(comparison, data_set=odd, method=method)])
    web = html(page, tmp_path)
    name = escape(" ".join(odd.split()))
    assert f"<title>{name}</title>" in web
    assert f'<h2 id="section-1">{name}</h2>' in web
    assert f">{name}</td>" in web
    assert web.count("<script>") == 1
    assert not re.search("<(img|a) [^>]*http|<em>|<code>", web)
    lines = [line for line in page.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {3 + len(comparison.rank)}


def test_the_page_in_html_is_recognised_as_made_by_mornet(tmp_path):
    words = summary("A", [examples.cut_offs()]) + "\n<!-- made by mornet -->\n"
    (tmp_path / "summary.html").write_text(html(words, tmp_path))
    assert is_ours(tmp_path / "summary.html")
