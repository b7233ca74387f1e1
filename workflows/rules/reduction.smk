# From snapshots to the comparison of reductions.

RECORDS += [f"{RESULTS}/snapshots/{data}.h5" for data in STUDY.data_sets]
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
    if PODS := of_kind("pod"):
        figure(
            "singular_values",
            [
                fit
                for data, ranks in STUDY.ranks.items()
                for fit in fits(data, [max(ranks)], PODS[:1])
            ],
        )
        if len(STUDY.methods) > len(PODS):
            table("verdict", COMPARISONS)
    if LINEAR := of_kind("linear_autoencoder"):
        table(
            "linear_autoencoder",
            [fit for data in STUDY.data_sets for fit in fits(data, methods=LINEAR)],
        )


rule snapshots:
    input:
        lambda w: STUDY.data_sets[w.data].settings.get("path", []),
    output:
        f"{RESULTS}/snapshots/{{data}}.h5",
    params:
        kind=lambda w: STUDY.data_sets[w.data].kind,
        settings=lambda w: STUDY.data_sets[w.data].arguments,
        hold_out=lambda w: held_out(w.data),
        code=lambda w: code_id(DATA_SETS[STUDY.data_sets[w.data].kind].__module__),
    log:
        f"{RESULTS}/logs/snapshots/{{data}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/snapshots/{{data}}.tsv"
    shell:
        "mornet snapshots {params.kind} --name {wildcards.data} {params.hold_out}"
        " --set {params.settings:q} -o {output} > {log} 2>&1"


rule fit:
    input:
        f"{RESULTS}/snapshots/{{data}}.h5",
    output:
        f"{RESULTS}/fits/{{data}}/{{method}}-r{{rank}}.h5",
    params:
        kind=lambda w: STUDY.methods[w.method].kind,
        settings=lambda w: STUDY.methods[w.method].arguments,
        seeds=STUDY.seeds,
        checkpoints=f"{RESULTS}/checkpoints/{{data}}/{{method}}-r{{rank}}",
        code=code_id("mornet.comparison.cases"),
    log:
        f"{RESULTS}/logs/fits/{{data}}/{{method}}-r{{rank}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/fits/{{data}}/{{method}}-r{{rank}}.tsv"
    shell:
        "mornet fit {input} {params.kind} --name {wildcards.method} --rank {wildcards.rank}"
        " --seeds {params.seeds} --set {params.settings:q} -o {output}"
        " --checkpoint {params.checkpoints} > {log} 2>&1"


rule comparison:
    input:
        f"{RESULTS}/snapshots/{{data}}.h5",
        lambda w: fits(w.data),
    output:
        f"{RESULTS}/comparisons/{{data}}.h5",
    params:
        code=code_id("mornet.comparison.cases"),
    log:
        f"{RESULTS}/logs/comparisons/{{data}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/comparisons/{{data}}.tsv"
    shell:
        "mornet compare {input} -o {output} > {log} 2>&1"


rule close_up:
    input:
        f"{RESULTS}/snapshots/{{data}}.h5",
        lambda w: fits(w.data, [STUDY.reconstructions[w.data]]),
    output:
        f"{RESULTS}/close_ups/{{data}}.h5",
    params:
        code=code_id("mornet.experiments.close_up"),
    log:
        f"{RESULTS}/logs/close_ups/{{data}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/close_ups/{{data}}.tsv"
    shell:
        "mornet close-up {input} -o {output} > {log} 2>&1"
