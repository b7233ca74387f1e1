# From snapshots to the comparison of reductions.
from mornet.experiments.data_sets import DATA_SETS
from mornet.experiments.methods import METHODS
from mornet.storage.results import checksum


def fits(data, ranks=None, methods=None):
    """Return the files of all fits to a data set, or of those with some ranks or methods."""
    return [
        f"{RESULTS}/fits/{data}/{method}-r{rank}.h5"
        for method in STUDY.methods_for(data)
        if methods is None or method in methods
        for rank in ranks or STUDY.ranks[data]
    ]


def of_kind(kind):
    """Return the names of the study's methods of one kind."""
    return [name for name, choice in STUDY.methods.items() if choice.kind == kind]


def options(data):
    """Return the options for the snapshots of a data set, besides its settings."""
    held_out = f"--hold-out {STUDY.hold_out[data]}" if data in STUDY.hold_out else ""
    by = f"--hold-out-by {STUDY.hold_out_by[data]}" if data in STUDY.hold_out_by else ""
    on_a_line = data in STUDY.reconstructions and DATA_SETS[STUDY.data_sets[data].kind].on_a_line
    return f"{held_out} {by} {'--on-a-line' if on_a_line else ''}"


RECORDS += [f"{RESULTS}/snapshots/{data}.h5" for data in STUDY.data_sets]
for data, choice in STUDY.data_sets.items():
    if choice.kind == "file":
        figure("snapshots", f"{RESULTS}/snapshots/{data}.h5", of=data)
if STUDY.data_sets and STUDY.methods:
    COMPARISONS = [f"{RESULTS}/comparisons/{data}.h5" for data in STUDY.data_sets]
    RECORDS += COMPARISONS
    for data, comparison in zip(STUDY.data_sets, COMPARISONS):
        RECORDS += fits(data)
        figure("error_versus_rank", comparison, of=data)
        figure("error_versus_cost", comparison, of=data)
        table("errors", comparison, of=data)
    for data, rank in STUDY.learning_curves.items():
        figure("learning_curves", fits(data, [rank]), of=data)
    for data in STUDY.reconstructions:
        close_up = f"{RESULTS}/close_ups/{data}.h5"
        RECORDS.append(close_up)
        figure("reconstruction", close_up, of=data)
        figure("latent_trajectories", close_up, of=data)
        if set(STUDY.methods_for(data)) & set(of_kind("pod")):
            figure("modes", close_up, of=data)
    PODS = of_kind("pod")
    if len(STUDY.methods) > len(PODS):
        table("verdict", COMPARISONS)
    if PODS:
        figure(
            "singular_values",
            [
                fit
                for data, ranks in STUDY.ranks.items()
                for fit in fits(data, [max(ranks)], PODS[:1])
            ],
        )
    if LINEAR := of_kind("linear_autoencoder"):
        table(
            "linear_autoencoder",
            [fit for data in STUDY.data_sets for fit in fits(data, methods=LINEAR)],
        )

# methods without a random start are quick: one job fits all their ranks
TRAINED = [name for name, choice in STUDY.methods.items() if METHODS[choice.kind].load().random]
QUICK = [
    (data, method)
    for data in STUDY.data_sets
    for method in STUDY.methods_for(data)
    if method not in TRAINED
]


def inputs_of(choice):
    """Return the files from which a data set is read; none for a data set that is computed."""
    return DATA_SETS[choice.kind].inputs(choice.settings)


def contents_of(choice):
    """Return what tells when these files change: their contents; the nodes of a tree tell it."""
    return [checksum(file) for file in inputs_of(choice)] if choice.kind == "file" else []


def raw_of(data):
    """Return a function for `needs`: the files from which the data set is read."""
    return lambda wildcards: inputs_of(STUDY.data_sets[data])


def snapshots_of(wildcards):
    """Return the name of like jobs, for `needs`."""
    return f"snapshots {STUDY.data_sets[wildcards.data].kind}"


def read_by(wildcards):
    """Return what a data set is made from: files, or the nodes of its tree beside them."""
    files = inputs_of(STUDY.data_sets[wildcards.data])
    return [*files, *nodes_of(wildcards.data)]


