# Trained networks updated instead of retrained.

for update in STUDY.update_studies:
    RECORDS.append(f"{RESULTS}/updates/{update}.h5")
    FIGURES += figure(f"update_slopes-{update}")
if STUDY.update_studies:
    TABLES += table("update_slopes")


rule update_study:
    output:
        f"{RESULTS}/updates/{{update}}.h5",
    params:
        settings=lambda w: STUDY.update_studies[w.update].arguments,
        code=code_id("mornet.experiments.update_study"),
    log:
        f"{RESULTS}/logs/updates/{{update}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/updates/{{update}}.tsv"
    shell:
        "mornet update-study --set {params.settings:q} -o {output} > {log} 2>&1"


rule draw_update_slopes:
    input:
        f"{RESULTS}/updates/{{update}}.h5",
    output:
        figure("update_slopes-{update}"),
    params:
        code=code_id("mornet.figures.update_slopes"),
    log:
        f"{RESULTS}/logs/figures/update_slopes-{{update}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/figures/update_slopes-{{update}}.tsv"
    shell:
        "mornet figure update_slopes {input} -o {output[0]} > {log} 2>&1"


rule table_update_slopes:
    input:
        expand(f"{RESULTS}/updates/{{update}}.h5", update=STUDY.update_studies),
    output:
        table("update_slopes"),
    params:
        code=code_id("mornet.tables"),
    log:
        f"{RESULTS}/logs/tables/update_slopes.log",
    benchmark:
        f"{RESULTS}/benchmarks/tables/update_slopes.tsv"
    shell:
        "mornet table update_slopes {input} -o {output[0]} > {log} 2>&1"
