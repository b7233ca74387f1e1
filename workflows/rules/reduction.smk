# From snapshots to the comparison of reductions.

RECORDS += [f"{RESULTS}/snapshots/{data}.h5" for data in STUDY.data_sets]
if STUDY.data_sets and STUDY.methods:
    for data in STUDY.data_sets:
        RECORDS.append(f"{RESULTS}/comparisons/{data}.h5")
        RECORDS += fits(data)
        FIGURES += figure(f"error_versus_rank-{data}")
        FIGURES += figure(f"error_versus_cost-{data}")
        TABLES += table(f"errors-{data}")
    for data in STUDY.learning_curves:
        FIGURES += figure(f"learning_curves-{data}")
    for data in STUDY.reconstructions:
        RECORDS.append(f"{RESULTS}/close_ups/{data}.h5")
        FIGURES += figure(f"reconstruction-{data}")
        FIGURES += figure(f"latent_trajectories-{data}")
    if of_kind("pod"):
        FIGURES += figure("singular_values")
        if len(STUDY.methods) > len(of_kind("pod")):
            TABLES += table("verdict")
    if of_kind("linear_autoencoder"):
        TABLES += table("linear_autoencoder")


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
        code=code_id("mornet.reduction.compare"),
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
        code=code_id("mornet.reduction.compare"),
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


rule draw_error_versus_rank:
    input:
        f"{RESULTS}/comparisons/{{data}}.h5",
    output:
        figure("error_versus_rank-{data}"),
    params:
        code=code_id("mornet.figures.error_versus_rank"),
    log:
        f"{RESULTS}/logs/figures/error_versus_rank-{{data}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/figures/error_versus_rank-{{data}}.tsv"
    shell:
        "mornet figure error_versus_rank {input} -o {output[0]} > {log} 2>&1"


rule draw_error_versus_cost:
    input:
        f"{RESULTS}/comparisons/{{data}}.h5",
    output:
        figure("error_versus_cost-{data}"),
    params:
        code=code_id("mornet.figures.error_versus_cost"),
    log:
        f"{RESULTS}/logs/figures/error_versus_cost-{{data}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/figures/error_versus_cost-{{data}}.tsv"
    shell:
        "mornet figure error_versus_cost {input} -o {output[0]} > {log} 2>&1"


rule draw_latent_trajectories:
    input:
        f"{RESULTS}/close_ups/{{data}}.h5",
    output:
        figure("latent_trajectories-{data}"),
    params:
        code=code_id("mornet.figures.latent_trajectories"),
    log:
        f"{RESULTS}/logs/figures/latent_trajectories-{{data}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/figures/latent_trajectories-{{data}}.tsv"
    shell:
        "mornet figure latent_trajectories {input} -o {output[0]} > {log} 2>&1"


rule draw_reconstruction:
    input:
        f"{RESULTS}/close_ups/{{data}}.h5",
    output:
        figure("reconstruction-{data}"),
    params:
        code=code_id("mornet.figures.reconstruction"),
    log:
        f"{RESULTS}/logs/figures/reconstruction-{{data}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/figures/reconstruction-{{data}}.tsv"
    shell:
        "mornet figure reconstruction {input} -o {output[0]} > {log} 2>&1"


rule draw_learning_curves:
    input:
        lambda w: fits(w.data, [STUDY.learning_curves[w.data]]),
    output:
        figure("learning_curves-{data}"),
    params:
        code=code_id("mornet.figures.learning_curves"),
    log:
        f"{RESULTS}/logs/figures/learning_curves-{{data}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/figures/learning_curves-{{data}}.tsv"
    shell:
        "mornet figure learning_curves {input} -o {output[0]} > {log} 2>&1"


rule draw_singular_values:
    input:
        [
            fit
            for data in STUDY.data_sets
            for fit in fits(data, [max(STUDY.ranks[data])], of_kind("pod")[:1])
        ],
    output:
        figure("singular_values"),
    params:
        code=code_id("mornet.figures.singular_values"),
    log:
        f"{RESULTS}/logs/figures/singular_values.log",
    benchmark:
        f"{RESULTS}/benchmarks/figures/singular_values.tsv"
    shell:
        "mornet figure singular_values {input} -o {output[0]} > {log} 2>&1"


rule table_errors:
    input:
        f"{RESULTS}/comparisons/{{data}}.h5",
    output:
        table("errors-{data}"),
    params:
        code=code_id("mornet.tables"),
    log:
        f"{RESULTS}/logs/tables/errors-{{data}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/tables/errors-{{data}}.tsv"
    shell:
        "mornet table errors {input} -o {output[0]} > {log} 2>&1"


rule table_verdict:
    input:
        expand(f"{RESULTS}/comparisons/{{data}}.h5", data=STUDY.data_sets),
    output:
        table("verdict"),
    params:
        code=code_id("mornet.tables"),
    log:
        f"{RESULTS}/logs/tables/verdict.log",
    benchmark:
        f"{RESULTS}/benchmarks/tables/verdict.tsv"
    shell:
        "mornet table verdict {input} -o {output[0]} > {log} 2>&1"


rule table_linear_autoencoder:
    input:
        [
            fit
            for data in STUDY.data_sets
            for fit in fits(data, methods=of_kind("linear_autoencoder"))
        ],
    output:
        table("linear_autoencoder"),
    params:
        code=code_id("mornet.tables"),
    log:
        f"{RESULTS}/logs/tables/linear_autoencoder.log",
    benchmark:
        f"{RESULTS}/benchmarks/tables/linear_autoencoder.tsv"
    shell:
        "mornet table linear_autoencoder {input} -o {output[0]} > {log} 2>&1"
