# Trained networks updated instead of retrained.
from mornet.experiments.update_studies import DRAWN, UPDATE_STUDIES

for name, choice in STUDY.update_studies.items():
    RECORDS.append(f"{RESULTS}/updates/{name}.h5")
    for drawing in DRAWN[choice.kind]:
        FIGURES += figure(f"{drawing}-{name}")
SLOPES = [name for name, choice in STUDY.update_studies.items() if choice.kind == "slopes"]
if SLOPES:
    TABLES += table("update_slopes") + table("update_costs")
DISTURBED = [
    name for name, choice in STUDY.update_studies.items() if choice.kind == "disturbances"
]
if DISTURBED:
    TABLES += table("disturbances")


rule update_study:
    output:
        f"{RESULTS}/updates/{{name}}.h5",
    params:
        kind=lambda w: STUDY.update_studies[w.name].kind,
        settings=lambda w: STUDY.update_studies[w.name].arguments,
        code=lambda w: code_id(UPDATE_STUDIES[STUDY.update_studies[w.name].kind].__module__),
    log:
        f"{RESULTS}/logs/updates/{{name}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/updates/{{name}}.tsv"
    shell:
        "mornet update-study {params.kind} --set {params.settings:q} -o {output} > {log} 2>&1"


rule draw_update_study:
    input:
        f"{RESULTS}/updates/{{name}}.h5",
    output:
        figure("{drawing}-{name}"),
    wildcard_constraints:
        drawing="|".join(drawing for drawings in DRAWN.values() for drawing in drawings),
    params:
        code=lambda w: code_id(f"mornet.figures.{w.drawing}"),
    log:
        f"{RESULTS}/logs/figures/{{drawing}}-{{name}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/figures/{{drawing}}-{{name}}.tsv"
    shell:
        "mornet figure {wildcards.drawing} {input} -o {output[0]} > {log} 2>&1"


rule table_updates:
    input:
        expand(f"{RESULTS}/updates/{{name}}.h5", name=SLOPES),
    output:
        table("update_{what}"),
    wildcard_constraints:
        what="slopes|costs",
    params:
        code=code_id("mornet.tables"),
    log:
        f"{RESULTS}/logs/tables/update_{{what}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/tables/update_{{what}}.tsv"
    shell:
        "mornet table update_{wildcards.what} {input} -o {output[0]} > {log} 2>&1"


rule table_disturbances:
    input:
        expand(f"{RESULTS}/updates/{{name}}.h5", name=DISTURBED),
    output:
        table("disturbances"),
    params:
        code=code_id("mornet.tables"),
    log:
        f"{RESULTS}/logs/tables/disturbances.log",
    benchmark:
        f"{RESULTS}/benchmarks/tables/disturbances.tsv"
    shell:
        "mornet table disturbances {input} -o {output[0]} > {log} 2>&1"
