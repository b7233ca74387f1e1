# Figures, each a PDF and a PNG with a caption as text and as a LaTeX float, and tables, each in
# LaTeX and CSV. The other rules ask for them. `snakemake --report` shows figures with their
# captions, and tables.
# One job makes all figures, or all tables, of the same results.



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
for verb, wanted, endings in (
    ("figure", FIGURES, ("pdf", "png", "tex", "txt")),
    ("table", TABLES, ("tex", "csv", "txt")),
):
    for results, named in wanted.items():
        first = next(iter(named))
        DRAWN += [f"{RESULTS}/{verb}s/{file}.{ending}" for file in named for ending in endings]

        rule:
            name: f"{verb}_{first.replace('-', '_of_')}"
            input:
                results,
            output:
                [shown(verb, file, ending) for file in named for ending in endings],
            params:
                verb=verb,
                names=",".join(named.values()),
                files=[f"{RESULTS}/{verb}s/{file}.{endings[0]}" for file in named],
                code=code_of(verb, ",".join(named.values())),
            log: log_of(f"{verb}s/{first}")
            group: "end"
            resources: turn=1, **needs(verb)
            benchmark: benchmark_of(f"{verb}s/{first}")
            priority: 20
            message: f"The {verb}s are made: {', '.join(named)}."
            shell:
                "mornet {params.verb} {params.names} {input} -o {params.files} > {log} 2>&1"
