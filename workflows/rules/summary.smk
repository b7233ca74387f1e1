# The processor time of the study, and the page that a person reads first.
import shlex


def again():
    """Return the command that builds the study again: by its name, if it comes with mornet."""
    if not study_files:
        return "snakemake"
    path = Path(study_files[0]).resolve()
    names = [name for name, own in kept.items() if Path(own).resolve() == path]
    file = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    command = "mornet run" if RUN in os.environ else "snakemake" if names else "snakemake --configfile"
    return f"{command} {names[0] if names else shlex.quote(str(file))}"


rule cost:
    input:
        RECORDS,
        DRAWN,
    output:
        f"{RESULTS}/cost.h5",
    params:
        folder=RESULTS,
        code=code_of("cost"),
    log: log_of("cost")
    group: "end"
    resources: turn=1, **needs("cost")
    message: "The processor time of all jobs is summed up."
    shell:
        "mornet cost {params.folder} -o {output} > {log} 2>&1"


rule summary:
    input:
        f"{RESULTS}/cost.h5",
        records=RECORDS,
        drawn=DRAWN,
    output:
        f"{RESULTS}/summary.md",
        report(f"{RESULTS}/summary.html", category="Summary", labels={"page": "summary"}),
    params:
        title=lambda w: STUDY.title or STUDY.name,  # a function: braces stay braces
        command=lambda w: again(),
        figures=sorted(file for named in FIGURES.values() for file in named),
        code=code_of("summary"),
    log: log_of("summary")
    group: "end"
    resources: turn=1, **needs("summary")
    message: "The summary is written."
    shell:
        "mornet summary {input[0]} {input.records} --title={params.title:q}"
        " --figures {params.figures} --html --command={params.command:q} -o {output[0]} > {log} 2>&1"
