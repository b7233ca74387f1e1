# The ten points of Higham and Higham: data, cost curve, classification region, the network itself.

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
