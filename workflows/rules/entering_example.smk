# The ten points of Higham and Higham: data, cost curve, classification region, the network itself,
# and how fast other optimisers are.

if STUDY.entering_example:
    RECORDS.append(f"{RESULTS}/entering_example.h5")
    for part in ("points", "cost", "region", "network"):
        figure(f"entering_{part}", f"{RESULTS}/entering_example.h5")


    rule entering_example:
        output:
            f"{RESULTS}/entering_example.h5",
        params:
            settings=STUDY.entering_example.arguments,
            code=code_id("mornet.experiments.ten_points.entering_example"),
        log:
            f"{RESULTS}/logs/entering_example.log",
        benchmark:
            f"{RESULTS}/benchmarks/entering_example.tsv"
        priority: 10
        shell:
            "mornet entering-example --set {params.settings:q} -o {output} > {log} 2>&1"



if STUDY.optimiser_race:
    RECORDS.append(f"{RESULTS}/optimiser_race.h5")
    figure("optimiser_race", f"{RESULTS}/optimiser_race.h5")


    rule optimiser_race:
        output:
            f"{RESULTS}/optimiser_race.h5",
        params:
            settings=STUDY.optimiser_race.arguments,
            code=code_id("mornet.experiments.ten_points.optimiser_race"),
        log:
            f"{RESULTS}/logs/optimiser_race.log",
        benchmark:
            f"{RESULTS}/benchmarks/optimiser_race.tsv"
        shell:
            "mornet optimiser-race --set {params.settings:q} -o {output} > {log} 2>&1"
