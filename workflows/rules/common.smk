# The names that all rules share, and the lists of all that a study builds. The rule files add to
# these lists.
import re


wildcard_constraints:
    data="[A-Za-z0-9_]+",
    method="[A-Za-z0-9_]+",
    rank="[0-9]+",
    name="[A-Za-z0-9_]+",
    rom="[A-Za-z0-9_]+",


RECORDS = []  # result files
FIGURES = {}  # result files -> their figures: file name without ending -> name of the figure
TABLES = {}  # the same for tables


def figure(drawing, results, of=""):
    """Ask for a figure of these results; ``of`` is the data set or experiment that it shows."""
    _note(FIGURES, drawing, results, of)


def table(kind, results, of=""):
    """Ask for a table of these results."""
    _note(TABLES, kind, results, of)


def _note(wanted, name, results, of):
    file = f"{name}-{of}" if of not in ("", name) else name
    results = (results,) if isinstance(results, str) else tuple(results)
    wanted.setdefault(results, {})[file] = name


def log_of(job):
    return f"{RESULTS}/logs/{job}.log"


def benchmark_of(job):
    return f"{RESULTS}/benchmarks/{job}.tsv"


def one_of(names):
    """Return a pattern that matches these names alone; without names it matches nothing."""
    return "|".join(map(re.escape, names)) or "(?!)"
