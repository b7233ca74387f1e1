"""The pages of a package for people: README, RUNME, and the text for the paper."""

from __future__ import annotations

from mornet.cost import Cost
from mornet.errors import counted
from mornet.publishing.software import Software
from mornet.tables.words import marked

RUNME = """#!/bin/sh
# Run without arguments: builds the study again elsewhere, compares all results with those beside
# this file, and ends with 1 if fewer than {digits} digits agree. It needs Python {python}. The
# packages of requirements.lock are installed into .venv; with PYTHON=/path/to/python that one is
# taken, and no network is needed.
set -eu
cd "$(dirname "$0")"
if [ -z "${{PYTHON:-}}" ]; then
  echo "installing the packages of requirements.lock into .venv"
  python3 -m venv .venv
  .venv/bin/pip install --quiet --requirement requirements.lock
  PYTHON=$PWD/.venv/bin/python
fi
if ! "$PYTHON" -c 'import h5py, matplotlib, numpy, scipy, snakemake'; then
  echo "$PYTHON lacks packages of requirements.lock: install them, or run without PYTHON" >&2
  exit 2
fi
echo "{name} $(cat VERSION)"
PYTHONPATH=$PWD/code exec "$PYTHON" -m mornet replicate . --digits {digits}
"""

README = """# {title}

A study made with {name} {version}, commit `{commit}`, on {date}. Authors of
the code: {authors}. Licence of the code: {license}, see `LICENSE`.

## Run it

```sh
sh RUNME.sh
```

It takes no arguments. With Python {python} it installs exact versions of all packages from the
network, repeats the study in about {minutes} of processor time, and compares all results with those
in `results/`. {agreement}

## What is here

| path | what |
|---|---|
| `study.yaml` | the study with every setting and all seeds |
| `inputs.csv` | the data files that it reads, with their checksums |
| `code/` | the program, as it ran |
| `requirements.lock` | exact versions of all packages |
| `environment.json` | machine, BLAS, time, memory |
| `results/{study}/summary.md` | the page to read first |
| `results/` | results in HDF5, figures, tables, summary |
| `figures.csv` | which results, rule and command made each figure and table |
| `agreement.csv` | the digits that a second run shares with each result |
| `MANIFEST.sha256` | checksums of all files: `sha256sum --check MANIFEST.sha256` |
| `ro-crate-metadata.json`, `codemeta.json`, `CODE`, `.zenodo.json` | the same for machines |
| `CITATION.cff` | how to cite the software |
| `CODE_AVAILABILITY.md` | text for the paper |
"""

AVAILABILITY = """# Code availability

The source code of the implementations used to compute the presented results is available from
{doi} and is authored by {authors}. It is {name} {version}, commit {commit}, under the licence
{license}. The archive also holds the data, every setting, the exact versions of all packages and
the results; `RUNME.sh` in it repeats the study. {agreement}
"""


def runme(about: Software, digits: int) -> str:
    """Return RUNME.sh; it ends with 1 unless ``digits`` digits agree."""
    return RUNME.format(name=about.name, python=about.python, digits=digits)


def readme(facts: dict[str, str], cost: Cost) -> str:
    """Return README.md of ``facts`` on study and software."""
    minutes = max(1, round(float(cost.cpu.sum()) / 60))
    title, took = marked(facts["title"]), counted(minutes, "minute")
    return README.format(**facts | {"title": title}, minutes=took)


def availability(facts: dict[str, str], doi: str) -> str:
    """Return the text for the code-availability section of a paper."""
    return AVAILABILITY.format(**facts, doi=doi or "[the DOI of this archive]")
