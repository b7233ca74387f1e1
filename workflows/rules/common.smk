# What the rules share: names, and the lists of what a study builds; the rule files add to them.


wildcard_constraints:
    data="[A-Za-z0-9_]+",
    method="[A-Za-z0-9_]+",
    rank="[0-9]+",
    name="[A-Za-z0-9_]+",


RECORDS = []  # result files
FIGURES = {}  # file name without ending -> the figure's name, and the results that it shows
TABLES = {}  # the same


def figure(drawing, results, of=None):
    """Have a figure drawn, of one data set or study if ``of`` names it."""
    FIGURES[f"{drawing}-{of}" if of else drawing] = drawing, results


def table(kind, results, of=None):
    """Have a table written, of one data set if ``of`` names it."""
    TABLES[f"{kind}-{of}" if of else kind] = kind, results


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
