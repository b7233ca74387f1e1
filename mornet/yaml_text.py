"""YAML in which 1e-3 is a number, a key that stands twice is an error, and aliases stay small."""

from __future__ import annotations

import re
from typing import Any

import yaml


class _Loader(yaml.SafeLoader):
    """YAML in which 1e-3 is a number and a key that stands twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":  # <<: *anchor, which super() resolves
                continue
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(
                    None, None, f"key {key!r} is not a string", key_node.start_mark
                )
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key {key!r} stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)$"),
    list("-+0123456789."),
)


def load(text: str) -> Any:
    """Return the value that the YAML ``text`` holds.

    Raises yaml.YAMLError for all that is not valid. PyYAML itself raises further classes of errors
    for scalars such as ``!!int x``, and for text that nests too deeply.
    """
    try:
        content = yaml.load(text, Loader=_Loader)
        _require_small(content)
        return content
    except (ValueError, AttributeError, TypeError, LookupError, ArithmeticError) as error:
        raise yaml.YAMLError(f"a scalar cannot be read as its tag says ({error})") from error
    except RecursionError:
        raise yaml.YAMLError("it is nested too deeply") from None


MOST = 100_000  # entries of a study


def _require_small(content: Any) -> None:
    """Raise YAMLError if ``content`` stands for more than `MOST` entries, or contains itself."""
    sizes: dict[int, int] = {}

    def size(value: Any) -> int:
        parts = value.values() if isinstance(value, dict) else value
        if not isinstance(value, dict | list):
            return 1
        if id(value) not in sizes:
            sizes[id(value)] = 0  # until all parts are known
            sizes[id(value)] = 1 + sum(map(size, parts))
        elif not sizes[id(value)]:
            raise yaml.YAMLError("a value contains itself by an alias (*): write out what it is")
        return sizes[id(value)]

    if (entries := size(content)) > MOST:
        raise yaml.YAMLError(f"it stands for {entries:.3g} entries, more than {MOST}")
