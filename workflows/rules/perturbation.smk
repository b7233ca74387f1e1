# Trained networks updated instead of retrained.

for name in STUDY.update_studies:
    RECORDS.append(f"{RESULTS}/updates/{name}.h5")
    FIGURES += figure(f"update_slopes-{name}")
if STUDY.update_studies:
    TABLES += table("update_slopes")


rule update_study:
    output:
        f"{RESULTS}/updates/{{name}}.h5",
    params:
        settings=lambda w: STUDY.update_studies[w.name].arguments,
        code=code_id("mornet.experiments.update_study"),
    log:
        f"{RESULTS}/logs/updates/{{name}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/updates/{{name}}.tsv"
    shell:
        "mornet update-study --set {params.settings:q} -o {output} > {log} 2>&1"


rule draw_update_slopes:
    input:
        f"{RESULTS}/updates/{{name}}.h5",
    output:
        figure("update_slopes-{name}"),
    params:
        code=code_id("mornet.figures.update_slopes"),
    log:
        f"{RESULTS}/logs/figures/update_slopes-{{name}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/figures/update_slopes-{{name}}.tsv"
    shell:
        "mornet figure update_slopes {input} -o {output[0]} > {log} 2>&1"


rule table_update_slopes:
    input:
        expand(f"{RESULTS}/updates/{{name}}.h5", name=STUDY.update_studies),
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
