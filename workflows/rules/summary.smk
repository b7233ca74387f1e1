# The page a person reads first.


rule summary:
    input:
        RECORDS,
    output:
        f"{RESULTS}/summary.md",
    params:
        title=STUDY.title or STUDY.name,
        figures=sorted(FIGURES),
        code=code_id("mornet.summary"),
    log:
        f"{RESULTS}/logs/summary.log",
    benchmark:
        f"{RESULTS}/benchmarks/summary.tsv"
    shell:
        "mornet summary {input} --title {params.title:q} --figures {params.figures}"
        " -o {output} > {log} 2>&1"
