"""The in-process store's reading of updates without its needless work: trees made, copied and walked anew for each of the same updates.

What moto checks on its walks stays its own.
"""

import functools
from typing import Any

from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser, Node
from moto.dynamodb.parsing.expressions import UpdateExpressionParser

from tests.standins.rows import Replaced

_make = UpdateExpressionParser.make
_find = Node.find_clauses


@functools.lru_cache(4096)
def _made(expression: str) -> Any:
    """An update's text is parsed once: moto works on copies of the tree, and looks in the tree itself for what it names."""
    tree = _make(expression)
    tree.looked_for = {}
    return tree


def _clauses(self: Any, clause_types: list[type]) -> list[Any]:
    found = vars(self).get("looked_for")
    if found is None:
        return list(_find(self, clause_types))
    if (*clause_types,) not in found:
        found[(*clause_types,)] = _find(self, clause_types)
    return [*found[(*clause_types,)]]


def _copied(self: Any, memo: Any) -> Any:
    """A tree of its own, with the same leaves."""
    made = type(self).__new__(type(self))
    vars(made).update(vars(self), parent=None)
    for kept in ("looked_for", "plans"):
        vars(made).pop(kept, None)
    if self.children is not None:
        made.children = [_copied(child, memo) if isinstance(child, Node) else child for child in self.children]
        for child in made.children:
            if isinstance(child, Node):
                child.parent = made
    return made


_nodes: dict[type, bool] = {}
_processed: dict[tuple[type, type], bool] = {}


def _walked(self: Any, node: Any, child_id: int = -1) -> Any:
    """The tree after a pass; which nodes it looks at is asked once for each kind of pass and of node."""
    kind = type(node)
    if (is_node := _nodes.get(kind)) is None:
        is_node = _nodes[kind] = issubclass(kind, Node)
    if not is_node:
        return node
    parent = node.parent
    if node.children is not None:
        for place, child in enumerate(node.children):
            self.pre_processing_of_child(node, place)
            _walked(self, child, place)
    if (looked_at := _processed.get((type(self), kind))) is None:
        looked_at = _processed[type(self), kind] = issubclass(kind, tuple(self._processing_map()))
    if looked_at:
        node = self.process(node)
        node.parent = parent
        if parent:
            parent.children[child_id] = node
    return node


INSTEAD: tuple[Replaced, ...] = (
    (UpdateExpressionParser, "make", staticmethod(_made)),
    (Node, "find_clauses", _clauses),
    (Node, "__deepcopy__", _copied),
    (DepthFirstTraverser, "traverse_node_recursively", _walked),
)
