# Reduced-order models on the fits of a study.
def roms(data):
    """Return the files of all reduced-order models of a data set."""
    return [f"{RESULTS}/roms/{data}/{rom}.h5" for rom in STUDY.roms_for(data)]


for data in STUDY.data_sets:
    if MODELS := roms(data):
        RECORDS += MODELS
        figure("rom_error_versus_rank", MODELS, of=data)
        figure("rom_error_versus_time", MODELS, of=data)
        figure("rom_error_in_time", MODELS, of=data)
        table("reduced_models", MODELS, of=data)


rule rom:
    input:
        snapshots=f"{RESULTS}/snapshots/{{data}}.h5",
        fits=lambda w: fits(w.data, methods=STUDY.reductions_for(w.rom, w.data)),
        nodes=lambda w: nodes_of(w.data),
    output:
        f"{RESULTS}/roms/{{data}}/{{rom}}.h5",
    params:
        kind=lambda w: STUDY.roms[w.rom].kind,
        settings=lambda w: STUDY.roms[w.rom].arguments,
        code=lambda w: code_of("rom", STUDY.roms[w.rom].kind),
    log: log_of("roms/{data}/{rom}")
    threads: threads_of(lambda w: f"rom {STUDY.roms[w.rom].kind}")
    resources: **needs(lambda w: f"rom {STUDY.roms[w.rom].kind}")
    benchmark: benchmark_of("roms/{data}/{rom}")
    message: "The reduced-order model {wildcards.rom} of {wildcards.data} runs."
    shell:
        "mornet rom {input.snapshots} {params.kind} {input.fits} --name {wildcards.rom}"
        " --set {params.settings:q} -o {output} > {log} 2>&1"
