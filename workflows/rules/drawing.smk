# Figures, each a PDF and a PNG with a caption as text and as a LaTeX float, and tables, each in
# LaTeX and CSV. The other rules ask for them. `snakemake --report` shows figures with their
# captions, and tables.
# One job makes all figures of the same results, and one job all tables: a table takes much less time
# than the start of a job.
PICTURE, TEXT = ("pdf", "png", "tex", "txt"), ("tex", "csv", "txt")


def shown(verb, file, ending):
    """Return the name of a file, marked for the report if people look at it there."""
    name = f"{RESULTS}/{verb}s/{file}.{ending}"
    if ending not in ("png", "csv"):
        return name
    what, _, of = file.partition("-")
    caption = os.path.abspath(f"{RESULTS}/{verb}s/{file}.txt")
    labels = {verb: what.replace("_", " "), "of": of.replace("_", " ")}
    return report(name, category=f"{verb.capitalize()}s", labels=labels, caption=caption)


DRAWN = []  # all files of figures and tables
for results, named in FIGURES.items():
    first = next(iter(named))
    DRAWN += [f"{RESULTS}/figures/{file}.{ending}" for file in named for ending in PICTURE]

    rule:
        name: f"figure_{first.replace('-', '_of_')}"
        input:
            results,
        output:
            [shown("figure", file, ending) for file in named for ending in PICTURE],
        params:
            names=",".join(named.values()),
            files=[f"{RESULTS}/figures/{file}.pdf" for file in named],
            code=code_of("figure", ",".join(named.values())),
        log: log_of(f"figures/{first}")
        group: "end"
        resources: turn=1, **needs("figure")
        benchmark: benchmark_of(f"figures/{first}")
        priority: 20
        message: f"The figures are made: {', '.join(named)}."
        shell:
            "mornet figure {params.names} {input} -o {params.files} > {log} 2>&1"


TABLED = {file: (name, results) for results, named in TABLES.items() for file, name in named.items()}
DRAWN += [f"{RESULTS}/tables/{file}.{ending}" for file in TABLED for ending in TEXT]
if TABLED:

    rule tables:
        input:
            sorted({result for _, results in TABLED.values() for result in results}),
        output:
            [shown("table", file, ending) for file in TABLED for ending in TEXT],
        params:
            names=",".join(name for name, _ in TABLED.values()),
            results=[result for _, results in TABLED.values() for result in results],
            counts=[len(results) for _, results in TABLED.values()],
            files=[f"{RESULTS}/tables/{file}.tex" for file in TABLED],
            code=code_of("table", ",".join(sorted({name for name, _ in TABLED.values()}))),
        log: log_of("tables")
        group: "end"
        resources: turn=1, **needs("table")
        benchmark: benchmark_of("tables")
        message: "The tables are made."
        shell:
            "mornet table {params.names} {params.results} --of {params.counts} -o {params.files}"
            " > {log} 2>&1"
