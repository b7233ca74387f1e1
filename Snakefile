# The workflow. `snakemake` builds the study `paper`, `snakemake NAME` that of the file
# workflows/studies/NAME.yaml, `snakemake --configfile PATH` that of any file.
import os
import sys
from pathlib import Path

from snakemake.cli import get_argument_parser
from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

from mornet import study as studies
from mornet.cli import THREAD_VARIABLES
from mornet.running.watch import end_with
from mornet.running.workflow import studies as own_studies
from mornet.errors import MornetError, StudyError
from mornet.origins import code_of
from mornet.running.contents import note_drawn
from mornet.storage.lock import RUN, hold

min_version("9.19")

# jobs run in parallel with one BLAS thread each; they find `mornet` beside this Python
for variable in THREAD_VARIABLES:
    os.environ[variable] = "1"
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
# what this process finds in the modules of mornet, its jobs need not find again
os.environ.setdefault("MORNET_SOURCES", os.path.abspath(".snakemake/mornet"))
# this process ends with `mornet run`, if that started it on this machine, and a job ends with this
# process, even if they were killed
if workflow.is_main_process:
    end_with(os.environ.get(RUN))
os.environ["MORNET_WORKFLOW_PID"] = str(os.getpid())

# a study is one file; --config replaces its top-level keys
kept = own_studies()
study_files = workflow.overwrite_configfiles
# a target may be the name of a study; jobs that are Snakemake processes of their own get its file
command = sys.argv[1:] if "snakemake" in sys.argv[0] else []
NAMED = sorted(set(get_argument_parser().parse_known_args(command)[0].targets or ()) & set(kept))
study_files.extend(kept[name] for name in NAMED if kept[name] not in study_files)
try:
    if len(study_files) > 1:
        raise StudyError(f"one study at a time, not {len(study_files)}: {study_files}")
    STUDY = studies.read(
        study_files[0] if study_files else kept["paper"], workflow.config_settings.config
    )
except StudyError as error:
    raise WorkflowError(str(error))
RESULTS = f"results/{STUDY.name}"


# on a cluster, the jobs of a group run one after another: the profile says it to this process, and
# this line to those that run the jobs
if not workflow.is_main_process:
    workflow.register_resource("turn", 1)


# the profile switches Snakemake's own lock off: it outlives a process that was killed
onstart:
    try:
        hold(Path(RESULTS) / ".lock")
    except MornetError as error:
        raise WorkflowError(str(error))


# later changes of figures, tables and summary are noticed by `mornet run`
onsuccess:
    note_drawn(Path(RESULTS))


include: "workflows/rules/common.smk"
include: "workflows/rules/resources.smk"
include: "workflows/rules/experiments.smk"
include: "workflows/rules/pod_trees.smk"
include: "workflows/rules/reduction.smk"
include: "workflows/rules/reduced_models.smk"
include: "workflows/rules/drawing.smk"
include: "workflows/rules/summary.smk"


rule all:
    default_target: True
    input:
        RECORDS,  # all of them, so that a deleted one comes back
        DRAWN,
        f"{RESULTS}/summary.md",
        f"{RESULTS}/summary.html",


for study in NAMED:

    rule:
        name: study
        input:
            rules.all.input,
