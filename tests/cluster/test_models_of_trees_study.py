"""The study of docs/cluster.md: a tree of an equation and its models, killed and started again."""

import re
import signal
from pathlib import Path

import numpy as np
import pytest

from mornet.storage import load
from mornet.study import parse
from mornet.yaml_text import load as load_yaml
from tests.processes import needs_proc, wait_for, working_in
from tests.running.test_run import start

ROOT = Path(__file__).parent.parent.parent
NODES = "results/pod_trees"
pytestmark = pytest.mark.cluster


def example():
    """The example of the page that has an equation."""
    page = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8")
    (found,) = (b for b in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "equation:" in b)
    return found


def made(folder):
    """When each node and each trajectory was written, by the name of its file."""
    return {path.name: path.stat().st_mtime_ns for path in (folder / NODES).glob("*.h5")}


@needs_proc
def test_the_example_of_the_page_goes_on_after_it_was_killed(tmp_path):
    """Nodes of ended jobs stay as they are, and the errors state what the tree leaves out."""
    assert parse(load_yaml(example()), "fronts.yaml").roms_for("fronts")
    (tmp_path / "fronts.yaml").write_text(example())
    first = start(tmp_path, "fronts.yaml", cores=2)
    assert wait_for(lambda: sum(name.startswith("leaf-") for name in made(tmp_path)) >= 2, 300)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    assert wait_for(lambda: not working_in(tmp_path, lambda words: True), 300)
    before = made(tmp_path)
    assert not any(name.startswith("coordinates-") for name in before)
    second = start(tmp_path, "fronts.yaml", cores=2)
    _, error = second.communicate()
    assert second.returncode == 0, error
    after = made(tmp_path)
    again = [name for name, time in before.items() if after[name] != time]
    assert len(again) <= 2 < len(before) - len(again)  # those of the two jobs that were killed
    kinds = [name.split("-")[0] for name in after]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "trajectory": 4, "leaf": 4, "root": 1, "coordinates": 4,
    }  # fmt: skip
    results, page = tmp_path / "results/fronts", (tmp_path / "results/fronts/summary.md")
    for name in ("galerkin", "LSPG", "regression"):
        record = load(results / f"roms/fronts/{name}.h5", "reduced_models")
        assert (record.n, record.failures) == (400, 0)
        assert 0 < record.left_out < 2e-4
        assert np.all(record.floor > record.left_out)
        most = 0.1 if name == "regression" else 2 * record.floor  # of three training parameters
        assert np.all(record.error < most)
    assert f"{100 * record.left_out:.3g} % of the test states" in page.read_text()
