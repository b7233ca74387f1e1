# Experiments. Each writes one record; its kind declares the figures and tables of the record.
from mornet.experiments import EXPERIMENTS


def experiments(kind=None):
    """Return the files of all experiments of the study, or of those of one kind."""
    return [
        f"{RESULTS}/experiments/{name}.h5"
        for name, choice in STUDY.experiments.items()
        if kind in (None, choice.kind)
    ]


RECORDS += experiments()
for name, choice in STUDY.experiments.items():
    for drawing in EXPERIMENTS[choice.kind].figures:
        figure(drawing.rpartition(".")[2], f"{RESULTS}/experiments/{name}.h5", of=name)
for kind, experiment in EXPERIMENTS.items():
    for drawing in experiment.overviews if experiments(kind) else ():
        figure(drawing.rpartition(".")[2], experiments(kind))
# one table for all experiments that name it, whatever their kinds
for wanted in dict.fromkeys(t for experiment in EXPERIMENTS.values() for t in experiment.tables):
    shown = [
        file
        for kind, experiment in EXPERIMENTS.items()
        for file in experiments(kind)
        if wanted in experiment.tables
    ]
    if shown:
        table(wanted.rpartition(".")[2], shown)


rule experiment:
    output:
        f"{RESULTS}/experiments/{{name}}.h5",
    params:
        kind=lambda w: STUDY.experiments[w.name].kind,
        settings=lambda w: STUDY.experiments[w.name].arguments,
        code=lambda w: code_of(
            "experiment", STUDY.experiments[w.name].kind, STUDY.experiments[w.name].settings
        ),
    log: log_of("experiments/{name}")
    threads: threads_of(lambda w: f"experiment {STUDY.experiments[w.name].kind}")
    resources: **needs(lambda w: f"experiment {STUDY.experiments[w.name].kind}")
    benchmark: benchmark_of("experiments/{name}")
    priority: 10
    message: "The experiment {wildcards.name} runs."
    shell:
        "mornet experiment {params.kind} --set {params.settings:q} -o {output} > {log} 2>&1"
