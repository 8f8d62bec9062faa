"""Rewrites a parsed template so that everything it does passes the guarded operations of the environment.

Jinja's sandbox asks its environment before attributes, calls and (when told so) operators. Joining with `~`, building lists and
objects, cutting and looping go past it; here they become calls of `Sandbox` too. What a field of a workflow has no use for
(blocks, inheritance, imports) is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from engine.api.templating.limits import TemplateFailure
from engine.api.templating.values import checked_int, finite
from engine.model.issues import phrase

MAX_NODES = 20_000
MAX_DEPTH = 120
_REFUSED: dict[type[nodes.Node], str] = {
    nodes.Block: "block", nodes.Extends: "extends", nodes.Include: "include", nodes.Import: "import", nodes.FromImport: "import",
    nodes.ScopedEvalContextModifier: "autoescape",
}  # fmt: skip
_OWN_TEXT = (nodes.For, nodes.Macro, nodes.CallBlock)
_N = TypeVar("_N", bound=nodes.Node)


def rewrite(tree: _N) -> _N:
    """Return the tree with guards in it.

    Raises:
        TemplateFailure: `template.not-allowed` for refused statements and names, `template.too-large` for too many parts.
    """
    for _ in guarded_nodes(tree):
        pass
    changed = _Guards().visit(tree)
    assert isinstance(changed, type(tree))
    return changed


def guarded_nodes(tree: nodes.Node) -> Iterator[nodes.Node]:
    """Yield all nodes of a tree.

    Raises:
        TemplateFailure: as `rewrite`.
    """
    seen, open_nodes = 0, [(tree, 0)]
    while open_nodes:
        node, depth = open_nodes.pop()
        seen += 1
        if seen > MAX_NODES or depth > MAX_DEPTH:
            raise too_many_parts()
        _refuse(node)
        yield node
        for name in node.fields:
            value = getattr(node, name)
            if isinstance(value, nodes.Node):
                open_nodes.append((value, depth + 1))
            elif isinstance(value, list):
                open_nodes.extend((part, depth + 1) for part in value if isinstance(part, nodes.Node))


def _refuse(node: nodes.Node) -> None:
    if refused := _REFUSED.get(type(node)):
        raise TemplateFailure("template.not-allowed", phrase("`{{% {refused} %}}` cannot be used in a field.", refused=refused))
    if isinstance(node, nodes.Name) and (node.name in ("self", "super") or node.name.startswith("__")):
        raise TemplateFailure("template.not-allowed", phrase("`{node}` cannot be used in a field.", node=node.name))
    if isinstance(node, nodes.Keyword) and node.key.startswith("_"):
        raise TemplateFailure("template.not-allowed", phrase("`{node}` cannot be the name of an argument.", node=node.key))
    if isinstance(node, nodes.Const) and isinstance(node.value, float):
        finite(node.value)
    elif isinstance(node, nodes.Const) and isinstance(node.value, int):
        checked_int(node.value)


def path_of(node: nodes.Node) -> str:
    """Return how a chain of names is written, such as `nodes.search.output`, or an empty text for anything else."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        owner = path_of(node.node)
        return f"{owner}.{node.attr}" if owner else ""
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        owner = path_of(node.node)
        return f"{owner}[{node.arg.value!r}]" if owner else ""
    return ""


def too_many_parts() -> TemplateFailure:
    """Build the failure for a template that would take long to compile."""
    text = phrase("The template has too many parts.")
    return TemplateFailure("template.too-large", text, "Make several nodes of it, or use a Python script.")


class _Guards(NodeTransformer):
    """Replaces unguarded operations by calls of the environment."""

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:
        path = path_of(node.node)
        return _call(node, "member", self.visit(node.node), nodes.Const(node.attr), nodes.Const(path))

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
        path = path_of(node.node)
        value = self.visit(node.node)
        if isinstance(node.arg, nodes.Slice):
            ends = [
                self.visit(end) if end is not None else nodes.Const(None)
                for end in (node.arg.start, node.arg.stop, node.arg.step)
            ]
            return _call(node, "cut", value, *ends)
        return _call(node, "item", value, self.visit(node.arg), nodes.Const(path))

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        return _call(node, "concatenate", *(self.visit(part) for part in node.nodes))

    def visit_List(self, node: nodes.List) -> nodes.Node:
        return _call(node, "built", self.generic_visit(node))

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:
        return _call(node, "built", self.generic_visit(node))

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:
        self.generic_visit(node)
        return node if node.ctx != "load" else _call(node, "built", node)

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.Node:
        self.generic_visit(node)
        node.expr2 = node.expr2 or nodes.Const(None, lineno=node.lineno)
        return node

    def visit_For(self, node: nodes.For) -> nodes.Node:
        weight = sum(map(_own_text, node.body))
        self.generic_visit(node)
        node.iter = _call(node, "rounds", node.iter)
        node.body.insert(0, _tick(node, weight))
        return node

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:
        weight = sum(map(_own_text, node.body))
        self.generic_visit(node)
        node.body.insert(0, _tick(node, weight))
        return node

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node:
        weight = sum(map(_own_text, node.body))
        # `call` itself must stay a call; its parts are guarded.
        self.generic_visit(node)
        node.body.insert(0, _tick(node, weight))
        return node


def _own_text(node: nodes.Node) -> int:
    """Return the length of the fixed text below a node, without that of loops and macros, which pay for themselves."""
    if isinstance(node, _OWN_TEXT):
        return 0
    own = len(node.data) if isinstance(node, nodes.TemplateData) else 0
    return own + sum(map(_own_text, node.iter_child_nodes()))


def _tick(at: nodes.Node, length: int) -> nodes.Node:
    return nodes.ExprStmt(_call(at, "tick", nodes.Const(length)), lineno=at.lineno)


def _call(at: nodes.Node, name: str, *args: Any) -> nodes.Expr:
    call = nodes.Call(nodes.EnvironmentAttribute(name), list(args), [], None, None)
    call.set_lineno(at.lineno)
    return call
