# Trained networks updated instead of retrained.
from mornet.experiments.update_studies import DRAWN, UPDATE_STUDIES

for name, choice in STUDY.update_studies.items():
    RECORDS.append(f"{RESULTS}/updates/{name}.h5")
    for drawing in DRAWN[choice.kind]:
        figure(drawing, f"{RESULTS}/updates/{name}.h5", of=name)
for kind, tables in (
    ("update_orders", ("update_slopes", "update_costs")),
    ("disturbances", ("disturbances",)),
):
    if names := [name for name, choice in STUDY.update_studies.items() if choice.kind == kind]:
        for wanted in tables:
            table(wanted, expand(f"{RESULTS}/updates/{{name}}.h5", name=names))


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
