"""The content of a file as a value in memory: a tree of arrays with named axes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

MEASURED, PROVENANCE, CONFIG = "measured", "provenance", "config"
APART = ("content_sha256", "code_id")  # attributes of the root that are not content

Attributes = dict[str, str | int]


@dataclass(frozen=True, eq=False)
class Leaf:
    """An array in C order with named axes; strings are an object array."""

    value: NDArray[Any]
    dims: tuple[str, ...] = ()
    attributes: Attributes = field(default_factory=dict)

    @property
    def is_text(self) -> bool:
        """Whether the entries are strings."""
        return self.value.dtype == object

    def is_coordinate(self, name: str) -> bool:
        """Whether this array, called ``name``, is the coordinate of its only axis."""
        return self.dims == (name,)


@dataclass(frozen=True, eq=False)
class Tree:
    """A group: attributes and named members."""

    attributes: Attributes = field(default_factory=dict)
    members: dict[str, Leaf | Tree] = field(default_factory=dict)


def walk(tree: Tree, path: str = "/") -> Iterator[tuple[str, Leaf | Tree]]:
    """Yield all nodes with their paths, parents before children, in the order of names."""
    yield path, tree
    for name, node in sorted(tree.members.items()):
        below = f"{path.rstrip('/')}/{name}"
        if isinstance(node, Tree):
            yield from walk(node, below)
        else:
            yield below, node


def content(tree: Tree) -> dict[str, Leaf | Tree]:
    """Return all nodes that must be the same in every run, by path.

    Measurements and provenance are not among them.
    """
    root = Tree({k: v for k, v in tree.attributes.items() if k not in APART}, tree.members)
    return {
        path: node
        for path, node in walk(root)
        if MEASURED not in path.split("/") and path.split("/")[1] != PROVENANCE
    }


def digest(tree: Tree) -> str:
    """Return the SHA-256 over names, axes, types, shapes, bytes and attributes of the content."""
    sha = hashlib.sha256()
    for path, node in content(tree).items():
        header: list[Any] = [path, node.attributes]
        if isinstance(node, Leaf):
            header += [node.dims, node.value.dtype.str, node.value.shape]
            header += [node.value.tolist()] if node.is_text else []
        sha.update(json.dumps(header, sort_keys=True).encode() + b"\n")
        if isinstance(node, Leaf) and not node.is_text:
            sha.update(node.value.reshape(-1).view(np.uint8).data)
    return sha.hexdigest()
