"""LaTeX compiles what mornet writes for papers, without an overfull box."""

import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from mornet.tables import TABLES, Column, Table, latex
from mornet.tables.files import write
from mornet.tables.table import least
from mornet.tables.widths import width
from mornet.tables.words import escaped, of_letters
from tests.figures import examples

needs_latex = pytest.mark.skipif(
    not shutil.which("pdflatex"),
    reason="needs pdflatex: apt-get install texlive-latex-recommended",
)
PAGE = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{booktabs}
\usepackage[%s]{graphicx}
\errorstopmode\nonstopmode
\begin{document}
%s
\end{document}
"""
LONG = "a_name_of_a_data_set_that_somebody_found_convenient_to_type"
ODD = "50 % & # $ { } \\ ^ ~ <b> Ω ≤\n\nthe_next\tline\x07 CamelCaseOfSomebodyWhoDislikesBlanks"
NUMBERS = tuple(Column(f"x{i}", f"number {i}", "#.4g", f"method {i // 2}") for i in range(16))


def compiled(body, folder, graphics=""):
    """What pdflatex says of the body of an article."""
    (folder / "page.tex").write_text(PAGE % (graphics, body), encoding="utf-8")
    command = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "page.tex"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace")
    assert run.returncode == 0, run.stdout[-2000:]
    return run.stdout


def complaints(words):
    return re.findall(r"Overfull[^\n]*|LaTeX Warning: Float too large[^\n]*", words)


def example(rows=3):
    """A table that is too wide, of numbers of all sizes, with every special letter."""
    numbers = [tuple(10.0 ** (i - j) * 26.9 for i in range(len(NUMBERS))) for j in range(rows)]
    words = r"50 % of a & b, # {c} ~ ^ \d <e> |f| $g$ γ ü"
    made = tuple((LONG, words, *row, f"{words} {LONG}") for row in numbers)
    columns = (Column("d", "data"), Column("w", "words"), *NUMBERS, Column("n", "note"))
    return Table(rf"$r^2$ and {words.replace('$', '')}.", columns, made, 2, least(made, (2, 3)))


@needs_latex
@pytest.mark.parametrize("rows", [3, 60])
def test_any_table_fits_the_text_of_an_article(tmp_path, rows):
    said = compiled(latex(example(rows), "wide"), tmp_path)
    assert complaints(said) == []


@needs_latex
@pytest.mark.parametrize("rows", [39, 41, 75, 700])
def test_long_tables_among_text_and_figures_keep_their_pages(tmp_path, rows):
    """No page is too full, and each float of a table has its head, its foot and its name."""
    words = "Words of a paragraph that is several lines long. " * 12
    figure = r"\begin{figure}\centering\rule{200pt}{150pt}\caption{A figure.}\end{figure}"
    table = latex(named(rows), "long")
    body = "\n\n".join([words, figure, words, table, figure, words, table, words, figure] * 2)
    assert complaints(compiled(body, tmp_path)) == []
    floats = table.count(r"\begin{table}")
    assert table.count("(continued)") == floats - 1
    assert table.count(r"\toprule") == table.count(r"\bottomrule") == floats
    assert table.count(r"\caption") == table.count(r"\label") == 1


WORDS = (Column("a", "name"), Column("x", "x", ".3g"))


@needs_latex
@pytest.mark.parametrize("start", ["[2] wake", "[0mm] a", "*", "* [1em]", "\\["])
def test_a_row_may_start_as_an_argument_of_the_line_above_it(tmp_path, start):
    """Brackets and stars after rules, line ends and spaces of blocks are letters."""
    rows = tuple((start, f"{start} {i // 2}", 1.0 * i) for i in range(5))
    header = Column("h", start)
    tables = (
        Table(start, (replace(WORDS[0], header=start), WORDS[1]), tuple(row[1:] for row in rows)),
        Table(start, (header, header, WORDS[1]), (*rows, ("b", "b", 0.0)), 2),
        Table(start, (replace(header, group=start), replace(WORDS[1], group=start)), (("a", 1),)),
    )
    assert complaints(compiled("".join(map(latex, tables)), tmp_path)) == []


@needs_latex
def test_the_widths_of_letters_are_estimated_from_above(tmp_path):
    latin = [chr(i) for i in (*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x180))]
    letters = [*latin, *"–—‘’“”„†‡•…‰€−αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ≤≥→∞±"]
    measured = "".join(
        rf"\sbox0{{{escaped(x)}}}\typeout{{width {i} \the\wd0}}"
        for i, x in enumerate(letters)
        if not of_letters(x) or escaped(x) != x
    )
    said = re.findall(r"(?m)^width (\d+) ([\d.]+)pt$", compiled(measured + "x", tmp_path))
    assert len(said) > 350
    assert {letters[int(i)]: w for i, w in said if float(w) > width(letters[int(i)])} == {}


@needs_latex
@pytest.mark.parametrize("words", ["This is a long caption. " * 100, "Mmmmm mmmmm WWWWWW. " * 60])
def test_a_long_caption_takes_its_lines_from_the_first_float_alone(tmp_path, words):
    table = latex(Table(words, WORDS, tuple((f"n{i}", i) for i in range(100))))
    assert table.count(r"\begin{table}") <= 4
    assert complaints(compiled(table, tmp_path)) == []


@needs_latex
@pytest.mark.parametrize("rows", [3, 40, 80])
def test_wide_headers_and_names_of_groups_are_wrapped_and_counted(tmp_path, rows):
    group = "the validation error of an autoencoder in coordinates of principal components"
    header = "relative error of all snapshots in the norm of the energy, " * 3 + LONG
    columns = [Column(f"x{i}", "$x$", ".1f", f"{group} {i}") for i in range(9)]
    columns += [Column("y", header, ".3g"), Column("w", header), Column("z", header, ".3g", LONG)]
    made = tuple((f"n{i}", *range(9), 1.0, "words", 2.0) for i in range(rows))
    table = latex(Table("Errors.", (WORDS[0], *columns), made))
    assert r"\centering the" in table
    assert r"\raggedleft relative" in table
    assert complaints(compiled(table, tmp_path)) == []


def test_short_headers_and_names_of_groups_stay_in_one_line():
    columns = (WORDS[0], Column("x", "x", ".3g", "a name wider than x"))
    assert r"\multicolumn{1}{c@{}}{a name wider than x}" in latex(Table("", columns, (("a", 1.0),)))


def test_each_float_of_a_long_table_names_its_first_row():
    """Entries that are those of the row above are left out, but not at the top of a float."""
    table = latex(named(200))
    rows = re.findall(r"\\midrule\n    (\w+) & (\d+)", table)
    assert [name for name, _ in rows] == [f"set{int(number) // 6}" for _, number in rows]
    assert len(re.findall(r"(?m)^     & \d+", table)) == 200 - len(set(rows) | set(starts(200)))


def named(rows):
    """A table of ``rows`` rows, six of each of several data sets."""
    made = tuple((f"set{i // 6}", str(i), 1.0 + i) for i in range(rows))
    columns = (Column("d", "data set"), Column("i", "case"), Column("e", "error", "#.4g"))
    return Table("Errors of all cases.", columns, made, 2)


def starts(rows):
    return [(f"set{i // 6}", str(i)) for i in range(0, rows, 6)]


def records_of_tables():
    comparison = examples.records("error_versus_rank")
    names = f"{LONG}_0", *(f"method_{i}_{LONG}" for i in range(1, len(comparison[0].method)))
    yield "errors", comparison
    yield "errors", [replace(comparison[0], method=names)]
    names = tuple(f"{ODD} {i}" for i in range(len(names)))
    yield "errors", [replace(comparison[0], method=names, data_set=ODD)]
    yield "verdict", comparison
    yield "linear_autoencoder", [examples.case("linear")]
    yield "reduced_models", examples.records("rom_error_in_time")
    yield "update_slopes", examples.records("update_slopes")
    yield "overfitting", examples.records("overfitting")


@needs_latex
def test_the_tables_of_mornet_fit_the_text_of_an_article(tmp_path):
    body = ""
    for i, (name, records) in enumerate(records_of_tables()):
        write(TABLES[name].load()(records), tmp_path / f"{name}_{i}.tex", "results/a_b.h5")
        body += f"\\input{{{name}_{i}}}\n\\clearpage\n"
    assert complaints(compiled(body, tmp_path)) == []
