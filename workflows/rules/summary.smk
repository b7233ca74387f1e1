# The page a person reads first.


rule summary:
    input:
        RECORDS,
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
