# Figures, each a PDF and a PNG, and tables, each in LaTeX and CSV: whatever the other rules asked for.
import re

from mornet.figures import FIGURES as MODULES


def one_of(names):
    """A pattern of these names alone, of none if there are none."""
    return "|".join(map(re.escape, names)) or "(?!)"


def files(folder, names, *endings):
    return [f"{RESULTS}/{folder}/{name}.{ending}" for name in names for ending in endings]


rule figure:
    input:
        lambda w: FIGURES[w.figure][1],
    output:
        files("figures", ["{figure}"], "pdf", "png"),
    wildcard_constraints:
        figure=one_of(FIGURES),
    params:
        drawing=lambda w: FIGURES[w.figure][0],
        code=lambda w: code_id(MODULES[FIGURES[w.figure][0]]),
    log:
        f"{RESULTS}/logs/figures/{{figure}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/figures/{{figure}}.tsv"
    shell:
        "mornet figure {params.drawing} {input} -o {output[0]} > {log} 2>&1"


rule table:
    input:
        lambda w: TABLES[w.table][1],
    output:
        files("tables", ["{table}"], "tex", "csv"),
    wildcard_constraints:
        table=one_of(TABLES),
    params:
        kind=lambda w: TABLES[w.table][0],
        code=code_id("mornet.tables"),
    log:
        f"{RESULTS}/logs/tables/{{table}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/tables/{{table}}.tsv"
    shell:
        "mornet table {params.kind} {input} -o {output[0]} > {log} 2>&1"
