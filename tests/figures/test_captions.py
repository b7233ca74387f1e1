"""Every figure has a caption, made from its record, that text, LaTeX and reports can show."""

from dataclasses import replace

import numpy as np
import pytest
from docutils.core import publish_doctree
from docutils.nodes import paragraph

from mornet.comparison import Case, Comparison
from mornet.experiments.reduced_models import ReducedModels
from mornet.figures import FIGURES, figure_module
from mornet.figures.captions import of_results, write
from mornet.tables.words import listed, plain
from tests.test_latex import compiled, complaints, needs_latex

from . import examples

SOURCE = "results/a_b/c_1.h5 (0123456789ab); results/a_b/c_2.h5 (0123456789ab)"


def caption(name):
    return figure_module(name).caption(*full(name))


def full(name):
    """The example records of a figure, with the fields that captions alone need."""
    return [with_sizes(record) for record in examples.records(name)]


def with_sizes(record):
    sized = isinstance(record, Case | Comparison | ReducedModels)
    return replace(record, n=256, m=202) if sized else record


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_a_caption_is_sentences_without_gaps_and_one_paragraph_of_a_report(name):
    text = plain(caption(name))
    assert text.endswith(".")
    assert not {"None", "nan", "$", "  "} & {w for w in ("None", "nan", "$", "  ") if w in text}
    document = publish_doctree(text, settings_overrides={"report_level": 5})
    assert [type(child) for child in document.children] == [paragraph]
    assert document.astext() == " ".join(text.split())


@needs_latex
def test_the_floats_of_all_figures_compile_in_one_and_in_two_columns(tmp_path):
    body = ""
    for name in sorted(FIGURES):
        module = figure_module(name)
        wide = module.SIZE[0] > 100
        write(caption(name), tmp_path / f"{name}-a_b", module.SIZE[0], SOURCE, double=wide)
        body += f"\\input{{{name}-a_b}}\\clearpage\n"
    said = compiled(body + "\\twocolumn\n" + body, tmp_path, graphics="demo")
    assert complaints(said) == []


def test_a_caption_names_its_results_and_the_sizes_of_the_data():
    text = caption("error_versus_rank")
    assert "$n = 256$ degrees of freedom, $m = 202$ training snapshots" in text
    assert "medians over 5 seeds" in text
    assert of_results(SOURCE) == " Results: results/a_b/c_1.h5, results/a_b/c_2.h5."
    many = "; ".join(f"fits/{k}.h5 (abc)" for k in range(4))
    assert of_results(many) == " Results: 0.h5, 1.h5, 2.h5, 3.h5 in fits."
    more = "; ".join(f"fits/{i}.h5 (abc)" for i in range(9))
    assert of_results(more) == " Results: 0.h5 to 8.h5 (9 files) in fits."


def test_a_single_seed_is_no_plural():
    (study,) = examples.records("digits_errors")
    study = replace(study, test_error=study.test_error[..., :1])
    assert "the range over 1 seed)" in figure_module("digits_errors").caption(study)


def test_grid_sizes_name_a_method_that_beats_both_rivals():
    (study,) = examples.records("grid_sizes")
    errors = np.full_like(study.test_error, 0.1)
    caption = figure_module("grid_sizes").caption
    errors[study.method.index("convolutional")] = 0.01
    text = caption(replace(study, test_error=errors))
    assert "convolution pays." in text
    assert "least error" not in text
    errors[study.method.index("PCA")] = 0.001
    assert "The least error there is that of PCA." in caption(replace(study, test_error=errors))


def test_trajectories_are_counted_in_words():
    (study,) = full("overfitting_trajectories")
    caption = figure_module("overfitting_trajectories").caption
    assert "trained on 1 and 3 trajectories: " in caption(study)
    assert "trained on 1 trajectory: " in caption(replace(study, trajectories=np.array([1])))


def test_the_files_of_a_caption_are_its_text_and_a_float_with_a_label(tmp_path):
    write("Errors of $r$ in %.", tmp_path / "errors-a_b", 90, "x.h5 (abc)")
    assert (tmp_path / "errors-a_b.txt").read_text() == "Errors of r in %. Results: x.h5.\n"
    float_ = (tmp_path / "errors-a_b.tex").read_text()
    assert float_.startswith("% mornet ")
    assert r"\caption{Errors of $r$ in \%. Results: x.h5.}\label{fig:errors-a_b}" in float_


def test_a_list_in_a_sentence():
    assert listed(["a_b", "c", "d"]) == "a b, c and d"