rule snapshots:
    input:
        read_by,
    output:
        f"{RESULTS}/snapshots/{{data}}.h5",
    params:
        kind=lambda w: STUDY.data_sets[w.data].kind,
        settings=lambda w: STUDY.data_sets[w.data].arguments,
        options=lambda w: options(w.data),
        contents=lambda w: contents_of(STUDY.data_sets[w.data]),
        code=lambda w: code_of("snapshots", STUDY.data_sets[w.data].kind),
    log: log_of("snapshots/{data}")
    group: "start"
    threads: threads_of(snapshots_of)
    resources: turn=1, **needs(snapshots_of)
    benchmark: benchmark_of("snapshots/{data}")
    message: "The snapshots of {wildcards.data} are made."
    shell:
        "mornet snapshots {params.kind} --name {wildcards.data} {params.options}"
        " --set {params.settings:q} -o {output} > {log} 2>&1"


rule fit:
    input:
        f"{RESULTS}/snapshots/{{data}}.h5",
    output:
        f"{RESULTS}/fits/{{data}}/{{method}}-r{{rank}}.h5",
    wildcard_constraints:
        method=one_of(TRAINED),
    params:
        kind=lambda w: STUDY.methods[w.method].kind,
        settings=lambda w: STUDY.methods[w.method].arguments,
        seeds=STUDY.seeds,
        checkpoints=f"{RESULTS}/checkpoints/{{data}}/{{method}}-r{{rank}}",
        code=lambda w: code_of("fit", STUDY.methods[w.method].kind),
    log: log_of("fits/{data}/{method}-r{rank}")
    threads: threads_of(lambda w: f"fit {STUDY.methods[w.method].kind}")
    group: start_if_quick(lambda w: f"fit {STUDY.methods[w.method].kind}")
    resources: turn=1, **needs(lambda w: f"fit {STUDY.methods[w.method].kind}")
    benchmark: benchmark_of("fits/{data}/{method}-r{rank}")
    message: "The method {wildcards.method} is fitted to {wildcards.data} at rank {wildcards.rank}."
    shell:
        "mornet fit {input} {params.kind} --name {wildcards.method} --rank {wildcards.rank}"
        " --seeds {params.seeds} --set {params.settings:q} -o {output}"
        " --checkpoint {params.checkpoints} > {log} 2>&1"


for data, method in QUICK:

    rule:
        name: f"fit_{method}_to_{data}"
        input:
            f"{RESULTS}/snapshots/{data}.h5",
        output:
            fits(data, methods=[method]),
        params:
            kind=STUDY.methods[method].kind,
            name=method,
            ranks=STUDY.ranks[data],
            seeds=STUDY.seeds,
            settings=STUDY.methods[method].arguments,
            code=code_of("fit", STUDY.methods[method].kind),
        log: log_of(f"fits/{data}/{method}")
        group: "start"
        threads: threads_of(f"fit {STUDY.methods[method].kind}")
        resources: turn=1, **needs(f"fit {STUDY.methods[method].kind}", raw=raw_of(data))
        benchmark: benchmark_of(f"fits/{data}/{method}")
        priority: 5
        message: f"The method {method} is fitted to {data} at all ranks."
        shell:
            "mornet fit {input} {params.kind} --name {params.name} --rank {params.ranks}"
            " --seeds {params.seeds} --set {params.settings:q} -o {output} > {log} 2>&1"


rule comparison:
    input:
        f"{RESULTS}/snapshots/{{data}}.h5",
        lambda w: fits(w.data),
    output:
        f"{RESULTS}/comparisons/{{data}}.h5",
    params:
        code=code_of("compare"),
    log: log_of("comparisons/{data}")
    group: "end"
    resources: turn=1, **needs("compare")
    benchmark: benchmark_of("comparisons/{data}")
    message: "The fits to {wildcards.data} are compared."
    shell:
        "mornet compare {input} -o {output} > {log} 2>&1"


rule close_up:
    input:
        f"{RESULTS}/snapshots/{{data}}.h5",
        lambda w: fits(w.data, [STUDY.reconstructions[w.data]]),
    output:
        f"{RESULTS}/close_ups/{{data}}.h5",
    params:
        code=code_of("close-up"),
    log: log_of("close_ups/{data}")
    group: "end"
    resources: turn=1, **needs("close-up")
    benchmark: benchmark_of("close_ups/{data}")
    message: "The test snapshots of {wildcards.data} are reconstructed."
    shell:
        "mornet close-up {input} -o {output} > {log} 2>&1"
