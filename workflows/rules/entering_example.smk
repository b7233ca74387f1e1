# The ten points of Higham and Higham: data, cost curve, classification region, the network itself,
# and how fast other optimisers are.

if STUDY.entering_example:
    RECORDS.append(f"{RESULTS}/entering_example.h5")
    for name in ("points", "cost", "region", "network"):
        FIGURES += figure(f"entering_{name}")


    rule entering_example:
        output:
            f"{RESULTS}/entering_example.h5",
        params:
            settings=STUDY.entering_example.arguments,
            code=code_id("mornet.experiments.entering_example"),
        log:
            f"{RESULTS}/logs/entering_example.log",
        benchmark:
            f"{RESULTS}/benchmarks/entering_example.tsv"
        priority: 10
        shell:
            "mornet entering-example --set {params.settings:q} -o {output} > {log} 2>&1"


    rule draw_entering_example:
        input:
            f"{RESULTS}/entering_example.h5",
        output:
            figure("entering_{part}"),
        params:
            code=lambda w: code_id(f"mornet.figures.entering_{w.part}"),
        log:
            f"{RESULTS}/logs/figures/entering_{{part}}.log",
        benchmark:
            f"{RESULTS}/benchmarks/figures/entering_{{part}}.tsv"
        shell:
            "mornet figure entering_{wildcards.part} {input} -o {output[0]} > {log} 2>&1"


if STUDY.optimiser_race:
    RECORDS.append(f"{RESULTS}/optimiser_race.h5")
    FIGURES += figure("optimiser_race")


    rule optimiser_race:
        output:
            f"{RESULTS}/optimiser_race.h5",
        params:
            settings=STUDY.optimiser_race.arguments,
            code=code_id("mornet.experiments.optimiser_race"),
        log:
            f"{RESULTS}/logs/optimiser_race.log",
        benchmark:
            f"{RESULTS}/benchmarks/optimiser_race.tsv"
        shell:
            "mornet optimiser-race --set {params.settings:q} -o {output} > {log} 2>&1"


    rule draw_optimiser_race:
        input:
            f"{RESULTS}/optimiser_race.h5",
        output:
            figure("optimiser_race"),
        params:
            code=code_id("mornet.figures.optimiser_race"),
        log:
            f"{RESULTS}/logs/figures/optimiser_race.log",
        benchmark:
            f"{RESULTS}/benchmarks/figures/optimiser_race.tsv"
        shell:
            "mornet figure optimiser_race {input} -o {output[0]} > {log} 2>&1"
