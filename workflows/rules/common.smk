# What the rules share: names, and the lists of what a study draws.


wildcard_constraints:
    data="[A-Za-z0-9_]+",
    method="[A-Za-z0-9_]+",
    rank="[0-9]+",
    name="[A-Za-z0-9_]+",


def fits(data, ranks=None, methods=None):
    """The files of all fits of a data set, or of some methods."""
    return [
        f"{RESULTS}/fits/{data}/{method}-r{rank}.h5"
        for method in STUDY.methods_for(data)
        if methods is None or method in methods
        for rank in ranks or STUDY.ranks[data]
    ]


def of_kind(kind):
    """The names of the study's methods of one kind."""
    return [name for name, choice in STUDY.methods.items() if choice.kind == kind]


def held_out(data):
    """The option that holds out a part of a data set for validation, if the study asks for it."""
    return f"--hold-out {STUDY.hold_out[data]}" if data in STUDY.hold_out else ""


def figure(name):
    """A figure is a PDF and a PNG."""
    return [f"{RESULTS}/figures/{name}.pdf", f"{RESULTS}/figures/{name}.png"]


def table(name):
    """A table is LaTeX and CSV."""
    return [f"{RESULTS}/tables/{name}.tex", f"{RESULTS}/tables/{name}.csv"]


# what the study builds: results (HDF5), figures and tables; the rule files add to it
RECORDS = []
FIGURES = []
TABLES = []
