# The nodes of POD trees: leaves, merges, root, and what follows the root. Each node is a job and a
# file, whose name tells its snapshots, settings and code, so that only lost nodes are made again.
#
# On a cluster, a node that takes seconds is in the group of its subtree, and a group is one job.
import itertools

from mornet.running.trajectories import TRAJECTORY, with_trajectories
from mornet.running.tree_data_set import tree_of
from mornet.running.tree_plan import COORDINATES, KINDS, LEAF, MODES
from mornet.snapshots.formats import files_at

SMALL = 64e6  # bytes of a block: its node takes seconds


def planned_tree(choice):
    """Return the tree of a data set and its settings, or a clear error."""
    try:
        return tree_of(choice.settings)
    except MornetError as error:
        raise WorkflowError(str(error))


TREES = {
    data: planned_tree(choice)
    for data, choice in STUDY.data_sets.items()
    if choice.kind == "tree"
}
MADE = {  # file of a trajectory -> how an equation makes it
    str(made.out): made
    for data in TREES
    for made in with_trajectories(STUDY.data_sets[data].settings)["made"]
}
NODES = {  # file -> node, tree, settings of the tree
    str(job.out): (job, tree, settings) for tree, settings in TREES.values() for job in tree.jobs
}
SUBTREES = {  # file of a leaf, or of the node above it -> group
    out: f"tree_{i}"
    for tree, _ in TREES.values()
    for level in tree.levels[1:2]
    for i, above in enumerate(level)
    for out in (above.out, *above.below)
}


FOLDERS = sorted({str(job.out.parent) for job, _, _ in NODES.values()})


def nodes_of(data):
    """Return the nodes that the snapshots of a data set need; none if it is no tree."""
    tree = TREES[data][0] if data in TREES else None
    return [] if tree is None else [tree.root.out, *(job.out for job in tree.last)]


def node(folder, kind, wildcards):
    return NODES[f"{folder}/{kind}-{wildcards.node}.h5"]


def made_from(folder, kind):
    """Return the files from which a node is made, as a function for Snakemake."""
    def files(wildcards):
        job, _, _ = node(folder, kind, wildcards)
        places = job.block.places if job.block else ()
        return [*job.below, *(path for place in places for path in files_at(place))]

    return files


def node_words(folder, kind):
    """Return the words of the node on the command line, as a function for Snakemake."""

    def words(wildcards):
        job, _, settings = node(folder, kind, wildcards)
        block = job.block
        of_block = ["--before", block.before] if block else []
        of_block += ["--block", block.first, block.last, *block.places] if block else []
        return [*job.below, *of_block, "--height", job.height, "--set", *settings.arguments]

    return words


def subtree(folder, kind):
    """Return the group of a node that takes seconds, as a function for Snakemake.

    A leaf is in the group of the node above it, so that a group is a subtree. Nodes above are in
    another one. The jobs after the root do not hang together; the profiles say how many are a job.
    """

    def group(wildcards):
        job, tree, settings = node(folder, kind, wildcards)
        first = tree.levels[0][0].block
        size = 8 * (first.last - first.first) * (tree.n if len(first.places) == 1 else sum(tree.lengths))
        if size > SMALL and not is_quick(MEASURED, f"pod-node {LEAF}"):
            return None
        if kind in (COORDINATES, MODES):
            return "after_root"
        return SUBTREES.get(job.out, "tree_top")

    return group


def node_memory(folder, kind):
    """Return the memory that a node asks for, as a function for Snakemake: its budget, by blocks."""

    def memory(wildcards, attempt):
        _, _, settings = node(folder, kind, wildcards)
        return (STARTED_MB + settings.memory // 1024**2) * 2 ** (attempt - 1)

    return memory


def made_words(folder):
    """Return the words of a trajectory on the command line, as a function for Snakemake."""

    def words(wildcards):
        made = MADE[f"{folder}/{TRAJECTORY}-{wildcards.node}.h5"]
        choice = studies.Choice(made.equation.kind, made.equation.settings)
        return [choice.kind, "--mu", *made.mu, "--set", *choice.arguments]

    return words


for folder in sorted({str(made.out.parent) for made in MADE.values()}):

    rule:
        name: "tree_trajectory" if folder == FOLDERS[0] else f"tree_trajectory_in_{folder}"
        output:
            f"{folder}/{TRAJECTORY}-{{node}}.h5",
        wildcard_constraints:
            node="[0-9a-f-]+",
        params:
            words=made_words(folder),
        log: log_of(f"trees/{TRAJECTORY}-{{node}}")
        resources: turn=1, **needs("trajectory")
        priority: 10
        message: "The trajectory {wildcards.node} of a POD tree is computed."
        shell:
            "mornet trajectory {params.words:q} -o {output} > {log} 2>&1"


for folder, kind in itertools.product(FOLDERS, KINDS):

    rule:
        name: f"tree_{kind}" if folder == FOLDERS[0] else f"tree_{kind}_in_{folder}"
        input:
            made_from(folder, kind),
        output:
            f"{folder}/{kind}-{{node}}.h5",
        wildcard_constraints:
            node="[0-9a-f-]+",
        params:
            kind=kind,
            words=node_words(folder, kind),
        log: log_of(f"trees/{kind}-{{node}}")
        group: subtree(folder, kind)
        resources: turn=1, mem_mb=node_memory(folder, kind), runtime=needs("pod-node")["runtime"]
        priority: 10
        message: f"The {kind} {{wildcards.node}} of a POD tree is computed."
        shell:
            "mornet pod-node {params.kind} {params.words:q} -o {output} > {log} 2>&1"
