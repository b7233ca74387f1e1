# The page a person reads first.


rule summary:
    input:
        RECORDS,
        [fit for data in STUDY.data_sets if STUDY.methods for fit in fits(data)],
    output:
        f"{RESULTS}/summary.md",
    params:
        title=STUDY.title or STUDY.name,
        code=code_id("mornet.summary"),
    log:
        f"{RESULTS}/logs/summary.log",
    benchmark:
        f"{RESULTS}/benchmarks/summary.tsv"
    shell:
        "mornet summary {input} --title {params.title:q} -o {output} > {log} 2>&1"
