# The workflow. `snakemake` builds the study `paper`;
# `snakemake --configfile workflows/studies/NAME.yaml` builds another.
import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

from mornet import study as studies
from mornet.cli import THREAD_VARIABLES
from mornet.errors import StudyError
from mornet.experiments.data_sets import DATA_SETS
from mornet.fingerprint import code_id

min_version("9.19")

# jobs run in parallel, each with one BLAS thread, and find `mornet` beside this Python
for variable in THREAD_VARIABLES:
    os.environ[variable] = "1"
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

# a study is one file; --config replaces its top-level keys
files = list(workflow.overwrite_configfiles)
default = Path(workflow.basedir) / "workflows/studies/paper.yaml"
try:
    if len(files) > 1:
        raise StudyError(f"one study at a time, not {len(files)}: {files}")
    STUDY = studies.read(files[0] if files else default, workflow.config_settings.config)
except StudyError as error:
    raise WorkflowError(str(error))
RESULTS = f"results/{STUDY.name}"


include: "workflows/rules/common.smk"
include: "workflows/rules/entering_example.smk"
include: "workflows/rules/reduction.smk"
include: "workflows/rules/perturbation.smk"
include: "workflows/rules/summary.smk"
include: "workflows/rules/drawing.smk"


rule all:
    default_target: True
    input:
        RECORDS,  # all of them, so that a deleted one comes back
        files("figures", FIGURES, "pdf", "png"),
        files("tables", TABLES, "tex", "csv"),
        f"{RESULTS}/summary.md",
