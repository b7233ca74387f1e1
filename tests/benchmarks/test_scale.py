"""The race of PODs at scale: its tree holds the bound."""

from benchmarks import pod_scale


def test_a_tree_of_generated_leaves_holds_its_bound(monkeypatch):
    monkeypatch.setattr(pod_scale, "N", 300)
    parts = [(40 * i, 40 * i + 40) for i in range(40)]
    pod = pod_scale.tree_of(parts, fan_in=3)
    reached = pod_scale.error(pod.V, (pod_scale.snapshots(300, a, b) for a, b in parts))
    assert 0 < reached <= pod.relative_truncation_error <= pod_scale.TOLERANCE
